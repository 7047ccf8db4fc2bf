"""Cut rows of a board: what any plan must build across the border of each set of vertices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .board import Board
from .flows import UNBREAKABLE, Floats, Net, shortfalls
from .problem import Bools, Ints


@dataclass
class Cut:
    """sum(coefficients · x[columns]) ≥ short where group `group` gets what is needed."""

    group: int
    columns: Ints
    coefficients: Floats
    short: float


class Cuts:
    """Finds broken cut rows by maximum flows from each group to the core.

    Without failing nodes the flow runs on the board itself; a node that may fail is split by an arc of capacity 1.
    `directed` gives every candidate two columns, 2c from tail to head and 2c + 1 back.
    """

    def __init__(self, board: Board, *, directed: bool = False) -> None:
        self.board = board
        count = board.count
        failing = np.flatnonzero(board.fails)
        leaves = np.arange(count)
        leaves[failing] = count + np.arange(len(failing))
        source = count + len(failing)
        column_of: list[int] = []
        tails: list[int] = []
        heads: list[int] = []
        fixed: list[float] = []

        def arc(tail: int, head: int, column: int, holds: float) -> int:
            tails.extend((tail, head))
            heads.extend((head, tail))
            column_of.extend((column, -1))
            fixed.extend((holds, 0.0))
            return len(tails) - 2

        through = {int(vertex): arc(int(vertex), int(leaves[vertex]), -1, 1.0) for vertex in failing}
        rows = zip(board.tails.tolist(), board.heads.tolist(), board.column.tolist(), board.holds.tolist(), strict=True)
        for tail, head, column, holds in rows:
            stands = 0.0 if column >= 0 else UNBREAKABLE if holds else 1.0
            there, back = (2 * column, 2 * column + 1) if directed and column >= 0 else (column, column)
            arc(int(leaves[tail]), head, there, stands)
            arc(int(leaves[head]), tail, back, stands)
        starts = np.zeros(count, dtype=np.int64)
        for vertex in {vertex for group in board.groups for vertex in group.vertices}:
            starts[vertex] = arc(source, vertex, -1, 0.0)
        tail_of = np.array(tails, dtype=np.int64)
        leaving = np.argsort(tail_of, kind="stable")
        columns, capacity = np.array(column_of, dtype=np.int64), np.array(fixed)
        self.net = Net(
            np.searchsorted(tail_of[leaving], np.arange(source + 2)),
            leaving,
            np.array(heads, dtype=np.int64),
            columns,
            capacity,
            (columns >= 0) | (capacity > 0),
            starts,
            *_ragged([list(group.vertices) for group in board.groups]),
            *_ragged([[through[vertex] for vertex in group.own] for group in board.groups]),
        )

    def used(self, columns: Bools) -> Net:
        """The net without the arcs of other columns: searches need not look at them."""
        net = self.net
        # An even arc runs, the odd one after it is its residual.
        pairs = net.column[::2]
        kept = pairs < 0
        kept[~kept] = columns[pairs[~kept]]
        leaving = np.repeat(kept, 2)[net.leaving]
        first = np.concatenate([[0], np.cumsum(leaving)])[net.first]
        return net._replace(first=first, leaving=net.leaving[leaving])

    def broken(self, x: Floats, asked: Floats, *, level: Floats | None = None, depth: int = 1) -> list[Cut]:
        """Cut rows that x breaks; `asked[group]` is what its flow must be, 0 to leave it out.

        With `level` a group gets what it needs to that degree only: rows read ≥ short · level.
        """
        level = np.ones(len(asked)) if level is None else level
        net = self.used(x > 0) if depth == 1 else self.net
        groups, starts, arcs = shortfalls(net, np.clip(x, 0.0, None), asked, level, depth)
        cuts, seen = [], set()
        for at, group in enumerate(groups.tolist()):
            crossed = arcs[starts[at] : starts[at + 1]]
            short = self.board.asked - float(self.net.fixed[crossed].sum())
            columns, counts = np.unique(self.net.column[crossed], return_counts=True)
            kept = columns >= 0
            columns, counts = columns[kept], counts[kept]
            name = (group, short, columns.tobytes())
            if short <= 0 or name in seen:
                continue
            seen.add(name)
            cuts.append(Cut(group, columns, np.minimum(counts, short).astype(float), short))
        return cuts


def _ragged(rows: list[list[int]]) -> tuple[Ints, Ints]:
    first = np.zeros(len(rows) + 1, dtype=np.int64)
    first[1:] = np.cumsum([len(row) for row in rows])
    return first, np.array([value for row in rows for value in row], dtype=np.int64)
