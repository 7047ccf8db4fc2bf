"""The integer programme of a budget: which candidates stand at the end of each year, and whom that serves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..double.board import Board
from ..double.cuts import Cut
from ..double.flows import Floats
from ..double.master import Row
from ..double.problem import Bools


class Programme:
    """Columns by year: one per candidate (built by the year's end), for "reach" two per candidate (the directions in
    which ways to the core use it, which tightens the relaxation), one per group (served at the year's end).

    Built stays built; costs of a year keep its budget; a group is served only if its cut rows hold.
    """

    def __init__(self, board: Board, budgets: Sequence[int], *, carry_over: bool) -> None:
        self.board, self.budgets, self.carry_over = board, list(budgets), carry_over
        self.years = len(self.budgets)
        self.built_columns, self.group_count = len(board.costs), len(board.groups)
        self.directed = board.need == "reach"
        self.ways_first = self.built_columns
        self.groups_first = self.built_columns * (3 if self.directed else 1)
        self.block = self.groups_first + self.group_count
        self.weights = np.array([group.weight for group in board.groups], dtype=np.int64)

    @property
    def costs(self) -> Floats:
        """Minimise minus the weight served, summed over the years."""
        block = np.zeros(self.block)
        block[self.groups_first :] = -self.weights
        return np.tile(block, self.years)

    @property
    def whole(self) -> Bools:
        block = np.ones(self.block, bool)
        block[self.ways_first : self.groups_first] = False
        return np.tile(block, self.years)

    def rows(self) -> list[Row]:
        rows = self._budget_rows()
        for year in range(1, self.years):
            now, before = year * self.block, (year - 1) * self.block
            for at in [*range(self.built_columns), *range(self.groups_first, self.block)]:
                rows.append(Row(np.array([now + at, before + at]), np.array([1.0, -1.0]), lower=0.0))
        return rows + (self._direction_rows() if self.directed else [])

    def _budget_rows(self) -> list[Row]:
        candidates = np.arange(self.built_columns)
        costs = self.board.costs.astype(float)
        rows, left = [], 0
        for year, budget in enumerate(self.budgets):
            left = budget + (left if self.carry_over else 0)
            columns, values = year * self.block + candidates, costs
            if year and not self.carry_over:
                columns = np.concatenate([columns, (year - 1) * self.block + candidates])
                values = np.concatenate([costs, -costs])
            # In units of the budget, so that the solver's tolerance is a millionth of a millionth of it.
            scale = 1e-6 * max(1, left)
            rows.append(Row(columns, values / scale, upper=left / scale))
        return rows

    def _direction_rows(self) -> list[Row]:
        board = self.board
        offered = board.column >= 0
        leaving: list[list[int]] = [[] for _ in range(board.count)]
        ends = zip(board.tails[offered].tolist(), board.heads[offered].tolist(), strict=True)
        for column, (tail, head) in enumerate(ends):
            leaving[tail].append(self.ways_first + 2 * column)
            leaving[head].append(self.ways_first + 2 * column + 1)
        rows = []
        for year in range(self.years):
            now = year * self.block
            for column in range(self.built_columns):
                there = now + self.ways_first + 2 * column
                rows.append(Row(np.array([there, there + 1, now + column]), np.array([1.0, 1.0, -1.0]), upper=0.0))
            rows += [
                Row(now + np.array(ways), np.ones(len(ways)), upper=1.0)
                for vertex, ways in enumerate(leaving)
                if vertex and len(ways) > 1
            ]
        return rows

    def cut_row(self, cut: Cut, year: int, *, directed: bool) -> Row:
        """A cut of the candidates' directions, or of the candidates."""
        first = year * self.block + (self.ways_first if directed else 0)
        columns = np.append(first + cut.columns, year * self.block + self.groups_first + cut.group)
        return Row(columns, np.append(cut.coefficients, -cut.short), lower=0.0)

    def carried(self, x: Floats, year: int) -> Floats:
        """How much each direction of the candidates is used in a year."""
        return x[year * self.block + self.ways_first : year * self.block + self.groups_first]

    def built(self, x: Floats, year: int) -> Floats:
        return x[year * self.block : year * self.block + self.built_columns]

    def served(self, x: Floats, year: int) -> Floats:
        return x[year * self.block + self.groups_first : (year + 1) * self.block]

    def overspent(self, built: Sequence[Bools]) -> int | None:
        """The first year whose budget is exceeded, in whole đồng."""
        left, before = 0, np.zeros(self.built_columns, bool)
        for year, (budget, now) in enumerate(zip(self.budgets, built, strict=True)):
            left = budget + (left if self.carry_over else 0) - int(self.board.costs[now & ~before].sum())
            if left < 0:
                return year
            before = now
        return None

    def cover_row(self, built: Sequence[Bools], year: int) -> Row:
        """What was built in a year that overspends cannot all be built (a knapsack cover row)."""
        now = np.flatnonzero(built[year])
        if self.carry_over or year == 0:
            return Row(year * self.block + now, np.ones(len(now)), upper=len(now) - 1.0)
        fresh = np.flatnonzero(built[year] & ~built[year - 1])
        columns = np.concatenate([year * self.block + fresh, (year - 1) * self.block + fresh])
        values = np.concatenate([np.ones(len(fresh)), -np.ones(len(fresh))])
        return Row(columns, values, upper=len(fresh) - 1.0)
