"""A simple graph that edges leave and enter while it is being reduced, and the history of what became what.

Edge e has two half-edges, 2e at its tail and 2e+1 at its head, kept in a doubly linked list by vertex. A history is a
number: below `leaves` an edge of the graph the reductions began with, beyond that a union of two histories.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tinhso.infrastructure.solvers.steiner.kernel import kernel
from tinhso.infrastructure.solvers.steiner.problem import Ints

OFFSET, UNIONS, FIXED, LIVE_EDGES, FREE, LEAVES, TERMINALS = range(7)


class Mutable(NamedTuple):
    """Arrays the kernels change in place; `state` holds the counters named above."""

    tails: Ints
    heads: Ints
    costs: Ints
    history: Ints
    alive: Any
    first: Ints
    after: Ints
    before: Ints
    degree: Ints
    terminal: Any
    left: Ints
    right: Ints
    fixed: Ints
    free: Ints
    state: Ints
    mark: Ints


def mutable(n: int, tails: Ints, heads: Ints, costs: Ints, terminals: Ints) -> Mutable:
    """From a simple connected graph of positive costs."""
    m = len(tails)
    flags = np.zeros(n, np.bool_)
    flags[terminals] = True
    unions = 6 * m + 1000
    made = Mutable(
        tails.copy(), heads.copy(), costs.copy(), np.arange(m), np.zeros(m, np.bool_), np.full(n, -1),
        np.full(2 * m, -1), np.full(2 * m, -1), np.zeros(n, np.int64), flags, np.zeros(unions, np.int64),
        np.zeros(unions, np.int64), np.zeros(n + 1, np.int64), np.zeros(m + 1, np.int64),
        np.array([0, 0, 0, 0, 0, m, len(terminals)]), np.full(n, -1),
    )  # fmt: skip
    link_all(made)
    return made


@kernel
def link_all(g: Any) -> None:
    """Enters every edge."""
    for e in range(len(g.tails) - 1, -1, -1):
        link(g, e)


@kernel
def link(g: Any, e: int) -> None:
    """Enters an edge whose ends, cost and history are set."""
    g.alive[e] = True
    g.state[LIVE_EDGES] += 1
    for half in (2 * e, 2 * e + 1):
        v = g.heads[e] if half & 1 else g.tails[e]
        g.after[half] = g.first[v]
        g.before[half] = -1
        if g.first[v] >= 0:
            g.before[g.first[v]] = half
        g.first[v] = half
        g.degree[v] += 1


@kernel
def unlink(g: Any, e: int) -> None:
    """Takes an edge out and frees its place."""
    g.alive[e] = False
    g.state[LIVE_EDGES] -= 1
    for half in (2 * e, 2 * e + 1):
        v = g.heads[e] if half & 1 else g.tails[e]
        before, after = g.before[half], g.after[half]
        if before >= 0:
            g.after[before] = after
        else:
            g.first[v] = after
        if after >= 0:
            g.before[after] = before
        g.degree[v] -= 1
    g.free[g.state[FREE]] = e
    g.state[FREE] += 1


@kernel
def far_end(g: Any, half: int) -> int:
    """The vertex at the other end of a half-edge."""
    return g.tails[half >> 1] if half & 1 else g.heads[half >> 1]


@kernel
def union(g: Any, one: int, other: int) -> int:
    """The history of two histories together."""
    at = g.state[UNIONS]
    g.left[at] = one
    g.right[at] = other
    g.state[UNIONS] += 1
    return at + g.state[LEAVES]


@kernel
def edge_between(g: Any, a: int, b: int) -> int:
    """The edge between two vertices, or -1."""
    if g.degree[a] > g.degree[b]:
        a, b = b, a
    half = g.first[a]
    while half >= 0:
        if far_end(g, half) == b:
            return half >> 1
        half = g.after[half]
    return -1


@kernel
def join(g: Any, a: int, b: int, cost: int, history: int) -> None:
    """Enters an edge unless one as cheap is there; replaces a dearer one. A free place must be left."""
    if a == b:
        return
    old = edge_between(g, a, b)
    if old >= 0:
        if g.costs[old] <= cost:
            return
        unlink(g, old)
    g.state[FREE] -= 1
    e = g.free[g.state[FREE]]
    g.tails[e] = a
    g.heads[e] = b
    g.costs[e] = cost
    g.history[e] = history
    link(g, e)


@kernel
def contract(g: Any, e: int) -> int:
    """Takes an edge into the tree for good and makes one vertex of its ends, which is returned."""
    g.fixed[g.state[FIXED]] = g.history[e]
    g.state[FIXED] += 1
    g.state[OFFSET] += g.costs[e]
    keep, gone = g.tails[e], g.heads[e]
    if g.degree[keep] < g.degree[gone]:
        keep, gone = gone, keep
    unlink(g, e)
    half = g.first[keep]
    while half >= 0:
        g.mark[far_end(g, half)] = half >> 1
        half = g.after[half]
    half = g.first[gone]
    while half >= 0:
        following = g.after[half]
        moved, w = half >> 1, far_end(g, half)
        cost, history, old = g.costs[moved], g.history[moved], g.mark[w]
        unlink(g, moved)
        if old < 0 or g.costs[old] > cost:
            if old >= 0:
                unlink(g, old)
            g.state[FREE] -= 1
            place = g.free[g.state[FREE]]
            g.tails[place] = keep
            g.heads[place] = w
            g.costs[place] = cost
            g.history[place] = history
            link(g, place)
            g.mark[w] = place
        half = following
    half = g.first[keep]
    while half >= 0:
        g.mark[far_end(g, half)] = -1
        half = g.after[half]
    if g.terminal[keep] and g.terminal[gone]:
        g.state[TERMINALS] -= 1
    g.terminal[keep] = g.terminal[keep] or g.terminal[gone]
    g.terminal[gone] = False
    return keep


@kernel
def expand(g: Any, histories: Any, chosen: Any) -> None:
    """Marks the original edges that histories stand for."""
    stack = np.empty(len(g.left) + 1, np.int64)
    seen = np.zeros(len(g.left), np.bool_)
    leaves = g.state[LEAVES]
    for history in histories:
        stack[0] = history
        size = 1
        while size > 0:
            size -= 1
            at = stack[size]
            if at < leaves:
                chosen[at] = True
            elif not seen[at - leaves]:
                seen[at - leaves] = True
                stack[size] = g.left[at - leaves]
                stack[size + 1] = g.right[at - leaves]
                size += 2


@kernel
def low_degree(g: Any) -> None:
    """Drops bare ends, takes the one edge of a terminal, and makes one edge of two at a vertex that is no terminal."""
    n = len(g.first)
    waiting = np.empty(4 * n + 4, np.int64)
    listed = np.ones(n, np.bool_)
    size = n
    for v in range(n):
        waiting[v] = n - 1 - v
    while size > 0 and g.state[TERMINALS] > 1:
        size -= 1
        v = waiting[size]
        listed[v] = False
        if g.degree[v] == 0 or g.degree[v] > 2 or (g.degree[v] == 2 and g.terminal[v]):
            continue
        half = g.first[v]
        e, a = half >> 1, far_end(g, half)
        b = a
        if g.degree[v] == 2:
            other = g.after[half] >> 1
            b = far_end(g, g.after[half])
            cost, history = g.costs[e] + g.costs[other], union(g, g.history[e], g.history[other])
            unlink(g, e)
            unlink(g, other)
            join(g, a, b, cost, history)
        elif g.terminal[v]:
            a = contract(g, e)
            b = v
            # The neighbours of the merged vertex may have lost a parallel edge.
            half = g.first[a]
            while half >= 0:
                w = far_end(g, half)
                if not listed[w] and g.degree[w] <= 2:
                    listed[w] = True
                    waiting[size] = w
                    size += 1
                half = g.after[half]
        else:
            unlink(g, e)
        for w in (a, b):
            if not listed[w]:
                listed[w] = True
                waiting[size] = w
                size += 1


@kernel
def contract_all(g: Any, edges: Any) -> None:
    """Contracts edges; of edges made parallel by earlier contractions the cheapest is taken, at no higher cost."""
    n = len(g.first)
    up = np.arange(n)
    ends = np.empty((len(edges), 2), np.int64)
    for i in range(len(edges)):
        ends[i, 0], ends[i, 1] = g.tails[edges[i]], g.heads[edges[i]]
    for i in range(len(edges)):
        a, b = ends[i, 0], ends[i, 1]
        while up[a] != a:
            up[a] = up[up[a]]
            a = up[a]
        while up[b] != b:
            up[b] = up[up[b]]
            b = up[b]
        if a == b:
            continue
        e = edge_between(g, a, b)
        keep = contract(g, e)
        up[a] = keep
        up[b] = keep


@kernel
def unlink_all(g: Any, edges: Any) -> None:
    """Takes edges out."""
    for e in edges:
        unlink(g, e)
