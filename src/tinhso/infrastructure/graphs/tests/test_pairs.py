"""Pairs of spans against brute force over all pairs."""

from itertools import combinations, product

import numpy as np
import pytest

from tinhso.infrastructure.graphs import pairs as module
from tinhso.infrastructure.graphs.loss import pairs
from tinhso.infrastructure.graphs.multigraph import BrokenGraph, Multigraph
from tinhso.infrastructure.graphs.node_pairs import node_pairs
from tinhso.infrastructure.graphs.prepared import prepare
from tinhso.infrastructure.graphs.rooted import Rooted
from tinhso.infrastructure.graphs.services import Services
from tinhso.infrastructure.graphs.tests.oracle import case


def brute(made) -> dict[tuple[int, int], int]:
    alone = [made.lost([span]) for span in range(len(made.spans))]
    found = {}
    for one, two in combinations(range(len(made.spans)), 2):
        both = made.weigh(made.lost([one, two]) - alone[one] - alone[two])
        if both:
            found[one, two] = both
    return found


def listed_pairs(prepared) -> dict[tuple[int, int], int]:
    found = pairs(prepared, 10**6)
    listed = zip(found.first.tolist(), found.second.tolist(), found.losses["people"].tolist(), strict=True)
    return {(one, two): loss for one, two, loss in listed if loss}


@pytest.mark.parametrize("seeds", [range(i, 300, 5) for i in range(5)], ids=lambda seeds: f"from {seeds[0]}")
def test_pairs_take_what_brute_force_says(seeds, monkeypatch):
    for seed in seeds:
        made = case(seed, nodes=12, spans=16)
        prepared = made.prepared()
        expected = brute(made)
        for most in (module.MOST, 0):
            monkeypatch.setattr(module, "MOST", most)
            found = pairs(prepared, 10**6)
            losses = found.losses["people"].tolist()
            listed = dict(zip(zip(found.first.tolist(), found.second.tolist(), strict=True), losses, strict=True))
            assert {pair: loss for pair, loss in listed.items() if loss} == expected, (seed, most)
            assert losses == sorted(losses, reverse=True) and len(listed) == len(losses)
            assert pairs(prepared, 2).losses["people"].tolist() == losses[:2]
        monkeypatch.undo()


@pytest.mark.parametrize("other", ["node", "span"])
@pytest.mark.parametrize("seeds", [range(i, 200, 4) for i in range(4)], ids=lambda seeds: f"from {seeds[0]}")
def test_pairs_with_a_node_take_what_brute_force_says(seeds, other):
    for seed in seeds:
        made = case(seed, nodes=10, spans=14)
        found = node_pairs(made.prepared(), other)
        expected = {}
        alone = [made.lost((), [node]) for node in range(made.count)]
        if other == "node":
            for one, two in combinations(range(made.count), 2):
                expected[one, two] = made.weigh(made.lost((), [one, two]) - alone[one] - alone[two])
        else:
            by_span = [made.lost([span]) for span in range(len(made.spans))]
            for node, span in product(range(made.count), range(len(made.spans))):
                expected[node, span] = made.weigh(made.lost([span], [node]) - alone[node] - by_span[span])
        listed = zip(found.first.tolist(), found.second.tolist(), strict=True)
        losses = dict(zip(listed, found.losses["people"].tolist(), strict=True))
        assert losses == {pair: loss for pair, loss in expected.items() if loss}, seed
        assert found.total == len(losses)


def test_too_many_nodes_to_pair_are_refused(monkeypatch):
    monkeypatch.setattr("tinhso.infrastructure.graphs.node_pairs.MOST_NODES", 4)
    with pytest.raises(BrokenGraph, match="5 nodes are too many to pair"):
        node_pairs(ring(5))


def ring(count: int):
    graph = Multigraph.build(range(count), [(f"s{i}", i, (i + 1) % count) for i in range(count)])
    return prepare(Rooted.of(graph, [0]), Services.each_node(graph))


def test_a_ring_of_many_spans_gives_its_worst_pairs_without_listing_all():
    prepared = ring(5_000)
    worst = pairs(prepared, 3)
    assert worst.total == 5_000 * 4_999 // 2
    assert worst.losses["nodes"].tolist() == [4_999, 4_998, 4_998]
    assert (int(worst.first[0]), int(worst.second[0])) == (0, 4_999)
    with pytest.raises(BrokenGraph, match=r"12,497,500 pairs.*give a limit"):
        pairs(prepared)


def test_all_pairs_of_a_small_ring():
    found = pairs(ring(5))
    assert found.total == len(found.first) == 10
    assert np.bincount(found.losses["nodes"]).tolist() == [0, 4, 3, 2, 1]


@pytest.mark.parametrize(("options", "told"), [({"limit": 0}, "limit 0"), ({"weight": "cows"}, "no weight 'cows'")])
def test_questions_that_cannot_be_answered_are_told(options, told):
    with pytest.raises(BrokenGraph, match=told):
        pairs(ring(4), **options)
