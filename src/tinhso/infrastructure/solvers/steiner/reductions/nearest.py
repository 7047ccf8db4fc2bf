"""Edges that some optimal tree surely holds: the cheapest way out of a terminal's neighbourhood."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.kernel import kernel


@kernel
def sure_edges(
    start: Any, reach: Any, arcs: Any, tails: Any, heads: Any, costs: Any, terminals: Any, far: Any, base: Any
) -> Any:
    """Flags of edges to contract, by the tests of short links and of nearest vertices.

    `far` and `base` are distances to and names of the nearest terminals. The cheapest edge (u, v) out of a set of
    vertices around terminal t is sure if going t-u-v on to another terminal is no longer than the second cheapest
    edge out. The sets tried are the vertices nearest to t, and t alone. Vertices of an edge taken on a tie are not
    part of another set in the same pass, so that ties cannot lean on each other.
    """
    n, m = len(start) - 1, len(costs)
    sure, touched, busy = np.zeros(m, np.bool_), np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    least, second, cheapest = np.full(n, 1 << 61), np.full(n, 1 << 61), np.full(n, -1)
    for e in range(m):
        if base[tails[e]] != base[heads[e]]:
            for t in (base[tails[e]], base[heads[e]]):
                if t < 0:
                    continue
                if costs[e] < least[t]:
                    second[t] = least[t]
                    least[t] = costs[e]
                    cheapest[t] = e
                elif costs[e] < second[t]:
                    second[t] = costs[e]
    for t in terminals:
        e = cheapest[t]
        if e >= 0 and not busy[t] and far[tails[e]] + costs[e] + far[heads[e]] <= second[t]:
            sure[e] = True
            for v in (tails[e], heads[e]):
                busy[base[v]] = True
                touched[v] = True
    for t in terminals:
        if touched[t] or start[t + 1] - start[t] < 2:
            continue
        e, v = arcs[start[t]] >> 1, reach[start[t]]
        following = costs[arcs[start[t] + 1] >> 1]
        if sure[e]:
            continue
        onward = far[v] if base[v] != t else 1 << 61
        if base[v] == t:
            for i in range(start[v], start[v + 1]):
                if reach[i] != t and base[reach[i]] != t and base[reach[i]] >= 0:
                    onward = min(onward, costs[arcs[i] >> 1] + far[reach[i]])
        if costs[e] + onward <= following:
            sure[e] = True
            for w in (tails[e], heads[e]):
                touched[w] = True
    return sure
