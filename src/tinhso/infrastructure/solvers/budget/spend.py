"""Budgets and phases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from ..double.problem import Need, Problem, Report, Spending


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
    """Candidates of at most `budget` đồng that newly protect the most weight of sites from a single span or node."""
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
    spans as candidates.
    """
    raise NotImplementedError
