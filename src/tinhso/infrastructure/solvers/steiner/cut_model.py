"""The linear program over directed cuts, solved by HiGHS, and bounds from it that hold in exact arithmetic.

Variables are arcs away from a root terminal. Rows: one arc into each terminal, at most one into any other vertex, no
more into a vertex than out of it (T. Koch, A. Martin, "Solving Steiner tree problems in graphs to optimality",
Networks 32, 1998), and cuts.

HiGHS works in floating point, so its objective is never taken for a bound. Its dual values are rounded to integers in
units of 1/SCALE of the cost; any multipliers of the right sign give a valid bound, and what they leave of each arc's
cost is computed in 64-bit integers. Where that is negative, the arc is charged in full. Dual ascent then raises the
bound on what is left.
"""

from __future__ import annotations

from collections.abc import Callable

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from tinhso.infrastructure.solvers.steiner.dual_ascent import BARRED, ascend
from tinhso.infrastructure.solvers.steiner.graph import Graph
from tinhso.infrastructure.solvers.steiner.problem import Ints

# By how much costs are lowered at most while cuts are sought, as a share.
SLANT = 1e-4
_NO_CUTS = np.zeros(1, np.int64)


class CutModel:
    """One linear program over the arcs of a graph; rows are only added, bounds of columns and vertices change."""

    def __init__(self, g: Graph, root: int, usable: np.ndarray) -> None:
        """usable: flags by arc; arcs into the root never are."""
        self.g, self.root = g, root
        self.tail = np.empty(2 * g.m, np.int64)
        self.tail[0::2], self.tail[1::2] = g.tails, g.heads
        self.head = self.tail.reshape(-1, 2)[:, ::-1].ravel()
        self.usable = usable & (self.head != root)
        self.arc_of = np.flatnonzero(self.usable)
        self.column = np.full(2 * g.m, -1)
        self.column[self.arc_of] = np.arange(len(self.arc_of))
        self.scale = max(1, min(1 << 20, (1 << 58) // max(int(g.costs.sum()), 1)))
        # Costs of any size look alike to the floating-point program.
        self.unit = max(1.0, float(g.costs.max(initial=1)) / 1e4)
        self.lower, self.upper = np.zeros(0), np.zeros(0)
        self.sizes, self.columns, self.values = (np.zeros(0, np.int64) for _ in range(3))
        self.open = np.ones(len(self.arc_of), np.bool_)
        self.lp = highspy.Highs()
        self.lp.setOptionValue("output_flag", False)
        self.lp.setOptionValue("presolve", "off")
        self.lp.setOptionValue("threads", 1)
        self.lp.setOptionValue("solver", "simplex")
        count = len(self.arc_of)
        costs = g.costs[self.arc_of >> 1] / self.unit
        # Equal costs make many solutions equally good, and each round of cuts would only lead from one to the next.
        slanted = costs * (1 - SLANT * np.random.default_rng(0).random(count))
        self.slanted = True
        none = np.zeros(0, np.int32)
        self.lp.addCols(
            count, slanted, np.zeros(count), np.ones(count), 0, none, none,
            np.zeros(0)
        )  # fmt: skip
        self._basic_rows()
        self.kept = len(self.lower)

    def _basic_rows(self) -> None:
        """In-degrees (row v for vertex v), and flow balance of vertices that are no terminals."""
        g, terminal = self.g, self.g.is_terminal
        heads, tails = self.head[self.arc_of], self.tail[self.arc_of]
        by_head = np.argsort(heads, kind="stable")
        sizes = np.bincount(heads, minlength=g.n)
        self.add_rows(terminal.astype(float) * (np.arange(g.n) != self.root), np.ones(g.n), sizes, by_head)
        rows, columns, values, ends = [], [], [], []
        leaving = np.argsort(tails, kind="stable")
        out_start = np.concatenate([[0], np.cumsum(np.bincount(tails, minlength=g.n))])
        in_start = np.concatenate([[0], np.cumsum(sizes)])
        for v in np.flatnonzero(~terminal):
            into = by_head[in_start[v] : in_start[v + 1]]
            out = leaving[out_start[v] : out_start[v + 1]]
            if len(into):
                rows.append(0.0)
                ends.append(len(into) + len(out))
                columns += [out, into]
                values += [np.ones(len(out), np.int64), -np.ones(len(into), np.int64)]
        if rows:
            self.add_rows(
                np.array(rows), np.full(len(rows), np.inf), np.array(ends), np.concatenate(columns),
                np.concatenate(values)
            )  # fmt: skip

    def add_rows(
        self, lower: np.ndarray, upper: np.ndarray, sizes: np.ndarray, columns: Ints, values: Ints | None = None
    ) -> None:
        """Rows with their columns one after another."""
        if values is None:
            values = np.ones(len(columns), np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)])
        self.lp.addRows(
            len(lower), lower.astype(np.float64), upper.astype(np.float64), len(columns),
            starts[:-1].astype(np.int32), columns.astype(np.int32), values.astype(np.float64)
        )  # fmt: skip
        self.lower, self.upper = np.append(self.lower, lower), np.append(self.upper, upper)
        self.sizes, self.columns = np.append(self.sizes, sizes), np.append(self.columns, columns)
        self.values = np.append(self.values, values)

    def straighten(self) -> bool:
        """Takes the true costs instead of slightly varied ones; whether that is new."""
        if not self.slanted:
            return False
        self.slanted = False
        costs = self.g.costs[self.arc_of >> 1] / self.unit
        self.lp.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), costs)
        return True

    def purge(self) -> None:
        """Drops the cuts that do not bind at present."""
        status = self.lp.getBasis().row_status
        idle = np.array([s == highspy.HighsBasisStatus.kBasic for s in status])
        idle[: self.kept] = False
        if not idle.any():
            return
        rows = np.flatnonzero(idle)
        self.lp.deleteRows(len(rows), rows.astype(np.int32))
        stay = np.repeat(~idle, self.sizes)
        self.columns, self.values = self.columns[stay], self.values[stay]
        self.lower, self.upper, self.sizes = self.lower[~idle], self.upper[~idle], self.sizes[~idle]

    def add_cuts(self, cut_arcs: Ints, cut_start: Ints) -> int:
        """Cuts by their arcs, each to carry at least 1; how many."""
        keep = self.column[cut_arcs] >= 0
        total = np.concatenate([[0], np.cumsum(keep)])
        sizes = total[cut_start[1:]] - total[cut_start[:-1]]
        if len(sizes):
            self.add_rows(np.ones(len(sizes)), np.full(len(sizes), np.inf), sizes, self.column[cut_arcs[keep]])
        return len(sizes)

    def run(self, over: Callable[[], bool], slice_s: float = 1.0) -> str:
        """Solves: "optimal", "infeasible", "stopped" when it is over (asked every slice_s seconds), or "failed"."""
        while True:
            self.lp.setOptionValue("time_limit", self.lp.getRunTime() + slice_s)
            self.lp.run()
            status = self.lp.getModelStatus()
            if status != highspy.HighsModelStatus.kTimeLimit:
                break
            if over():
                return "stopped"
        if status == highspy.HighsModelStatus.kOptimal:
            return "optimal"
        return "infeasible" if status == highspy.HighsModelStatus.kInfeasible else "failed"

    def flow(self) -> np.ndarray:
        """The value of each arc of the graph."""
        x = np.zeros(2 * self.g.m)
        x[self.arc_of] = np.clip(np.array(self.lp.getSolution().col_value), 0, 1)
        return x

    def certify(self, terminals: Ints) -> tuple[int, Ints]:
        """A bound from the present dual values, and what is left of each arc's cost, in units of 1/scale.

        The scale may become smaller here. terminals: those of the graph and any vertices that must be reached in this
        part of the search. The bound is -1 if one cannot be.
        """
        matrix = csr_matrix(
            (self.values, self.columns, np.concatenate([[0], np.cumsum(self.sizes)])),
            shape=(len(self.lower), len(self.arc_of)),
        )
        dual = np.array(self.lp.getSolution().row_dual)
        dual = np.nan_to_num(dual * self.unit, nan=0.0, posinf=0.0, neginf=0.0)
        # Every sum of rounded weights must stay far from 2⁶³.
        while self.scale > 1 and np.abs(dual).sum() * self.scale > 2.0**60:
            self.scale //= 2
        weight = np.rint(dual * self.scale).astype(np.int64)
        lower, upper = self.lower, self.upper
        weight[(weight < 0) & np.isinf(upper)] = 0
        side = np.where(weight >= 0, lower, np.where(np.isinf(upper), 0, upper)).astype(np.int64)
        left = self.g.costs[self.arc_of >> 1] * self.scale - matrix.T @ weight
        short = np.minimum(left, 0)
        bound = int((weight * side).sum() + short[self.open].sum())
        reduced = np.full(2 * self.g.m, BARRED)
        reduced[self.arc_of[self.open]] = (left - short)[self.open]
        more = self._ascend(reduced, terminals)
        return (-1 if more < 0 else bound + more), reduced

    def unreachable(self, terminals: Ints) -> bool:
        """Whether some terminal cannot be reached by arcs that are not barred."""
        reduced = np.full(2 * self.g.m, BARRED)
        reduced[self.arc_of[self.open]] = 0
        return self._ascend(reduced, terminals) < 0

    def _ascend(self, reduced: Ints, terminals: Ints) -> int:
        g = self.g
        more, _cuts = ascend(
            g.start, g.reach, g.arcs, g.tails, g.heads, reduced, self.root, terminals, _NO_CUTS, _NO_CUTS
        )
        return int(more)

    def close(self, shut: np.ndarray) -> None:
        """Sets which columns are barred (flags), and opens the others."""
        change = np.flatnonzero(shut == self.open)
        if len(change):
            self.lp.changeColsBounds(
                len(change), change.astype(np.int32), np.zeros(len(change)), np.where(shut[change], 0.0, 1.0)
            )
        self.open = ~shut

    def demand(self, vertex: int, least: float) -> None:
        """Sets whether a vertex must be reached (1) or may be (0)."""
        if self.lower[vertex] != least:
            self.lower[vertex] = least
            self.lp.changeRowBounds(vertex, least, 1.0)
