"""Services laid upon a rooted network: each sits at the lowest common ancestor of its nodes, in both trees."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tinhso.infrastructure.graphs.multigraph import BrokenGraph, Ints
from tinhso.infrastructure.graphs.rooted import Rooted, common
from tinhso.infrastructure.graphs.services import Services, Weights

Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Prepared:
    """`at_service`, `at_place`: one entry for every service and node of it that reaches the core, by service.
    By service: `count` of such entries, `home` their common place in the spanning tree, `rank` their common rank in
    the tree of cut nodes (-1 where the service is not reached)."""

    rooted: Rooted
    services: Services
    at_service: Longs
    at_place: Longs
    count: Longs
    home: Longs
    rank: Longs

    @cached_property
    def reached(self) -> NDArray[np.bool_]:
        """By service: whether it reaches the core in the intact network. Only these can be lost."""
        return self.count > 0

    @property
    def unreached(self) -> dict[str, int]:
        """Weight of services that do not reach the core even when nothing is cut; no cut ever counts them."""
        return {name: int(weight[~self.reached].sum()) for name, weight in self.services.weights.items()}

    def weighed(self, chosen: NDArray[np.integer]) -> dict[str, int]:
        """Total weights of some services."""
        return {name: int(weight[chosen].sum()) for name, weight in self.services.weights.items()}

    @cached_property
    def first_place_of_rank(self) -> Ints:
        """Place at each rank of the tree of cut nodes."""
        places = np.empty(self.rooted.size, np.int32)
        places[self.rooted.first] = np.arange(self.rooted.size, dtype=np.int32)
        return places


def prepare(rooted: Rooted, services: Services) -> Prepared:
    """Lay services upon a network. Linear, plus a sort-free logarithmic factor for services with several nodes."""
    count = len(services.keys)
    if len(services.nodes) and not 0 <= services.nodes.min() <= services.nodes.max() < len(rooted.graph.node_ids):
        raise BrokenGraph("a service names a node that the graph does not have")
    at_service = np.repeat(np.arange(count), np.diff(services.start))
    at_place = rooted.place[services.nodes].astype(np.int64)
    held = at_place >= 0
    at_service, at_place = at_service[held], at_place[held]
    entries = np.bincount(at_service, minlength=count)
    reached = np.flatnonzero(entries)
    home, rank = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
    if len(reached):
        starts = (np.cumsum(entries) - entries)[reached]
        ranks = rooted.first[at_place].astype(np.int64)
        for out, entry in ((home, at_place), (rank, ranks)):
            low, high = np.minimum.reduceat(entry, starts), np.maximum.reduceat(entry, starts)
            out[reached] = low
            several = np.flatnonzero(low < high)
            if len(several):
                tree = rooted.parent if out is home else _parent_ranks(rooted)
                out[reached[several]] = common(tree, low[several], high[several])
    return Prepared(rooted, services, at_service, at_place, entries, home, rank)


def _parent_ranks(rooted: Rooted) -> Ints:
    """By rank in the tree of cut nodes, the rank above (-1 at the root)."""
    up = np.full(rooted.size, -1, np.int32)
    up[rooted.first[1:]] = rooted.first[rooted.above[1:]]
    return up


def piled(prepared: Prepared, at: Longs) -> Weights:
    """By weight: running totals over places (or ranks), so that a subtree weighs total[last] - total[first]."""
    totals: Weights = {}
    reached = prepared.reached
    for name, weight in prepared.services.weights.items():
        pile = np.zeros(prepared.rooted.size + 1, np.int64)
        np.add.at(pile, at[reached] + 1, weight[reached])
        totals[name] = np.cumsum(pile)
    return totals
