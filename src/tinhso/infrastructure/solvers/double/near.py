"""Shortest ways between marked vertices in plain Python: there before any compiled code is loaded.

Every vertex belongs to the marked vertex nearest to it; where an edge joins two such areas, the way over it between
their marked vertices is a link. A minimum spanning tree of these links is one of all shortest ways between marked
vertices (Mehlhorn, Inform. Process. Lett. 27, 1988).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

import numpy as np

from .problem import Ints


class Areas:
    """The areas of marked vertices (`sources`) over edges with costs ≥ 0. `base[v]`: the marked vertex of v's area,
    -1 beyond reach; `far[v]`: what the way from there costs; `by[v]`: its last edge, -1 at a marked vertex."""

    def __init__(self, count: int, tails: Ints, heads: Ints, costs: Ints, sources: Iterable[int]) -> None:
        self.tails, self.heads, self.costs = tails, heads, costs
        self.base, self.far, self.by = [-1] * count, [-1] * count, [-1] * count
        marked = sorted(set(sources))
        for source in marked:
            self.base[source], self.far[source] = source, 0
        if len(marked) < count:
            self._grow(count, marked)

    def _grow(self, count: int, marked: Sequence[int]) -> None:
        ways: list[list[tuple[int, int, int]]] = [[] for _ in range(count)]
        rows = zip(self.tails.tolist(), self.heads.tolist(), self.costs.tolist(), strict=True)
        for edge, (one, other, cost) in enumerate(rows):
            ways[one].append((cost, other, edge))
            ways[other].append((cost, one, edge))
        base, far, by = self.base, self.far, self.by
        waiting = [(0, source) for source in marked]
        heapify(waiting)
        while waiting:
            reached, here = heappop(waiting)
            if reached > far[here]:
                continue
            for cost, other, edge in ways[here]:
                if far[other] < 0 or reached + cost < far[other]:
                    base[other], far[other], by[other] = base[here], reached + cost, edge
                    heappush(waiting, (reached + cost, other))

    def links(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Marked vertex, marked vertex, cost and middle edge of every link."""
        base, far = np.array(self.base, np.int64), np.array(self.far, np.int64)
        one, other = base[self.tails], base[self.heads]
        edges = np.flatnonzero((one != other) & (one >= 0) & (other >= 0))
        tails, heads = self.tails[edges], self.heads[edges]
        return one[edges], other[edges], far[tails] + self.costs[edges] + far[heads], edges

    def way(self, middle: int) -> list[int]:
        """The edges of a link."""
        found = [middle]
        for end in (self.tails[middle], self.heads[middle]):
            here = int(end)
            while (edge := self.by[here]) >= 0:
                found.append(edge)
                here = int(self.tails[edge] + self.heads[edge]) - here
        return found


def forest(count: int, tails: Ints, heads: Ints, costs: Ints) -> list[int]:
    """Numbers of the edges of a minimum spanning forest; of equals the first (Kruskal)."""
    above = list(range(count))
    one, other = tails.tolist(), heads.tolist()
    found = []
    for edge in np.argsort(costs, kind="stable").tolist():
        ends = []
        for end in (one[edge], other[edge]):
            while above[end] != end:
                above[end] = above[above[end]]
                end = above[end]  # noqa: PLW2901
            ends.append(end)
        if ends[0] != ends[1]:
            above[ends[0]] = ends[1]
            found.append(edge)
    return found


def plain_tree(count: int, tails: Ints, heads: Ints, costs: Ints, terminals: Ints) -> tuple[list[int], int] | None:
    """Edges that join all terminals, and a bound on the cost of any that do; None if none do.

    The spanning tree of the links costs at most 2 - 2/t times the cheapest tree of t terminals. Where every vertex
    is a terminal it is the cheapest itself.
    """
    areas = Areas(count, tails, heads, costs, terminals.tolist())
    one, other, far, middle = areas.links()
    joins = forest(count, one, other, far)
    wanted = len(set(terminals.tolist()))
    if len(joins) < wanted - 1:
        return None
    within = np.unique(np.array([edge for join in joins for edge in areas.way(int(middle[join]))], np.int64))
    tree = within[np.array(forest(count, tails[within], heads[within], costs[within]), np.int64)]
    whole = int(far[joins].sum())
    bound = whole if wanted == count else -(-whole * wanted // (2 * (wanted - 1))) if wanted > 1 else 0
    return _pruned(count, tails, heads, terminals, tree), bound


def _pruned(count: int, tails: Ints, heads: Ints, terminals: Ints, tree: Ints) -> list[int]:
    """The tree without branches that lead to no terminal."""
    at: list[set[int]] = [set() for _ in range(count)]
    for edge in tree.tolist():
        at[int(tails[edge])].add(edge)
        at[int(heads[edge])].add(edge)
    kept, fixed = set(tree.tolist()), set(terminals.tolist())
    bare = [vertex for vertex in range(count) if len(at[vertex]) == 1 and vertex not in fixed]
    while bare:
        leaf = bare.pop()
        if len(at[leaf]) != 1:
            continue
        edge = at[leaf].pop()
        kept.discard(edge)
        up = int(tails[edge] + heads[edge]) - leaf
        at[up].discard(edge)
        if len(at[up]) == 1 and up not in fixed:
            bare.append(up)
    return sorted(kept)
