"""The front door of two-way connection."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from ..room import room_for_code
from .board import Board, draw
from .first import first_plan
from .problem import AUGMENTATION, SURVIVABLE, Impossible, Plan, Problem, Report
from .run import Run
from .standing import stand


def double(
    problem: Problem,
    *,
    protect: Literal["span", "node"] = "span",
    time_limit: float,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
    skip_impossible: bool = False,
) -> Plan:
    """The cheapest candidates that leave no site behind a single span (or, `protect="node"`, a single node).

    Sites that no candidates can protect raise `Impossible`, which names them; with `skip_impossible` they are listed in
    the plan and the rest is planned. A plan is always found: at worst, every candidate without the superfluous ones.
    """
    problem.check()
    run = Run(
        unit=math.gcd(*problem.costs[problem.offered].tolist()), time_limit=time_limit, memory_mb=memory_mb,
        on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip
    lost = stand(problem, problem.offered).unmet(problem.sites, protect)
    if lost and not skip_impossible:
        raise Impossible([site.key for site in lost], protect)
    gone = {site.key for site in lost}
    asked = replace(problem, sites=tuple(site for site in problem.sites if site.key not in gone))
    board = draw(asked, protect)
    if not board.groups:
        run.offer(0, [])
        run.prove(0)
    else:
        _search(board, asked, run, seed)
    bound = max(run.bound or 0, 0)
    return Plan(
        sorted(run.edges), int(run.value or 0), bound, run.proven, protect,
        AUGMENTATION if board.connected else SURVIVABLE, problem.candidates, tuple(site.key for site in lost),
        "" if run.proven else run.reason, run.seconds,
    )  # fmt: skip


def _search(board: Board, asked: Problem, run: Run, seed: int) -> None:
    """A plain plan at once, then covering or design. Compiled code and optimisers are loaded only in between."""
    first = first_plan(asked, board.need)
    if first is not None:
        run.prove(first[1])
        run.offer(int(asked.costs[first[0]].sum()), first[0].tolist())
    if run.proven or run.stopped():
        return
    room_for_code()
    if board.connected and board.need == "span":
        from .covering import cover_tree
        from .tree import bridges_to_cover

        cover_tree(bridges_to_cover(asked, board.standing), run, seed)
        return
    from .design import design

    start = None if first is None else first[0]
    if board.connected:
        # Protected from nodes is protected from spans too: covering the bridges is a start, and its bound holds.
        from .covering import first_cover
        from .tree import bridges_to_cover

        start, least = first_cover(bridges_to_cover(asked, board.standing))
        run.prove(least)
    design(board, run, seed, start)
