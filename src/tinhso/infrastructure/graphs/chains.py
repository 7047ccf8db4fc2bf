"""Classes of spans any two of which are a 2-cut, and the services that lie between two spans of a class.

The spans of a class stand around a ring: c[0], c[1], … from the core's side down the spanning tree, last of all the one
way outside the tree, where the class has one. Cutting c[i] and c[j] takes what lies on the segments i … j-1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinhso.infrastructure.graphs import kernels
from tinhso.infrastructure.graphs.prepared import Longs, Prepared
from tinhso.infrastructure.graphs.rooted import Rooted, common
from tinhso.infrastructure.graphs.services import Weights


@dataclass(frozen=True)
class Chains:
    """Class c holds the elements start[c] … start[c+1]-1, from the top: their spans, and the lower places of their
    tree ways (-1: the way outside the tree)."""

    start: Longs
    span: Longs
    place: Longs

    def __len__(self) -> int:
        return len(self.start) - 1


@dataclass(frozen=True)
class Ringed:
    """`below` by weight: what lies below each element of the chains (below[i] - below[j] lies between). Services with
    nodes on several segments of one ring are apart, as straddlers: chain, first and last segment, service."""

    chains: Chains
    below: Weights
    chain: Longs
    low: Longs
    high: Longs
    service: Longs


def chains_of(rooted: Rooted) -> Chains:
    """All classes of at least two spans, none of them a bridge."""
    span, lower, upper = rooted.links
    way, link = np.empty(rooted.size, np.int32), np.empty(len(span), np.int32)
    by_place = np.empty((7, rooted.size), np.int32)
    by_bracket = np.empty((6, len(span) + rooted.size), np.int32)
    rooted.run(kernels.CYCLE_CLASSES, rooted.parent, lower, upper, by_place, by_bracket, way, link)
    ways = np.flatnonzero((way >= 0) & (rooted.by >= 0))
    links = np.flatnonzero((link >= 0) & (span >= 0))
    classes = np.concatenate([way[ways], link[links]]).astype(np.int64)
    spans = np.concatenate([rooted.by[ways], span[links]]).astype(np.int64)
    places = np.concatenate([ways, np.full(len(links), -1)])
    depth = np.where(places < 0, rooted.size, places)
    several = np.bincount(classes, minlength=1)[classes] > 1
    order = np.lexsort((depth[several], classes[several]))
    classes, spans, places = (kept[several][order] for kept in (classes, spans, places))
    start = np.flatnonzero(np.diff(classes, prepend=-1))
    return Chains(np.append(start, len(classes)), spans, places)


def ringed(prepared: Prepared) -> Ringed:
    """Lay the services between the spans of each class: linear, and a range minimum for those with several nodes."""
    rooted = prepared.rooted
    chains = chains_of(rooted)
    at = prepared.home.copy()
    apart = [np.empty(0, np.int64)] * 4
    several = np.flatnonzero(np.bincount(prepared.at_service, minlength=len(at)) > 1)
    if len(several) and len(chains):
        at, apart = _on_cactus(prepared, chains, several)
    below: Weights = {}
    inner = chains.place >= 0
    place = chains.place[inner]
    settled = np.flatnonzero(prepared.reached)
    for name, weight in prepared.services.weights.items():
        pile = np.zeros(rooted.size + 1, np.int64)
        np.add.at(pile, at[settled] + 1, weight[settled])
        total = np.cumsum(pile)
        below[name] = np.zeros(len(chains.place), np.int64)
        below[name][inner] = total[rooted.end[place]] - total[place]
    return Ringed(chains, below, *apart)


def _on_cactus(prepared: Prepared, chains: Chains, several: Longs) -> tuple[Longs, list[Longs]]:
    """Where services with several nodes meet: at a component (its topmost place, by service), or on several segments
    of one ring; those are, for the rings around it, at the component that the ring hangs from."""
    rooted = prepared.rooted
    size = rooted.size
    of = np.repeat(np.arange(len(chains)), np.diff(chains.start))
    index = np.arange(len(of)) - chains.start[of]
    closing = np.zeros(len(of), bool)
    closing[chains.start[1:] - 1] = True
    inner = np.flatnonzero(chains.place >= 0)
    place = chains.place[inner]
    chain, at_index, wraps = np.full(size, -1, np.int32), np.zeros(size, np.int32), np.zeros(size, np.uint8)
    chain[rooted.bridge_places] = -2
    chain[place], at_index[place], wraps[place] = of[inner], index[inner], closing[inner]
    opened, comp = np.empty(len(chains), np.int32), np.empty(size, np.int32)
    up = np.empty(size + len(chains), np.int32)
    rooted.run(kernels.CACTUS, rooted.parent, chain, at_index, wraps, opened, comp, up)

    up = up[: int((up >= 0).sum()) + 1]
    room, first, last = (np.empty(len(up), np.int32) for _ in range(3))
    rooted.run(kernels.NEST, up, room, first, last)
    number = np.empty(len(up), np.int64)
    number[first] = np.arange(len(up))
    up_rank = np.full(len(up), -1, np.int64)
    up_rank[first[1:]] = first[up[1:]]
    entry = np.flatnonzero(np.isin(prepared.at_service, several))
    ranks = first[comp[prepared.at_place[entry]]].astype(np.int64)
    starts = np.flatnonzero(np.diff(prepared.at_service[entry], prepend=-1))
    low, high = np.minimum.reduceat(ranks, starts), np.maximum.reduceat(ranks, starts)
    meet = number[common(up_rank, low, high)]

    cycle = np.full(len(up), -1, np.int64)
    cycle[opened] = np.arange(len(chains))
    top = np.empty(len(up), np.int64)
    top[comp[::-1]] = np.arange(size - 1, -1, -1)
    at = prepared.home.copy()
    at[several] = top[np.where(cycle[meet] >= 0, up[meet], meet)]
    apart = np.flatnonzero(cycle[meet] >= 0)
    on = cycle[meet[apart]]
    segments = np.flatnonzero((chains.place >= 0) & ~closing)
    keys = of[segments] * len(up) + first[comp[chains.place[segments]]]
    low_at, high_at = (
        index[segments[np.searchsorted(keys, on * len(up) + found[apart], "right") - 1]] for found in (low, high)
    )
    return at, [on, low_at, high_at, several[apart]]
