"""Shortest paths from many vertices at once."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.heap import pop, push
from tinhso.infrastructure.solvers.steiner.kernel import kernel

FAR = 1 << 61


@kernel
def nearest(start: Any, reach: Any, arcs: Any, costs: Any, sources: Any) -> tuple[Any, Any, Any]:
    """By vertex: the distance to its nearest source, that source (-1: none), and the arc that leads to the vertex."""
    n = len(start) - 1
    far, base, by = np.full(n, FAR), np.full(n, -1), np.full(n, -1)
    keys, items = np.empty(len(arcs) + len(sources) + 1, np.int64), np.empty(len(arcs) + len(sources) + 1, np.int64)
    size = 0
    for s in sources:
        far[s] = 0
        base[s] = s
        size = push(keys, items, size, 0, s)
    while size > 0:
        key, v = keys[0], items[0]
        size = pop(keys, items, size)
        if key != far[v]:
            continue
        for i in range(start[v], start[v + 1]):
            w = reach[i]
            through = key + costs[arcs[i] >> 1]
            if through < far[w]:
                far[w] = through
                base[w] = base[v]
                by[w] = arcs[i]
                size = push(keys, items, size, through, w)
    return far, base, by


@kernel
def reduced_distances(
    start: Any, reach: Any, arcs: Any, reduced: Any, root: int, terminals: Any
) -> tuple[Any, Any, Any, Any]:
    """By vertex, along reduced costs: from the root; to the nearest terminal and which; to the nearest other terminal.

    The root counts as no terminal. FAR where there is no way.
    """
    n = len(start) - 1
    room = 2 * (len(arcs) + len(terminals)) + 2
    keys, items = np.empty(room, np.int64), np.empty(room, np.int64)
    down = np.full(n, FAR)
    down[root] = 0
    size = push(keys, items, 0, 0, root)
    while size > 0:
        key, v = keys[0], items[0]
        size = pop(keys, items, size)
        if key != down[v]:
            continue
        for i in range(start[v], start[v + 1]):
            through = key + reduced[arcs[i]]
            w = reach[i]
            if through < down[w]:
                down[w] = through
                size = push(keys, items, size, through, w)
    one, two, which, other = np.full(n, FAR), np.full(n, FAR), np.full(n, -1), np.full(n, -1)
    for t in terminals:
        if t != root:
            one[t] = 0
            which[t] = t
            size = push(keys, items, size, 0, 2 * t)
    while size > 0:
        key, v, second = keys[0], items[0] >> 1, items[0] & 1
        size = pop(keys, items, size)
        if key != (two[v] if second else one[v]):
            continue
        label = other[v] if second else which[v]
        for i in range(start[v], start[v + 1]):
            w = reach[i]
            through = key + reduced[arcs[i] ^ 1]
            if through < one[w]:
                if which[w] != label and one[w] < two[w]:
                    two[w] = one[w]
                    other[w] = which[w]
                    size = push(keys, items, size, two[w], 2 * w + 1)
                one[w] = through
                which[w] = label
                size = push(keys, items, size, through, 2 * w)
            elif label != which[w] and through < two[w]:
                two[w] = through
                other[w] = label
                size = push(keys, items, size, through, 2 * w + 1)
    return down, one, which, two
