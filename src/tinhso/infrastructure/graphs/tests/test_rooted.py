"""Networks as they come: broken, empty, unconnected, huge."""

import time

import numpy as np
import pytest

from tinhso.infrastructure.graphs.loss import cut, node_losses, pairs, prepare, span_losses, two_ways
from tinhso.infrastructure.graphs.multigraph import BrokenGraph, Multigraph
from tinhso.infrastructure.graphs.rooted import ARRAYS, Rooted
from tinhso.infrastructure.graphs.services import Services
from tinhso.infrastructure.graphs.tests.oracle import case


def test_ids_that_repeat_or_point_nowhere_are_named():
    with pytest.raises(BrokenGraph, match="node 1 and node 3 · node 'a' occurs twice"):
        Multigraph.build(["a", "b", "a"], [])
    with pytest.raises(BrokenGraph, match="span 's' occurs twice"):
        Multigraph.build(["a", "b"], [("s", "a", "b"), ("s", "a", "b")])
    with pytest.raises(BrokenGraph, match=r"span 1 · span 's' ends at 'c', which is no node · record the node"):
        Multigraph.build(["a", "b"], [("s", "a", "c")])
    graph = Multigraph.build(["a"], [])
    with pytest.raises(BrokenGraph, match="core node 1 is no node"):
        Rooted.of(graph, [1])
    with pytest.raises(BrokenGraph, match="a node that the graph does not have"):
        prepare(Rooted.of(graph, [0]), Services.build(["x"], [[4]]))


def test_services_that_make_no_sense_are_named():
    with pytest.raises(BrokenGraph, match="service 'x' occurs twice"):
        Services.build(["x", "x"], [[0], [0]])
    with pytest.raises(BrokenGraph, match="people · 1 services, but 2 weights"):
        Services.build(["x"], [[0]], {"people": [1, 2]})
    with pytest.raises(BrokenGraph, match="service 'y' has a negative weight"):
        Services.build(["x", "y"], [[0], [0]], {"people": [1, -2]})
    with pytest.raises(BrokenGraph, match="2 services, but nodes of 1"):
        Services.build(["x", "y"], [[0]])


def test_cuts_of_elements_that_do_not_exist_are_named():
    prepared = case(3).prepared()
    with pytest.raises(BrokenGraph, match=r"span 999 is not in the network"):
        cut(prepared, [999])
    with pytest.raises(BrokenGraph, match=r"node -1 is not in the network"):
        cut(prepared, [], [-1])


def test_loops_and_spans_with_an_end_unrecorded_carry_nothing():
    graph = Multigraph.build("abc", [("loop", "b", "b"), ("open", "a", None), ("blank", "", "c"), ("way", "a", "b")])
    prepared = prepare(Rooted.of(graph, [0]), Services.each_node(graph))
    assert prepared.reached.tolist() == [True, True, False]
    assert prepared.unreached == {"nodes": 1}
    assert span_losses(prepared)["nodes"].tolist() == [0, 0, 0, 1]
    assert cut(prepared, [0, 1, 2]).weights == {"nodes": 0}


@pytest.mark.parametrize("core", [[], [0]])
def test_nothing_to_serve_and_nothing_to_reach_it_by(core):
    graph = Multigraph.build(["a"] if core else [], [])
    prepared = prepare(Rooted.of(graph, core), Services.build([], []))
    assert not pairs(prepared).total and not cut(prepared).services.size and not two_ways(prepared, "node").size
    assert not span_losses(prepared)["services"].size


def test_without_a_core_everything_is_unreached_and_nothing_lost():
    graph = Multigraph.build("ab", [("s", "a", "b")])
    prepared = prepare(Rooted.of(graph, []), Services.each_node(graph))
    assert prepared.unreached == {"nodes": 2}
    assert not span_losses(prepared)["nodes"].any() and not node_losses(prepared)["nodes"].any()
    assert not cut(prepared, [0], [0]).services.size and not two_ways(prepared).any()


def test_cores_apart_serve_their_own_parts_and_both_can_be_lost():
    graph = Multigraph.build("abcd", [("ab", "a", "b"), ("cd", "c", "d")])
    prepared = prepare(Rooted.of(graph, [0, 2]), Services.build(["x"], [[1, 3]], {"people": [7]}))
    assert not span_losses(prepared)["people"].any()
    assert cut(prepared, [0, 1]).weights == cut(prepared, [], [0, 2]).weights == {"people": 7}
    found = pairs(prepared)
    assert (found.first.tolist(), found.second.tolist(), found.losses["people"].tolist()) == ([0], [1], [7])


def test_saved_arrays_are_mapped_and_say_the_same(tmp_path):
    made = case(8, nodes=40, spans=60)
    prepared = made.prepared()
    prepared.rooted.save(tmp_path / "v1")
    loaded = Rooted.load(tmp_path / "v1")
    assert isinstance(loaded.order, np.memmap) and loaded.graph.span_ids == prepared.rooted.graph.span_ids
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(loaded, name), getattr(prepared.rooted, name))
    again = prepare(loaded, prepared.services)
    np.testing.assert_array_equal(node_losses(again)["people"], node_losses(prepared)["people"])
    assert pairs(again).total == pairs(prepared).total
    assert cut(again, [0, 1]).weights == cut(prepared, [0, 1]).weights


def test_a_long_chain_and_a_wide_star_need_no_recursion():
    count = 60_000
    nodes = np.arange(count)
    for a in (nodes[:-1], np.zeros(count - 1, np.int64)):
        graph = Multigraph(nodes.tolist(), nodes[1:].tolist(), a.astype(np.int32), nodes[1:].astype(np.int32))
        prepared = prepare(Rooted.of(graph, [0]), Services.each_node(graph))
        assert span_losses(prepared)["nodes"].sum() == (count * (count - 1) // 2 if a[-1] else count - 1)
        assert node_losses(prepared)["nodes"][0] == count
        assert cut(prepared, [], [0]).weights == {"nodes": count}
        assert cut(prepared, range(0, count - 1, 2)).weights["nodes"] == (count - 1 if a[-1] else count // 2)


def test_a_cut_is_answered_at_once():
    """Well below what a person notices; the benchmark measures it at 100,000 spans."""
    count = 20_000
    draw = np.random.default_rng(4)
    a, b = draw.integers(0, count, (2, 2 * count)).astype(np.int32)
    graph = Multigraph(list(range(count)), list(range(2 * count)), a, b)
    prepared = prepare(Rooted.of(graph, [0, 1]), Services.each_node(graph))
    cut(prepared, [0])
    began = time.perf_counter()
    cut(prepared, range(10), range(2))
    assert time.perf_counter() - began < 0.5
