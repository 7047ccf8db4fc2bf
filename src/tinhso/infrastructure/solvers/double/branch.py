"""Branch and cut: relaxations tightened by broken rows, then integer searches until no row is broken."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from .flows import Floats
from .master import Master, Row
from .run import Run

# Rounds whose bound moves less than a twentieth of the gap in a thousand are left to branching.
STALL_ROUNDS, STALL_SHARE = 6, 1e-3


def branch_and_cut(
    master: Master,
    run: Run,
    broken: Callable[[Floats, bool], Sequence[Row]],
    repair: Callable[[Floats], Floats | None],
    *,
    repair_every: int = 4,
) -> None:
    """Drive `run` to a proof or a limit.

    `broken(x, whole)` gives rows that x breaks (all plans keep them); with `whole` it must find one if there is any.
    `repair(x)` offers the run a plan made from x, and returns it as columns if it can.
    """
    previous, stalled, turn = float("-inf"), 0, 0
    relaxed = None
    while not run.stopped() and not run.proven:
        relaxed = master.relax()
        if relaxed is None:
            return
        run.floor(relaxed.bound)
        rows = broken(relaxed.x, False)
        if turn % repair_every == 0 or not rows:
            repair(relaxed.x)
        turn += 1
        master.fix(relaxed, run.margin)
        stalled = stalled + 1 if relaxed.bound - previous <= STALL_SHARE * abs(run.margin - relaxed.bound) else 0
        previous = max(previous, relaxed.bound)
        if not rows or stalled >= STALL_ROUNDS:
            break
        master.add(rows)
    if relaxed is not None and not run.proven and not run.stopped():
        # Columns the relaxation leaves alone seldom matter: without them a good plan is found at once.
        near = master.search(near=relaxed)
        if near.x is not None:
            repair(near.x.round())
        master.fix(relaxed, run.margin)
    start = None
    while not run.stopped() and not run.proven:
        whole = master.search(start=start)
        if whole.x is None:
            if whole.finished:
                run.closed()
            return
        run.floor(whole.bound)
        rows = broken(whole.x.round(), True)
        start = repair(whole.x.round())
        if not rows:
            if whole.finished:
                run.closed()
            return
        master.add(rows)
