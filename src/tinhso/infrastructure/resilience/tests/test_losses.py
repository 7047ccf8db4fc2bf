"""All single losses at once agree with asking for each, and with taking each away, on random networks."""

import random

import networkx as nx
import pytest

from tinhso.infrastructure.resilience.impact import impact_on
from tinhso.infrastructure.resilience.losses import NODE, SPAN, losses, taking
from tinhso.infrastructure.resilience.prepared import prepared_for
from tinhso.infrastructure.resilience.tests.recipes import AFTER, AN, AN_BINH, BINH, CUONG, CUONG_MOI, DUNG, territory
from tinhso.infrastructure.resilience.tests.recipes import drawn as draw

pytestmark = pytest.mark.django_db
PEOPLE = {AN: 100, BINH: 200, CUONG: 400, DUNG: 800}


@pytest.fixture(autouse=True)
def places(db, tmp_path):
    territory(tmp_path)


def random_network(seed):
    rng = random.Random(seed)
    nodes = [f"n{number}" for number in range(rng.randint(3, 10))]
    spans = [(f"s{number}", *rng.choices(nodes, k=2)) for number in range(rng.randint(2, 14))]
    homes = {node: rng.choice([*PEOPLE, ""]) for node in nodes}
    core = rng.sample(nodes, rng.randint(1, 2))
    return spans, homes, core


def brute(spans, homes, core, without_span=None, without_node=None):
    """Parts that reach the core."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(homes)
    graph.add_edges_from((a, b, key) for key, a, b in spans if key != without_span)
    if without_node:
        graph.remove_node(without_node)
    reached = set().union(*(nx.node_connected_component(graph, node) for node in core if node in graph))
    return {homes[node] for node in reached if homes[node]}


def units_of(parts):
    return {AN_BINH if part in (AN, BINH) else part for part in parts}


@pytest.mark.parametrize("seed", range(40))
def test_random_networks(seed):
    spans, homes, core = random_network(seed)
    net = draw(" ".join(f"{key}={a}-{b}" for key, a, b in spans), homes, core=" ".join(core))
    ready = prepared_for(net, AFTER)
    whole = brute(spans, homes, core)
    cases = [(SPAN, key, {"without_span": key}) for key, _a, _b in spans]
    cases += [(NODE, node, {"without_node": node}) for node in homes]
    for kind, name, without in cases:
        lost = whole - brute(spans, homes, core, **without)
        index = (ready.graph.span_index if kind == SPAN else ready.graph.node_index)[name]
        every = losses(ready, kind)
        assert every.people[index] == sum(PEOPLE[part] for part in lost), (seed, name)
        assert every.units[index] == len(units_of(lost)), (seed, name)
        one = impact_on(ready, **{f"{kind}s": [name]})
        assert one.people == every.people[index]
        assert len(one.units) == every.units[index]
        for unit in (AN_BINH, CUONG_MOI):
            assert (index in taking(ready, kind, unit)) == (unit in one.units), (seed, name, unit)


def test_a_unit_without_numbers_of_its_parts_is_counted_whole(tmp_path):
    from tinhso.places.models import Population
    from tinhso.places.state import snapshot

    uid = snapshot(AFTER).by_code[AN_BINH].uid
    Population.objects.all().delete()
    Population.objects.create(unit_uid=uid, year=2025, persons=333, source="thử", quality="published")
    net = draw("ka=K-A ab=A-B kc=K-C", {"A": AN, "B": BINH, "C": CUONG}, core="K")
    ready = prepared_for(net, AFTER)
    every, number = losses(ready, SPAN), ready.graph.span_index
    assert [int(every.people[number[name]]) for name in ("ka", "ab", "kc")] == [333, 333, 0]
    assert impact_on(ready, spans=["kc"]).uncounted == (CUONG_MOI,)


def test_worst_first():
    net = draw("ka=K-A ab=A-B bc=B-C ax=A-X", {"A": AN, "B": BINH, "C": CUONG}, core="K")
    ready = prepared_for(net, AFTER)
    assert [ready.graph.span_ids[i] for i in losses(ready, SPAN).worst()] == ["ka", "ab", "bc"]
