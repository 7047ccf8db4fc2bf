"""Coverage as pages, panels and maps show it: the rules' own rows, for a day and a generation of units."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from tinhso.foundation.dates import today
from tinhso.foundation.text import Text
from tinhso.infrastructure.network import inputs
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.rules import on_fibre, two_disjoint_paths
from tinhso.infrastructure.network.situation import Situation, situation, situation_of, versions
from tinhso.measures.contract import RATIO, Value
from tinhso.places.models import COMMUNE, PROVINCE, Unit
from tinhso.places.scopes import SIGNING_PROVINCE, scope_codes, units_in
from tinhso.places.state import Stamp, generation, snapshot, stamp_of

Row = dict[str, Any]
FIBRE_STATES = {
    "on": Text("Có cáp quang", "On fibre"),
    "partial": Text("Một phần có cáp quang", "Partly on fibre"),
    "off": Text("Chưa có cáp quang", "Not on fibre"),
    "no_data": Text("Không có dữ liệu", "No data"),
}
PATH_STATES = {
    "two": Text("Có hai đường độc lập", "Two disjoint paths"),
    "one": Text("Chỉ có một đường", "One path only"),
    "none": Text("Không nối tới lõi", "Not joined to the core"),
    "no_core": Text("Chưa có lõi hoạt động", "No core in service"),
    "no_data": Text("Không có dữ liệu", "No data"),
}

TONES = {"on": "success", "partial": "warning", "off": "danger", "two": "success", "one": "warning", "none": "danger"}


def tone(state: str) -> str:
    """The tone of a state's tag."""
    return TONES.get(state, "neutral")


@dataclass(frozen=True)
class Covered:
    """Coverage of units on a day, with what it rests on. Rows are those of the rules, by unit code."""

    units: list[Unit]
    fibre: Mapping[str, Row]
    paths: Mapping[str, Row]
    networks: list[Network]
    nodes: Mapping[str, int]

    @property
    def value(self) -> Value:
        """How many units are on fibre."""
        return Value.of(RATIO, self.fibre.values())

    @property
    def demonstration(self) -> bool:
        """Whether this rests on a network that the program designed itself."""
        return any(network.demonstration for network in self.networks)


def default_scope() -> str | None:
    """The scope shown first: the signing province, else the first province loaded, None where there is none."""
    if SIGNING_PROVINCE in scope_codes():
        return SIGNING_PROVINCE
    top = next((unit for unit in snapshot(today()).units if unit.level == PROVINCE), None)
    return f"unit:{top.code}" if top else None


def generations(scope: str) -> list[date]:
    """The first days of each set of units a scope has had, in order."""
    return _generations(scope, stamp_of(Unit))


@lru_cache(maxsize=64)
def _generations(scope: str, stamp: Stamp) -> list[date]:
    days = Unit.objects.known_at().filter(level=COMMUNE).values_list("valid_from", flat=True).distinct()
    found: list[date] = []
    before: set[str] = set()
    for day in sorted(day for day in days if day):
        uids = {unit.uid for unit in units_in(scope, day)}
        if uids and uids != before:
            found.append(day)
            before = uids
    return found


def units_day(scope: str, day: date) -> date:
    """The day whose units show a day: itself, or the first day that has units where it lies before."""
    known = generations(scope)
    return max(day, known[0]) if known else day


def covered(scope: str, day: date, units_on: date | None = None) -> Covered:
    """Coverage of a scope at the end of a day, as known now; `units_on` takes the units of another day."""
    return covered_over(scope, [day], units_on or day)[0]


def covered_over(scope: str, days: Sequence[date], units_on: date) -> list[Covered]:
    """Coverage at the end of several days, by the units of one."""
    shown = generation(units_day(scope, units_on))
    return [_covered(scope, shown, *found) for found in versions(days)]


@lru_cache(maxsize=128)
def _covered(scope: str, units_on: date, day: date, stamp: Stamp) -> Covered:
    return counted(situation(scope, day, units_on=units_on))


def around(unit: Unit, day: date) -> tuple[Situation, Covered]:
    """The situation that a unit is judged in, and what the rules say of it: the scope shown first where it holds the
    unit, else the unit alone. A unit without a node is "off" only beside others that a network does serve."""
    scope = default_scope()
    if scope is not None:
        now = situation(scope, day, units_on=generation(units_day(scope, day)))
        if any(one.uid == unit.uid for one in now.units):
            return now, covered(scope, day)
    alone = situation_of([unit], day)
    return alone, counted(alone)


def counted(now: Situation) -> Covered:
    """What the rules say of a situation."""
    nodes: Counter[str] = Counter()
    homes = unit_of_part(now)
    for one in now.serving:
        working = (node.id for node in one.state.nodes if node.status == on_fibre.OPERATIONAL)
        nodes.update(homes[place.uid] for node in working if (place := one.placed.get(node)) and place.uid)
    return Covered(
        now.units,
        {row["key"]: row for row in on_fibre.count(inputs.on_fibre(now))},
        {row["key"]: row for row in two_disjoint_paths.count(inputs.two_disjoint_paths(now))},
        [one.state.network for one in now.serving],
        nodes,
    )


def unit_of_part(now: Situation) -> dict[str, str]:
    """By part uid, the code of the unit it belongs to."""
    return {part.uid: unit.code for unit in now.units for part in now.parts[unit.uid]}
