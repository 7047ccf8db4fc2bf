"""Real topologies against brute force: every single loss, every pair of spans on small ones, and cuts."""

import random

import numpy as np
import pytest

from tinhso.infrastructure.graphs.loss import cut, node_losses, span_losses
from tinhso.infrastructure.graphs.tests.oracle import Case
from tinhso.infrastructure.graphs.tests.test_pairs import brute, listed_pairs
from tinhso.infrastructure.graphs.tests.zoo import FILES, zoo

SMALL, PAIRED = 30, 60


def drawn(path) -> Case:
    """A topology with one to three cores, parallel spans and loops added, and services of one to three nodes."""
    count, spans = zoo(path)
    draw = random.Random(path.stem)
    spans += [pair for pair in spans if draw.random() < 0.1] + [(0, 0)]
    services = [draw.sample(range(count), draw.randint(1, min(3, count))) for _ in range(count)]
    core = draw.sample(range(count), draw.randint(1, min(3, count)))
    return Case(count, spans, core, services, [draw.randint(0, 50) for _ in services])


few = [path for path in FILES if len(zoo(path)[1]) <= SMALL][::4]


@pytest.mark.skipif(not FILES, reason="no Topology Zoo files in ../shared/data/network/topology_zoo_gml")
@pytest.mark.parametrize("files", [few, pytest.param(FILES, marks=pytest.mark.soak)], ids=["some", "all"])
def test_losses_cuts_and_pairs_are_those_of_brute_force(files):
    for path in files:
        made, draw = drawn(path), random.Random(path.stem)
        prepared = made.prepared()
        by_span, by_node = span_losses(prepared)["people"], node_losses(prepared)["people"]
        assert set(np.flatnonzero(prepared.reached)) == made.intact, path.name
        assert by_span.tolist() == [made.weigh(made.lost([span])) for span in range(len(made.spans))], path.name
        assert by_node.tolist() == [made.weigh(made.lost((), [node])) for node in range(made.count)], path.name
        for _ in range(5):
            spans = draw.sample(range(len(made.spans)), draw.randint(0, min(len(made.spans), 6)))
            nodes = draw.sample(range(made.count), draw.randint(0, min(made.count, 3)))
            assert set(cut(prepared, spans, nodes).services.tolist()) == made.lost(spans, nodes), path.name
        if len(made.spans) <= PAIRED:
            assert listed_pairs(prepared) == brute(made), path.name
