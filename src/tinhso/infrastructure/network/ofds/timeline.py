"""From a file's state on a day to rows with two clocks.

A file read as of a day speaks for [day, next reading's day), or for ever when no later day has been read. What held
there before is cut at the edges; what equals the file stays untouched; nothing is edited, only superseded and recorded
anew. An element absent from the file ends on that day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from tinhso.files.imports import Diff
from tinhso.foundation.versioned import Versioned
from tinhso.infrastructure.network.models import Element, Network


@dataclass(frozen=True)
class Table:
    """One table: the fields that make an element's key, and all fields that carry what the file says."""

    model: type[Element]
    key: tuple[str, ...]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every column, in the model's order."""
        return tuple(field.attname for field in self.model._meta.concrete_fields)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The columns that carry what the file says, without the key."""
        skipped = {*Versioned.VERSION_FIELDS, "valid_from", "valid_to", "network", *self.key}
        return tuple(field.name for field in self.model._meta.concrete_fields if field.name not in skipped)


Piece = tuple[int, date | None, date | None, tuple]  # row id, valid from, valid to, key and facts


@dataclass(frozen=True)
class State:
    """What a file says of one network for [day, until), being added to a diff table by table."""

    diff: Diff
    network: Network
    day: date
    until: date | None

    def add(self, table: Table, wanted: Iterable[dict[str, Any]]) -> None:
        """Add what makes a table say exactly what is wanted (dicts of key and fields)."""
        spoken = self._spoken_for(table)
        key_of, facts_of = _picker(table.key), _picker((*table.key, *table.fields))
        for row in wanted:
            pieces = spoken.pop(key_of(row), [])
            if self._says_the_same(pieces, facts_of(row)):
                self.diff.unchanged += 1
                continue
            new = self._row(table, row, valid_from=self.day, valid_to=self.until)
            if pieces:
                self.diff.changed.append((self._replace(table, pieces), new))
            else:
                self.diff.added.append(new)
        for pieces in spoken.values():
            self.diff.removed.append(self._replace(table, pieces))

    def _row(self, table: Table, content: dict[str, Any], **more: Any) -> Element:
        # By position: a hundred thousand keyword calls of a model cost seconds.
        row = table.model(*[content.get(name, more.get(name)) for name in table.columns])
        row.network = self.network
        return row

    def _spoken_for(self, table: Table) -> dict[tuple, list[Piece]]:
        """Current rows that overlap [day, until), by key, without building model objects."""
        if self.network.pk is None:
            return {}
        rows = table.model.objects.known_at().filter(Q(valid_to=None) | Q(valid_to__gt=self.day), network=self.network)
        if self.until is not None:
            rows = rows.filter(valid_from__lt=self.until)
        found: dict[tuple, list[Piece]] = {}
        listed = rows.order_by("valid_from").values_list("id", "valid_from", "valid_to", *table.key, *table.fields)
        for identity, begins, ends, *facts in listed.iterator(chunk_size=10_000):
            key = tuple(facts[: len(table.key)])
            found.setdefault(key, []).append((identity, begins, ends, tuple(facts)))
        return found

    def _says_the_same(self, pieces: list[Piece], facts: tuple) -> bool:
        """Whether rows already say these facts for the whole of [day, until)."""
        reached: date | None = self.day
        for _id, begins, ends, said in pieces:
            if reached is None or said != facts or (begins is not None and begins > reached):
                return False
            reached = ends
        covered = reached is None or (self.until is not None and reached >= self.until)
        return bool(pieces) and covered

    def _replace(self, table: Table, pieces: list[Piece]) -> Element:
        """Close every overlapping row and record anew its parts outside [day, until). Returns the first row closed."""
        rows = []
        for identity, begins, ends, facts in pieces:
            content = dict(zip((*table.key, *table.fields), facts, strict=True))
            rows.append(self._row(table, content, id=identity, valid_from=begins, valid_to=ends))
            if begins is None or begins < self.day:
                self.diff.kept.append(self._row(table, content, valid_from=begins, valid_to=self.day))
            if self.until is not None and (ends is None or ends > self.until):
                self.diff.kept.append(self._row(table, content, valid_from=self.until, valid_to=ends))
        self.diff.closed += rows[1:]
        return rows[0]


def _picker(names: tuple[str, ...]) -> Callable[[dict[str, Any]], tuple]:
    return lambda row: tuple(row[name] for name in names)
