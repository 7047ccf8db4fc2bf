"""The search for the best use of budgets, on compiled flows and HiGHS."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..double.board import Board
from ..double.branch import branch_and_cut
from ..double.cuts import Cuts
from ..double.flows import Floats
from ..double.master import Master, Row
from ..double.problem import Bools, Problem
from ..double.run import Run
from .greedy import Spender
from .programme import Programme

# A group served less than this in a relaxation is not worth a row.
LITTLE = 1e-3


class Search:
    """Greedy spending, then branch and cut over the programme of a budget."""

    def __init__(self, problem: Problem, board: Board, budgets: Sequence[int], *, carry_over: bool, seed: int) -> None:
        self.board = board
        self.programme = Programme(board, budgets, carry_over=carry_over)
        self.undirected, self.cuts = Cuts(self.board), Cuts(self.board, directed=board.need == "reach")
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

    def go(self, run: Run, years: Sequence[Sequence[int]], seed: int) -> None:
        """Drive `run` from a first use of the budgets (`years`: spans built)."""
        self.run = run
        programme = self.programme
        built = [
            np.isin(self.board.spans, [span for year in years[: at + 1] for span in year]) for at in range(len(years))
        ]
        self.best = self.spender.thrifty(built, [self.served(now) for now in built])
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

    def years(self) -> list[list[int]]:
        """The spans built each year."""
        before = np.zeros(len(self.board.costs), bool)
        found = []
        for now in self.best:
            found.append(self.board.spans[now & ~before].tolist())
            before = now
        return found
