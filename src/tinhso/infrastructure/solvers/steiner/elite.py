"""Good trees kept apart from one another, and new ones bred from pairs of them.

Combination and the place a tree takes follow T. Pajor, E. Uchoa, R. F. Werneck, "A robust and scalable algorithm for
the Steiner problem in graphs", Math. Prog. Comp. 10 (2018): a shortest-path tree by costs that favour edges of both
parents, then of one, is improved by local search.
"""

from __future__ import annotations

import numpy as np

from tinhso.infrastructure.solvers.steiner.graph import Graph
from tinhso.infrastructure.solvers.steiner.problem import Ints

# What an edge of one parent costs, times its cost, at least and at most; and an edge of none.
ONE, NONE = (100, 500), 1000


class Elite:
    """Trees of one graph as flags of edges, with their costs."""

    def __init__(self, g: Graph, room: int = 16) -> None:
        self.g, self.room = g, room
        self.trees: list[np.ndarray] = []
        self.costs: list[int] = []

    def __len__(self) -> int:
        return len(self.trees)

    def add(self, tree: np.ndarray) -> bool:
        """Takes a tree unless it is there or dearer than all of a full pool; it replaces the most alike no cheaper."""
        cost = int(self.g.costs[tree].sum())
        apart = [int((tree ^ other).sum()) for other in self.trees]
        if 0 in apart:
            return False
        if len(self.trees) < self.room:
            self.trees.append(tree)
            self.costs.append(cost)
            return True
        no_cheaper = [i for i in range(self.room) if self.costs[i] >= cost]
        if not no_cheaper:
            return False
        worst = min(no_cheaper, key=lambda i: (apart[i], -self.costs[i]))
        self.trees[worst], self.costs[worst] = tree, cost
        return True

    def best(self) -> np.ndarray:
        """The cheapest."""
        return self.trees[int(np.argmin(self.costs))]

    def guide(self, one: np.ndarray, draw: np.random.Generator) -> Ints:
        """Costs by arc that lead towards a tree and one drawn from the pool."""
        other = self.trees[int(draw.integers(len(self.trees)))]
        g = self.g
        factor = np.where(one & other, 1, np.where(one | other, draw.integers(*ONE, g.m), NONE))
        # Sums of guiding costs stay below 2⁶¹ by a coarser unit where costs are large.
        coarse = max(1, int(g.costs.sum()) * NONE >> 60)
        return np.repeat(np.maximum(g.costs // coarse, 1) * factor, 2)
