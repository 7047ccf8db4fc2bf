"""A commune's sheet: fibre, ways to the core, agencies, broadband, and how they came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tinhso.foundation.dates import today
from tinhso.identity.models import Agency, AgencySuccession
from tinhso.identity.queries import agencies_seated
from tinhso.infrastructure.coverage.gaps import Gap, gaps
from tinhso.infrastructure.coverage.models import ServiceLevel, SpeedTest
from tinhso.infrastructure.coverage.speeds import speeds_of
from tinhso.infrastructure.coverage.ways import Ways, ways
from tinhso.infrastructure.network import inputs
from tinhso.infrastructure.network.coverage import Covered, around, covered_over, default_scope, units_day
from tinhso.infrastructure.network.rules import agencies_on_fibre
from tinhso.infrastructure.network.situation import version
from tinhso.infrastructure.planning.models import CostModel
from tinhso.places.models import COMMUNE, Population, Unit
from tinhso.places.queries import PopulationAt, populations, unit_at
from tinhso.places.state import Stamp, stamp_of

FIRST_YEAR = 2016


@dataclass(frozen=True)
class Line:
    """An agency seated in the unit: whether a line in service ends there, None where nothing is known; its ways."""

    agency: Agency
    on: bool | None
    ways: Ways


@dataclass(frozen=True)
class Sheet:
    """What is known of a unit on a day. `gap` is None where it is on fibre; `years`: coverage at their ends."""

    unit: Unit
    day: date
    covered: Covered
    ways: Ways
    lines: list[Line]
    people: PopulationAt | None
    gap: Gap | None
    speed: dict[str, Any]
    level: ServiceLevel | None
    made_up_speeds: bool
    years: list[tuple[date, dict[str, Any], dict[str, Any]]]

    @property
    def fibre(self) -> dict[str, Any]:
        """The row of the rule on fibre."""
        return dict(self.covered.fibre[self.unit.code])


def unit_on(code: str, day: date) -> Unit | None:
    """The commune-level unit with a code on a day; before the first day with units, that of the first day."""
    scope = default_scope()
    unit = unit_at(code, day) or (unit_at(code, units_day(scope, day)) if scope else None)
    return unit if unit and unit.level == COMMUNE else None


def sheet(unit: Unit, day: date) -> Sheet:
    """The sheet of a commune-level unit in force on a day; kept until anything it rests on is written."""
    rests_on = (Agency, AgencySuccession, Population, SpeedTest, ServiceLevel, CostModel)
    return _sheet(unit, day, (version(day), stamp_of(*rests_on)))


@lru_cache(maxsize=256)
def _sheet(unit: Unit, day: date, stamp: Stamp) -> Sheet:
    now, found = around(unit, day)
    seated = [agency for agency in agencies_seated(unit, day) if agency.kind != "operator"]
    lines = {
        row["key"]: bool(row["numerator"])
        for row in agencies_on_fibre.count(inputs.agencies_on_fibre(now, seated, day))
    }
    counted_ways = ways(found.networks, day, unit=unit.code, agencies=[agency.uid for agency in seated])
    speed = speeds_of([unit], day)
    ends = [date(year, 12, 31) for year in range(FIRST_YEAR, min(day, today()).year)]
    over = covered_over(default_scope() or f"unit:{unit.code}", ends, day)
    gap = None
    if found.fibre[unit.code]["state"] in ("off", "partial"):
        # The nearest node usually lies outside the unit: look from the scope.
        found_gaps = gaps(default_scope() or f"unit:{unit.code}", day)
        gap = next((one for one in found_gaps.units if one.unit.uid == unit.uid), None)
    return Sheet(
        unit,
        day,
        found,
        counted_ways[""],
        [Line(agency, lines.get(agency.uid), counted_ways[agency.uid]) for agency in seated],
        populations([unit.uid]).get(unit.uid),
        gap,
        speed.rows[unit.code],
        speed.level,
        speed.demonstration and speed.rows[unit.code]["tests"] > 0,
        [
            (end, dict(past.fibre[unit.code]), dict(past.paths[unit.code]))
            for end, past in zip(ends, over, strict=True)
            if unit.code in past.fibre
        ],
    )
