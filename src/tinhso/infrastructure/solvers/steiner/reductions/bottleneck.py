"""Edges dearer than a way through terminals: the quick test by special distance, over few nearest ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.heap import pop, push
from tinhso.infrastructure.solvers.steiner.kernel import kernel

FAR = 1 << 61


@kernel
def some_nearest(start: Any, reach: Any, arcs: Any, costs: Any, terminals: Any, k: int) -> tuple[Any, Any]:
    """Distances to and names of the k nearest terminals of each vertex, nearest first (FAR, -1 beyond)."""
    n = len(start) - 1
    far, name = np.full((n, k), FAR), np.full((n, k), -1)
    settled = np.zeros(n, np.int64)
    room = k * (len(arcs) + 1) + len(terminals) + 1
    keys, items = np.empty(room, np.int64), np.empty(room, np.int64)
    size = 0
    for index in range(len(terminals)):
        size = push(keys, items, size, 0, terminals[index] * n + terminals[index])
    while size > 0:
        key, v, t = keys[0], items[0] // n, items[0] % n
        size = pop(keys, items, size)
        if settled[v] == k:
            continue
        known = False
        for i in range(settled[v]):
            known = known or name[v, i] == t
        if known:
            continue
        far[v, settled[v]] = key
        name[v, settled[v]] = t
        settled[v] += 1
        for i in range(start[v], start[v + 1]):
            w = reach[i]
            if settled[w] < k and size < room:
                size = push(keys, items, size, key + costs[arcs[i] >> 1], w * n + t)
    return far, name


@kernel
def terminal_forest(
    tails: Any, heads: Any, costs: Any, far: Any, base: Any, order: Any, lengths: Any
) -> tuple[Any, Any]:
    """A forest over terminals, by union of the smaller into the larger: parents and the length that joined each.

    Climbing towards the common ancestor, the last length passed is the bottleneck between two terminals.
    """
    n = len(base)
    up, weight, count = np.arange(n), np.full(n, FAR), np.ones(n, np.int64)
    for i in order:
        e = i
        a, b = base[tails[e]], base[heads[e]]
        if a < 0 or b < 0 or a == b:
            continue
        while up[a] != a:
            a = up[a]
        while up[b] != b:
            b = up[b]
        if a != b:
            if count[a] > count[b]:
                a, b = b, a
            up[a] = b
            count[b] += count[a]
            weight[a] = lengths[e]
    return up, weight


@kernel
def dear_edges(tails: Any, heads: Any, costs: Any, far: Any, name: Any, up: Any, weight: Any) -> Any:
    """Flags of edges strictly dearer than a way through terminals; all of them can go at once."""
    m, k = len(costs), far.shape[1]
    gone = np.zeros(m, np.bool_)
    for e in range(m):
        u, v, cost = tails[e], heads[e], costs[e]
        for i in range(k):
            if gone[e] or far[u, i] >= cost:
                break
            for j in range(k):
                if far[v, j] >= cost:
                    break
                a, b, longest = name[u, i], name[v, j], 0
                while a != b and longest < cost:
                    if weight[a] <= weight[b]:
                        longest = weight[a]
                        a = up[a]
                    else:
                        longest = weight[b]
                        b = up[b]
                if longest < cost:
                    gone[e] = True
                    break
    return gone
