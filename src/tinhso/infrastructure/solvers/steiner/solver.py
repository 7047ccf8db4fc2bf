"""The run: a first tree at once, then reductions, bounds and better trees until proven or out of time."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from tinhso.infrastructure.solvers.steiner import first
from tinhso.infrastructure.solvers.steiner.graph import build
from tinhso.infrastructure.solvers.steiner.problem import Instance, Ints, Progress, Solution


class Run:
    """The best tree and bound of one call, told onward as they improve."""

    def __init__(
        self,
        instance: Instance,
        time_limit: float,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.instance = instance
        self.began = time.perf_counter()
        self.ends = self.began + time_limit
        self.on_progress = on_progress
        self.should_stop = should_stop
        self.edges: Ints = np.zeros(0, np.int64)
        self.cost = -1
        self.bound = 0
        self.phase = "start"

    @property
    def proven(self) -> bool:
        """No tree is cheaper."""
        return self.cost == self.bound

    @property
    def over(self) -> bool:
        """Proven, out of time, or told to stop."""
        return self.proven or time.perf_counter() >= self.ends or (self.should_stop is not None and self.should_stop())

    def tell(self) -> None:
        """Reports where the run stands."""
        if self.on_progress:
            at = time.perf_counter() - self.began
            self.on_progress(Progress(at, self.cost, self.bound, self.phase, self.edges.tolist()))

    def offer_tree(self, among: Ints) -> None:
        """Takes the tree left of connected edges of the instance if it is cheaper."""
        whole = self.instance
        edges = first.settle(whole.nodes, whole.tails, whole.heads, whole.costs, whole.terminals, among)
        cost = int(whole.costs[edges].sum())
        if self.cost < 0 or cost < self.cost:
            self.edges, self.cost = edges, cost
            self.tell()

    def offer_bound(self, bound: int) -> None:
        """Takes a bound if it is higher; no tree costs less than the cheapest known."""
        if bound > self.bound:
            self.bound = min(bound, self.cost)
            self.tell()

    def solution(self) -> Solution:
        """What is known now."""
        return Solution(self.edges.tolist(), self.cost, self.bound, self.proven, time.perf_counter() - self.began)


def solve(
    instance: Instance,
    *,
    time_limit: float = 60.0,
    seed: int = 0,
    memory_mb: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Solution:
    """The cheapest tree found that joins all terminals, with a certified bound; proven if they are equal.

    time_limit in seconds; memory_mb limits what the search may hold beyond the instance. on_progress hears each
    improvement and should_stop is asked often. The same instance and seed give the same tree, unless time ran out
    between. Raises Invalid on a wrong instance and Unreachable when no tree exists.
    """
    instance.check()
    run = Run(instance, time_limit, on_progress, should_stop)
    first.check_reachable(instance)
    n, tails, heads, costs = instance.nodes, instance.tails, instance.heads, instance.costs
    free = np.flatnonzero(costs == 0)
    group = first.parts(n, tails[free], heads[free])
    groups = int(group.max()) + 1 if n else 0
    simple = first.cheapest_parallel(groups, group[tails], group[heads], costs)
    graph = build(
        groups, group[tails[simple]], group[heads[simple]], costs[simple], np.unique(group[instance.terminals])
    )
    tree = first.first_tree(groups, graph.tails, graph.heads, graph.costs, graph.terminals)
    run.phase = "first"
    run.offer_tree(np.concatenate([free, simple[tree]]))
    if len(graph.terminals) < 2:
        run.offer_bound(run.cost)
        return run.solution()
    from tinhso.infrastructure.solvers.steiner.dual_ascent import ascend

    run.phase = "bound"
    reduced = np.repeat(graph.costs, 2)
    none = np.zeros(1, np.int64)
    bound, _cuts = ascend(
        graph.start, graph.reach, graph.arcs, graph.tails, graph.heads, reduced, int(graph.terminals[0]),
        graph.terminals, none, none
    )  # fmt: skip
    run.offer_bound(int(bound))
    return run.solution()
