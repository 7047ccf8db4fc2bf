"""Pairs of spans that only together take the core from someone."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np

from tinhso.infrastructure.graphs.bridge_pairs import bridge_pairs
from tinhso.infrastructure.graphs.chains import Ringed, ringed
from tinhso.infrastructure.graphs.multigraph import BrokenGraph
from tinhso.infrastructure.graphs.prepared import Longs, Prepared
from tinhso.infrastructure.graphs.services import Weights

MOST = 5_000_000


@dataclass(frozen=True)
class Pairs:
    """Pairs of spans first[i] < second[i] (numbers) with what both together take and neither takes alone, worst first
    by the weight asked for. `total` counts all pairs of which neither span is a bridge and both together are a cut,
    also those beyond the limit and those that take no service. Pairs of bridges appear where a service with several
    nodes stands behind both."""

    first: Longs
    second: Longs
    losses: Weights
    total: int


def pairs(prepared: Prepared, limit: int | None = None, weight: str | None = None) -> Pairs:
    """The `limit` worst pairs of spans, by the weight of a name (default: the first); all pairs without a limit.

    Linear in the network and in the pairs listed. Without a limit, more than 5 million pairs raise BrokenGraph: a ring
    of n spans alone has n(n-1)/2."""
    leading = leading_weight(prepared, limit, weight)
    names = list(prepared.services.weights)
    rings = ringed(prepared)
    sizes = np.diff(rings.chains.start)
    total = int((sizes * (sizes - 1) // 2).sum())
    if total <= MOST:
        one, two, losses = _all(rings, prepared)
    elif limit is None:
        raise BrokenGraph(f"{total:,} pairs are too many to list", mend="give a limit: the worst pairs come first")
    else:
        one, two, losses = _worst(rings, prepared, limit, leading)
    more_one, more_two, more = bridge_pairs(prepared, limit, leading)
    first, second = np.concatenate([one, more_one]), np.concatenate([two, more_two])
    found = {name: np.concatenate([losses[name], more[name]]) for name in names}
    first, second = np.minimum(first, second), np.maximum(first, second)
    if limit is not None and len(first) > 4 * limit:
        worst = np.partition(found[leading], len(first) - limit)[len(first) - limit]
        kept = np.flatnonzero(found[leading] >= worst)
        first, second, found = first[kept], second[kept], {name: loss[kept] for name, loss in found.items()}
    order = np.lexsort((second, first, -found[leading]))[:limit]
    return Pairs(first[order], second[order], {name: loss[order] for name, loss in found.items()}, total)


def leading_weight(prepared: Prepared, limit: int | None, weight: str | None) -> str:
    """The weight to sort by; a name or limit that makes no sense raises BrokenGraph."""
    names = list(prepared.services.weights)
    leading = weight if weight is not None else next(iter(names), "")
    if leading not in names:
        raise BrokenGraph(f"no weight {leading!r}", mend=f"one of {', '.join(names)}")
    if limit is not None and limit < 1:
        raise BrokenGraph(f"limit {limit}", mend="give 1 or more, or none for all pairs")
    return leading


def _all(rings: Ringed, prepared: Prepared) -> tuple[Longs, Longs, Weights]:
    """Every pair of every chain."""
    chains = rings.chains
    ends = np.repeat(chains.start[1:], np.diff(chains.start))
    here = np.arange(len(ends))
    following = ends - here - 1
    one = np.repeat(here, following)
    before = np.cumsum(following) - following
    two = one + 1 + np.arange(len(one)) - before[one]
    losses = {name: below[one] - below[two] for name, below in rings.below.items()}
    for chain in np.unique(rings.chain).tolist():
        start, size = chains.start[chain], int(chains.start[chain + 1] - chains.start[chain])
        apart = np.flatnonzero(rings.chain == chain)
        begin = before[start]
        i, j = np.triu_indices(size, 1)
        for name, weight in prepared.services.weights.items():
            # Services whose segments low … high lie within i … j-1: sums over low from behind, over high from before.
            grid = np.zeros((size, size), np.int64)
            np.add.at(grid, (rings.low[apart], rings.high[apart] + 1), weight[rings.service[apart]])
            within = np.cumsum(np.cumsum(grid[::-1], axis=0)[::-1], axis=1)
            losses[name][begin : begin + len(i)] += within[i, j]
    return chains.span[one], chains.span[two], losses


def _worst(rings: Ringed, prepared: Prepared, limit: int, leading: str) -> tuple[Longs, Longs, Weights]:
    """The worst pairs, best first: a pair further in never takes more than the one around it, so that each chain gives
    its pairs in order, column by column, and only what may still count is looked at."""
    weights = prepared.services.weights
    chains = rings.chains
    by_chain = np.argsort(rings.chain, kind="stable")
    bounds = np.searchsorted(rings.chain[by_chain], np.arange(len(chains) + 1))

    def column(name: str, chain: int, j: int) -> Longs:
        start = int(chains.start[chain])
        below = rings.below[name][start : start + min(j, limit)] - rings.below[name][start + j]
        apart = by_chain[bounds[chain] : bounds[chain + 1]]
        apart = apart[rings.high[apart] < j]
        sums = np.zeros(len(below) + 1, np.int64)
        np.add.at(sums, np.minimum(rings.low[apart], len(below)), weights[name][rings.service[apart]])
        return below + np.cumsum(sums[::-1])[::-1][:-1]

    def in_order() -> Iterator[tuple[int, int, int]]:
        columns: dict[tuple[int, int], list[int]] = {}
        heap: list[tuple[int, int, int, int]] = []

        def open_column(chain: int, j: int) -> None:
            if j:
                columns[chain, j] = column(leading, chain, j).tolist()
                heapq.heappush(heap, (-columns[chain, j][0], chain, j, 0))

        for chain, size in enumerate(np.diff(chains.start).tolist()):
            open_column(chain, size - 1)
        while heap:
            _loss, chain, j, i = heapq.heappop(heap)
            yield chain, i, j
            if i == 0:
                open_column(chain, j - 1)
            if i + 1 < len(columns[chain, j]):
                heapq.heappush(heap, (-columns[chain, j][i + 1], chain, j, i + 1))

    found = list(islice(in_order(), limit))
    one = np.array([chains.start[chain] + i for chain, i, _j in found], np.int64)
    two = np.array([chains.start[chain] + j for chain, _i, j in found], np.int64)
    kept: dict[tuple[str, int, int], Longs] = {}
    losses: Weights = {name: np.empty(len(found), np.int64) for name in weights}
    for name in weights:
        for at, (chain, i, j) in enumerate(found):
            if (name, chain, j) not in kept:
                kept[name, chain, j] = column(name, chain, j)
            losses[name][at] = kept[name, chain, j][i]
    return chains.span[one], chains.span[two], losses
