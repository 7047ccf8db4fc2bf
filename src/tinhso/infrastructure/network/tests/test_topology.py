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


def ways_one_by_one(spans, core, nodes, cut_nodes):
    """0, 1 or 2 ways of a set of nodes, taking away every single span and, if asked, every other node."""
    held = [reached(spans[:i] + spans[i + 1 :], core) for i in range(len(spans))]
    if cut_nodes:
        others = {end for _key, *ends in spans for end in ends} - core - nodes
        held += [reached([span for span in spans if node not in span[1:]], core) for node in others]
    if not reached(spans, core) & nodes:
        return 0
    return 2 if all(left & nodes for left in held) else 1


def test_ways_of_several_nodes_together_agree_with_brute_force():
    for seed in range(2000, 3000):
        spans, core = random_case(seed)
        rng = random.Random(seed)
        nodes = set(rng.sample(range(15), rng.randint(1, 3)))
        found = reach(spans, core)
        assert found.ways(nodes) == ways_one_by_one(spans, core, nodes, False), (seed, spans, core, nodes)
        assert found.node_ways(nodes) == ways_one_by_one(spans, core, nodes, True), (seed, spans, core, nodes)


def test_two_nodes_on_two_bridges_survive_any_single_span():
    found = reach([("s", "K", "a"), ("t", "K", "b"), ("u", "b", "c")], {"K"})
    assert found.two == {"K"}
    assert [found.ways(nodes) for nodes in (["a"], ["a", "b"], ["b", "c"], ["z"], [])] == [1, 2, 1, 0, 0]


def test_a_ring_through_one_node_has_two_span_but_one_node_disjoint_path():
    found = reach([("s", "K", "a"), ("t", "K", "a"), ("u", "a", "b"), ("v", "a", "b")], {"K"})
    assert (found.ways(["b"]), found.node_ways(["b"]), found.node_ways(["a"])) == (2, 1, 2)
