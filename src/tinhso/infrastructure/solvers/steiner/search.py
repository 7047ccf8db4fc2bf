"""What is being searched: a reduced graph with its best tree and bound, in its own costs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinhso.infrastructure.solvers.steiner import heuristic
from tinhso.infrastructure.solvers.steiner.dual_ascent import ascend
from tinhso.infrastructure.solvers.steiner.elite import Elite
from tinhso.infrastructure.solvers.steiner.first import parts, settle
from tinhso.infrastructure.solvers.steiner.graph import Graph
from tinhso.infrastructure.solvers.steiner.paths import reduced_distances
from tinhso.infrastructure.solvers.steiner.problem import Ints
from tinhso.infrastructure.solvers.steiner.reductions.bound import beyond
from tinhso.infrastructure.solvers.steiner.reductions.reducer import Reducer

_NO_CUTS = np.zeros(1, np.int64)


class Search:
    """Reductions, trees and bounds of one simple graph with positive costs.

    `tree` and `cost` are the best tree as edges of the graph it began with; `bound` holds for trees cheaper than it,
    because edges that only dearer trees use are dropped on the way. Linear programs ask every `slice_s` seconds whether
    it is over.
    """

    def __init__(
        self,
        graph: Graph,
        tree: Ints,
        draw: np.random.Generator,
        *,
        over: Callable[[], bool],
        on_tree: Callable[[Ints], None],
        on_bound: Callable[[int], None],
        slice_s: float = 1.0,
    ) -> None:
        self.slice_s = slice_s
        self.reducer = Reducer(graph)
        self.began_with = graph
        self.draw = draw
        self.tree = tree
        self.cost = int(graph.costs[tree].sum())
        self.bound = 0
        self.stop, self.on_tree, self.on_bound = over, on_tree, on_bound
        self.elite = Elite(self.graph)

    @property
    def graph(self) -> Graph:
        """What is left."""
        return self.reducer.graph

    @property
    def room(self) -> int:
        """What a tree of the rest may cost to be no better than the best known."""
        return self.cost - self.reducer.offset

    def over(self) -> bool:
        """Nothing left to do, or no time to."""
        return self.bound >= self.cost or self.stop()

    def offer(self, chosen: np.ndarray) -> int:
        """Takes flagged edges of what is left as a tree if better; its cost in the graph it began with."""
        whole = self.began_with
        among = self.reducer.expand(np.flatnonzero(chosen))
        tree = settle(whole.n, whole.tails, whole.heads, whole.costs, whole.terminals, among)
        cost = int(whole.costs[tree].sum())
        if cost < self.cost:
            self.tree, self.cost = tree, cost
            self.on_tree(tree)
        return cost

    def raise_bound(self, bound: int) -> None:
        """Takes a bound on trees of what is left."""
        bound = min(bound + self.reducer.offset, self.cost)
        if bound > self.bound:
            self.bound = bound
            self.on_bound(bound)

    def reduce(self) -> None:
        """Reductions that need no bound; ends the search if nothing is left or no better tree can be."""
        self.reducer.run(self.over)
        self.settle_if_solved()

    def settle_if_solved(self) -> None:
        """One terminal left: what is taken is best."""
        if self.reducer.solved:
            self.offer(np.zeros(self.graph.m, np.bool_))
            self.raise_bound(self.room)

    def from_start(self, guide: Ints, source: int) -> np.ndarray | None:
        """Builds and improves a tree and keeps it among the elite; its edges, None if not all terminals are reached."""
        g = self.graph
        inside = heuristic.start_tree(g, guide, source)
        if not inside[g.terminals].all():
            return None
        tree = heuristic.improve(g, inside, self.draw, self.over)
        self.offer(tree)
        if self.elite.g is not g:
            self.elite = Elite(g)
        self.elite.add(tree)
        return tree

    def good_tree(self) -> np.ndarray:
        """Flags of the edges of the best tree known of what is left."""
        if self.elite.g is not self.graph or not len(self.elite):
            self.from_start(np.repeat(self.graph.costs, 2), int(self.graph.terminals[0]))
        return self.elite.best()

    def varied(self) -> Ints:
        """Costs by arc, each varied at random by up to a quarter."""
        g = self.graph
        scale = max(1, min(1000, (1 << 58) // max(int(g.costs.sum()), 1)))
        return np.repeat((g.costs * scale * self.draw.uniform(0.75, 1.25, g.m)).astype(np.int64) + 1, 2)

    def evolve(self, patience: int, most: int) -> None:
        """New trees, each combined with others of the elite, until so many in a row led to no cheaper one."""
        idle = 0
        for _ in range(most):
            if idle >= patience or self.over():
                return
            before = self.cost
            tree = self.from_start(self.varied(), int(self.draw.choice(self.graph.terminals)))
            for _mate in range(4):
                if tree is None or self.over():
                    break
                guide = self.elite.guide(tree, self.draw)
                child = self.from_start(guide, int(self.draw.choice(self.graph.terminals)))
                costs = self.graph.costs
                if child is None or int(costs[child].sum()) >= int(costs[tree].sum()):
                    continue
                tree = child
            idle = idle + 1 if self.cost == before else 0

    def starts(self, count: int) -> None:
        """Trees from random terminals, by costs varied at random."""
        g = self.graph
        scale = max(1, min(1000, (1 << 58) // max(int(g.costs.sum()), 1)))
        for index in range(count):
            if self.over():
                return
            swing = self.draw.uniform(0.75, 1.25, g.m) if index else np.ones(g.m)
            guide = np.repeat((g.costs * scale * swing).astype(np.int64) + 1, 2)
            self.from_start(guide, int(self.draw.choice(g.terminals)))

    def ascent(self, root: int, primal: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """Dual ascent from a root: the bound, a tree along what it saturated, and what lies beyond the best tree."""
        g = self.graph
        reduced = np.repeat(g.costs, 2)
        bound, _cuts = ascend(
            g.start, g.reach, g.arcs, g.tails, g.heads, reduced, root, g.terminals, _NO_CUTS, _NO_CUTS
        )  # fmt: skip
        if bound < 0:
            self.raise_bound(self.room)
            return np.zeros(g.m, np.bool_), np.zeros(g.n, np.bool_)
        self.raise_bound(int(bound))
        if primal:
            # Along what costs nothing more, by cost; sums stay below 2⁶³.
            weight = max(0, min(64, (1 << 60) // max(int(g.costs.sum()), 1) - 1))
            self.from_start(reduced * weight + np.repeat(g.costs, 2), root)
        down, one, which, two = reduced_distances(g.start, g.reach, g.arcs, reduced, root, g.terminals)
        return beyond(
            g.start, g.reach, g.arcs, g.tails, g.heads, g.is_terminal, reduced, self.room - int(bound), down, one,
            which, two
        )  # fmt: skip

    def ascents(self, roots: int) -> float:
        """Dual ascent from several roots, then without what all of them together rule out; the share of edges gone."""
        g = self.graph
        before = self.reducer.edges_left
        out, slim = np.zeros(g.m, np.bool_), np.zeros(g.n, np.bool_)
        for root in self.draw.permutation(g.terminals)[:roots]:
            if self.over():
                return 0.0
            more, slimmer = self.ascent(int(root))
            out |= more
            slim |= slimmer
        if self.over():
            return 0.0
        self.take_out(out, slim)
        return 1 - self.reducer.edges_left / max(before, 1)

    def take_out(self, out: np.ndarray, slim: np.ndarray) -> None:
        """Reduces without flagged edges, and with flagged vertices of no more than two edges."""
        self.reducer.drop_beyond(out, slim)
        if self.connected():
            self.reduce()
        else:
            self.raise_bound(self.room)

    def connected(self) -> bool:
        """Whether the terminals of what is left are in one part."""
        g = self.graph
        return len(np.unique(parts(g.n, g.tails, g.heads)[g.terminals])) < 2
