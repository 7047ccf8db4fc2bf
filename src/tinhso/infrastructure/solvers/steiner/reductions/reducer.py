"""Runs the tests until they find little, and leads a tree of what is left back to the graph it began with."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinhso.infrastructure.solvers.steiner.graph import Graph, build
from tinhso.infrastructure.solvers.steiner.paths import nearest
from tinhso.infrastructure.solvers.steiner.problem import Ints
from tinhso.infrastructure.solvers.steiner.reductions import mutable as mu
from tinhso.infrastructure.solvers.steiner.reductions.bottleneck import dear_edges, some_nearest, terminal_forest
from tinhso.infrastructure.solvers.steiner.reductions.nearest import sure_edges
from tinhso.infrastructure.solvers.steiner.reductions.special_distance import (
    needless_edges,
    replace_slim,
    replace_vertices,
)


class Reducer:
    """A simple graph of positive costs under reduction.

    `graph` is what is left, `edge_of` and `vertex_of` its edges and vertices as the mutable graph numbers them, and
    `offset` the cost of what is already taken.
    """

    def __init__(self, graph: Graph) -> None:
        self.began_with = graph
        self.state = mu.mutable(graph.n, graph.tails, graph.heads, graph.costs, graph.terminals)
        self.refresh()

    @property
    def offset(self) -> int:
        """The cost of the edges taken for good."""
        return int(self.state.state[mu.OFFSET])

    @property
    def edges_left(self) -> int:
        """How many edges are left."""
        return int(self.state.state[mu.LIVE_EDGES])

    @property
    def solved(self) -> bool:
        """One terminal is left: what is taken is a tree."""
        return int(self.state.state[mu.TERMINALS]) < 2

    def refresh(self) -> None:
        """Drops what low degrees allow and numbers the rest anew."""
        state = self.state
        mu.low_degree(state)
        self.edge_of = np.flatnonzero(state.alive)
        self.vertex_of = np.flatnonzero((state.degree > 0) | state.terminal)
        number = np.full(len(state.first), -1)
        number[self.vertex_of] = np.arange(len(self.vertex_of))
        self.graph = build(
            len(self.vertex_of),
            number[state.tails[self.edge_of]],
            number[state.heads[self.edge_of]],
            state.costs[self.edge_of],
            np.flatnonzero(state.terminal[self.vertex_of]),
        )

    def drop(self, gone: np.ndarray) -> None:
        """Takes flagged edges of `graph` out."""
        mu.unlink_all(self.state, self.edge_of[gone])
        self.refresh()

    def contract(self, sure: np.ndarray) -> None:
        """Takes flagged edges of `graph` for good."""
        mu.contract_all(self.state, self.edge_of[sure])
        self.refresh()

    def drop_beyond(self, gone: np.ndarray, slim: np.ndarray) -> None:
        """Takes flagged edges out, then flagged vertices that need no more than two edges, where that is simple."""
        mu.unlink_all(self.state, self.edge_of[gone])
        flags = np.zeros(len(self.state.first), np.bool_)
        flags[self.vertex_of[slim]] = True
        replace_slim(self.state, flags, 6)
        self.refresh()

    def run(self, over: Callable[[], bool], work: int = 50_000_000, enough: float = 0.03) -> None:
        """All tests in turn until a round takes less than a share of the edges."""
        while not (self.solved or over()):
            before = self.edges_left
            self.drop_dear()
            g = self.graph
            order = np.argsort(-g.costs, kind="stable")
            scans = max(200, min(20_000, work // max(g.m, 1)))
            self.drop(needless_edges(g.start, g.reach, g.arcs, g.tails, g.heads, g.costs, g.is_terminal, order, scans))
            self.contract_sure()
            if not self.solved:
                replace_vertices(self.state, 4, min(scans, 200))
                self.refresh()
            if self.edges_left > (1 - enough) * before:
                break

    def drop_dear(self, known: int = 4) -> None:
        """Drops edges dearer than a way through some nearest terminals."""
        g = self.graph
        far, base, _by = nearest(g.start, g.reach, g.arcs, g.costs, g.terminals)
        lengths = far[g.tails] + g.costs + far[g.heads]
        crossing = np.flatnonzero(base[g.tails] != base[g.heads])
        order = crossing[np.argsort(lengths[crossing], kind="stable")]
        up, weight = terminal_forest(g.tails, g.heads, g.costs, far, base, order, lengths)
        far, name = some_nearest(g.start, g.reach, g.arcs, g.costs, g.terminals, known)
        self.drop(dear_edges(g.tails, g.heads, g.costs, far, name, up, weight))

    def contract_sure(self) -> None:
        """Takes the sure edges, again while there are some."""
        while not self.solved:
            g = self.graph
            far, base, _by = nearest(g.start, g.reach, g.arcs, g.costs, g.terminals)
            sure = sure_edges(g.start, g.reach, g.arcs, g.tails, g.heads, g.costs, g.terminals, far, base)
            if not sure.any():
                break
            self.contract(sure)

    def expand(self, edges: Ints) -> Ints:
        """Edges of the graph the reductions began with that stand behind edges of `graph` and what is taken."""
        state = self.state
        chosen = np.zeros(self.began_with.m, np.bool_)
        taken = state.fixed[: int(state.state[mu.FIXED])]
        mu.expand(state, np.concatenate([taken, state.history[self.edge_of[edges]]]), chosen)
        return np.flatnonzero(chosen)
