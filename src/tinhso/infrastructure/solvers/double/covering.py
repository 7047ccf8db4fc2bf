"""Augmentation of a connected network: the cheapest links that cover every bridge of a tree, to a proof.

Rows say that each bridge is covered. Where the relaxation is half-integral, odd sets of vertices sharpen it (the
{0, 1/2}-Chvátal-Gomory rows of Fiorini, Groß, Könemann and Sanità 2018): a set S that an odd number k of bridges leaves
needs, counting each link by the bridges of S's border on its path plus one if it leaves S, at least k + 1.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components

from . import tree_kernels as kernels
from .branch import branch_and_cut
from .flows import Floats
from .master import Master, Row
from .odd_sets import light_odd_sets
from .problem import Bools, Ints
from .run import Run
from .tree import Cover, reduced

_EPS = 1e-7


def cover_tree(cover: Cover, run: Run, seed: int) -> None:
    """Drive `run` over the links of a tree; edges offered are span numbers."""
    search = _Search(cover, run)
    search.first_plan()
    if run.stopped() or run.proven:
        return
    small = _Search(reduced(cover), run)
    if len(small.cover.parent) == 1:
        run.offer(0, [])
        run.prove(0)
        return
    small.first_plan()
    master = Master(small.cover.costs.astype(float), np.ones(len(small.cover.ends), bool), run, seed)
    master.add(small.rows())
    branch_and_cut(master, run, small.odd_rows, small.repair, repair_every=1)


def first_cover(cover: Cover) -> tuple[Ints, int]:
    """Spans that cover every bridge, none of them superfluous, and a bound on the cost of any that do (dual ascent)."""
    leaves_first = np.arange(len(cover.parent) - 1, 0, -1)
    taken, bound = kernels.dual_ascent(
        cover.costs, leaves_first, cover.by_way_first, cover.by_way, cover.first, cover.ways
    )
    chosen = np.zeros(len(cover.ends), bool)
    chosen[taken] = True
    chosen = kernels.spare(chosen, taken[::-1].copy(), cover.first, cover.ways, len(cover.parent))
    return cover.spans[chosen], int(bound)


class _Search:
    def __init__(self, cover: Cover, run: Run) -> None:
        self.cover, self.run = cover, run
        self.count = len(cover.parent)
        self.dear_first = np.lexsort((np.arange(len(cover.costs)), -cover.costs))
        slots = np.ones(len(cover.by_way), dtype=np.float64)
        self.matrix = csr_matrix((slots, cover.by_way, cover.by_way_first), shape=(self.count, len(cover.ends)))
        degree = np.bincount(cover.parent[1:], minlength=self.count) + (np.arange(self.count) > 0)
        self.odd = degree % 2 == 1

    def first_plan(self) -> None:
        """Dual ascent from the leaves: a plan, and the first bound."""
        spans, bound = first_cover(self.cover)
        self.run.prove(bound)
        self._offer(np.isin(self.cover.spans, spans))

    def rows(self) -> list[Row]:
        cover = self.cover
        return [
            Row(links, np.ones(len(links)), lower=1.0) for links in np.split(cover.by_way, cover.by_way_first[1:-1])[1:]
        ]

    def repair(self, x: Floats) -> Floats | None:
        """The links x likes best, without those it turns out to need least; then exchanges."""
        cover = self.cover
        liked = np.lexsort((np.arange(len(x)), cover.costs * (1.0 - x), x <= 0.5))
        taken = kernels.cover(liked, cover.first, cover.ways, self.count)
        taken = kernels.spare(taken, self.dear_first, cover.first, cover.ways, self.count)
        taken = kernels.exchange(
            taken, cover.costs, cover.first, cover.ways, cover.by_way_first, cover.by_way, self.count, 3
        )
        self._offer(taken)
        return taken.astype(float)

    def _offer(self, taken: Bools) -> None:
        self.run.offer(int(self.cover.costs[taken].sum()), self.cover.spans[taken].tolist())

    def odd_rows(self, x: Floats, whole: bool) -> list[Row]:
        """Broken odd rows. Whole plans keep every row there is: the bridges' rows are all in the programme."""
        if whole:
            return []
        slack = self.matrix @ x - 1.0
        slack[0] = 1.0
        cover = self.cover
        ways = np.flatnonzero(slack < 1.0 - _EPS)
        links = np.flatnonzero((x > _EPS) & (x < 1.0 - _EPS))
        # An edge of weight 1 or more is in no broken border: its ends are one.
        heavy_ways, heavy_links = np.flatnonzero(slack >= 1.0 - _EPS)[1:], np.flatnonzero(x >= 1.0 - _EPS)
        ones = np.concatenate([heavy_ways, cover.ends[heavy_links]])
        others = np.concatenate([cover.parent[heavy_ways], cover.others[heavy_links]])
        _, drawn = connected_components(_graph(ones, others, self.count), directed=False)
        ones = drawn[np.concatenate([ways, cover.ends[links]])]
        others = drawn[np.concatenate([cover.parent[ways], cover.others[links]])]
        weights = np.concatenate([np.clip(slack[ways], 0.0, None), x[links]])
        odd = np.bincount(drawn, weights=self.odd).astype(np.int64)
        sets = light_odd_sets(len(odd), ones, others, weights, odd)
        return [row for inside in sets if (row := self._row(np.isin(drawn, inside), x)) is not None]

    def _row(self, inside: Bools, x: Floats) -> Row | None:
        cover = self.cover
        border = np.flatnonzero(inside != inside[cover.parent])
        if len(border) % 2 == 0:
            return None
        counts = np.asarray(self.matrix[border].sum(axis=0)).ravel() + (inside[cover.ends] != inside[cover.others])
        columns = np.flatnonzero(counts)
        values = counts[columns] / 2.0
        need = (len(border) + 1) / 2
        if values @ x[columns] > need - 1e-4:
            return None
        return Row(columns, values, lower=need)


def _graph(ones: Ints, others: Ints, count: int) -> csr_matrix:
    return coo_matrix((np.ones(len(ones)), (ones, others)), shape=(count, count)).tocsr()
