"""The indicator contract: what a number must declare before it may be published.

An indicator has two parts. `gather(scope)` reads the database (only tables that keep history) into plain, canonical
inputs. The rule, `count(inputs) -> rows`, is a pure function in a module of the standard library alone: its source
travels inside every evidence bundle, so that anyone can run inputs → rows → value again.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from types import ModuleType
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from tinhso.foundation.registry import Registry
from tinhso.foundation.text import Text
from tinhso.measures.dti import ROWS

RATIO, TOTAL = "ratio", "total"
Inputs = dict[str, Any]


@cache
def _source(module: str) -> str:
    # Read once: a file changed under a running process would give the new text to a result of the old code.
    return inspect.getsource(importlib.import_module(module))


@dataclass(frozen=True)
class ScopeAt:
    """A territory at the end of a day, as known at a moment. `code` is a places scope or `unit:<code>`."""

    code: str
    as_of: date
    known_at: datetime


@dataclass(frozen=True)
class Indicator:
    """A registered number.

    `kind` ratio: Σnumerator/Σdenominator (denominator 0 is "no data"); total: Σnumerator. `unit` is the unit of
    the value: "share" for a ratio shown in percent, else "m", "person", "unit"…. `rule` is the pure module with
    `count`; `depends_on` names further modules whose source the number rests on. `words` says what is
    counted before its first stop, colon or semicolon. `dti` names rows of dti.ROWS it gives evidence towards.

    For pages only: `facts` labels what rows carry: "label", a phrase such as "{parts_on}/{parts} phần", or nothing to
    leave it out; `values` labels a fact's values, those of `state` standing for how the row counted;
    `titles(rows, day)` gives the rows' names by key.
    """

    id: str
    version: int
    kind: str
    unit: str
    title: Text
    words: Text
    gather: Callable[[ScopeAt], Inputs]
    rule: ModuleType
    depends_on: tuple[str, ...] = ()
    dti: tuple[str, ...] = ()
    higher_is_better: bool = True
    facts: Mapping[str, Text] = field(default_factory=dict, compare=False)
    values: Mapping[str, Mapping[str, Text]] = field(default_factory=dict, compare=False)
    titles: Callable[[list[dict[str, Any]], date], Mapping[str, Text | str]] | None = None

    @property
    def brief(self) -> Text:
        """What is counted: `words` up to its first stop, colon or semicolon."""
        return Text(*(re.split(r"[.:;](?: |$)", text)[0] + "." for text in (self.words.vi, self.words.en)))

    @property
    def dti_rows(self) -> list[tuple[str, Text]]:
        """The index rows by code and title."""
        return [(code, ROWS[code]) for code in self.dti]

    def sources(self) -> dict[str, str]:
        """Source text by module name: the rule first, then the module that gathers, then the dependencies."""
        names = dict.fromkeys([self.rule.__name__, self.gather.__module__, *self.depends_on])
        return {name: _source(name) for name in names}

    def rule_hash(self) -> str:
        """SHA-256 over names and source texts; a source changed without a new version fails a check."""
        tally = hashlib.sha256()
        for name, text in self.sources().items():
            tally.update(f"{name}\0{len(text.encode())}\0{text}".encode())
        return tally.hexdigest()

    def count(self, inputs: Inputs) -> list[dict[str, Any]]:
        """Rows, each {"key", "numerator", "denominator", …facts}; canonical values only, sorted by key."""
        rows = list(self.rule.count(inputs))
        return sorted(rows, key=lambda row: row["key"])


@dataclass(frozen=True)
class Value:
    """An exact value: never a rounded number, never 0 for "no data"."""

    kind: str
    numerator: int
    denominator: int
    rows: int = field(default=0, compare=False)

    @classmethod
    def of(cls, kind: str, rows: Iterable[dict[str, Any]]) -> Value:
        counted = list(rows)
        numerator = sum(row["numerator"] for row in counted)
        denominator = sum(row["denominator"] for row in counted) if kind == RATIO else int(bool(counted))
        return cls(kind, numerator, denominator, len(counted))

    @property
    def fraction(self) -> Fraction | None:
        return Fraction(self.numerator, self.denominator) if self.denominator else None


indicators: Registry[Indicator] = Registry("indicator", "indicators")


def indicator(**declared: Any) -> Callable[[Callable[[ScopeAt], Inputs]], Callable[[ScopeAt], Inputs]]:
    """Declare a gather function as an indicator; see Indicator for the fields."""

    def declare(gather: Callable[[ScopeAt], Inputs]) -> Callable[[ScopeAt], Inputs]:
        item = Indicator(gather=gather, **declared)
        if not hasattr(item.rule, "count"):
            raise ImproperlyConfigured(f"{item.id}: its rule module has no count(inputs)")
        if unknown := [code for code in item.dti if code not in ROWS]:
            raise ImproperlyConfigured(f"{item.id}: no DTI row {', '.join(unknown)} in tinhso.measures.dti")
        indicators.add(item.id, item)
        return gather

    return declare
