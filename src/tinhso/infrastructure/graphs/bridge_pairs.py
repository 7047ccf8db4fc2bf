"""Pairs of bridges behind which a service with several nodes stands: neither alone takes it, both together do."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice

import numpy as np

from tinhso.infrastructure.graphs.prepared import Longs, Prepared
from tinhso.infrastructure.graphs.services import Weights

# Bridges from the top down that hold one side of a service, and those that hold the other.
Sides = tuple[list[int], list[int]]


def bridge_pairs(prepared: Prepared, limit: int | None, leading: str) -> tuple[Longs, Longs, Weights]:
    """The `limit` worst such pairs by a weight: spans, and what they take that neither takes alone. Deeper bridges
    never take more than those above them, so that pairs are met worst first."""
    weight = prepared.services.weights
    found = list(islice(_in_order(_sides(prepared), weight[leading]), limit))
    by = prepared.rooted.by
    one, two = (np.array([by[pair[side]] for pair in found], np.int64) for side in (0, 1))
    losses = {name: np.array([kept[pair[2]].sum() for pair in found], np.int64) for name, kept in weight.items()}
    return one, two, losses


def _sides(prepared: Prepared) -> dict[int, Sides]:
    """By service that some two bridges hold between them."""
    rooted = prepared.rooted
    is_bridge = np.zeros(rooted.size, bool)
    is_bridge[rooted.bridge_places] = True
    if not is_bridge.any():
        return {}
    # The nearest bridge at or above a place, 0 where there is none, holds its 2-edge-connected component.
    holder = np.where(is_bridge, np.arange(rooted.size), 0).tolist()
    parent, end = rooted.parent.tolist(), rooted.end.tolist()
    for v in range(1, rooted.size):
        holder[v] = holder[v] or holder[parent[v]]
    starts = np.cumsum(prepared.count) - prepared.count
    sides: dict[int, Sides] = {}
    for service in np.flatnonzero(prepared.count > 1).tolist():
        places = sorted(prepared.at_place[starts[service] : starts[service] + prepared.count[service]].tolist())
        meet = holder[prepared.home[service]]
        if not (one := _between(places[0], meet, holder, parent)):
            continue
        rest = [place for place in places if place >= end[one[0]]]
        if not (two := _between(rest[0], meet, holder, parent)) or places[-1] >= end[two[0]]:
            continue
        near = places[: len(places) - len(rest)]
        sides[service] = (
            [bridge for bridge in one if bridge <= near[0] and near[-1] < end[bridge]],
            [bridge for bridge in two if bridge <= rest[0] and rest[-1] < end[bridge]],
        )
    return sides


def _between(place: int, meet: int, holder: list[int], parent: list[int]) -> list[int]:
    """Bridges (their lower places) above a place and below a component, from the top down."""
    found = []
    at = holder[place]
    while at != meet:
        found.append(at)
        at = holder[parent[at]]
    return found[::-1]


def _in_order(sides: dict[int, Sides], weight: Longs) -> Iterator[tuple[int, int, list[int]]]:
    """Pairs of bridges with the services they take together, heaviest first."""
    heap: list[tuple[int, int, int, int, int, list[int]]] = []

    def open_pairs(services: list[int], i: int, j: int) -> None:
        at: dict[tuple[int, int], list[int]] = defaultdict(list)
        for service in services:
            one, two = sides[service]
            if i < len(one) and j < len(two):
                at[one[i], two[j]].append(service)
        for (upper, lower), held in at.items():
            heapq.heappush(heap, (-int(weight[held].sum()), upper, lower, i, j, held))

    open_pairs(list(sides), 0, 0)
    while heap:
        _loss, upper, lower, i, j, held = heapq.heappop(heap)
        yield upper, lower, held
        open_pairs(held, i + 1, j)
        if i == 0:
            open_pairs(held, i, j + 1)
