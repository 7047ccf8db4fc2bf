"""The bridge tree to be covered, made as small as it can be without changing the best plan."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from . import tree_kernels as kernels
from .problem import Ints, Problem
from .standing import Standing


@dataclass
class Cover:
    """Cover every way of a tree by links at least cost. Vertices in preorder; way v joins v to `parent[v]`.

    `ends`, `others`, `costs`, `spans` by link; `ways[first[l]:first[l + 1]]` the ways link l covers;
    `by_way[by_way_first[v]:by_way_first[v + 1]]` the links over way v.
    """

    parent: Ints
    ends: Ints
    others: Ints
    costs: Ints
    spans: Ints

    def __post_init__(self) -> None:
        count, links = len(self.parent), len(self.ends)
        self.last = kernels.subtrees(self.parent)
        self.first = np.zeros(links + 1, dtype=np.int64)
        self.first[1:] = np.cumsum(kernels.lengths(self.parent, self.ends, self.others))
        self.ways, self.meets, self.onward = kernels.paths(self.parent, self.ends, self.others, self.first)
        link_of = np.repeat(np.arange(links), np.diff(self.first))
        order = np.argsort(self.ways, kind="stable")
        self.by_way = link_of[order]
        self.by_way_first = np.searchsorted(self.ways[order], np.arange(count + 1))

    @property
    def covering(self) -> Ints:
        """How many links cover each way."""
        return np.diff(self.by_way_first)

    def keep(self, links: Ints) -> Cover:
        return Cover(self.parent, self.ends[links], self.others[links], self.costs[links], self.spans[links])


def bridges_to_cover(problem: Problem, standing: Standing) -> Cover:
    """The tree of the bridges that stand between a site and the core, with the candidates as links."""
    needed: set[int] = set()
    for site in standing.unmet(problem.sites, "span"):
        for bridge in standing.failing(site, "span"):
            if bridge in needed:
                break
            needed.add(bridge)
    count = len(standing.number)
    drawn = np.zeros(count, dtype=np.int64)
    parent = [0]
    for vertex in standing.order[1 : standing.reached]:
        above = int(drawn[standing.parent[vertex]])
        if vertex in needed:
            drawn[vertex] = len(parent)
            parent.append(above)
        else:
            drawn[vertex] = above
    offered = problem.offered
    ends, others = drawn[standing.vertex[problem.tails[offered]]], drawn[standing.vertex[problem.heads[offered]]]
    return _drawn(np.array(parent), ends, others, problem.costs[offered], offered)


def _drawn(parent: Ints, ends: Ints, others: Ints, costs: Ints, spans: Ints) -> Cover:
    """Of links with the same ends only the cheapest matters."""
    low, high = np.minimum(ends, others), np.maximum(ends, others)
    order = np.lexsort((spans, costs, high, low))
    order = order[low[order] != high[order]]
    fresh = np.ones(len(order), bool)
    fresh[1:] = (low[order][1:] != low[order][:-1]) | (high[order][1:] != high[order][:-1])
    kept = np.sort(order[fresh])
    return Cover(parent, high[kept], low[kept], costs[kept], spans[kept])


def reduced(cover: Cover) -> Cover:
    """Drop dominated links and implied ways, until a round drops less than one in a hundred."""
    while True:
        size = len(cover.parent) + len(cover.ends)
        drawn, parent = kernels.implied(cover.parent, cover.covering, cover.onward)
        if len(parent) < len(cover.parent):
            # A way that every link over a neighbouring way covers needs no row of its own: its ends become one.
            cover = _drawn(parent, drawn[cover.ends], drawn[cover.others], cover.costs, cover.spans)
        gone = kernels.dominated(
            cover.last, cover.ends, cover.others, cover.meets, cover.costs, cover.first, cover.ways,
            cover.by_way_first, cover.by_way,
        )  # fmt: skip
        if gone.any():
            cover = cover.keep(np.flatnonzero(~gone))
        if len(cover.parent) + len(cover.ends) > 0.99 * size:
            return cover
