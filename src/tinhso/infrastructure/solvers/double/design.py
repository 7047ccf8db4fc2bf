"""Survivable network design: the cheapest candidates whose cut rows, right side 2, all hold (Grötschel, Monma, Stoer).

For failing nodes the same rows are taken with a node removed (right side 1): one maximum flow finds both.
"""

from __future__ import annotations

import numpy as np

from .board import Board
from .branch import branch_and_cut
from .builder import Builder
from .cuts import Cut, Cuts
from .flows import Floats
from .master import Master, Row
from .problem import Ints
from .run import Run

# Plans by hand before the first relaxation: at most so many, within so many seconds.
TRIES, TRIES_SECONDS = 3, 0.5


def design(board: Board, run: Run, seed: int, start: Ints | None = None) -> None:
    """Drive `run` over a board; edges offered are span numbers. `start`: spans a first plan may grow from."""
    cuts = Cuts(board)
    builder = Builder(board, cuts, seed)
    asked = np.full(len(board.groups), float(board.asked))

    def offer(built: Floats) -> None:
        chosen = built > 0.5
        run.offer(int(board.costs[chosen].sum()), board.spans[chosen].tolist())

    def rows(found: list[Cut]) -> list[Row]:
        return [Row(cut.columns, cut.coefficients, lower=cut.short) for cut in found]

    def broken(x: Floats, whole: bool) -> list[Row]:
        return rows(cuts.broken(x, asked))

    def repair(x: Floats) -> Floats:
        built = builder.build(asked, x).astype(float)
        offer(built)
        return built

    run.prove(0)
    if run.value is None:
        offer(np.ones(len(board.costs)))
    if start is not None:
        repair(np.isin(board.spans, start).astype(float))
    for _ in range(TRIES):
        if not run.stopped() and run.seconds < TRIES_SECONDS:
            repair(np.zeros(len(board.costs)))
    master = Master(board.costs.astype(float), np.ones(len(board.costs), bool), run, seed)
    master.add(rows(cuts.broken(np.zeros(len(board.costs)), asked, depth=20)))
    branch_and_cut(master, run, broken, repair)
