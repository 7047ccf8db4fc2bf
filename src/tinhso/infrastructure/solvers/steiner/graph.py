"""Graphs as the kernels see them: arrays by edge and the arcs that leave each vertex.

Edge e is arcs 2e (tail to head) and 2e+1 (head to tail); the arc against a is a ^ 1.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tinhso.infrastructure.solvers.steiner.problem import Ints


@dataclass(frozen=True)
class Graph:
    """Vertices 0 … n-1; arcs[start[v]:start[v+1]] leave v, and reach[…] are the vertices they lead to."""

    n: int
    tails: Ints
    heads: Ints
    costs: Ints
    terminals: Ints
    start: Ints
    reach: Ints
    arcs: Ints

    @property
    def m(self) -> int:
        """How many edges."""
        return len(self.tails)

    @property
    def is_terminal(self) -> np.ndarray:
        """By vertex."""
        flags = np.zeros(self.n, np.bool_)
        flags[self.terminals] = True
        return flags


def build(n: int, tails: Ints, heads: Ints, costs: Ints, terminals: Ints) -> Graph:
    """A graph with its adjacency; the cheapest edges of a vertex first."""
    m = len(tails)
    leaving = np.empty(2 * m, np.int64)
    leaving[0::2] = tails
    leaving[1::2] = heads
    arcs = np.lexsort((np.repeat(costs, 2), leaving)).astype(np.int64)
    start = np.zeros(n + 1, np.int64)
    np.cumsum(np.bincount(leaving, minlength=n), out=start[1:])
    return Graph(n, tails, heads, costs, np.sort(terminals), start, leaving[arcs ^ 1], arcs)
