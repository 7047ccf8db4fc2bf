"""Plans built by hand: each group in turn takes its cheapest ways, then what turned out superfluous goes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .board import Board
from .cuts import Cuts
from .flows import Floats
from .problem import Bools, Ints
from .ways import cheapest_ways, without_spare


class Builder:
    """Makes plans for a board. Each call takes the groups in another order, drawn from the seed."""

    def __init__(self, board: Board, cuts: Cuts, seed: int) -> None:
        self.board, self.cuts = board, cuts
        self.chance = np.random.default_rng(seed)

    def build(self, asked: Floats, x: Floats) -> Bools:
        """Candidates that give every group what it asks (0: nothing): those x likes, then what is still missing."""
        chosen = x > 0.5
        missing = {cut.group for cut in self.cuts.broken(chosen.astype(float), asked)}
        order = self.chance.permutation(np.array(sorted(missing), np.int64))
        cheapest_ways(self.cuts.net, self._liked(x), asked, order, chosen)
        return self.prune(chosen, np.zeros(len(chosen), bool), asked)

    def _liked(self, x: Floats) -> Floats:
        return self.board.costs * (1.001 - np.clip(x, 0.0, 1.0))

    def prune(self, chosen: Bools, kept: Bools, asked: Floats) -> Bools:
        """Take out, the dearest first, what no group needs."""
        costs, left = self.board.costs, chosen.copy()
        droppable = np.flatnonzero(chosen & ~kept)
        without_spare(self.cuts.used(chosen), asked, left, droppable[np.argsort(-costs[droppable], kind="stable")])
        return left

    def ways(self, asked: Floats, x: Floats, built: Bools) -> Iterator[tuple[int, Ints]]:
        """For each group that asks, by itself: the candidates its cheapest ways add to `built`."""
        liked = self._liked(x)
        for group in np.flatnonzero(asked > 0):
            chosen = built.copy()
            complete = cheapest_ways(self.cuts.net, liked, asked, np.array([group]), chosen)
            if complete:
                yield int(group), np.flatnonzero(chosen & ~built)
