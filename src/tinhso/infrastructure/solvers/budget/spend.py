"""Budgets and phases: the most people or agencies covered or protected for the money of each year."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from ..double.board import draw
from ..double.branch import branch_and_cut
from ..double.cuts import Cuts
from ..double.flows import Floats
from ..double.master import Master, Row
from ..double.problem import AUGMENTATION, COVERING, SURVIVABLE, Bools, Malformed, Need, Problem, Report, Spending
from ..double.run import Run
from .greedy import Spender
from .programme import Programme

# A group served less than this in a relaxation is not worth a row.
LITTLE = 1e-3


def most_covered(
    problem: Problem,
    budget: int,
    *,
    time_limit: float,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Spending:
    """Candidates of at most `budget` đồng that newly join the most weight of sites to the core."""
    return phases(
        problem, [budget], need="reach", time_limit=time_limit, seed=seed, memory_mb=memory_mb,
        on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip


def most_protected(
    problem: Problem,
    budget: int,
    *,
    protect: Literal["span", "node"] = "span",
    time_limit: float,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Spending:
    """Candidates of at most `budget` đồng that newly protect the most weight of sites from a single span or node.

    A site is protected when no single span (or node) between it and the core is left uncovered; half a way counts for
    nothing.
    """
    return phases(
        problem, [budget], need=protect, time_limit=time_limit, seed=seed, memory_mb=memory_mb,
        on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip


def phases(
    problem: Problem,
    budgets: Sequence[int],
    *,
    need: Need,
    carry_over: bool = False,
    time_limit: float,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Spending:
    """Which candidates to build in which year so that weight × years served is largest.

    `budgets` are đồng by year; what a year leaves is lost unless `carry_over`. To phase a given plan, offer only its
    spans as candidates. Sites that no candidates can serve are left out, and lower the bound.
    """
    problem.check()
    wrong = [budget for budget in budgets if isinstance(budget, bool) or not isinstance(budget, int) or budget < 0]
    if wrong or not budgets:
        raise Malformed(f"budgets are {list(budgets)}: give whole đồng, 0 or more, for at least one year")
    search = _Search(problem, budgets, need, carry_over, seed)
    run = Run(
        sense=-1, unit=math.gcd(*search.programme.weights.tolist()) or 1, time_limit=time_limit, memory_mb=memory_mb,
        on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip
    search.go(run, seed)
    return search.spending(run)


class _Search:
    def __init__(self, problem: Problem, budgets: Sequence[int], need: Need, carry_over: bool, seed: int) -> None:
        self.problem, self.need = problem, need
        self.board = draw(problem, need)
        self.programme = Programme(self.board, budgets, carry_over=carry_over)
        self.undirected, self.cuts = Cuts(self.board), Cuts(self.board, directed=need == "reach")
        self.asked = np.full(len(self.board.groups), float(self.board.asked))
        possible = self.served(np.ones(len(self.board.costs), bool))
        self.asked[~possible] = 0.0
        self.spender = Spender(self.board, self.undirected, self.programme, self.asked, seed)
        self.best: list[Bools] = [np.zeros(len(self.board.costs), bool)] * self.programme.years

    def served(self, built: Bools) -> Bools:
        """Which groups get what they ask."""
        served = self.asked > 0
        for cut in self.undirected.broken(built.astype(float), self.asked):
            served[cut.group] = False
        return served

    def go(self, run: Run, seed: int) -> None:
        self.run = run
        programme = self.programme
        self.offer(self.best)
        run.prove(int(programme.weights[self.asked > 0].sum()) * programme.years)
        if run.proven:
            return
        self.repair(np.zeros(programme.block * programme.years))
        master = Master(programme.costs, programme.whole, run, seed)
        master.add(programme.rows())
        upper = np.ones(programme.block * programme.years)
        for year in range(programme.years):
            programme.served(upper, year)[self.asked == 0] = 0.0
        master.bounds(np.zeros(len(upper)), upper)
        branch_and_cut(master, run, self.broken, self.repair)

    def offer(self, built: Sequence[Bools]) -> None:
        weights, value = self.programme.weights, 0
        for now in built:
            value += int(weights[self.served(now)].sum())
        if self.run.value is None or value > self.run.value:
            self.best = self.spender.thrifty(built, [self.served(now) for now in built])
            self.run.offer(value, self.board.spans[self.best[-1]].tolist())

    def broken(self, x: Floats, whole: bool) -> list[Row]:
        rows: list[Row] = []
        programme = self.programme
        if whole:
            built = [programme.built(x, year) > 0.5 for year in range(programme.years)]
            over = programme.overspent(built)
            if over is not None:
                return [programme.cover_row(built, over)]
        for year in range(programme.years):
            served = programme.served(x, year)
            # Directions are not whole in a whole plan: what is built decides there.
            directed = programme.directed and not whole
            cuts = self.cuts if directed else self.undirected
            carried = programme.carried(x, year) if directed else programme.built(x, year)
            asked = np.where(served > LITTLE, self.asked, 0.0)
            found = cuts.broken(carried, asked, level=np.maximum(served, LITTLE), depth=1 if whole else 3)
            rows += [programme.cut_row(cut, year, directed=directed) for cut in found]
        return rows

    def repair(self, x: Floats) -> None:
        rounded = [self.programme.built(x, year) > 0.5 for year in range(self.programme.years)]
        if self.programme.overspent(rounded) is None:
            self.offer(rounded)
        self.offer(self.spender.spend(x, self.run))

    def spending(self, run: Run) -> Spending:
        board, need = self.board, self.need
        years: list[list[int]] = []
        won: list[list[str]] = []
        before, had = np.zeros(len(board.costs), bool), np.zeros(len(board.groups), bool)
        for now in self.best:
            has = self.served(now)
            years.append(board.spans[now & ~before].tolist())
            won.append(sorted(site.key for at in np.flatnonzero(has & ~had) for site in board.groups[at].sites))
            before, had = now, has
        solved = COVERING if need == "reach" else AUGMENTATION if board.connected else SURVIVABLE
        return Spending(
            years, [int(self.problem.costs[year].sum()) for year in years], won, int(run.value or 0),
            int(run.bound or 0), run.proven, need, solved, self.problem.candidates, tuple(self.programme.budgets),
            self.programme.carry_over, "" if run.proven else run.reason, run.seconds,
        )  # fmt: skip
