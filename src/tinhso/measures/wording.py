"""The rows of a measurement in words: what each is called, how it counted, what else it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.utils.formats import date_format

from tinhso.foundation.dates import parse_day
from tinhso.foundation.text import Text
from tinhso.measures import charts
from tinhso.measures.contract import RATIO, Indicator, Value
from tinhso.measures.formats import shown, whole
from tinhso.measures.models import Measurement
from tinhso.measures.queries import rows
from tinhso.places.models import Unit

STATES = {
    "yes": Text("Đạt", "Yes"),
    "partial": Text("Một phần", "In part"),
    "no": Text("Chưa đạt", "No"),
    "unknown": Text("Chưa có dữ liệu", "No data"),
}
# Shown in columns of their own.
APART = {"key", "unit", "numerator", "denominator", "title", "name"}
NAMED = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class RowShown:
    """One public row as a page tells it. `counted` is what it adds to the value."""

    key: str
    title: str
    unit_code: str
    state: str
    label: str
    counted: str
    facts: list[str]


def state_label(row: dict[str, Any], measurement: Measurement, declared: Indicator | None) -> str:
    """How a row counted, in the indicator's own words where it has any."""
    own = declared.values.get("state", {}).get(str(row.get("state"))) if declared else None
    return str(own or STATES[charts.row_state(row, measurement.kind)])


def _in_words(name: str, value: Any, declared: Indicator | None) -> str:
    labels = declared.values.get(name, {}) if declared else {}
    if isinstance(value, list) or (labels and isinstance(value, str)):
        parts = value if isinstance(value, list) else value.split()
        return ", ".join(str(labels.get(str(part), part)) for part in parts)
    if type(value) is int:
        return str(value) if name.endswith("year") else whole(value)
    day = parse_day(value) if isinstance(value, str) and len(value) == 10 else None
    return date_format(day, "d/m/Y") if day else str(value)


def facts_in_words(row: dict[str, Any], declared: Indicator | None) -> list[str]:
    """What a row says beside its count: labelled facts first, in the order declared, the others under their names."""
    known = {name: value for name, value in row.items() if name not in APART and value not in ("", None, [])}
    if declared and declared.values.get("state", {}).get(str(known.get("state"))):
        known.pop("state")
    words = {name: _in_words(name, value, declared) for name, value in known.items()}
    told, used = [], set()
    for name, text in (declared.facts if declared else {}).items():
        pattern = str(text)
        needed = NAMED.findall(pattern) or [name]
        if words.keys() >= {name, *needed}:
            told.append(pattern.format_map(words) if "{" in pattern else pattern and f"{pattern}: {words[name]}")
            used |= {name, *needed}
    return [text for text in told if text] + [f"{name}: {words[name]}" for name in sorted(words.keys() - used)]


def shown_rows(measurement: Measurement, units: dict[str, Unit], declared: Indicator | None) -> list[RowShown]:
    """Every row with its name, its state and its other facts in words."""
    found = rows(measurement)
    names = declared.titles(found, measurement.as_of) if declared and declared.titles else {}
    told = []
    for row in found:
        unit = units.get(str(row.get("unit", "")))
        own = names.get(row["key"]) or row.get("title") or row.get("name")
        seat = [unit.name] if unit and own else []
        value = shown(Value(measurement.kind, row["numerator"], row["denominator"]), measurement.unit)
        told.append(
            RowShown(
                key=row["key"],
                title=str(own or (unit.name if unit else row["key"])),
                unit_code=unit.code if unit and not own else "",
                state=charts.row_state(row, measurement.kind),
                label=state_label(row, measurement, declared),
                counted=value.exact if measurement.kind == RATIO else value.main,
                facts=seat + facts_in_words(row, declared),
            )
        )
    return told
