"""From the JSON of a problem to the graph that solvers work on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.candidates import (
    CROSSINGS,
    Obstacle,
    Offer,
    Offers,
    Point,
    Road,
    along_roads,
    generated,
)
from tinhso.infrastructure.solvers.double import Malformed, Problem, Site
from tinhso.infrastructure.solvers.verify import Ground

MOST_DONG = 10**15


class Refused(Exception):
    """No plan can be made of this; `code` is stable, `sites` names those it is about."""

    def __init__(self, code: str, what: str, sites: Sequence[str] = ()) -> None:
        super().__init__(what)
        self.code, self.what, self.sites = code, what, list(sites)


@dataclass(frozen=True)
class Question:
    """A problem read: the graph (existing spans first, then candidates), and how each candidate came to its cost."""

    asked: Mapping[str, Any]
    problem: Problem
    offers: list[Offer]
    junctions: list[Point]
    ends: list[tuple[int, int]]
    edges_sha256: str

    @property
    def need(self) -> Any:
        return self.asked["need"]

    @property
    def budgets(self) -> list[int]:
        return list(self.asked["budgets"])

    @property
    def standing(self) -> int:
        """How many spans stand: candidate i is span standing + i of the graph."""
        return int(self.problem.existing.sum())

    def ground(self) -> Ground:
        """The same graph for the verifier."""
        rows = zip(self.problem.tails.tolist(), self.problem.heads.tolist(), self.problem.costs.tolist(), strict=True)
        sites = {site.key: site.nodes for site in self.problem.sites}
        return Ground(self.problem.nodes, list(rows), self.problem.existing.tolist(), self.problem.core, sites)


def read(asked: Mapping[str, Any]) -> Question:
    """The question a problem asks. Refused names what contradicts itself in it."""
    try:
        return _read(asked)
    except (KeyError, TypeError, IndexError) as broken:
        raise Refused("malformed", f"the problem lacks or mistypes a field: {broken!r}") from broken
    except Malformed as broken:
        raise Refused("malformed", str(broken)) from broken


def _read(asked: Mapping[str, Any]) -> Question:
    for name, known in (("need", ("reach", "span", "node")), ("aim", ("all", "most"))):
        if asked[name] not in known:
            raise Refused("malformed", f"{name} is {asked[name]!r}: give one of {', '.join(known)}")
    places: list[Point | None] = [_point(where) if where is not None else None for where in asked["places"]]
    existing = [(int(a), int(b)) for a, b in asked["existing"]]
    sites = tuple(Site(site["key"], tuple(site["places"]), site["weight"]) for site in asked["sites"])
    prices = _prices(asked["prices"])
    if any(budget < 0 for budget in asked["budgets"]):
        raise Refused("malformed", "a budget is negative: give 0 or more đồng")
    offers = _offers(asked, places, existing)
    if not offers.spans and sites:
        raise Refused("no-candidates", "no candidate span lies within reach of any place: widen the reach or add roads")
    fresh, junctions = set(asked["fresh"]), len(places)
    ends = [
        (sum(end < junctions for end in (offer.a, offer.b)), sum(end >= junctions for end in (offer.a, offer.b)))
        for offer in offers.spans
    ]
    costs = [price(offer, end, prices) for offer, end in zip(offers.spans, ends, strict=True)]
    problem = Problem.build(
        len(places) + len(offers.junctions),
        existing,
        [(offer.a, offer.b, cost) for offer, cost in zip(offers.spans, costs, strict=True)],
        tuple(asked["core"]),
        sites,
        candidate_set=asked["candidates"]["kind"],
    )
    if stray := [place for place in fresh if not 0 <= place < len(places)]:
        raise Refused("malformed", f"fresh place {stray[0]} does not exist; places run 0…{len(places) - 1}")
    told = json.dumps([[*offer[:3], offer.method, cost] for offer, cost in zip(offers.spans, costs, strict=True)])
    return Question(asked, problem, offers.spans, offers.junctions, ends, hashlib.sha256(told.encode()).hexdigest())


def _point(where: Sequence[int]) -> Point:
    lat, lon = where
    if not (isinstance(lat, int) and isinstance(lon, int) and abs(lat) <= 900_000_000 and abs(lon) <= 1_800_000_000):
        raise Refused("malformed", f"[{lat}, {lon}] is no point: give latitude and longitude in 1e-7 degree")
    return lat, lon


def _prices(given: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    for kind, items in given.items():
        for name, dong in items.items():
            if isinstance(dong, bool) or not isinstance(dong, int) or not 0 <= dong <= MOST_DONG:
                raise Refused("malformed", f"the price of {kind} {name} is {dong!r}: give 0 to {MOST_DONG} đồng")
    return given


def _offers(asked: Mapping[str, Any], places: list[Point | None], existing: list[tuple[int, int]]) -> Offers:
    wanted = asked["candidates"]
    obstacles = [Obstacle(item["crossing"], tuple(map(_point, item["points"]))) for item in asked["obstacles"]]
    usual: dict[str, Any] = {"detour_permille": asked["detour_permille"], "method": asked["method"]}
    if wanted["kind"] == "generated":
        return generated(places, existing, obstacles, nearest=wanted["neighbours"], **usual)
    roads = [
        Road(item["method"], item["metres"], tuple(map(_point, item["points"])))
        for item in wanted["routes"]
        if len(item["points"]) > 1
    ]
    entries = 1 if asked["need"] == "reach" else 2
    return along_roads(places, roads, obstacles, reach_m=wanted["reach_m"], entries=entries, **usual)


def price(offer: Offer, ends: tuple[int, int], prices: Mapping[str, Mapping[str, int]]) -> int:
    """Đồng of a candidate: its length, rounded up, what it crosses, and its two ends."""
    over = sum(prices["crossing"].get(name, 0) * times for name, times in zip(CROSSINGS, offer.crossed, strict=True))
    node = prices["node"]
    at_ends = node.get("site", 0) * ends[0] + node.get("junction", 0) * ends[1]
    return -(-offer.metres * prices["method"][offer.method] // 1000) + over + at_ends


def steiner_ground(question: Question) -> tuple[np.ndarray, int]:
    """By node, the number of the part that standing spans join it into, the core being part 0; how many parts."""
    problem = question.problem
    parent = np.arange(problem.nodes + 1)

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = int(parent[node])
        return node

    for node in problem.core:
        parent[root(node)] = root(problem.nodes)
    stands = problem.existing
    for a, b in zip(problem.tails[stands].tolist(), problem.heads[stands].tolist(), strict=True):
        parent[root(a)] = root(b)
    number: dict[int, int] = {root(problem.nodes): 0}
    parts = np.array([number.setdefault(root(node), len(number)) for node in range(problem.nodes)], np.int64)
    return parts, len(number)
