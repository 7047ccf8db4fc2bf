"""Directed cuts that a fractional solution violates, by maximum flows from the root (Dinic's algorithm)."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.kernel import kernel

# Capacity 1 in the integers of the flow.
UNIT = 1 << 20


@kernel
def levels(start: Any, reach: Any, arcs: Any, residual: Any, origin: int, target: int, level: Any, queue: Any) -> bool:
    """Distances in arcs from the origin along what can still carry; whether the target (-1: none) is reached."""
    for v in range(len(level)):
        level[v] = -1
    level[origin] = 0
    queue[0] = origin
    at, size = 0, 1
    while at < size:
        v = queue[at]
        at += 1
        for i in range(start[v], start[v + 1]):
            w = reach[i]
            if level[w] < 0 and residual[arcs[i]] > 0:
                level[w] = level[v] + 1
                if w == target:
                    return True
                queue[size] = w
                size += 1
    return False


@kernel
def flow(
    start: Any, reach: Any, arcs: Any, residual: Any, origin: int, target: int, enough: int, level: Any, queue: Any,
    at: Any, way: Any
) -> int:  # fmt: skip
    """Sends flow until no more can go or it is enough; its value. `residual` is lowered in place."""
    total = 0
    while total < enough and levels(start, reach, arcs, residual, origin, target, level, queue):
        for v in range(len(at)):
            at[v] = start[v]
        v, depth = origin, 0
        while total < enough:
            if v == target:
                least = enough - total
                for k in range(depth):
                    least = min(least, residual[arcs[way[k]]])
                total += least
                back = 0
                for k in range(depth - 1, -1, -1):
                    residual[arcs[way[k]]] -= least
                    residual[arcs[way[k]] ^ 1] += least
                    if residual[arcs[way[k]]] == 0:
                        back = k
                depth = back
                v = reach[way[depth - 1]] if depth > 0 else origin
                continue
            moved = False
            while at[v] < start[v + 1]:
                i = at[v]
                if residual[arcs[i]] > 0 and level[reach[i]] == level[v] + 1:
                    way[depth] = i
                    depth += 1
                    v = reach[i]
                    moved = True
                    break
                at[v] += 1
            if not moved:
                if depth == 0:
                    break
                level[v] = -1
                depth -= 1
                v = reach[way[depth - 1]] if depth > 0 else origin
                at[v] += 1
    return total


@kernel
def reaching(start: Any, reach: Any, arcs: Any, residual: Any, target: int, inside: Any, queue: Any) -> None:
    """Flags the vertices that can still send to the target."""
    for v in range(len(inside)):
        inside[v] = False
    inside[target] = True
    queue[0] = target
    at, size = 0, 1
    while at < size:
        v = queue[at]
        at += 1
        for i in range(start[v], start[v + 1]):
            w = reach[i]
            if not inside[w] and residual[arcs[i] ^ 1] > 0:
                inside[w] = True
                queue[size] = w
                size += 1


@kernel
def violated_cuts(
    start: Any, reach: Any, arcs: Any, tails: Any, heads: Any, capacity: Any, root: int, targets: Any, demand: Any,
    most: int, nested: int, cut_arcs: Any, cut_start: Any, cut_target: Any
) -> int:  # fmt: skip
    """Cuts of less capacity than a target demands; how many. Capacities and demands are in UNITs.

    cut_arcs[cut_start[i]:cut_start[i+1]] are the arcs of cut i, which separates cut_target[i]. For each target up to
    `nested` disjoint cuts in turn: the arcs of a cut found count as full from then on. Of the cut nearest to the root
    and the one nearest to the target, the one with fewer arcs is taken, both if they share none.
    """
    n, m = len(start) - 1, len(tails)
    level, queue, at, way = np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64)
    inside, full = np.empty(n, np.bool_), capacity.copy()
    residual = np.empty(2 * m, np.int64)
    near, there = np.empty(2 * m, np.int64), np.empty(2 * m, np.int64)
    cuts = 0
    cut_start[0] = 0
    for t in targets:
        for _try in range(nested):
            for a in range(2 * m):
                residual[a] = full[a]
            sent = flow(start, reach, arcs, residual, root, t, demand[t], level, queue, at, way)
            if sent >= demand[t] - UNIT // 1000:
                break
            levels(start, reach, arcs, residual, root, -1, level, queue)
            reaching(start, reach, arcs, residual, t, inside, queue)
            ahead, behind, shared = 0, 0, False
            for a in range(2 * m):
                tail = tails[a >> 1] if a & 1 == 0 else heads[a >> 1]
                head = tails[a >> 1] ^ heads[a >> 1] ^ tail
                first = level[tail] >= 0 and level[head] < 0
                last = not inside[tail] and inside[head]
                if first:
                    near[ahead] = a
                    ahead += 1
                if last:
                    there[behind] = a
                    behind += 1
                shared = shared or (first and last)
            for which in range(2):
                count = ahead if which == 0 else behind
                if shared and ((which == 0) != (ahead < behind)):
                    continue
                filled = cut_start[cuts]
                if cuts >= most or cuts + 1 >= len(cut_start) or filled + count > len(cut_arcs):
                    return cuts
                for k in range(count):
                    a = near[k] if which == 0 else there[k]
                    cut_arcs[filled + k] = a
                    full[a] = UNIT
                cut_start[cuts + 1] = filled + count
                cut_target[cuts] = t
                cuts += 1
    return cuts
