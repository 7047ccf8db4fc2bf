"""Edges and vertices that a cheaper way round makes needless: tests by special distance.

The special (bottleneck Steiner) distance of two vertices is the least, over walks between them, of the longest stretch
without a terminal inside. An edge dearer than, or by another way as dear as, the special distance of its ends can go.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.heap import pop, push
from tinhso.infrastructure.solvers.steiner.kernel import kernel
from tinhso.infrastructure.solvers.steiner.reductions.mutable import (
    FREE,
    UNIONS,
    edge_between,
    far_end,
    join,
    union,
    unlink,
)


@kernel
def needless_edges(
    start: Any, reach: Any, arcs: Any, tails: Any, heads: Any, costs: Any, terminal: Any, order: Any, scans: int
) -> Any:
    """Flags of edges that can go, tried in an order; each search looks at no more than `scans` arcs.

    Adjacency must be sorted by cost. A search from one end follows stretches no longer than the edge, without the
    edge itself and without edges already dropped; at a terminal a new stretch begins.
    """
    n, m = len(start) - 1, len(costs)
    gone = np.zeros(m, np.bool_)
    leg, stamp = np.zeros(n, np.int64), np.full(n, -1)
    keys, items = np.empty(scans + 2, np.int64), np.empty(scans + 2, np.int64)
    for e in order:
        limit, source, target = costs[e], tails[e], heads[e]
        if start[source + 1] - start[source] > start[target + 1] - start[target]:
            source, target = target, source
        size, looked = push(keys, items, 0, 0, source), 0
        leg[source] = 0
        stamp[source] = e
        while size > 0 and looked < scans and not gone[e]:
            key, v = keys[0], items[0]
            size = pop(keys, items, size)
            if key != leg[v]:
                continue
            for i in range(start[v], start[v + 1]):
                edge = arcs[i] >> 1
                through = key + costs[edge]
                if through > limit or looked >= scans:
                    break
                looked += 1
                if gone[edge] or edge == e:
                    continue
                w = reach[i]
                if w == target:
                    gone[e] = True
                    break
                if terminal[w]:
                    through = 0
                if stamp[w] != e or through < leg[w]:
                    stamp[w] = e
                    leg[w] = through
                    size = push(keys, items, size, through, w)
    return gone


@kernel
def special_distances(
    g: Any, source: int, barred: int, limit: int, scans: int, longest: Any, leg: Any, stamp: Any, mark: int,
    keys: Any, items: Any
) -> None:  # fmt: skip
    """Bounds from above on special distances from a vertex, not by a barred one: longest[v] where stamp[v] is mark."""
    size, looked = push(keys, items, 0, 0, source), 0
    longest[source] = 0
    leg[source] = 0
    stamp[source] = mark
    while size > 0 and looked < scans:
        key, v = keys[0], items[0]
        size = pop(keys, items, size)
        if key != longest[v]:
            continue
        half = g.first[v]
        while half >= 0 and looked < scans:
            looked += 1
            w = far_end(g, half)
            stretch = leg[v] + g.costs[half >> 1]
            most = max(key, stretch)
            half = g.after[half]
            if w == barred or most > limit:
                continue
            if g.terminal[w]:
                stretch = 0
            if stamp[w] != mark or most < longest[w] or (most == longest[w] and stretch < leg[w]):
                stamp[w] = mark
                longest[w] = most
                leg[w] = stretch
                size = push(keys, items, size, most, w)


@kernel
def spanning_cost(between: Any, k: int, subset: int) -> int:
    """The cost of a minimum spanning tree over the members of a subset (bits), by Prim."""
    inside, total = subset & -subset, 0
    while inside != subset:
        least, chosen = 1 << 61, 0
        for i in range(k):
            if inside >> i & 1:
                for j in range(k):
                    if subset >> j & 1 and not inside >> j & 1 and between[i, j] < least:
                        least, chosen = between[i, j], j
        if least == 1 << 61:
            return least
        total += least
        inside |= 1 << chosen
    return total


@kernel
def replace_vertices(g: Any, largest: int, scans: int) -> int:
    """Replaces vertices of degree 3 … largest that need no more than two edges by edges between neighbours.

    A vertex that is no terminal has degree at most two in some optimal tree if, for every three or more of its
    neighbours, a spanning tree by special distances is no dearer than the edges to them. How many were replaced.
    """
    n, replaced = len(g.first), 0
    longest, leg, stamp = np.zeros(n, np.int64), np.zeros(n, np.int64), np.full(n, -1)
    keys, items = np.empty(scans + 2, np.int64), np.empty(scans + 2, np.int64)
    edges, ends = np.empty(largest, np.int64), np.empty(largest, np.int64)
    between = np.empty((largest, largest), np.int64)
    mark = 0
    for v in range(n):
        k = g.degree[v]
        if g.terminal[v] or k < 3 or k > largest or g.state[UNIONS] + k * k >= len(g.left):
            continue
        half, count, dearest = g.first[v], 0, 0
        while half >= 0:
            edges[count], ends[count] = half >> 1, far_end(g, half)
            dearest = max(dearest, g.costs[half >> 1])
            count += 1
            half = g.after[half]
        for i in range(k):
            mark += 1
            special_distances(g, ends[i], v, g.costs[edges[i]] + dearest, scans, longest, leg, stamp, mark, keys, items)
            for j in range(k):
                between[i, j] = longest[ends[j]] if stamp[ends[j]] == mark else 1 << 61
        for i in range(k):
            for j in range(k):
                between[i, j] = min(between[i, j], between[j, i])
        holds = True
        for subset in range(1 << k):
            star, members = 0, 0
            for i in range(k):
                if subset >> i & 1:
                    star += g.costs[edges[i]]
                    members += 1
            if members >= 3 and spanning_cost(between, k, subset) > star:
                holds = False
                break
        if not holds:
            continue
        added = 0
        for i in range(k):
            for j in range(i):
                if between[i, j] > g.costs[edges[i]] + g.costs[edges[j]] and edge_between(g, ends[i], ends[j]) < 0:
                    added += 1
        if added > k or g.state[FREE] + k < added:
            continue
        for i in range(k):
            unlink(g, edges[i])
        costs, histories = np.empty(k, np.int64), np.empty(k, np.int64)
        for i in range(k):
            costs[i], histories[i] = g.costs[edges[i]], g.history[edges[i]]
        for i in range(k):
            for j in range(i):
                if between[i, j] > costs[i] + costs[j]:
                    join(g, ends[i], ends[j], costs[i] + costs[j], union(g, histories[i], histories[j]))
        replaced += 1
    return replaced


@kernel
def replace_slim(g: Any, slim: Any, largest: int) -> int:
    """Replaces flagged vertices that need no more than two edges by edges between neighbours, where that adds few."""
    replaced = 0
    edges, ends = np.empty(largest, np.int64), np.empty(largest, np.int64)
    costs, histories = np.empty(largest, np.int64), np.empty(largest, np.int64)
    for v in range(len(slim)):
        k = g.degree[v]
        if not slim[v] or g.terminal[v] or k < 3 or k > largest or g.state[UNIONS] + k * k >= len(g.left):
            continue
        half, count = g.first[v], 0
        while half >= 0:
            edges[count], ends[count] = half >> 1, far_end(g, half)
            costs[count], histories[count] = g.costs[half >> 1], g.history[half >> 1]
            count += 1
            half = g.after[half]
        added = 0
        for i in range(k):
            for j in range(i):
                if edge_between(g, ends[i], ends[j]) < 0:
                    added += 1
        if added > k:
            continue
        for i in range(k):
            unlink(g, edges[i])
        for i in range(k):
            for j in range(i):
                old = edge_between(g, ends[i], ends[j])
                if old < 0 or g.costs[old] > costs[i] + costs[j]:
                    join(g, ends[i], ends[j], costs[i] + costs[j], union(g, histories[i], histories[j]))
        replaced += 1
    return replaced
