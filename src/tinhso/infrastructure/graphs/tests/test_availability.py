"""Availability against counting every state of the network."""

import random
import time
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.infrastructure.graphs.availability import availability, up
from tinhso.infrastructure.graphs.loss import prepare
from tinhso.infrastructure.graphs.multigraph import BrokenGraph, Multigraph
from tinhso.infrastructure.graphs.reliability import blocks
from tinhso.infrastructure.graphs.reliability.served import PARTS, served
from tinhso.infrastructure.graphs.rooted import Rooted
from tinhso.infrastructure.graphs.services import Services
from tinhso.infrastructure.graphs.tests.oracle import case
from tinhso.infrastructure.graphs.tests.zoo import FILES, zoo

# The one with the widest block that is still counted.
QUICK = {"GtsCe"}


def enumerated(nodes, spans, core, services) -> list[float]:
    """Sum over all states of everything that may fail, at most 2^20 of them."""
    unsure = [("node", i, share) for i, share in enumerate(nodes) if 0 < share < PARTS]
    unsure += [("span", i, span[2]) for i, span in enumerate(spans) if 0 < span[2] < PARTS]
    assert len(unsure) <= 20
    states = np.arange(1 << len(unsure))
    chance = np.ones(len(states))
    works = {("node", i): np.full(len(states), share > 0) for i, share in enumerate(nodes)}
    works |= {("span", i): np.full(len(states), span[2] > 0) for i, span in enumerate(spans)}
    for bit, (kind, i, share) in enumerate(unsure):
        works[kind, i] = (states >> bit & 1).astype(bool)
        chance *= np.where(works[kind, i], share / PARTS, 1 - share / PARTS)
    reached = [works["node", i] if i in core else np.zeros(len(states), bool) for i in range(len(nodes))]
    changed = True
    while changed:
        changed = False
        for i, (one, two, _share) in enumerate(spans):
            for here, there in ((one, two), (two, one)):
                now = reached[there] | (reached[here] & works["span", i] & works["node", there])
                if (now != reached[there]).any():
                    reached[there], changed = now, True
    found = []
    for service in services:
        some = np.zeros(len(states), bool)
        for node in service:
            some |= reached[node]
        found.append(float(chance[some].sum()))
    return found


def agree(nodes, spans, core, services, **options) -> set[str]:
    """Exact values equal to enumeration, simulated ones with it in their interval; the methods met."""
    expected = enumerated(nodes, spans, core, services)
    found = served(nodes, spans, core, services, **options)
    for share, (value, method, low, high) in zip(expected, found, strict=True):
        if method == "exact":
            assert low == value == high and abs(value - share * PARTS) < 0.51, (share, value)
        else:
            assert low - 1 <= share * PARTS <= high + 1 and low <= value <= high, (share, value, low, high)
    return {method for _value, method, _low, _high in found}


def network(seed: int, count: int, length: int, unsure: int = 20):
    draw = random.Random(seed)

    def share() -> int:
        return draw.choice(
            [PARTS, draw.randint(1, PARTS), PARTS - draw.randint(1, 10**6), 0 if seed % 5 == 0 else PARTS]
        )

    spans = [(draw.randrange(count), draw.randrange(count), share()) for _ in range(length)]
    nodes = [share() for _ in range(count)]
    for span in range(length):
        if sum(0 < given < PARTS for given in [*nodes, *(found[2] for found in spans)]) > unsure:
            spans[span] = (*spans[span][:2], PARTS)
    core = draw.sample(range(count), draw.randint(1, 2))
    services = [draw.sample(range(count), draw.randint(0, 3)) for _ in range(4)]
    return nodes, spans, core, services


@pytest.mark.parametrize("small", [20, 0], ids=["unbounded", "within a budget"])
def test_small_networks_agree_with_every_state_counted(small, monkeypatch):
    monkeypatch.setattr(blocks, "SMALL", small)
    for seed in range(250):
        assert agree(*network(seed, 6, 11, unsure=12)) == {"exact"}


@pytest.mark.parametrize("sure", [blocks.SURE, blocks.ONE], ids=["by division", "span by span"])
def test_chains_between_few_junctions_agree(sure, monkeypatch):
    monkeypatch.setattr(blocks, "SURE", sure)
    for seed in range(60):
        draw = random.Random(seed)
        spans, nodes = [], [PARTS] * 4
        for _ in range(draw.randint(3, 6)):
            way = draw.sample(range(4), 2)
            for place in range(draw.randint(0, 3)):
                way.insert(1 + place, len(nodes))
                nodes.append(draw.choice([PARTS, draw.randint(1, PARTS)]))
            spans += [(one, two, PARTS) for one, two in pairwise(way)]
        for place in draw.sample(range(len(spans)), min(len(spans), 12 - sum(share < PARTS for share in nodes[:12]))):
            spans[place] = (*spans[place][:2], draw.randint(1, PARTS))
        nodes[12:] = [PARTS] * len(nodes[12:])
        services = [*([node] for node in range(len(nodes))), *(draw.sample(range(len(nodes)), 3) for _ in range(4))]
        assert agree(nodes, spans, [draw.randrange(4)], services) == {"exact"}


@pytest.mark.parametrize("seed", range(8))
def test_networks_of_twenty_spans_are_exact(seed):
    draw = random.Random(seed)
    count = draw.randint(7, 9)
    ends = [draw.sample(range(count), 2) for _ in range(18)]
    ends += [ends[0], [3, 3]]
    spans = [(*pair, draw.randint(PARTS // 2, PARTS - 1)) for pair in ends]
    services = [[count - 1], [count - 2, count - 3], [1]]
    assert agree([PARTS] * count, spans, [0, 4], services) == {"exact"}


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_network_agrees(data):
    count = data.draw(st.integers(1, 6))
    node = st.integers(0, count - 1)
    share = st.one_of(st.sampled_from([0, 1, PARTS // 2, PARTS - 1, PARTS]), st.integers(0, PARTS))
    spans = data.draw(st.lists(st.tuples(node, node, share), max_size=8))
    nodes = data.draw(st.lists(share, min_size=count, max_size=count))
    core = data.draw(st.lists(node, max_size=3))
    services = data.draw(st.lists(st.lists(node, max_size=3), max_size=3))
    agree(nodes, spans, core, services)


@pytest.mark.parametrize("sure", [True, False], ids=["rare failures", "many failures"])
def test_drawn_values_hold_the_truth_in_their_interval(sure, monkeypatch):
    for name in ("SMALL", "SWEEP", "QUESTION"):
        monkeypatch.setattr(blocks, name, -1)
    met = set()
    for seed in range(12):
        draw = random.Random(seed)
        least = PARTS - 5 * 10**7 if sure else PARTS // 2
        spans = [(i, j, draw.randint(least, PARTS - 1)) for i in range(5) for j in range(i)]
        nodes = [PARTS, PARTS, *(draw.randint(least, PARTS - 1) for _ in range(3))]
        met |= agree(nodes, spans, [0], [[4], [3], [2, 3], [1, 4]], samples=4_000, seed=seed)
    assert "simulated" in met


def test_rare_failures_are_told_narrowly_and_the_same_for_the_same_seed():
    draw = random.Random(5)
    count = 60
    spans = [(i, j, PARTS - 10**5) for i in range(count) for j in draw.sample(range(count), 6) if i != j]
    nodes = [PARTS - 10**4] * count
    first = served(nodes, spans, [0], [[i] for i in range(count)], samples=5_000)
    assert {method for _value, method, _low, _high in first[1:]} == {"simulated"}
    # With 20,000 plain draws the interval could not be narrower than 10^-4.
    assert max(high - low for _value, _method, low, high in first) < 10**6 // 2
    assert first == served(nodes, spans, [0], [[i] for i in range(count)], samples=5_000)


def test_long_rings_and_chains_are_exact_and_quick():
    count = 5_000
    nodes = [PARTS] * count
    ring = [(i, (i + 1) % count, PARTS - 1_000) for i in range(count)]
    found = served(nodes, ring, [0], [[count // 2], [1, count - 1]])
    half = (1 - 10**-6) ** (count // 2)
    assert found[0][1] == "exact" and abs(found[0][0] / PARTS - (1 - (1 - half) ** 2)) < 1e-8
    chain = served(nodes, ring[:-1], [0], [[count - 1]])
    assert chain[0][1] == "exact" and abs(chain[0][0] / PARTS - (1 - 10**-6) ** (count - 1)) < 1e-8


def test_a_national_tree_with_a_wide_ring_is_exact_and_quick():
    """Two cores far apart make one ring of a deep tree; services have nodes in several branches. The benchmark takes
    40,000 nodes."""
    draw = random.Random(7)
    count = 5_000
    spans = [
        (i, max(i - 1 - int(draw.expovariate(0.05)), 0), PARTS - draw.randint(10**5, 10**6)) for i in range(1, count)
    ]
    services = [[min(at + draw.randint(0, 6), count - 1) for _ in range(3)] for at in range(count)]
    began = time.process_time()
    found = served([PARTS - 10**4] * count, spans, [0, count // 2], services)
    assert time.process_time() - began < 10
    assert {method for _value, method, _low, _high in found} == {"exact"}
    assert max(value for value, *_rest in found) < PARTS and min(value for value, *_rest in found) > PARTS // 2


@pytest.mark.skipif(not FILES, reason="no Topology Zoo files in ../shared/data/network/topology_zoo_gml")
@pytest.mark.parametrize(
    "files", [[path for path in FILES if path.stem in QUICK], pytest.param(FILES, marks=pytest.mark.soak)], ids=len
)
def test_every_real_topology_takes_seconds_at_most(files):
    for path in files:
        nodes, spans = zoo(path)
        draw = random.Random(path.stem)
        ends = [(*pair, PARTS - draw.randint(10**5, 3 * 10**6)) for pair in spans]
        services = [*([node] for node in range(nodes)), *(draw.sample(range(nodes), 2) for _ in range(nodes))]
        began = time.process_time()
        found = served([PARTS - 10**5] * nodes, ends, [0], services)
        assert time.process_time() - began < 6, path.name
        assert all(low <= value <= high and method in {"exact", "simulated"} for value, method, low, high in found)


def test_a_prepared_network_is_asked_the_same_way():
    made = case(11)
    prepared = made.prepared()
    nodes, spans = [PARTS - i for i in range(made.count)], [PARTS - 7 * i for i in range(len(made.spans))]
    ends = [(*pair, share) for pair, share in zip(made.spans, spans, strict=True)]
    found = availability(prepared, spans, nodes)
    assert [tuple(one) for one in found] == served(nodes, ends, made.core, made.services)
    with pytest.raises(BrokenGraph, match="shares of 0"):
        availability(prepared, [], nodes)


def test_shares_and_times_that_make_no_sense_are_told():
    graph = Multigraph.build("ab", [("s", "a", "b")])
    prepared = prepare(Rooted.of(graph, [0]), Services.each_node(graph))
    with pytest.raises(ValueError, match="span 0 · works 1000000001 parts"):
        availability(prepared, [PARTS + 1], [PARTS, PARTS])
    with pytest.raises(ValueError, match="MTBF 0 and MTTR 0"):
        up(0, 0)
    assert (up(999, 1), up(2, 1), up(0, 5), up(5, 0)) == (999_000_000, 666_666_667, 0, PARTS)


def test_without_a_core_nothing_is_available():
    assert served([PARTS] * 2, [(0, 1, PARTS)], [], [[0], [1, 0], []]) == [(0, "exact", 0, 0)] * 3
