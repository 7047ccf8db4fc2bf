"""The front door of two-way connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from .problem import Plan, Problem, Report


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
    the plan and the rest is planned.
    """
    raise NotImplementedError
