"""Separate ways against networkx's maximum flow, on multigraphs with parallel spans and several cores."""

import random

import networkx as nx
import pytest

from tinhso.infrastructure.graphs.disjoint import disjoint_ways
from tinhso.infrastructure.graphs.multigraph import Multigraph

MOST = 8


def oracle(nodes, spans, sources, core, kind):
    if set(sources) & set(core):
        return MOST
    flow = nx.DiGraph()
    flow.add_nodes_from(("s", "t"))

    def way(tail, head, room):
        if flow.has_edge(tail, head):
            flow[tail][head]["capacity"] += room
        else:
            flow.add_edge(tail, head, capacity=room)

    for node in nodes:
        way((node, 0), (node, 1), 99 if kind == "span" or node in {*sources, *core} else 1)
    for _id, a, b in spans:
        if a != b:
            way((a, 1), (b, 0), 1)
            way((b, 1), (a, 0), 1)
    for node in sources:
        way("s", (node, 0), 99)
    for node in core:
        way((node, 0), "t", 99)
    return min(MOST, nx.maximum_flow_value(flow, "s", "t"))


@pytest.mark.parametrize("kind", ["span", "node"])
@pytest.mark.parametrize("seed", range(60))
def test_ways_are_counted_as_a_maximum_flow_counts_them(seed, kind):
    chance = random.Random(seed)
    nodes = list(range(chance.randint(2, 12)))
    spans = [(index, chance.choice(nodes), chance.choice(nodes)) for index in range(chance.randint(1, 30))]
    sources = chance.sample(nodes, chance.randint(1, min(3, len(nodes))))
    core = chance.sample(nodes, chance.randint(1, min(3, len(nodes))))
    graph = Multigraph.build(nodes, spans)
    assert disjoint_ways(graph, sources, core, kind, MOST) == oracle(nodes, spans, sources, core, kind)


def test_two_cables_in_parallel_share_no_span_but_a_node():
    graph = Multigraph.build("abc", [(1, "a", "b"), (2, "a", "b"), (3, "b", "c"), (4, "b", "c")])
    assert disjoint_ways(graph, [0], [2]) == 2
    assert disjoint_ways(graph, [0], [2], "node") == 1


def test_nothing_leads_from_nowhere_or_without_a_core():
    graph = Multigraph.build("ab", [(1, "a", "b")])
    assert disjoint_ways(graph, [], [1]) == disjoint_ways(graph, [0], []) == 0
