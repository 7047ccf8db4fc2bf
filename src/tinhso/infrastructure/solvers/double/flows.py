"""Compiled search for the cut rows a fractional plan breaks: one small maximum flow per group of sites."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from numba import njit

Floats = npt.NDArray[np.float64]

UNBREAKABLE = 1e6


@njit(cache=True)
def _augment(source, root, first, leaving, head, left, came, queue):
    """One shortest augmenting way; returns what it carries, 0 if there is none (`came` then marks the source side)."""
    came[:] = -1
    came[source] = -2
    queue[0] = source
    filled, taken = 1, 0
    while taken < filled:
        here = queue[taken]
        taken += 1
        for slot in range(first[here], first[here + 1]):
            arc = leaving[slot]
            other = head[arc]
            if came[other] == -1 and left[arc] > 1e-9:
                came[other] = arc
                if other == root:
                    carried = 1e18
                    while other != source:
                        carried = min(carried, left[came[other]])
                        other = head[came[other] ^ 1]
                    other = root
                    while other != source:
                        left[came[other]] -= carried
                        left[came[other] ^ 1] += carried
                        other = head[came[other] ^ 1]
                    return carried
                queue[filled] = other
                filled += 1
    return 0.0


@njit(cache=True)
def _root_side(root, first, leaving, head, left, marked, queue):
    """Mark what can still reach the root."""
    marked[:] = False
    marked[root] = True
    queue[0] = root
    filled, taken = 1, 0
    while taken < filled:
        here = queue[taken]
        taken += 1
        for slot in range(first[here], first[here + 1]):
            arc = leaving[slot]
            other = head[arc]
            if not marked[other] and left[arc ^ 1] > 1e-9:
                marked[other] = True
                queue[filled] = other
                filled += 1


@njit(cache=True)
def shortfalls(
    root, first, leaving, head, carries, columns, capacity, asked, level, source_first, sources, spare_first, spare,
    super_arcs, depth, limit, start,
):  # fmt: skip
    """Cuts that hold less than what groups ask, flattened: the group of each cut, its arcs and where they start.

    The last vertex is a source of its own, joined by `super_arcs[v]` to every vertex; `spare` are arcs through a
    group's own nodes, which do not count as failing; `carries[arc]` is false for mere residual arcs; `columns[arc]` is
    -1 for what stands, while candidates count by their capacity over the group's `level`. Up to `depth` cuts of each
    kind per group: after one is found its arcs are taken as full, which yields the next further on.
    """
    arcs, vertices = len(head), len(first) - 1
    source = vertices - 1
    left, raised = np.empty(arcs), np.empty(arcs)
    came, queue = np.empty(vertices, np.int64), np.empty(vertices, np.int64)
    reaching = np.empty(vertices, np.bool_)
    groups, starts, found = [0], [0], [0]
    groups.pop()
    found.pop()
    count = len(asked)
    for step in range(count):
        group = (start + step) % count
        if asked[group] <= 0.0:
            continue
        for arc in range(arcs):
            raised[arc] = capacity[arc] / level[group] if columns[arc] >= 0 else capacity[arc]
        for slot in range(source_first[group], source_first[group + 1]):
            raised[super_arcs[sources[slot]]] = 1e6
        for slot in range(spare_first[group], spare_first[group + 1]):
            raised[spare[slot]] = 1e6
        for _ in range(depth):
            left[:] = raised
            flow = 0.0
            while flow < asked[group] - 1e-4:
                carried = _augment(source, root, first, leaving, head, left, came, queue)
                if carried == 0.0:
                    break
                flow += carried
            if flow >= asked[group] - 1e-4:
                break
            _root_side(root, first, leaving, head, left, reaching, queue)
            same = True
            size = len(found)
            for arc in range(arcs):
                if carries[arc]:
                    inside, outside = head[arc ^ 1], head[arc]
                    if came[inside] != -1 and came[outside] == -1:
                        found.append(arc)
                    if (not reaching[inside] and reaching[outside]) != (came[inside] != -1 and came[outside] == -1):
                        same = False
            groups.append(group)
            starts.append(len(found))
            if not same:
                for arc in range(arcs):
                    if carries[arc] and not reaching[head[arc ^ 1]] and reaching[head[arc]]:
                        found.append(arc)
                groups.append(group)
                starts.append(len(found))
            for slot in range(size, len(found)):
                raised[found[slot]] = asked[group]
        if len(groups) >= limit:
            break
    return np.array(groups), np.array(starts), np.array(found)


@njit(cache=True)
def _shortest(source, root, first, leaving, head, left, price, came, far, queue, waiting):
    """Cheapest augmenting way (queue-driven Bellman-Ford, as residual arcs pay back); true if there is one."""
    size = len(queue)
    came[:] = -1
    far[:] = 1e300
    waiting[:] = False
    far[source] = 0.0
    queue[0] = source
    waiting[source] = True
    at, filled = 0, 1
    while filled:
        here = queue[at]
        at = (at + 1) % size
        filled -= 1
        waiting[here] = False
        if far[here] >= far[root]:
            continue
        for slot in range(first[here], first[here + 1]):
            arc = leaving[slot]
            other = head[arc]
            if left[arc] > 0.5 and far[here] + price[arc] < far[other] - 1e-9:
                far[other] = far[here] + price[arc]
                came[other] = arc
                if not waiting[other]:
                    queue[(at + filled) % size] = other
                    filled += 1
                    waiting[other] = True
    return far[root] < 1e299


@njit(cache=True)
def cheapest_ways(
    root, first, leaving, head, columns, fixed, prices, asked, source_first, sources, spare_first, spare, super_arcs,
    order, built,
):  # fmt: skip
    """Give each group in turn its cheapest ways, free along what is built; marks what it builds in `built`.

    Returns for each column the group that built it (-1: none), and whether every group got what it asks.
    """
    arcs, vertices = len(head), len(first) - 1
    source = vertices - 1
    left, price = np.empty(arcs), np.zeros(arcs)
    came, queue = np.empty(vertices, np.int64), np.empty(vertices, np.int64)
    far, waiting = np.empty(vertices), np.empty(vertices, np.bool_)
    base = np.empty(arcs)
    builder = np.full(len(built), -1, np.int64)
    complete = True
    for arc in range(arcs):
        base[arc] = 1.0 if columns[arc] >= 0 else fixed[arc]
        if columns[arc] >= 0 and not built[columns[arc]]:
            price[arc] = prices[columns[arc]]
            price[arc ^ 1] = 0.0
    for group in order:
        left[:] = base
        for slot in range(source_first[group], source_first[group + 1]):
            left[super_arcs[sources[slot]]] = 1e6
        for slot in range(spare_first[group], spare_first[group + 1]):
            left[spare[slot]] = 1e6
        for arc in range(0, arcs, 2):
            price[arc + 1] = -price[arc]
        for _ in range(int(asked[group])):
            if not _shortest(source, root, first, leaving, head, left, price, came, far, queue, waiting):
                complete = False
                break
            other = root
            while other != source:
                left[came[other]] -= 1.0
                left[came[other] ^ 1] += 1.0
                other = head[came[other] ^ 1]
        for arc in range(0, arcs, 2):
            column = columns[arc]
            if column >= 0 and left[arc] < 0.5 and not built[column]:
                built[column] = True
                builder[column] = group
        for arc in range(0, arcs, 2):
            if columns[arc] >= 0 and built[columns[arc]]:
                price[arc] = 0.0
    return builder, complete
