"""Good trees: shortest-path trees and local search. Only the draws decide: same seed, same tree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tinhso.infrastructure.solvers.steiner.construct import shortest_path_tree, spanning_tree
from tinhso.infrastructure.solvers.steiner.graph import Graph
from tinhso.infrastructure.solvers.steiner.local_search import exchange, insert_vertices
from tinhso.infrastructure.solvers.steiner.problem import Ints
from tinhso.infrastructure.solvers.steiner.rooted import hang


def improve(
    g: Graph, inside: np.ndarray, draw: np.random.Generator, over: Callable[[], bool], rounds: int = 8
) -> np.ndarray:
    """A tree over (at most) flagged vertices, made better until no move helps; flags of edges."""
    order, terminal = np.argsort(g.costs, kind="stable"), g.is_terminal
    chosen = spanning_tree(order, g.tails, g.heads, inside, terminal)
    root = int(g.terminals[0])
    arrays = [np.empty(g.n, np.int64) for _ in range(6)]
    for _ in range(rounds):
        if over():
            break
        parent, link, hung, place, below, degree = arrays
        hang(g.start, g.reach, g.arcs, chosen, root, parent, link, hung, place, below, degree)
        saved = insert_vertices(
            g.start, g.reach, g.arcs, g.costs, chosen, draw.permutation(g.n), parent, link, place
        )  # fmt: skip
        if saved:
            chosen = spanning_tree(order, g.tails, g.heads, place >= 0, terminal)
        tries = draw.permutation(2 * g.n)
        more = exchange(
            g.start, g.reach, g.arcs, g.tails, g.heads, g.costs, terminal, chosen, root, tries
        )  # fmt: skip
        if more:
            inside = np.zeros(g.n, np.bool_)
            inside[g.tails[chosen]] = True
            inside[g.heads[chosen]] = True
            chosen = spanning_tree(order, g.tails, g.heads, inside, terminal)
        if not saved and not more:
            break
    return chosen


def cost_of(g: Graph, chosen: np.ndarray) -> int:
    """The sum of costs of flagged edges."""
    return int(g.costs[chosen].sum())


def start_tree(g: Graph, guide: Ints, source: int) -> np.ndarray:
    """Flags of the vertices of a shortest-path tree, by guiding costs by arc."""
    return shortest_path_tree(g.start, g.reach, g.arcs, g.tails, g.heads, guide, g.is_terminal, source)
