"""Pairs of nodes parted by a span or a node, against counting components anew."""

import networkx as nx
import pytest

from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.graphs.terminals import components, node_pairs_lost, rooted_everywhere, span_pairs_lost
from tinhso.infrastructure.graphs.tests.oracle import case


def pairs_joined(graph) -> int:
    return sum(len(part) * (len(part) - 1) // 2 for part in nx.connected_components(graph))


@pytest.mark.parametrize("seeds", [range(i, 200, 4) for i in range(4)], ids=lambda seeds: f"from {seeds[0]}")
def test_pairs_lost_are_those_of_brute_force(seeds):
    for seed in seeds:
        made = case(seed)
        rooted = rooted_everywhere(Multigraph.build(range(made.count), [(i, *e) for i, e in enumerate(made.spans)]))
        graph = nx.MultiGraph()
        graph.add_nodes_from(range(made.count))
        graph.add_edges_from((*ends, index) for index, ends in enumerate(made.spans))
        assert components(rooted).tolist() == sorted(map(len, nx.connected_components(graph)), reverse=True)
        for index, ends in enumerate(made.spans):
            without = graph.copy()
            without.remove_edge(*ends, index)
            assert span_pairs_lost(rooted)[index] == pairs_joined(graph) - pairs_joined(without)
        for node in range(made.count):
            without = graph.copy()
            without.remove_node(node)
            own = len(nx.node_connected_component(graph, node)) - 1
            assert node_pairs_lost(rooted)[node] == pairs_joined(graph) - own - pairs_joined(without)
