"""Plans built by hand: each group in turn takes its cheapest ways, then what turned out superfluous goes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .board import Board
from .cuts import Cuts
from .flows import Floats, cheapest_ways
from .problem import Bools, Ints
from .run import Run


class Builder:
    """Makes plans for a board. Each call takes the groups in another order, drawn from the seed."""

    def __init__(self, board: Board, cuts: Cuts, seed: int) -> None:
        self.board, self.cuts = board, cuts
        self.chance = np.random.default_rng(seed)

    def build(self, asked: Floats, x: Floats, run: Run, built: Bools | None = None) -> Bools:
        """Candidates that give every group what it asks (0: nothing), rather those x likes, free along `built`."""
        board, cuts = self.board, self.cuts
        chosen = np.zeros(len(board.costs), bool) if built is None else built.copy()
        kept = chosen.copy()
        liked = board.costs * (1.0 - np.clip(x, 0.0, 1.0)) + 1e-3 * board.costs
        order = self.chance.permutation(np.flatnonzero(asked > 0))
        builder, _ = cheapest_ways(
            0, cuts.first, cuts.leaving, cuts.head, cuts.columns, cuts.fixed, liked, asked, *cuts.sources, *cuts.spare,
            cuts.starts, order, chosen,
        )  # fmt: skip
        return self.prune(chosen, kept, asked, run, builder)

    def prune(self, chosen: Bools, kept: Bools, asked: Floats, run: Run, builder: Ints | None = None) -> Bools:
        """Take out, the dearest first, what no group needs; the group that built it is asked first."""
        costs = self.board.costs
        x = chosen.astype(float)
        droppable = np.flatnonzero(chosen & ~kept)
        for column in droppable[np.argsort(-costs[droppable], kind="stable")]:
            x[column] = 0.0
            if self.cuts.broken(x, asked, limit=1, start=0 if builder is None else max(int(builder[column]), 0)):
                x[column] = 1.0
            if run.stopped():
                break
        return x > 0.5

    def ways(self, asked: Floats, x: Floats, built: Bools) -> Iterator[tuple[int, Ints]]:
        """For each group that asks, by itself: the candidates its cheapest ways add to `built`."""
        cuts = self.cuts
        liked = self.board.costs * (1.0 - np.clip(x, 0.0, 1.0)) + 1e-3 * self.board.costs
        for group in np.flatnonzero(asked > 0):
            chosen = built.copy()
            _, complete = cheapest_ways(
                0, cuts.first, cuts.leaving, cuts.head, cuts.columns, cuts.fixed, liked, asked, *cuts.sources,
                *cuts.spare, cuts.starts, np.array([group]), chosen,
            )  # fmt: skip
            if complete:
                yield int(group), np.flatnonzero(chosen & ~built)
