"""The plan verifier agrees with plain removal on random multigraphs and names each way a plan can be wrong."""

from __future__ import annotations

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.infrastructure.solvers.verify import Ground, _unmet, verify, verify_phases

SQUARE = Ground(
    nodes=4,
    spans=[(0, 1, 0), (1, 2, 0), (2, 3, 0), (3, 0, 7), (1, 3, 5), (0, 2, 9)],
    existing=[True, True, True, False, False, False],
    core=[0],
    sites={"one": [1], "two": [2], "three": [3]},
)


def survives(ground: Ground, chosen: list[int], key: str, need: str) -> bool:
    """By removal: the site keeps the core whichever element fails."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(ground.nodes))
    for number, (one, other, _) in enumerate(ground.spans):
        if ground.existing[number] or number in chosen:
            graph.add_edge(one, other, key=number)
    own = set(ground.sites[key])

    def joined(left: nx.MultiGraph) -> bool:
        core = [node for node in ground.core if node in left]
        return any(nx.has_path(left, node, centre) for node in own if node in left for centre in core)

    cases = [graph]
    if need != "reach":
        cases += [nx.restricted_view(graph, [], [edge]) for edge in graph.edges(keys=True)]
    if need == "node":
        failing = set(graph) - own - set(ground.core)
        cases += [nx.restricted_view(graph, [node], []) for node in failing]
    return all(joined(case) for case in cases)


@st.composite
def grounds(draw: st.DrawFn) -> tuple[Ground, list[int]]:
    nodes = draw(st.integers(2, 8))
    node = st.integers(0, nodes - 1)
    spans = draw(st.lists(st.tuples(node, node, st.integers(0, 9)), max_size=14))
    existing = draw(st.lists(st.booleans(), min_size=len(spans), max_size=len(spans)))
    core = draw(st.lists(node, min_size=1, max_size=2, unique=True))
    sites = draw(st.lists(st.lists(node, min_size=1, max_size=3, unique=True), min_size=1, max_size=4))
    offered = [number for number, stands in enumerate(existing) if not stands]
    chosen = draw(st.lists(st.sampled_from(offered), unique=True)) if offered else []
    return Ground(nodes, spans, existing, core, {f"s{i}": site for i, site in enumerate(sites)}), chosen


@settings(max_examples=300, deadline=None)
@given(grounds(), st.sampled_from(["reach", "span", "node"]))
def test_agrees_with_removal(case: tuple[Ground, list[int]], need: str) -> None:
    ground, chosen = case
    unmet = _unmet(ground, chosen, need)
    assert {key for key in ground.sites if not survives(ground, chosen, key, need)} == set(unmet)


def codes(failures: list) -> list[str]:
    return [failure.code for failure in failures]


def test_a_right_plan_has_no_failures() -> None:
    assert verify(SQUARE, [3], need="node", cost=7, bound=7) == []


@pytest.mark.parametrize(
    ("chosen", "need", "cost", "bound", "expected"),
    [
        ([3], "span", 8, 7, ["cost-differs"]),
        ([3], "span", 7, 8, ["bound-above-cost"]),
        ([3, 3], "span", 14, 0, ["span-twice"]),
        ([0, 3], "span", 7, 0, ["span-stands"]),
        ([9], "span", 0, 0, ["span-unknown"]),
        ([4], "span", 5, 0, ["site-behind-span"] * 3),
        ([5], "node", 9, 0, ["site-behind-span"]),
        ([], "reach", 0, 0, []),
    ],
)
def test_each_fault_is_named(chosen: list[int], need: str, cost: int, bound: int, expected: list[str]) -> None:
    assert codes(verify(SQUARE, chosen, need=need, cost=cost, bound=bound)) == expected


def test_a_node_between_is_named() -> None:
    doubled = Ground(3, [(0, 1, 0), (0, 1, 3), (1, 2, 0), (1, 2, 4)], [True, False, True, False], [0], {"far": [2]})
    assert verify(doubled, [1, 3], need="span", cost=7) == []
    assert codes(verify(doubled, [1, 3], need="node", cost=7)) == ["site-behind-node"]


WEIGHTS = {"one": 10, "two": 20, "three": 30}


@pytest.mark.parametrize(
    ("years", "budgets", "value", "bound", "carry", "expected"),
    [
        ([[], [3]], [5, 7], 60, 60, False, []),
        ([[], [3]], [5, 2], 60, 60, True, []),
        ([[], [3]], [5, 2], 60, 60, False, ["budget-exceeded"]),
        ([[3], []], [7, 0], 60, 120, False, ["value-differs"]),
        ([[3], []], [7, 0], 120, 100, False, ["bound-below-value"]),
        ([[3], [3]], [7, 7], 120, 120, False, ["span-twice"]),
        ([[3]], [7, 0], 60, 60, False, ["years-differ"]),
    ],
)
def test_phases_keep_their_budgets(
    years: list, budgets: list[int], value: int, bound: int, carry: bool, expected: list[str]
) -> None:
    found = verify_phases(
        SQUARE, years, need="span", budgets=budgets, weights=WEIGHTS, value=value, bound=bound, carry_over=carry
    )
    assert codes(found) == expected
