"""Losses against brute force: remove, search again with networkx, compare."""

import random

import numpy as np
import pytest

from tinhso.infrastructure.graphs.loss import cut, node_losses, span_losses, two_ways
from tinhso.infrastructure.graphs.tests.oracle import case

SEEDS = range(1_000)
TENTHS = [SEEDS[i::10] for i in range(10)]


@pytest.mark.parametrize("seeds", TENTHS, ids=lambda seeds: f"from {seeds[0]}")
def test_whatever_is_lost_is_what_brute_force_loses(seeds):
    for seed in seeds:
        made = case(seed)
        draw = random.Random(seed)
        prepared = made.prepared()
        assert set(np.flatnonzero(prepared.reached)) == made.served()
        by_span, by_node = span_losses(prepared)["people"], node_losses(prepared)["people"]
        assert [made.weigh(made.lost([span])) for span in range(len(made.spans))] == by_span.tolist(), seed
        assert [made.weigh(made.lost((), [node])) for node in range(made.count)] == by_node.tolist(), seed
        for _ in range(5):
            spans = draw.sample(range(len(made.spans)), draw.randint(0, min(len(made.spans), 6)))
            nodes = draw.sample(range(made.count), draw.randint(0, min(made.count, 3)))
            lost = cut(prepared, spans, nodes)
            assert set(lost.services.tolist()) == made.lost(spans, nodes), (seed, spans, nodes)
            assert lost.weights["people"] == made.weigh(lost.services)


@pytest.mark.parametrize("seeds", [SEEDS[i:200:5] for i in range(5)], ids=lambda seeds: f"from {seeds[0]}")
def test_two_ways_are_a_flow_of_two(seeds):
    for seed in seeds:
        made = case(seed)
        prepared = made.prepared()
        for kind in ("span", "node"):
            expected = [made.ways(service, kind) >= 2 for service in range(len(made.services))]
            assert two_ways(prepared, kind).tolist() == expected, (seed, kind)
