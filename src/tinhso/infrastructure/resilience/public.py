"""What everyone may know: by unit, how many separate ways lead to the core, and how many people hang on one span."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tinhso.infrastructure.network.coverage import Covered, covered, units_day
from tinhso.infrastructure.network.situation import situation, version
from tinhso.infrastructure.resilience import inputs
from tinhso.infrastructure.resilience.rules import people_behind_single_span
from tinhso.measures.models import Measurement
from tinhso.measures.queries import latest, rows
from tinhso.places.models import Population
from tinhso.places.state import Stamp, generation, stamp_of

AVAILABILITY = "resilience.availability"
Row = dict[str, Any]


@dataclass(frozen=True)
class UnitResults:
    """Units of a scope on a day: `paths` and `behind` are the rules' own rows by unit code."""

    covered: Covered
    behind: dict[str, Row]

    @property
    def states(self) -> Counter[str]:
        """How many units there are in each state of paths."""
        return Counter(row["state"] for row in self.covered.paths.values())

    @property
    def people_behind(self) -> int:
        return sum(row["numerator"] for row in self.behind.values())

    @property
    def people(self) -> int:
        return sum(row["denominator"] for row in self.behind.values())


def unit_results(scope: str, day: date) -> UnitResults:
    """Results by unit at the end of a day, as known now."""
    return _results(scope, generation(units_day(scope, day)), *version(day), stamp_of(Population))


@lru_cache(maxsize=32)
def _results(scope: str, units_on: date, day: date, stamp: Stamp, people: Stamp) -> UnitResults:
    now = situation(scope, day, units_on=units_on)
    rows = people_behind_single_span.count(inputs.people(now))
    return UnitResults(covered(scope, day, units_on), {row["key"]: row for row in rows})


def availabilities(scope: str, day: date) -> tuple[Measurement | None, dict[str, Row]]:
    """The last published measurement of availability that speaks for a day, and its rows by unit code."""
    found = latest(AVAILABILITY, scope, day)
    return found, _rows(found.pk) if found else {}


@lru_cache(maxsize=16)
def _rows(measurement: int) -> dict[str, Row]:
    return {row["key"]: row for row in rows(Measurement.objects.get(pk=measurement))}
