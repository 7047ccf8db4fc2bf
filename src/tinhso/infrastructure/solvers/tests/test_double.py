"""Two-way connection and budgets agree with trying every set of candidates, and keep their promises when stopped."""

from __future__ import annotations

from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.infrastructure.solvers.budget import most_covered, most_protected, phases
from tinhso.infrastructure.solvers.double import AUGMENTATION, SURVIVABLE, Impossible, Malformed, Problem, Site, double
from tinhso.infrastructure.solvers.verify import Ground, served, verify, verify_phases


def ground(problem: Problem) -> Ground:
    spans = list(zip(problem.tails.tolist(), problem.heads.tolist(), problem.costs.tolist(), strict=True))
    return Ground(
        problem.nodes, spans, problem.existing.tolist(), problem.core, {site.key: site.nodes for site in problem.sites}
    )


def subsets(problem: Problem) -> list[tuple[int, tuple[int, ...]]]:
    """(cost, spans) of every set of candidates, cheapest first."""
    offered = [number for number, stands in enumerate(problem.existing.tolist()) if not stands]
    sets = [chosen for size in range(len(offered) + 1) for chosen in combinations(offered, size)]
    return sorted((sum(int(problem.costs[span]) for span in chosen), chosen) for chosen in sets)


@st.composite
def problems(draw: st.DrawFn, *, candidates: int = 9, tree: bool | None = None) -> Problem:
    nodes = draw(st.integers(2, 8))
    node = st.integers(0, nodes - 1)
    existing = draw(st.lists(st.tuples(node, node), max_size=8))
    if tree if tree is not None else draw(st.booleans()):
        existing += [(draw(st.integers(0, number - 1)), number) for number in range(1, nodes)]
    offered = draw(st.lists(st.tuples(node, node, st.integers(0, 12)), max_size=candidates))
    core = draw(st.lists(node, min_size=1, max_size=2, unique=True))
    places = draw(st.lists(st.lists(node, min_size=1, max_size=3, unique=True), min_size=1, max_size=6))
    sites = [Site(f"s{number}", tuple(nodes), draw(st.integers(0, 9))) for number, nodes in enumerate(places)]
    return Problem.build(nodes, existing, offered, core, sites)


def check_least_cost(problem: Problem, protect: str) -> None:
    land = ground(problem)
    everything = [number for number, stands in enumerate(problem.existing.tolist()) if not stands]
    possible = served(land, everything, protect)
    if len(possible) < len(problem.sites):
        with pytest.raises(Impossible) as refusal:
            double(problem, protect=protect, time_limit=120)
        assert set(refusal.value.sites) == land.sites.keys() - possible
    plan = double(problem, protect=protect, time_limit=120, skip_impossible=True)
    assert set(plan.impossible) == land.sites.keys() - possible
    rest = Ground(land.nodes, land.spans, land.existing, land.core, {key: land.sites[key] for key in possible})
    assert verify(rest, plan.edges, need=protect, cost=plan.cost, bound=plan.bound) == []
    best = next(cost for cost, chosen in subsets(problem) if possible <= served(land, chosen, protect))
    assert (plan.cost, plan.bound, plan.proven) == (best, best, True)


@settings(max_examples=60, deadline=None)
@given(problems(), st.sampled_from(["span", "node"]))
def test_least_cost_agrees_with_every_subset(problem: Problem, protect: str) -> None:
    check_least_cost(problem, protect)


@settings(max_examples=40, deadline=None)
@given(problems(tree=True), st.sampled_from(["span", "node"]))
def test_augmentation_agrees_with_every_subset(problem: Problem, protect: str) -> None:
    check_least_cost(problem, protect)


@settings(max_examples=50, deadline=None)
@given(problems(), st.sampled_from(["reach", "span", "node"]), st.integers(0, 40))
def test_a_budget_agrees_with_every_subset(problem: Problem, need: str, budget: int) -> None:
    land = ground(problem)
    weights = {site.key: site.weight for site in problem.sites}
    before = served(land, [], need)
    best = max(
        sum(weights[key] for key in served(land, chosen, need) - before)
        for cost, chosen in subsets(problem)
        if cost <= budget
    )
    if need == "reach":
        found = most_covered(problem, budget, time_limit=120)
    else:
        found = most_protected(problem, budget, protect=need, time_limit=120)
    assert (found.value, found.bound, found.proven) == (best, best, True)
    assert verify_phases(
        land, found.years, need=need, budgets=[budget], weights=weights, value=found.value, bound=found.bound
    ) == []  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    problems(candidates=5),
    st.sampled_from(["reach", "span", "node"]),
    st.lists(st.integers(0, 15), min_size=2, max_size=3),
    st.booleans(),
)
def test_phases_agree_with_every_order(problem: Problem, need: str, budgets: list[int], carry: bool) -> None:
    land = ground(problem)
    weights = {site.key: site.weight for site in problem.sites}
    before = served(land, [], need)
    offered = [number for number, stands in enumerate(problem.existing.tolist()) if not stands]
    gain = {chosen: sum(weights[key] for key in served(land, chosen, need) - before) for _, chosen in subsets(problem)}
    best = 0
    for years in product(range(len(budgets) + 1), repeat=len(offered)):
        left = value = 0
        for year, budget in enumerate(budgets):
            left = budget + (left if carry else 0)
            left -= sum(int(problem.costs[span]) for span, when in zip(offered, years, strict=True) if when == year)
            if left < 0:
                break
            value += gain[tuple(span for span, when in zip(offered, years, strict=True) if when <= year)]
        else:
            best = max(best, value)
    found = phases(problem, budgets, need=need, carry_over=carry, time_limit=120)
    assert (found.value, found.bound, found.proven) == (best, best, True)
    assert verify_phases(
        land, found.years, need=need, budgets=budgets, weights=weights, value=found.value, bound=found.bound,
        carry_over=carry,
    ) == []  # fmt: skip


def test_a_year_may_prepare_the_next() -> None:
    twice = Problem.build(2, [], [(0, 1, 1), (0, 1, 1)], [0], [Site("far", (1,), 5)])
    found = phases(twice, [1, 1], need="span", time_limit=5)
    assert (found.value, found.costs, found.won) == (5, [1, 1], [[], ["far"]])


def ring(count: int) -> Problem:
    """A path 0…count-1 from the core, and candidates that close it at different lengths."""
    existing = [(at, at + 1) for at in range(count - 1)]
    offered = [(0, at, 10 * at) for at in range(1, count)]
    return Problem.build(count, existing, offered, [0], [Site(f"n{at}", (at,), at) for at in range(1, count)])


@pytest.mark.parametrize("protect", ["span", "node"])
def test_one_ring_closes_a_path(protect: str) -> None:
    plan = double(ring(6), protect=protect, time_limit=10)
    assert (plan.edges, plan.cost, plan.solved) == ([9], 50, AUGMENTATION)


def test_what_was_solved_is_said() -> None:
    apart = Problem.build(3, [(0, 1)], [(0, 2, 4), (1, 2, 5), (0, 1, 3)], [0], [Site("a", (1,)), Site("b", (2,))])
    plan = double(apart, time_limit=10)
    assert (plan.cost, plan.solved) == (9, SURVIVABLE)


def test_an_optional_junction_is_used() -> None:
    star = Problem.build(
        4, [], [(0, 3, 1), (0, 3, 1), (1, 3, 1), (1, 3, 1), (2, 3, 1), (2, 3, 1), (0, 1, 9), (1, 2, 9), (2, 0, 9)],
        [0], [Site("a", (1,)), Site("b", (2,))],
    )  # fmt: skip
    assert double(star, time_limit=10).cost == 6
    assert double(star, protect="node", time_limit=10).cost == 20


def apart(count: int) -> Problem:
    """A tree with many leaves, a node that stands alone between them, and chords whose costs defy the first guess."""
    existing = [((at - 1) // 2, at) for at in range(1, count)]
    offered = [(count, at, 70 + at % 5) for at in range(count)]
    offered += [(at, (at + step) % count, 50 + at * step % 37) for at in range(count) for step in (3, 7, 11)]
    return Problem.build(count + 1, existing, offered, [0], [Site(f"n{at}", (at,), at) for at in range(1, count + 1)])


def test_a_plan_stopped_at_once_holds_and_says_so() -> None:
    problem = apart(40)
    plan = double(problem, protect="node", time_limit=60, should_stop=lambda: True)
    assert not plan.proven and plan.stopped == "asked" and plan.bound <= plan.cost
    assert verify(ground(problem), plan.edges, need="node", cost=plan.cost, bound=plan.bound) == []


@pytest.mark.parametrize(("limit", "reason"), [({"time_limit": 0.001}, "time"), ({"memory_mb": 1}, "memory")])
@pytest.mark.parametrize("protect", ["span", "node"])
def test_limits_end_the_search_with_a_plan_that_holds(protect: str, limit: dict, reason: str) -> None:
    problem = apart(200)
    plan = double(problem, protect=protect, **{"time_limit": 60.0, **limit})
    assert plan.stopped == reason and plan.bound < plan.cost and plan.seconds < 5
    assert verify(ground(problem), plan.edges, need=protect, cost=plan.cost, bound=plan.bound) == []
    spent = phases(problem, [200, 100], need=protect, **{"time_limit": 60.0, **limit})
    assert spent.stopped == reason and spent.value <= spent.bound and spent.seconds < 5


def test_progress_tells_better_plans_and_bounds() -> None:
    told = []
    plan = double(apart(30), protect="node", time_limit=10, on_progress=told.append)
    assert [now.value for now in told] == sorted((now.value for now in told), reverse=True)
    assert [now.bound for now in told] == sorted(now.bound for now in told)
    assert (told[-1].value, told[-1].bound, told[-1].gap) == (plan.cost, plan.bound, 0.0)


def test_the_same_seed_gives_the_same_plan() -> None:
    plans = [double(apart(20), protect="node", time_limit=10, seed=7).edges for _ in range(2)]
    assert plans[0] == plans[1]


def test_large_sums_are_still_exact() -> None:
    """Costs in đồng reach a million millions; the optimum is right to the đồng."""
    costs = [1_000_000_000_003, 1_000_000_000_001, 1_000_000_000_007]
    problem = Problem.build(2, [(0, 1)], [(0, 1, cost) for cost in costs], [0], [Site("a", (1,))])
    plan = double(problem, time_limit=10)
    assert (plan.cost, plan.bound, plan.proven) == (1_000_000_000_001, 1_000_000_000_001, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"core": []}, "core is empty"),
        ({"core": [9]}, "core node 9"),
        ({"existing": [(0, 7)]}, "node 7"),
        ({"candidates": [(0, 1, -4)]}, "-4 đồng"),
        ({"candidates": [(0, 1, 1.5)]}, "whole đồng"),
        ({"candidates": [(0, 1, float("inf"))]}, "whole đồng"),
        ({"sites": [Site("a", (1,)), Site("a", (0,))]}, "given twice"),
        ({"sites": [Site("a", ())]}, "no node"),
        ({"sites": [Site("a", (5,))]}, "site a names a node"),
        ({"sites": [Site("a", (1,), -1)]}, "weighs -1"),
    ],
)
def test_contradictions_are_named(change: dict, words: str) -> None:
    sound = {"existing": [(0, 1)], "candidates": [(0, 1, 3)], "core": [0], "sites": [Site("a", (1,))]}
    parts = sound | change
    with pytest.raises(Malformed, match=words):
        Problem.build(2, parts["existing"], parts["candidates"], parts["core"], parts["sites"])


@pytest.mark.parametrize("budgets", [[], [-1], [1.5], [True]])
def test_wrong_budgets_are_refused(budgets: list) -> None:
    with pytest.raises(Malformed, match="budgets"):
        phases(ring(3), budgets, need="span", time_limit=5)
