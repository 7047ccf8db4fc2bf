"""What every single span and node takes from whom: all at once, in time linear in the network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tinhso.infrastructure.graphs.loss import node_losses, span_losses
from tinhso.infrastructure.graphs.rooted import common
from tinhso.infrastructure.resilience.prepared import PreparedNetwork

Longs = NDArray[np.int64]
SPAN, NODE = "span", "node"


@dataclass(frozen=True)
class Losses:
    """By number of the span (or node): units of which a part is lost, agencies, and people counted as in `Impact`;
    `people_cut`: those of them whom no other network serves."""

    units: Longs
    agencies: Longs
    people: Longs
    people_cut: Longs

    def worst(self) -> Longs:
        """Numbers of those that take anything, by people, then units, then agencies, then number."""
        some = np.flatnonzero((self.units > 0) | (self.agencies > 0))
        return some[np.lexsort((some, -self.agencies[some], -self.units[some], -self.people[some]))]


@lru_cache(maxsize=8)
def _losses(same: _Same, kind: str, backed: frozenset[str]) -> Losses:
    ready = same.it
    bare = np.array([service.part not in backed for service in ready.services], bool)
    weights = ready.loss.services.weights
    weights = weights | {"cut": np.where(bare, weights["people"], 0)}
    weighed = replace(ready.loss, services=replace(ready.loss.services, weights=weights))
    found = span_losses(weighed) if kind == SPAN else node_losses(weighed)
    units, people = _by_group(ready, kind, np.ones(len(bare), bool))
    cut = _by_group(ready, kind, bare)[1] if backed else people
    return Losses(units, found["agencies"], found["people"] + people, found["cut"] + cut)


class _Same:
    """A prepared network as a key: the same object is the same network."""

    def __init__(self, it: PreparedNetwork) -> None:
        self.it = it

    def __hash__(self) -> int:
        return id(self.it)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.it is self.it


def losses(ready: PreparedNetwork, kind: str, backed: frozenset[str] = frozenset()) -> Losses:
    """Losses by every span, or by every node; `backed`: uids of parts that another network serves."""
    return _losses(_Same(ready), kind, backed)


def positions(ready: PreparedNetwork, kind: str) -> tuple[Longs, Longs, Longs, Longs]:
    """By service its position in the tree that tells what a span (or node) takes, -1 where it is not reached; and by
    span or node that takes anything, its number and the range [first, last) of positions it takes."""
    rooted = ready.rooted
    if kind == SPAN:
        places = rooted.bridge_places
        return ready.loss.home, rooted.by[places].astype(np.int64), places, rooted.end[places].astype(np.int64)
    ranks = (rooted.order[1:], rooted.first[1:], rooted.last[1:])
    return ready.loss.rank, *(given.astype(np.int64) for given in ranks)  # type: ignore[return-value]


def _by_group(ready: PreparedNetwork, kind: str, counted: NDArray[np.bool_]) -> tuple[Longs, Longs]:
    """Units of which any part counted (by service) is lost, and people counted with whole units.

    The spans (or nodes) that take any of several services are those above one of them: counted at each in the order of
    the tree, and taken off where two neighbours meet, each is counted once.
    """
    rooted = ready.rooted
    at, numbers, first, last = positions(ready, kind)
    codes = list(ready.unit_services)
    group = np.full(len(at), -1, np.int64)
    for index, code in enumerate(codes):
        group[ready.unit_services[code]] = index
    members = np.flatnonzero((group >= 0) & (at >= 0) & counted)
    members = members[np.lexsort((at[members], group[members]))]
    place, unit = at[members], group[members]
    meet = np.flatnonzero(unit[1:] == unit[:-1])
    joint = common(_parents(ready, kind), place[meet], place[meet + 1])
    size = len(rooted.graph.span_ids if kind == SPAN else rooted.graph.node_ids)
    whole = np.array([ready.whole.get(code, 0) for code in codes], np.int64)
    found = []
    for weight in (np.ones(len(codes), np.int64), whole):
        pile = np.zeros(rooted.size + 1, np.int64)
        np.add.at(pile, place + 1, weight[unit])
        np.add.at(pile, joint + 1, -weight[unit[meet]])
        total = np.cumsum(pile)
        out = np.zeros(size, np.int64)
        out[numbers] = total[last] - total[first]
        found.append(out)
    return found[0], found[1]


def _parents(ready: PreparedNetwork, kind: str) -> NDArray[np.integer]:
    rooted = ready.rooted
    if kind == SPAN:
        return rooted.parent
    up = np.full(rooted.size, -1, np.int32)
    up[rooted.first[1:]] = rooted.first[rooted.above[1:]]
    return up


def taking(ready: PreparedNetwork, kind: str, unit: str) -> Longs:
    """Numbers of the spans (or nodes) that alone take a unit, or a part of it, from the core."""
    at, numbers, first, last = positions(ready, kind)
    found = np.zeros(len(numbers), bool)
    for service in ready.unit_services.get(unit, ()):
        if at[service] >= 0:
            found |= (first <= at[service]) & (at[service] < last)
    return np.sort(numbers[found])
