"""The integer programme behind a search, on HiGHS: rows are added as they are found broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import highspy
import numpy as np

from .flows import Floats
from .problem import Bools, Ints
from .run import Run

# A search near a relaxation takes at most this share of the time left, and this many seconds.
NEAR_SHARE, NEAR_SECONDS = 0.2, 30.0


class Row(NamedTuple):
    """lower ≤ sum(values · x[columns]) ≤ upper"""

    columns: Ints
    values: Floats
    lower: float = -highspy.kHighsInf
    upper: float = highspy.kHighsInf


@dataclass
class Relaxed:
    """A solved relaxation; `bound` follows from its duals, whatever the solver's tolerances on x."""

    x: Floats
    bound: float
    reduced: Floats


@dataclass
class Whole:
    """The outcome of an integer search; `x` is None when it found nothing better than what was known."""

    x: Floats | None
    bound: float
    finished: bool


class Master:
    """Minimise costs · x, 0 ≤ x ≤ upper, over the rows added so far; `whole` columns are integer in `search`.

    Costs are scaled for the solver so that their order of magnitude does not drown its tolerances.
    """

    def __init__(self, costs: Floats, whole: Bools, run: Run, seed: int) -> None:
        self.run, self.seed = run, seed
        self.whole = whole
        largest = float(np.abs(costs).max(initial=0.0))
        self.scale = largest / 1e6 if largest > 1e6 else 1.0
        self.costs = costs / self.scale
        self.lower, self.upper = np.zeros(len(costs)), np.ones(len(costs))
        self.low: list[float] = []
        self.high: list[float] = []
        self.model = self._new()
        self.model.addVars(len(costs), self.lower, self.upper)
        self.model.changeColsCost(len(costs), np.arange(len(costs), dtype=np.int32), self.costs)

    def _new(self) -> Any:
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        model.setOptionValue("threads", 1)
        model.setOptionValue("random_seed", self.seed % 2**31)
        model.setOptionValue("mip_rel_gap", 0.0)
        model.setOptionValue("mip_abs_gap", 0.0)
        return model

    def add(self, rows: Iterable[Row]) -> int:
        rows = list(rows)
        if rows:
            first = np.zeros(len(rows), dtype=np.int32)
            first[1:] = np.cumsum([len(row.columns) for row in rows[:-1]])
            index = np.concatenate([row.columns for row in rows]).astype(np.int32)
            value = np.concatenate([row.values for row in rows]).astype(float)
            lower, upper = np.array([row.lower for row in rows]), np.array([row.upper for row in rows])
            self.model.addRows(len(rows), lower, upper, len(index), first, index, value)
            self.low += lower.tolist()
            self.high += upper.tolist()
        return len(rows)

    def bounds(self, lower: Floats, upper: Floats) -> None:
        self.lower, self.upper = lower, upper
        self.model.changeColsBounds(len(lower), np.arange(len(lower), dtype=np.int32), lower, upper)

    def relax(self) -> Relaxed | None:
        """The relaxation's optimum; None when stopped, or when nothing better than the best plan is left."""
        self._limit(self.model)
        self.model.run()
        status = self.model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            self.run.closed()
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            self.run.stopped()
            return None
        solution = self.model.getSolution()
        return Relaxed(
            np.array(solution.col_value), *self._safe(np.array(solution.row_dual), np.array(solution.col_dual))
        )

    def _safe(self, dual: Floats, reduced: Floats) -> tuple[float, Floats]:
        """Lagrangian bound of these row duals (a dual on a side that is not there counts for nothing)."""
        low, high = np.array(self.low), np.array(self.high)
        side = np.where(dual > 0, low, high)
        used = np.isfinite(side)
        bound = float(dual[used] @ side[used]) + float(np.minimum(reduced * self.lower, reduced * self.upper).sum())
        return bound * self.scale, reduced * self.scale

    def fix(self, relaxed: Relaxed, margin: float) -> int:
        """Fix columns that cannot change in any plan whose cost is more than `margin` below; returns how many."""
        slack = margin - relaxed.bound + 1e-6 * max(1.0, abs(margin))
        free = self.whole & (self.lower < self.upper)
        none, full = free & (relaxed.reduced > slack), free & (-relaxed.reduced > slack)
        if none.any() or full.any():
            self.bounds(np.where(full, self.upper, self.lower), np.where(none, self.lower, self.upper))
        return int(none.sum() + full.sum())

    def search(self, *, start: Floats | None = None, near: Relaxed | None = None) -> Whole:
        """Integer optimum by branch and bound over the present rows.

        With `near` only among columns close to that relaxation, and not for long: what it finds is a plan, no bound.
        """
        lp = self.model.getLp()
        kind = highspy.HighsVarType
        lp.integrality_ = [kind.kInteger if whole else kind.kContinuous for whole in self.whole.tolist()]
        model = self._new()
        if near is not None:
            cheap = np.abs(near.reduced) <= self._near_enough(near)
            lp.col_lower_ = np.where(cheap | ~self.whole, self.lower, near.x.round())
            lp.col_upper_ = np.where(cheap | ~self.whole, self.upper, near.x.round())
        model.passModel(lp)
        self._limit(model, proving=near is None)
        if near is not None:
            model.setOptionValue("time_limit", min(NEAR_SHARE * self.run.left, NEAR_SECONDS))
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = start.tolist()
            model.setSolution(known)
        model.run()
        status = model.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Whole(None, float("inf"), True)
        finished = status == highspy.HighsModelStatus.kOptimal
        if not finished:
            self.run.stopped()
        info = model.getInfo()
        found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        x = np.array(model.getSolution().col_value) if found else None
        return Whole(x, info.mip_dual_bound * self.scale, finished)

    def _near_enough(self, near: Relaxed) -> float:
        """Reduced cost that leaves the columns between 0 and 1, and about as many again."""
        open_columns = int(((near.x > 1e-6) & (near.x < 1 - 1e-6))[self.whole].sum())
        sizes = np.sort(np.abs(near.reduced[self.whole]))
        return float(sizes[min(len(sizes) - 1, int((near.x > 1e-6).sum()) + open_columns + 50)]) if len(sizes) else 0.0

    def _limit(self, model: Any, *, proving: bool = True) -> None:
        model.setOptionValue("time_limit", model.getRunTime() + max(0.05, min(self.run.left, 1e9)))
        stop = self.run.stopped

        def interrupt(event: Any) -> None:
            if stop():
                event.interrupt()

        def bounded(event: Any) -> None:
            if proving and np.isfinite(event.data_out.mip_dual_bound):
                self.run.floor(event.data_out.mip_dual_bound * self.scale)
            interrupt(event)

        model.cbSimplexInterrupt.clear()
        model.cbMipInterrupt.clear()
        model.cbSimplexInterrupt += interrupt
        model.cbMipInterrupt += bounded
