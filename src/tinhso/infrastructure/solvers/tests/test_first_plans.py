"""What is told before compiled code is loaded: plans and bounds that hold, and any node of a site joined."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.infrastructure.solvers.budget.first import first_use
from tinhso.infrastructure.solvers.double import Problem, Site
from tinhso.infrastructure.solvers.double.first import first_plan
from tinhso.infrastructure.solvers.planner.problem import Question, Refused
from tinhso.infrastructure.solvers.planner.search import Search
from tinhso.infrastructure.solvers.tests.test_double import ground, problems, subsets
from tinhso.infrastructure.solvers.verify import served, verify, verify_phases


def possible(problem: Problem, need: str) -> Problem:
    every = [number for number, stands in enumerate(problem.existing.tolist()) if not stands]
    keys = served(ground(problem), every, need)
    return replace(problem, sites=tuple(site for site in problem.sites if site.key in keys))


@settings(max_examples=60, deadline=None)
@given(problems(candidates=8), st.sampled_from(["span", "node"]))
def test_a_first_plan_holds_and_no_plan_undercuts_its_bound(problem: Problem, need: str) -> None:
    asked = possible(problem, need)
    found = first_plan(asked, need)
    if found is not None:
        cost, land = int(asked.costs[found[0]].sum()), ground(asked)
        assert verify(land, found[0].tolist(), need=need, cost=cost, bound=found[1]) == []
        least = next(cost for cost, chosen in subsets(asked) if served(land, chosen, need) == set(land.sites))
        assert found[1] <= least


@settings(max_examples=30, deadline=None)
@given(problems(), st.sampled_from(["reach", "span", "node"]), st.lists(st.integers(0, 20), min_size=1, max_size=2))
def test_a_first_use_of_budgets_holds(problem: Problem, need: str, budgets: list[int]) -> None:
    asked = possible(problem, need)
    land, weights = ground(asked), {site.key: site.weight for site in asked.sites}
    years = first_use(asked, need, budgets, carry_over=False)
    faults = verify_phases(land, years, need=need, budgets=budgets, weights=weights, value=0)
    assert {fault.code for fault in faults} <= {"value-differs"}


def connected(problem: Problem):
    asked = {"need": "reach", "aim": "all", "budgets": [], "start": None, "search": True}
    return Search(Question(asked, problem, [], [], [], ""), lambda _event: None, lambda: False, 120.0, 0).find()


@settings(max_examples=40, deadline=None)
@given(problems(tree=False))
def test_any_node_of_a_site_may_be_joined_and_the_choice_is_proven(problem: Problem) -> None:
    land = ground(possible(problem, "reach"))
    try:
        answer = connected(problem)
    except Refused as refused:
        assert set(refused.sites) == {site.key for site in problem.sites} - set(land.sites)
        return
    best = next(cost for cost, chosen in subsets(problem) if served(land, chosen, "reach") == set(land.sites))
    assert (answer.cost, answer.bound, answer.proven) == (best, best, True)


def test_the_node_in_the_small_part_is_joined_where_that_is_cheaper() -> None:
    """A junction keeps it from being a spanning tree: three ways of 4 meet there, the large part is 20 away."""
    problem = Problem.build(
        7, [(1, 2), (2, 3)], [(0, 6, 4), (6, 4, 4), (6, 5, 4), (0, 1, 20), (0, 5, 9), (4, 5, 9)], [0],
        [Site("both", (3, 4)), Site("one", (5,))],
    )  # fmt: skip
    answer = connected(problem)
    assert (answer.cost, answer.edges, answer.proven) == (12, [0, 1, 2], True)


def test_no_compiled_library_is_loaded_before_a_first_plan() -> None:
    code = (
        "import sys; from tinhso.infrastructure.solvers.planner import __main__, search, problem, telling;"
        "print([name for name in ('scipy', 'numba', 'highspy') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
