"""Populations of trees bred apart, and the best tree within the union of their best, found by the search itself.

Merging is that of W. Cook, P. Seymour, "Tour merging via branch-decomposition", INFORMS J. Comput. 15 (2003), carried
over to trees: the union of good trees is a small graph, and its best tree is mostly better than any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from tinhso.infrastructure.solvers.steiner.branch_and_cut import BranchAndCut
from tinhso.infrastructure.solvers.steiner.elite import Elite
from tinhso.infrastructure.solvers.steiner.graph import build
from tinhso.infrastructure.solvers.steiner.search import Search

# Rounds of cuts within a union: what is not found by then is not worth the time.
ROUNDS = 60
# A population ends after so many trees without a better one, or so many in all; so many of it are kept.
PATIENCE, MOST, KEPT = 8, 40, 4
# Trees of former populations that are merged.
HALL = 32


class Breeding:
    """Populations of what is left of a search, one after the other."""

    def __init__(self, search: Search, over: Callable[[], bool]) -> None:
        self.search, self.over = search, over
        self.hall = Elite(search.graph, HALL)

    def turn(self) -> None:
        """Keeps the best trees of the present population, breeds a new one, and merges."""
        search = self.search
        if search.over():
            return
        if self.hall.g is not search.graph:
            self.hall = Elite(search.graph, HALL)
        if search.elite.g is search.graph:
            self.keep(search.elite)
        search.elite = Elite(search.graph)
        search.evolve(PATIENCE, MOST)
        self.merge(search.elite.trees)
        self.keep(search.elite)
        if len(self.hall) > KEPT:
            self.merge(self.hall.trees)

    def keep(self, population: Elite) -> None:
        """Takes the best trees of a population into the hall."""
        for index in np.argsort(population.costs, kind="stable")[:KEPT]:
            self.hall.add(population.trees[int(index)])

    def merge(self, trees: Sequence[np.ndarray]) -> None:
        """Offers the best tree of a union to the search, which keeps it among its elite."""
        search = self.search
        if len(trees) < 2 or search.over():
            return
        g = search.graph
        among = np.flatnonzero(np.any(trees, axis=0))
        union = build(g.n, g.tails[among], g.heads[among], g.costs[among], g.terminals)
        best = min(trees, key=lambda tree: int(g.costs[tree].sum()))

        def found(edges: np.ndarray) -> None:
            chosen = np.zeros(g.m, np.bool_)
            chosen[among[edges]] = True
            search.offer(chosen)
            search.elite.add(chosen)

        inner = Search(
            union, np.searchsorted(among, np.flatnonzero(best)), search.draw, over=self.over, on_tree=found,
            on_bound=lambda _bound: None, slice_s=search.slice_s,
        )  # fmt: skip
        inner.reduce()
        again = True
        while again and not inner.over():
            while inner.ascents(4) > 0.05:
                pass
            if inner.over():
                break
            program = BranchAndCut(inner, int(inner.draw.choice(inner.graph.terminals)))
            again = program.run(rounds=ROUNDS)
            if again:
                inner.take_out(program.out, program.slim)
