"""How the service index is counted: data in force from a day to a day, never changed once in force."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from tinhso.foundation.text import Text

DATA = Path(__file__).with_name("data") / "formula766.json"


@cache
def formulas() -> tuple[dict[str, Any], ...]:
    """Every version, the earliest first."""
    return tuple(sorted(json.loads(DATA.read_text()), key=lambda one: one["valid_from"]))


def formula_at(day: date) -> dict[str, Any]:
    """The version in force on a day; before the first, the first, since earlier years are counted by it too."""
    iso = day.isoformat()
    found = [one for one in formulas() if one["valid_from"] <= iso and (one["valid_to"] or "9999") > iso]
    return found[-1] if found else formulas()[0]


def part_of(formula: dict[str, Any], key: str) -> dict[str, Any] | None:
    """A part by its key."""
    return next((part for group in formula["groups"] for part in group["parts"] if part["key"] == key), None)


def text(pair: dict[str, str]) -> Text:
    """A title of the data in both languages."""
    return Text(pair["vi"], pair["en"])
