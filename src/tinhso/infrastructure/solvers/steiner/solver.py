"""The run: a first tree at once, then reductions, bounds and better trees until proven or out of time."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from tinhso.infrastructure.solvers.steiner import first
from tinhso.infrastructure.solvers.steiner.graph import Graph, build
from tinhso.infrastructure.solvers.steiner.problem import Instance, Ints, Progress, Solution

# Trees from random starts before bounds, and roots of dual ascent in each turn.
STARTS, ROOTS = 8, 8


class Run:
    """The best tree and bound of one call, told onward as they improve."""

    def __init__(
        self,
        instance: Instance,
        time_limit: float,
        memory_mb: int | None,
        on_progress: Callable[[Progress], None] | None,
        should_stop: Callable[[], bool] | None,
    ) -> None:
        self.instance = instance
        self.began = time.perf_counter()
        self.ends = self.began + time_limit
        self.memory_mb = memory_mb
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
        """Proven, out of time or memory, or told to stop."""
        if self.proven or time.perf_counter() >= self.ends:
            return True
        if self.memory_mb is not None and held_mb() > self.memory_mb:
            return True
        return self.should_stop is not None and self.should_stop()

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


def held_mb() -> float:
    """Megabytes of memory this process holds; 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


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

    time_limit in seconds, compiling kernels aside. memory_mb limits what the whole process may hold: the search ends
    when it is reached. on_progress hears each improvement and should_stop is asked often. The same instance and seed
    give the same tree, unless time ran out between; with a time_limit of infinity the clock decides nothing, and
    should_stop is asked at the same steps in every run. Raises Invalid on a wrong instance and Unreachable when no tree
    exists.
    """
    instance.check()
    run = Run(instance, time_limit, memory_mb, on_progress, should_stop)
    first.check_reachable(instance)
    n, tails, heads, costs = instance.nodes, instance.tails, instance.heads, instance.costs
    free = np.flatnonzero(costs == 0)
    group = first.parts(n, tails[free], heads[free])
    groups = int(group.max()) + 1 if n else 0
    simple = first.cheapest_parallel(groups, group[tails], group[heads], costs)
    unit = int(np.gcd.reduce(costs)) or 1
    graph = build(
        groups, group[tails[simple]], group[heads[simple]], costs[simple] // unit, np.unique(group[instance.terminals])
    )
    tree = first.first_tree(graph.n, graph.tails, graph.heads, graph.costs, graph.terminals)
    run.phase = "first"
    run.offer_tree(np.concatenate([free, simple[tree]]))
    if len(graph.terminals) < 2:
        run.offer_bound(run.cost)
    else:
        search(
            graph, tree, np.random.default_rng(seed), run,
            on_tree=lambda edges: run.offer_tree(np.concatenate([free, simple[edges]])),
            on_bound=lambda bound: run.offer_bound(bound * unit),
        )  # fmt: skip
    return run.solution()


def search(
    graph: Graph,
    tree: Ints,
    draw: np.random.Generator,
    run: Run,
    *,
    on_tree: Callable[[Ints], None],
    on_bound: Callable[[int], None],
) -> None:
    """Reductions, starts, dual ascents, then branch and cut, reducing anew where that pays."""
    # Compiled code is loaded only now, with the first tree already told.
    from tinhso.infrastructure.solvers.steiner.branch_and_cut import BranchAndCut
    from tinhso.infrastructure.solvers.steiner.breeding import Breeding
    from tinhso.infrastructure.solvers.steiner.search import Search
    from tinhso.infrastructure.solvers.steiner.warm import warm_up

    began = time.perf_counter()
    warm_up()
    # Compiling, once per machine, is not searching: it would leave a short search without a bound.
    run.ends += time.perf_counter() - began
    # An interrupted linear program may end at another of its optima, so without a time limit none is.
    slice_s = math.inf if math.isinf(run.ends) else 1.0
    work = Search(
        graph, tree, draw, over=lambda: run.over, on_tree=on_tree, on_bound=on_bound, slice_s=slice_s
    )  # fmt: skip
    run.phase = "reductions"
    work.reduce()
    run.phase = "starts"
    work.starts(STARTS)
    breeding = Breeding(work, lambda: run.over)
    again = True
    while again and not work.over():
        run.phase = "dual ascent"
        while work.ascents(ROOTS) > 0.05:
            pass
        if work.over():
            break
        run.phase = "breeding"
        breeding.turn()
        run.phase = "branch and cut"
        program = BranchAndCut(work, int(draw.choice(work.graph.terminals)))
        again = program.run(breed=breeding.turn)
        if again:
            work.take_out(program.out, program.slim)
