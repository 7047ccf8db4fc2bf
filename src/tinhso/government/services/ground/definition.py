"""What a procedure is: documents, form, fees, time limit, steps. Canonical values, checked once, then immutable.

{"name": {vi, en}, "summary": {vi, en}, "field": code, "level": "province|district|commune",
 "authority": {vi, en},                                  # who is competent, in words
 "audience": ["citizen", …], "online": "full|partial|none", "channels": ["counter", "online", "post"],
 "limit": workdays rule, "legal_basis": [{vi, en}], "events": [life event codes], "conditions": [{vi, en}],
 "documents": [{"code", "name": {vi, en}, "kinds": ["original", "certified", "copy", "electronic"],
                "required": bool, "copies": int}],
 "form": [{"key", "label": {vi, en}, "kind", "required": bool, "options": […], "columns": […], "help": {vi, en}}],
 "fees": [{"code", "name": {vi, en}, "amount": đồng}],
 "steps": [{"key", "title": {vi, en}, "role": "officer|leader|clerk", "agency": uid or "" for the competent one}],
 "result": {"name": {vi, en}, "kind": code}}

`summary`, `authority`, `events` and `conditions` may be absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tinhso.foundation import canonical
from tinhso.foundation.text import Text
from tinhso.government.services.ground.faults import check, faults
from tinhso.government.services.ground.process import Step
from tinhso.government.services.ground.schema import COPIES, FIELDS, LEVELS, ONLINE
from tinhso.workdays.rules import Rule

__all__ = ["COPIES", "FIELDS", "LEVELS", "ONLINE", "Definition", "check", "faults", "text"]


@dataclass(frozen=True)
class Definition:
    """One version's content, read once."""

    content: Mapping[str, Any]

    @cached_property
    def name(self) -> Text:
        return text(self.content["name"])

    @cached_property
    def rule(self) -> Rule:
        """How its time limit is counted."""
        return Rule.of(self.content["limit"])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(
            Step(item["key"], text(item["title"]), item["role"], item["agency"]) for item in self.content["steps"]
        )

    @property
    def fee(self) -> int:
        """All its fees together, in đồng."""
        return sum(item["amount"] for item in self.content["fees"])

    @cached_property
    def sha256(self) -> str:
        return canonical.digest(self.content)


def text(pair: Mapping[str, str]) -> Text:
    """A text of a definition in both languages."""
    return Text(pair["vi"], pair["en"])
