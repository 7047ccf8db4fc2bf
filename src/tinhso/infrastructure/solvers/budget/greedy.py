"""Spending by hand, the most weight for the money first: the start and the repair of the exact search."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..double.board import Board
from ..double.builder import Builder
from ..double.cuts import Cuts
from ..double.flows import Floats
from ..double.problem import Bools
from ..double.run import Run
from .programme import Programme


class Spender:
    def __init__(self, board: Board, cuts: Cuts, programme: Programme, asked: Floats, seed: int) -> None:
        self.board, self.cuts, self.programme, self.asked = board, cuts, programme, asked
        self.builder = Builder(board, cuts, seed)
        self.weights = programme.weights.astype(float)

    def spend(self, x: Floats, run: Run) -> list[Bools]:
        """What stands at the end of each year; groups and candidates that x favours come first."""
        programme = self.programme
        now = np.zeros(len(self.board.costs), bool)
        years, left = [], 0
        for year, budget in enumerate(programme.budgets):
            left = budget + (left if programme.carry_over else 0)
            later = programme.served(x, year)
            before = now
            now = self._fill(now, left, programme.built(x, year), 0.05 + later, run)
            left -= int(self.board.costs[now & ~before].sum())
            years.append(now)
        return years

    def _fill(self, built: Bools, money: int, liked: Floats, favour: Floats, run: Run) -> Bools:
        """Build, the most weight for the money first, until nothing more fits the money."""
        costs, built = self.board.costs, built.copy()
        spent = True
        while spent and not run.stopped():
            spent = False
            rates = self.weights * favour
            missing = np.where(self._missing(built), self.asked, 0.0)
            offers = [
                (-rates[group] / max(cost, 1), group)
                for group, ways in self.builder.ways(missing, liked, built)
                if (cost := int(costs[ways].sum())) <= money
            ]
            for _, group in sorted(offers):
                alone = np.zeros(len(missing))
                alone[group] = missing[group]
                # What others built meanwhile makes its ways cheaper, or free.
                for _, ways in self.builder.ways(alone, liked, built):
                    cost = int(costs[ways].sum())
                    if cost <= money:
                        built[ways] = True
                        money -= cost
                        spent |= len(ways) > 0
        return built

    def _missing(self, built: Bools) -> Bools:
        missing = np.zeros(len(self.asked), bool)
        for cut in self.cuts.broken(built.astype(float), self.asked):
            missing[cut.group] = True
        return missing

    def thrifty(self, years: Sequence[Bools], served: Sequence[Bools]) -> list[Bools]:
        """The same service without the candidates that no year's service needs."""
        needed = np.zeros(len(self.board.costs), bool)
        for now, has in zip(years, served, strict=True):
            needed |= self.builder.prune(now, needed & now, np.where(has, self.asked, 0.0))
        return [now & needed for now in years]
