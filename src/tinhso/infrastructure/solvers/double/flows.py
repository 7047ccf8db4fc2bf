"""Compiled flows on a board: the cut rows a fractional plan breaks, cheapest ways, ways that can go."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tinhso.infrastructure.solvers.steiner.kernel import kernel

from .problem import Bools, Ints

Floats = npt.NDArray[np.float64]

UNBREAKABLE = 1e6
ROOT = 0


class Net(NamedTuple):
    """Arcs a and a ^ 1 are each other's residual. The last vertex is a source of its own, joined by `start[v]` to each
    vertex v where groups begin; `leaving[first[v]:first[v + 1]]` are the arcs out of v.

    `column[a]`: the candidate's column, -1 for what stands, which has capacity `fixed[a]`; `carries[a]` is false for
    mere residual arcs. A group's vertices and the arcs through its own nodes (which do not count as failing) follow.
    """

    first: Ints
    leaving: Ints
    head: Ints
    column: Ints
    fixed: Floats
    carries: Bools
    start: Ints
    vertex_first: Ints
    vertices: Ints
    own_first: Ints
    own: Ints


@kernel
def augment(net, source, root, left, came, queue):
    """One shortest augmenting way; returns what it carries, 0 if there is none (`came` then marks the source side)."""
    first, leaving, head = net.first, net.leaving, net.head
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


@kernel
def _open(net, group, capacity):
    """Let a group's flow begin at its vertices and pass its own nodes freely."""
    for slot in range(net.vertex_first[group], net.vertex_first[group + 1]):
        capacity[net.start[net.vertices[slot]]] = 1e6
    for slot in range(net.own_first[group], net.own_first[group + 1]):
        capacity[net.own[slot]] = 1e6


@kernel
def _root_side(net, left, marked, queue):
    """Mark what can still reach the root."""
    marked[:] = False
    marked[0] = True
    queue[0] = 0
    filled, taken = 1, 0
    while taken < filled:
        here = queue[taken]
        taken += 1
        for slot in range(net.first[here], net.first[here + 1]):
            arc = net.leaving[slot]
            other = net.head[arc]
            if not marked[other] and left[arc ^ 1] > 1e-9:
                marked[other] = True
                queue[filled] = other
                filled += 1


@kernel
def shortfalls(net, capacity, asked, level, depth):
    """Cuts that hold less than what groups ask, flattened: the group of each cut, its arcs and where they start.

    Candidates count by their `capacity` over the group's `level`. Of each group the cut nearest to it and the one
    nearest to the core, and then, its arcs taken as full, the next further on: `depth` times.
    """
    head, column = net.head, net.column
    arcs, vertices = len(head), len(net.first) - 1
    source = vertices - 1
    left, raised = np.empty(arcs), np.empty(arcs)
    came, queue = np.empty(vertices, np.int64), np.empty(vertices, np.int64)
    reaching = np.empty(vertices, np.bool_)
    groups, starts, found = [0], [0], [0]
    groups.pop()
    found.pop()
    for group in range(len(asked)):
        if asked[group] <= 0.0:
            continue
        for arc in range(arcs):
            raised[arc] = capacity[column[arc]] / level[group] if column[arc] >= 0 else net.fixed[arc]
        _open(net, group, raised)
        for _ in range(depth):
            left[:] = raised
            flow = 0.0
            while flow < asked[group] - 1e-4:
                carried = augment(net, source, 0, left, came, queue)
                if carried == 0.0:
                    break
                flow += carried
            if flow >= asked[group] - 1e-4:
                break
            _root_side(net, left, reaching, queue)
            same = True
            size = len(found)
            for arc in range(arcs):
                if net.carries[arc]:
                    inside, outside = head[arc ^ 1], head[arc]
                    near = came[inside] != -1 and came[outside] == -1
                    if near:
                        found.append(arc)
                    if near != (not reaching[inside] and reaching[outside]):
                        same = False
            groups.append(group)
            starts.append(len(found))
            if not same:
                for arc in range(arcs):
                    if net.carries[arc] and not reaching[head[arc ^ 1]] and reaching[head[arc]]:
                        found.append(arc)
                groups.append(group)
                starts.append(len(found))
            for slot in range(size, len(found)):
                raised[found[slot]] = asked[group]
    return np.array(groups), np.array(starts), np.array(found)
