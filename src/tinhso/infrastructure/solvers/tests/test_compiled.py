"""Compiled kernels say what the same functions say uncompiled."""

import numpy as np

from tinhso.infrastructure.graphs.chains import ringed
from tinhso.infrastructure.graphs.kernels import plain
from tinhso.infrastructure.graphs.loss import cut, node_losses, pairs, prepare, span_losses
from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.graphs.rooted import ARRAYS, Rooted
from tinhso.infrastructure.graphs.services import Services
from tinhso.infrastructure.graphs.tests.oracle import case
from tinhso.infrastructure.solvers.compiled import compiled


def test_compiled_and_plain_runs_agree():
    for seed in range(100):
        made = case(seed, nodes=60, spans=90)
        one, two = made.prepared(run=plain), made.prepared(run=compiled)
        for name in ARRAYS:
            np.testing.assert_array_equal(getattr(one.rooted, name), getattr(two.rooted, name))
        here, there = ringed(one), ringed(two)
        np.testing.assert_array_equal(here.chains.span, there.chains.span)
        np.testing.assert_array_equal(here.below["people"], there.below["people"])
        np.testing.assert_array_equal(here.service, there.service)


def test_a_million_nodes_at_one_node_and_a_million_in_a_row():
    count = 1_000_000
    nodes = np.arange(count, dtype=np.int32)
    names = nodes.tolist()
    for a in (np.zeros(count - 1, np.int32), nodes[:-1]):
        graph = Multigraph(names, names[1:], a, nodes[1:])
        prepared = prepare(Rooted.of(graph, [0], compiled), Services.each_node(graph))
        assert span_losses(prepared)["nodes"].sum() == (count * (count - 1) // 2 if a[-1] else count - 1)
        assert node_losses(prepared)["nodes"][0] == cut(prepared, [], [0]).weights["nodes"] == count
        assert pairs(prepared, 1).total == 0


def test_the_worst_pairs_of_a_ring_of_a_million():
    count = 1_000_000
    nodes = np.arange(count, dtype=np.int32)
    graph = Multigraph(nodes.tolist(), nodes.tolist(), nodes, np.roll(nodes, -1))
    found = pairs(prepare(Rooted.of(graph, [0], compiled), Services.each_node(graph)), 5)
    assert found.total == count * (count - 1) // 2
    assert found.losses["nodes"].tolist() == [count - 1, count - 2, count - 2, count - 3, count - 3]
