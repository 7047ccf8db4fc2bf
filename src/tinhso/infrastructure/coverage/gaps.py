"""Who is not on fibre yet, how far the nearest working node is, and about what closing the gap costs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from tinhso.identity.models import Agency, AgencySuccession
from tinhso.identity.queries import agencies_in
from tinhso.infrastructure.network import inputs
from tinhso.infrastructure.network.coverage import counted, units_day
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.rules import agencies_on_fibre
from tinhso.infrastructure.network.rules.on_fibre import OPERATIONAL
from tinhso.infrastructure.network.situation import Situation, situation, version
from tinhso.infrastructure.planning.models import CostModel
from tinhso.infrastructure.planning.models.costs import METHOD, NODE, YEAR
from tinhso.places.models import Population, Unit, UnitGeometry
from tinhso.places.queries import points, populations
from tinhso.places.state import Stamp, stamp_of

EARTH_M = 6_371_009.0
Point = tuple[int, int]


@dataclass(frozen=True)
class Gap:
    """A unit or agency without fibre. `distance_m`: straight from its unit's point to the nearest working node, None
    where either is not known; `cost`: đồng for one span there, None without a distance or a price."""

    unit: Unit
    agency: Agency | None
    parts_on: int
    parts: int
    people: int | None
    distance_m: int | None
    route_m: int | None
    cost: int | None


@dataclass(frozen=True)
class Gaps:
    """All gaps of a scope on a day, and the price list the costs follow."""

    units: list[Gap]
    agencies: list[Gap]
    prices: CostModel | None
    networks: list[Network]
    on: dict[str, bool]

    @property
    def demonstration(self) -> bool:
        """Whether a designed network or made-up prices are behind this."""
        return any(network.demonstration for network in self.networks) or bool(
            self.prices and self.prices.demonstration
        )

    @property
    def cost(self) -> int:
        """Đồng for all units whose cost is known, each by itself: a plan that shares spans costs less."""
        return sum(gap.cost or 0 for gap in self.units)


def prices_on(day: date) -> CostModel | None:
    """The newest price list in the record, a real one before a demonstration."""
    return CostModel.objects.known_at().order_by("demonstration", "-valid_from", "code").first()


def route_cost(prices: CostModel, route_m: int, year: int) -> int:
    """Đồng for one span of this length by the list's usual method, with a node at either end, at a year's prices."""
    known = prices.prices()
    base = route_m * known[METHOD].get(prices.method, 0) // 1000 + 2 * known[NODE].get("site", 0)
    return base * known[YEAR].get(str(year), 1000) // 1000


def nearest(places: Sequence[Point], nodes: Sequence[Point]) -> list[int]:
    """Metres along the great circle from each place to the nearest node; both (lat, lon) in 1e-7 degree."""
    there = np.radians(np.asarray(nodes, np.float64) / 1e7)
    found: list[int] = []
    for lat, lon in np.radians(np.asarray(places, np.float64).reshape(-1, 2) / 1e7):
        half = (
            np.sin((there[:, 0] - lat) / 2) ** 2
            + np.cos(lat) * np.cos(there[:, 0]) * np.sin((there[:, 1] - lon) / 2) ** 2
        )
        found.append(round(2 * EARTH_M * float(np.arcsin(np.sqrt(half.min())))))
    return found


def gaps(scope: str, day: date) -> Gaps:
    """The gaps of a scope at the end of a day, as known now; kept until anything they rest on is written."""
    stamp = (*version(day), stamp_of(Agency, AgencySuccession, Population, UnitGeometry, CostModel))
    return _gaps(scope, units_day(scope, day), day, stamp)


@lru_cache(maxsize=8)
def _gaps(scope: str, units_on: date, day: date, stamp: Stamp) -> Gaps:
    now = situation(scope, day, units_on=units_on)
    fibre = counted(now).fibre
    seated = agencies_in(scope, units_on)
    lines = {
        row["key"]: bool(row["numerator"])
        for row in agencies_on_fibre.count(inputs.agencies_on_fibre(now, seated, day))
    }
    lacking = [unit for unit in now.units if fibre[unit.code]["state"] in ("off", "partial")]
    homes = {unit.code: unit for unit in now.units}
    without = [agency for agency in seated if lines.get(agency.uid) is False and agency.seat_unit_code in homes]
    far = _distances(now, [*lacking, *(homes[agency.seat_unit_code] for agency in without)])
    people = populations([unit.uid for unit in lacking])
    prices = prices_on(day)

    def gap(unit: Unit, agency: Agency | None = None) -> Gap:
        distance = far.get(unit.uid)
        route = None if distance is None or prices is None else -(-distance * prices.detour_permille // 1000)
        row, persons = fibre[unit.code], people.get(unit.uid)
        cost = None if route is None or prices is None else route_cost(prices, route, day.year)
        known = persons.persons if persons and agency is None else None
        return Gap(unit, agency, row["parts_on"], row["parts"], known, distance, route, cost)

    return Gaps(
        sorted(map(gap, lacking), key=lambda one: (-(one.people or 0), one.unit.sort_key)),
        [gap(homes[agency.seat_unit_code], agency) for agency in without],
        prices if now.serving else None,
        [one.state.network for one in now.serving],
        lines,
    )


def _distances(now: Situation, units: Iterable[Unit]) -> dict[str, int]:
    """By unit uid, metres to the nearest working node. A part without fibre is what has to be reached."""
    nodes = [
        (node.lat_e7, node.lon_e7)
        for one in now.serving
        for node in one.state.nodes
        if node.status == OPERATIONAL and node.lat_e7 is not None and node.lon_e7 is not None
    ]
    wanted = list({unit.uid: unit for unit in units}.values())
    on = {
        place.uid
        for one in now.serving
        for node in one.state.nodes
        if node.status == OPERATIONAL and (place := one.placed.get(node.id))
    }
    ask = {unit.uid: [part.uid for part in now.parts[unit.uid] if part.uid not in on] or [unit.uid] for unit in wanted}
    at = points([uid for uids in ask.values() for uid in uids] + [unit.uid for unit in wanted])
    if not nodes:
        return {}
    found: dict[str, int] = {}
    for unit, uids in ask.items():
        spots = [at[uid] for uid in uids if uid in at] or ([at[unit]] if unit in at else [])
        if spots:
            found[unit] = max(nearest(spots, nodes))
    return found
