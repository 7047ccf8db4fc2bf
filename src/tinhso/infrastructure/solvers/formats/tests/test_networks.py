"""Real operator networks with a core of their own, against brute force: remove, search again."""

import random
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from tinhso.infrastructure.graphs.loss import cut, node_losses, pairs, span_losses
from tinhso.infrastructure.graphs.tests.oracle import Case
from tinhso.infrastructure.solvers.formats.gml import read_gml

ZOO = Path(__file__).resolve().parents[6].parent / "shared/data/network/topology_zoo_gml"
FILES = sorted(ZOO.glob("*.gml"))
pytestmark = pytest.mark.skipif(not FILES, reason="no Topology Zoo files in ../shared/data/network/topology_zoo_gml")


def network(path: Path) -> Case:
    """Its nodes, two core nodes drawn by its name, and agencies at one to three nodes each."""
    graph = read_gml(path.read_bytes())
    number = {node.id: at for at, node in enumerate(graph.nodes)}
    draw = random.Random(path.stem)
    count = len(number)
    services = [[node] for node in range(count)] + [draw.sample(range(count), min(count, 3)) for _ in range(count // 2)]
    return Case(
        count,
        [(number[edge.source], number[edge.target]) for edge in graph.edges],
        draw.sample(range(count), min(count, 2)),
        services,
        [draw.randint(1, 9_000) for _ in services],
    )


@pytest.mark.parametrize("files", [FILES[i::6] for i in range(6)], ids=lambda files: files[0].stem if files else "none")
def test_every_single_loss_and_some_larger_ones(files):
    for path in files:
        made = network(path)
        prepared = made.prepared()
        by_span, by_node = span_losses(prepared)["people"], node_losses(prepared)["people"]
        assert by_span.tolist() == [made.weigh(made.lost([span])) for span in range(len(made.spans))], path.name
        assert by_node.tolist() == [made.weigh(made.lost((), [node])) for node in range(made.count)], path.name
        draw = random.Random(1)
        for _ in range(3):
            spans = draw.sample(range(len(made.spans)), min(8, len(made.spans)))
            nodes = draw.sample(range(made.count), 2)
            assert set(cut(prepared, spans, nodes).services.tolist()) == made.lost(spans, nodes), path.name


SMALL = [path for path in FILES if path.stat().st_size < 5_500]


@pytest.mark.parametrize("path", SMALL, ids=lambda path: path.stem)
def test_all_pairs_of_spans_on_the_small_ones(path):
    made = network(path)
    prepared = made.prepared()
    found = pairs(prepared)
    listed = zip(found.first.tolist(), found.second.tolist(), strict=True)
    losses = {pair: loss for pair, loss in zip(listed, found.losses["people"].tolist(), strict=True) if loss}
    alone = [made.lost([span]) for span in range(len(made.spans))]
    expected = {}
    for one, two in combinations(range(len(made.spans)), 2):
        if both := made.weigh(made.lost([one, two]) - alone[one] - alone[two]):
            expected[one, two] = both
    assert losses == expected
    assert np.all(np.diff(found.losses["people"]) <= 0)
