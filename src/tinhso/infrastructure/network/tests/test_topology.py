"""Reach of the core agrees with networkx and with taking every span away, one by one."""

import random
import time

import networkx as nx
import pytest

from tinhso.infrastructure.network.topology import reach


def reached(spans, core):
    graph = nx.MultiGraph()
    graph.add_nodes_from(core)
    graph.add_edges_from((a, b, key) for key, a, b in spans)
    return set().union(*(nx.node_connected_component(graph, node) for node in core)) if core else set()


def one_by_one(spans, core):
    """Nodes reached whichever single span is cut."""
    held = reached(spans, core)
    for lost in range(len(spans)):
        held &= reached(spans[:lost] + spans[lost + 1 :], core)
    return held


def by_networkx(spans, core):
    """2-edge-connected component of the core drawn together, parallel spans kept apart by a node in the middle."""
    graph = nx.Graph()
    graph.add_node("core")
    for key, *ends in spans:
        a, b = ("core" if node in core else node for node in ends)
        if a != b:
            graph.add_edge(a, ("span", key))
            graph.add_edge(("span", key), b)
    component = next(part for part in nx.k_edge_components(graph, 2) if "core" in part)
    return {node for node in component if node != "core" and not isinstance(node, tuple)} | set(core)


def random_case(seed):
    rng = random.Random(seed)
    nodes = range(rng.randint(1, 14))
    spans = [(key, rng.choice(nodes), rng.choice(nodes)) for key in range(rng.randint(0, 22))]
    return spans, set(rng.sample(nodes, min(len(nodes), rng.randint(1, 3))))


@pytest.mark.parametrize("block", range(10))
def test_agrees_with_networkx_and_brute_force_on_random_multigraphs(block):
    for seed in range(block * 100, block * 100 + 100):
        spans, core = random_case(seed)
        found = reach(spans, core)
        assert found.one == reached(spans, core), (seed, spans, core)
        assert found.two == one_by_one(spans, core), (seed, spans, core)
        assert found.two == by_networkx(spans, core), (seed, spans, core)


def test_bridges_are_the_spans_whose_loss_cuts_a_node_off():
    for seed in range(1000, 1200):
        spans, core = random_case(seed)
        whole = reached(spans, core)
        cut = {span[0] for i, span in enumerate(spans) if reached(spans[:i] + spans[i + 1 :], core) != whole}
        assert reach(spans, core).bridges == cut, (seed, spans, core)


@pytest.mark.parametrize(
    ("case", "spans", "core", "two"),
    [
        ("no spans", [], {"K"}, {"K"}),
        ("no core", [("s", "a", "b")], set(), set()),
        ("one way", [("s", "K", "a")], {"K"}, {"K"}),
        ("parallel spans are two ways", [("s", "K", "a"), ("t", "K", "a")], {"K"}, {"K", "a"}),
        ("a loop is no way", [("s", "K", "a"), ("t", "a", "a")], {"K"}, {"K"}),
        ("to two core nodes", [("s", "K", "a"), ("t", "a", "L")], {"K", "L"}, {"K", "L", "a"}),
        ("beyond a bridge a ring is no help", [("s", "K", "a"), ("t", "a", "b"), ("u", "a", "b")], {"K"}, {"K"}),
        ("the core elsewhere", [("s", "a", "b"), ("t", "a", "b")], {"K"}, {"K"}),
    ],
)
def test_cases(case, spans, core, two):
    assert reach(spans, core).two == two


def test_a_hundred_thousand_spans_in_a_second_and_a_half():
    rng = random.Random(1)
    spans = [(f"s{i}", f"n{rng.randrange(70_000)}", f"n{rng.randrange(70_000)}") for i in range(60_000)]
    spans += [(f"r{i}", f"n{i}", f"n{i + 1}") for i in range(40_000)]  # a long chain must not exhaust the stack
    start = time.process_time()
    found = reach(spans, {"n0", "n1"})
    assert len(found.one) > 40_000
    assert time.process_time() - start < 1.5, "half a second where nothing else runs"
