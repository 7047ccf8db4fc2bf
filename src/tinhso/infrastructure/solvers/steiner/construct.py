"""Trees built by shortest paths, and what a set of vertices allows at least cost."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.heap import pop, push
from tinhso.infrastructure.solvers.steiner.kernel import kernel
from tinhso.infrastructure.solvers.steiner.paths import FAR


@kernel
def shortest_path_tree(
    start: Any, reach: Any, arcs: Any, tails: Any, heads: Any, guide: Any, terminal: Any, source: int
) -> Any:
    """Flags of vertices: from a source, ever the nearest terminal is joined by a shortest path, by guiding costs.

    H. Takahashi, A. Matsuyama, "An approximate solution for the Steiner problem in graphs", Math. Japonica 24 (1980).
    guide is by arc (in the direction away from the source); all vertices found stay flagged if some terminal is out
    of reach.
    """
    n, missing = len(start) - 1, 0
    far, by, inside = np.full(n, FAR), np.full(n, -1), np.zeros(n, np.bool_)
    room = 4 * len(arcs) + n + 2
    keys, items = np.empty(room, np.int64), np.empty(room, np.int64)
    for v in range(n):
        missing += terminal[v]
    missing -= terminal[source]
    inside[source] = True
    far[source] = 0
    size = push(keys, items, 0, 0, source)
    while size > 0 and missing > 0:
        key, v = keys[0], items[0]
        size = pop(keys, items, size)
        if key != far[v]:
            continue
        if terminal[v] and not inside[v]:
            missing -= 1
            w = v
            while not inside[w]:
                inside[w] = True
                far[w] = 0
                if w != v and size < room:
                    size = push(keys, items, size, 0, w)
                arc = by[w]
                w = tails[arc >> 1] if arc & 1 == 0 else heads[arc >> 1]
            key = 0
        for i in range(start[v], start[v + 1]):
            w = reach[i]
            through = key + guide[arcs[i]]
            if through < far[w] and size < room:
                far[w] = through
                by[w] = arcs[i]
                size = push(keys, items, size, through, w)
    return inside


@kernel
def spanning_tree(order: Any, tails: Any, heads: Any, inside: Any, terminal: Any) -> Any:
    """Flags of edges: a minimum spanning forest over flagged vertices without branches that lead to no terminal.

    `order` lists the edges by rising cost. Vertices left out are unflagged.
    """
    n, m = len(inside), len(tails)
    up, chosen = np.arange(n), np.zeros(m, np.bool_)
    degree, link = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for e in order:
        a, b = tails[e], heads[e]
        if inside[a] and inside[b]:
            while up[a] != a:
                up[a] = up[up[a]]
                a = up[a]
            while up[b] != b:
                up[b] = up[up[b]]
                b = up[b]
            if a != b:
                up[a] = b
                chosen[e] = True
                for v in (tails[e], heads[e]):
                    degree[v] += 1
                    link[v] ^= e
    for first in range(n):
        v = first
        while inside[v] and degree[v] <= 1 and not terminal[v]:
            inside[v] = False
            if degree[v] == 0:
                break
            e = link[v]
            chosen[e] = False
            degree[v] = 0
            v = tails[e] ^ heads[e] ^ v
            degree[v] -= 1
            link[v] ^= e
    return chosen
