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

# Groups whose whole gain (with those served along the way) is looked at before one is chosen.
LOOKED_AT = 6


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
        """Build until nothing more fits the money."""
        costs, built = self.board.costs, built.copy()
        missing = self._missing(built)
        while missing.any() and not run.stopped():
            offers = []
            for group, ways in self.builder.ways(np.where(missing, self.asked, 0.0), liked, built):
                cost = int(costs[ways].sum())
                if cost <= money:
                    offers.append((self.weights[group] * favour[group] / max(cost, 1), group, cost, ways))
            if not offers:
                break
            offers.sort(key=lambda offer: (-offer[0], offer[1]))
            best, best_rate = None, -1.0
            for _, _, cost, ways in offers[:LOOKED_AT]:
                with_it = built.copy()
                with_it[ways] = True
                still = self._missing(with_it)
                rate = float((self.weights * favour)[missing & ~still].sum()) / max(cost, 1)
                if rate > best_rate:
                    best, best_rate = (with_it, still, cost), rate
            if best is None:
                break
            built, missing = best[0], best[1]
            money -= best[2]
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
