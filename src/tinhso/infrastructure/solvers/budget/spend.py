"""Budgets and phases: the most people or agencies covered or protected for the money of each year."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np

from ..double.board import draw
from ..double.problem import AUGMENTATION, COVERING, SURVIVABLE, Malformed, Need, Problem, Report, Spending
from ..double.run import Run
from ..double.standing import stand
from ..room import room_for_code, time_for_code
from .first import first_use


def most_covered(
    problem: Problem,
    budget: int,
    *,
    time_limit: float,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Spending:
    """Candidates of at most `budget` đồng that newly join the most weight of sites to the core."""
    return phases(
        problem, [budget], need="reach", time_limit=time_limit, seed=seed, memory_mb=memory_mb,
        on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip


def most_protected(
    problem: Problem,
    budget: int,
    *,
    protect: Literal["span", "node"] = "span",
    time_limit: float,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Spending:
    """Candidates of at most `budget` đồng that newly protect the most weight of sites from a single span or node.

    A site is protected when no single span (or node) between it and the core is left uncovered; half a way counts for
    nothing.
    """
    return phases(
        problem, [budget], need=protect, time_limit=time_limit, seed=seed, memory_mb=memory_mb,
        on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip


def phases(
    problem: Problem,
    budgets: Sequence[int],
    *,
    need: Need,
    carry_over: bool = False,
    time_limit: float,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Report | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Spending:
    """Which candidates to build in which year so that weight × years served is largest.

    `budgets` are đồng by year; what a year leaves is lost unless `carry_over`. To phase a given plan, offer only its
    spans as candidates. Sites that no candidates can serve are left out, and lower the bound.
    """
    problem.check()
    wrong = [budget for budget in budgets if isinstance(budget, bool) or not isinstance(budget, int) or budget < 0]
    if wrong or not budgets:
        raise Malformed(f"budgets are {list(budgets)}: give whole đồng, 0 or more, for at least one year")
    board = draw(problem, need)
    run = Run(
        sense=-1, unit=math.gcd(*(group.weight for group in board.groups)) or 1, time_limit=time_limit,
        memory_mb=memory_mb, on_progress=on_progress, should_stop=should_stop,
    )  # fmt: skip
    had = _served(problem, need, [])
    possible = _served(problem, need, problem.offered.tolist()) - had
    weights = {site.key: site.weight for site in problem.sites}
    run.prove(sum(weights[key] for key in possible) * len(budgets))
    asked = replace(problem, sites=tuple(site for site in problem.sites if site.key in possible))
    years = first_use(asked, need, budgets, carry_over=carry_over) if possible else [[] for _ in budgets]
    won = _won(problem, need, years, had)
    value = sum(weights[key] * (len(budgets) - at) for at, keys in enumerate(won) for key in keys)
    run.offer(value, sorted(span for year in years for span in year))
    if not run.proven and not run.stopped() and not time_for_code(run.left):
        run.reason = "time"
    elif not run.proven and not run.reason:
        room_for_code()
        from .search import Search

        search = Search(problem, board, budgets, carry_over=carry_over, seed=seed)
        search.go(run, years, seed)
        years = search.years()
        won = _won(problem, need, years, had)
    solved = COVERING if need == "reach" else AUGMENTATION if board.connected else SURVIVABLE
    return Spending(
        years, [int(problem.costs[year].sum()) for year in years], won, int(run.value or 0), int(run.bound or 0),
        run.proven, need, solved, problem.candidates, tuple(budgets), carry_over, "" if run.proven else run.reason,
        run.seconds,
    )  # fmt: skip


def _served(problem: Problem, need: Need, spans: list[int]) -> set[str]:
    lacking = stand(problem, np.array(spans, np.int64)).unmet(problem.sites, need)
    return {site.key for site in problem.sites} - {site.key for site in lacking}


def _won(problem: Problem, need: Need, years: Sequence[Sequence[int]], had: set[str]) -> list[list[str]]:
    """By year the sites that have what is needed at its end and had it not before."""
    won: list[list[str]] = []
    built: list[int] = []
    before = had
    for year in years:
        built += year
        now = _served(problem, need, built)
        won.append(sorted(now - before))
        before = now
    return won
