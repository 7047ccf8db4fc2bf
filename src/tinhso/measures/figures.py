"""What pages say about a figure: cards, the units behind its rows, the days on which the units changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from django.http import Http404

from tinhso.foundation.errors import Problem
from tinhso.foundation.text import Text
from tinhso.measures import charts
from tinhso.measures.contract import Indicator, Value, indicators
from tinhso.measures.formats import Shown, shown
from tinhso.measures.models import Measurement
from tinhso.measures.queries import SIGNING_PROVINCE, evidence_lines, latest_each, row_of, series_each
from tinhso.measures.wording import STATES, RowShown, state_label
from tinhso.places.models import COMMUNE, Unit
from tinhso.places.queries import cells
from tinhso.places.scopes import scope_title, units_in


@dataclass(frozen=True)
class Card:
    """A figure in brief; `measurement` is None while it was never measured."""

    declared: Indicator
    scope: str
    measurement: Measurement | None
    series: list[Measurement] = field(default_factory=list)

    @property
    def value(self) -> Shown | None:
        return shown(self.measurement.value, self.measurement.unit) if self.measurement else None

    @property
    def spark(self) -> str:
        return charts.spark(self.series)

    @property
    def stale(self) -> bool:
        """Whether the rule has changed since this was measured."""
        return self.measurement is not None and self.measurement.version != self.declared.version


def cards(
    scope: str = SIGNING_PROVINCE, day: date | None = None, indicator_ids: Iterable[str] | None = None
) -> list[Card]:
    """A card per registered indicator (or per named one, in that order), three queries in all."""
    chosen = [item for item in map(indicators.get, indicator_ids) if item] if indicator_ids else list(indicators)
    names = [item.id for item in chosen]
    newest, past = latest_each(scope, day, names), series_each(scope, names, day)
    return [Card(item, scope, newest.get(item.id), past.get(item.id, [])) for item in chosen]


def title_of(scope: str) -> Text:
    """A scope's name; 404 where there is none."""
    try:
        return scope_title(scope)
    except Problem as unknown:
        raise Http404(str(unknown)) from unknown


def units_of(measurement: Measurement) -> dict[str, Unit]:
    """The units in force on the measured day, by code."""
    return {unit.code: unit for unit in units_in(measurement.scope, measurement.as_of)}


@lru_cache(maxsize=256)
def _uids(scope: str, day: date, stamp: object) -> frozenset[str]:
    return frozenset(unit.uid for unit in units_in(scope, day))


def generation_changes(scope: str, first: date, last: date) -> list[date]:
    """The days after `first`, up to `last`, from which a scope has other units."""
    known = Unit.objects.known_at().filter(level=COMMUNE)
    days = known.filter(valid_from__gt=first, valid_from__lte=last).values_list("valid_from", flat=True).distinct()
    stamp = Unit.objects.order_by("-id").values_list("id", flat=True).first()
    return [
        day
        for day in days.order_by("valid_from")
        if day and _uids(scope, day, stamp) != _uids(scope, day - timedelta(days=1), stamp)
    ]


@dataclass(frozen=True)
class RowMap:
    """The rows on a map, with the classes that occur; `approximate` when cells stand in for boundaries."""

    areas: list[charts.Area]
    height: int
    states: list[tuple[str, Text, int]]
    approximate: bool


def row_map(measurement: Measurement, told: Sequence[RowShown], units: dict[str, Unit]) -> RowMap | None:
    """A map of the rows by unit; None where rows carry no units or these have no place."""
    shapes = cells(measurement.as_of)
    found, approximate = [], False
    for row in told:
        unit = units.get(row.unit_code)
        if unit is None or row.key != unit.code or unit.uid not in shapes:
            continue
        geometry, kind = shapes[unit.uid]
        approximate |= kind == "cell"
        found.append((geometry, row.state, f"{unit.name}: {row.label}", unit.code))
    drawn, height = charts.areas(found)
    if not drawn:
        return None
    tally = Counter(area.state for area in drawn)
    states = [(state, text, tally[state]) for state, text in STATES.items() if tally[state]]
    return RowMap(drawn, height, states, approximate)


@dataclass(frozen=True)
class UnitFigure:
    """What one measurement says of one unit."""

    title: str
    label: str
    counted: str
    measurement: Measurement


def unit_figures(code: str, day: date, scope: str = SIGNING_PROVINCE) -> list[UnitFigure]:
    """The rows whose key is this unit, in the latest measurement of each indicator until a day, two queries in all."""
    newest = latest_each(scope, day)
    found = []
    for measurement_id, lines in evidence_lines(newest.values()):
        measurement = next(one for one in newest.values() if one.pk == measurement_id)
        declared = indicators.get(measurement.indicator)
        row = row_of(lines, code)
        if row is not None and declared is not None:
            label = state_label(row, measurement, declared)
            counted = shown(Value(measurement.kind, row["numerator"], row["denominator"]), measurement.unit)
            found.append(UnitFigure(str(declared.title), label, counted.exact or counted.main, measurement))
    return sorted(found, key=lambda figure: figure.measurement.indicator)
