"""Broadband by unit: the tests of a year, whoever's units they were measured in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from tinhso.foundation.text import Text
from tinhso.infrastructure.coverage.models import ServiceLevel, SpeedTest
from tinhso.infrastructure.coverage.rules import service_level
from tinhso.measures.contract import RATIO, Inputs, Value
from tinhso.places.models import Unit, UnitLink
from tinhso.places.queries import in_chunks, parts_of
from tinhso.places.scopes import units_in
from tinhso.places.state import Stamp, generation, stamp_of

ENOUGH, DAYS = 10, 365
STATES = {
    "reached": Text("Đạt mức", "Level reached"),
    "below": Text("Chưa đạt", "Below the level"),
    "no_data": Text("Chưa đủ lần đo", "Too few measurements"),
}
TONES = {"reached": "success", "below": "danger", "no_data": "neutral"}


@dataclass(frozen=True)
class Speeds:
    """Broadband of units on a day. `rows` are the rule's, by unit code; `level` None: none was set."""

    units: list[Unit]
    rows: dict[str, dict[str, Any]]
    level: ServiceLevel | None
    demonstration: bool

    @property
    def value(self) -> Value:
        """How many units reach the level."""
        return Value.of(RATIO, self.rows.values())


def level_on(day: date, known_at: datetime | None = None) -> ServiceLevel | None:
    """The level of service in force at the end of a day."""
    return ServiceLevel.objects.as_of(day, known_at).first()


def inputs(units: Sequence[Unit], day: date, known_at: datetime | None = None) -> Inputs:
    """Inputs of rules.service_level: the tests of the year up to the end of a day, sorted, without time or place.

    A test counts for the unit that holds all parts of the unit it was measured in; where these were divided since,
    for none.
    """
    now = parts_of([unit.uid for unit in units], known_at)
    codes = {unit.uid: unit.code for unit in units}
    home = {part.uid: codes[uid] for uid, parts in now.items() for part in parts if part.resolved}
    taken = SpeedTest.objects.known_at(known_at).filter(valid_from__gt=day - timedelta(days=DAYS), valid_from__lte=day)
    then = parts_of(set(taken.values_list("unit_uid", flat=True)), known_at)
    heirs: dict[str, str] = {}
    for uid, parts in then.items():
        found = {home.get(part.uid) for part in parts}
        if len(found) == 1 and (code := found.pop()):
            heirs[uid] = code
    tests: dict[str, list[list[int | None]]] = {unit.code: [] for unit in units}
    for chunk in in_chunks(heirs):
        rows = taken.filter(unit_uid__in=chunk)
        for uid, *rates in rows.values_list("unit_uid", "download_kbps", "upload_kbps", "latency_us").iterator():
            tests[heirs[uid]].append(rates)
    level = level_on(day, known_at)
    return {
        "level": None
        if level is None
        else {
            "download_kbps": level.download_kbps,
            "upload_kbps": level.upload_kbps,
            "latency_us": level.latency_us,
            "share_permille": level.share_permille,
        },
        "enough": ENOUGH,
        "units": [
            {"unit": unit.code, "tests": sorted(tests[unit.code], key=lambda test: [rate or -1 for rate in test])}
            for unit in units
        ],
    }


def speeds(scope: str, day: date) -> Speeds:
    """Broadband of a scope's units at the end of a day, as known now; kept until anything it rests on is written."""
    return _speeds(scope, day, generation(day), stamp_of(SpeedTest, ServiceLevel, Unit, UnitLink))


@lru_cache(maxsize=16)
def _speeds(scope: str, day: date, units_on: date, stamp: Stamp) -> Speeds:
    return speeds_of(units_in(scope, units_on), day)


def speeds_of(units: Sequence[Unit], day: date) -> Speeds:
    """Broadband of given units."""
    rows = {row["key"]: row for row in service_level.count(inputs(units, day))}
    level = level_on(day)
    shown = SpeedTest.objects.known_at().filter(valid_from__gt=day - timedelta(days=DAYS), valid_from__lte=day)
    made_up = bool(level and level.demonstration) or shown.filter(demonstration=True).exists()
    return Speeds(list(units), rows, level, made_up)
