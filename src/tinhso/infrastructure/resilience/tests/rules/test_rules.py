"""Rules by eye on small networks, and against the graphs' own answers on random ones."""

import random
from fractions import Fraction

import pytest

from tinhso.infrastructure.graphs.availability import availability as graph_availability
from tinhso.infrastructure.graphs.loss import prepare, two_ways
from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.graphs.rooted import Rooted
from tinhso.infrastructure.graphs.services import Services
from tinhso.infrastructure.network.rules import two_disjoint_paths
from tinhso.infrastructure.resilience.rules import (
    agencies_availability,
    agencies_two_paths,
    availability,
    people_behind_single_span,
    two_node_disjoint_paths,
)

HALF, SURE = 500_000_000, 10**9


def given(ways, homes, core, people=None, merged=None, rate=SURE, **more):
    """Inputs of every rule: `ways` as "ab=A-B …", `homes`: parts by node; each is a unit unless `merged` says."""
    spans = []
    for text in ways.split():
        key, _, ends = text.partition("=")
        spans.append({"span": key, "status": "operational", "ends": ends.split("-"), "up": rate})
    units = merged or {part: [part] for part in sorted(set(homes.values()))}
    numbers = people or {}
    nodes = sorted({*homes, *core, *(end for span in spans for end in span["ends"])})
    return {
        "networks": [{"network": "n", "demonstration": False}],
        "units": [
            {
                "unit": unit,
                "people": numbers.get(unit),
                "parts": [{"part": part, "resolved": True, "people": numbers.get(part)} for part in parts],
            }
            for unit, parts in units.items()
        ],
        "nodes": [{"node": node, "part": part} for node, part in sorted(homes.items())],
        "spans": spans,
        "works": [{"node": node, "up": SURE} for node in nodes],
        "core": sorted(core),
        **more,
    }


def by_key(rule, inputs):
    return {row["key"]: row for row in rule.count(inputs)}


def test_behind_a_single_span_are_the_people_of_the_parts_that_hang_on_it():
    inputs = given("ka=K-A kb1=K-B kb2=K-B", {"A": "a", "B": "b", "C": "c"}, {"K"}, {"a": 10, "b": 20, "c": 40})
    rows = by_key(people_behind_single_span, inputs)
    assert {key: (row["numerator"], row["denominator"], row["unreached"]) for key, row in rows.items()} == {
        "a": (10, 10, 0),
        "b": (0, 20, 0),
        "c": (0, 40, 40),
    }


def test_a_merged_unit_counts_part_by_part_or_whole_where_parts_have_no_numbers():
    ways, homes, merged = "ka=K-A kb1=K-B kb2=K-B", {"A": "a", "B": "b"}, {"u": ["a", "b"]}
    rows = by_key(people_behind_single_span, given(ways, homes, {"K"}, {"a": 10, "b": 20}, merged))
    assert (rows["u"]["numerator"], rows["u"]["denominator"]) == (10, 30)
    rows = by_key(people_behind_single_span, given(ways, homes, {"K"}, {"u": 33}, merged))
    assert (rows["u"]["numerator"], rows["u"]["denominator"]) == (33, 33)
    rows = by_key(people_behind_single_span, given(ways, homes, {"K"}, {}, merged))
    assert (rows["u"]["state"], rows["u"]["denominator"]) == ("no_data", 0)


@pytest.mark.parametrize(
    "rule", [people_behind_single_span, two_node_disjoint_paths, availability], ids=lambda rule: rule.__name__[-12:]
)
def test_without_a_core_or_with_an_unresolved_part_there_is_no_data(rule):
    bare = given("ka=K-A", {"A": "a"}, set(), {"a": 10})
    assert [(row["denominator"], row["state"]) for row in rule.count(bare)] == [(0, "no_core")]
    unsure = given("ka=K-A", {"A": "a"}, {"K"}, {"a": 10})
    unsure["units"][0]["parts"][0]["resolved"] = False
    assert [(row["denominator"], row["state"]) for row in rule.count(unsure)] == [(0, "no_data")]


def test_two_node_disjoint_paths_need_no_common_node_on_the_way():
    inputs = given("ka1=K-A ka2=K-A ab1=A-B ab2=A-B kc1=K-C lc=L-C", {"A": "a", "B": "b", "C": "c"}, {"K", "L"})
    assert {key: row["state"] for key, row in by_key(two_node_disjoint_paths, inputs).items()} == {
        "a": "two",
        "b": "one",
        "c": "two",
    }
    assert {key: row["state"] for key, row in by_key(two_disjoint_paths, inputs).items()} == {
        "a": "two",
        "b": "two",
        "c": "two",
    }


AGENCIES = {
    "agencies": [{"agency": name, "unit": "a", "level": "commune"} for name in ("one", "two", "none", "bare")],
    "connections": [
        {"agency": "one", "node": "A"},
        {"agency": "two", "node": "A"},
        {"agency": "two", "node": "B"},
        {"agency": "none", "node": "Z"},
    ],
}


def test_agencies_by_their_lines():
    inputs = given("ka=K-A kb=K-B", {"A": "a"}, {"K"}, rate=HALF, **AGENCIES)
    rows = by_key(agencies_two_paths, inputs)
    assert {key: row["state"] for key, row in rows.items()} == {
        "one": "one",
        "two": "two",
        "none": "none",
        "bare": "none",
    }
    rows = by_key(agencies_availability, inputs)
    assert {key: (row["numerator"], row["denominator"], row["state"]) for key, row in rows.items()} == {
        "one": (5_000_000, 10**7, "exact"),
        "two": (7_500_000, 10**7, "exact"),
        "none": (0, 0, "unreached"),
        "bare": (0, 0, "unreached"),
    }


def test_availability_is_averaged_over_people_and_leaves_out_what_is_not_reached():
    people = {"a": 10, "b": 30, "c": 500}
    inputs = given(
        "ka=K-A kb1=K-B kb2=K-B", {"A": "a", "B": "b", "C": "c"}, {"K"}, people, {"u": ["a", "b", "c"]}, HALF
    )
    (row,) = availability.count(inputs)
    assert Fraction(row["numerator"], row["denominator"]) == Fraction(10 * 50 + 30 * 75, 4000)
    assert (row["state"], row["parts_reached"], row["people"]) == ("exact", 2, 40)
    inputs = given("ka=K-A kb1=K-B kb2=K-B", {"A": "a", "B": "b"}, {"K"}, {"u": 7}, {"u": ["a", "b"]}, HALF)
    (row,) = availability.count(inputs)
    assert Fraction(row["numerator"], row["denominator"]) == Fraction(1, 2), "the lowest part stands for the unit"


def test_a_missing_rate_leaves_all_without_data():
    inputs = given("ka=K-A kb=K-B", {"A": "a", "B": "b"}, {"K"}, {"a": 1, "b": 1}, **AGENCIES)
    inputs["spans"][1]["up"] = None
    assert {row["state"] for row in availability.count(inputs)} == {"no_rates"}
    assert {row["state"] for row in agencies_availability.count(inputs)} == {"no_rates"}


def test_nodes_fail_too():
    inputs = given("ka=K-A", {"A": "a"}, {"K"}, {"a": 1})
    for node in inputs["works"]:
        node["up"] = HALF
    (row,) = availability.count(inputs)
    assert Fraction(row["numerator"], row["denominator"]) == Fraction(1, 4)


def test_a_wide_network_is_simulated_and_says_its_interval():
    rng = random.Random(7)
    spans = [f"r{i}=n{i}-n{(i + 1) % 60}" for i in range(60)]
    spans += [f"s{i}=n{rng.randrange(60)}-n{rng.randrange(60)}" for i in range(240)]
    inputs = given(" ".join(spans), {"n30": "a", "n45": "b"}, {"n0"}, {"a": 5, "b": 6}, rate=600_000_000)
    rows = by_key(availability, inputs)
    assert {row["state"] for row in rows.values()} == {"simulated"}
    assert all("–" in row["interval"] for row in rows.values())
    assert rows == by_key(availability, inputs), "the same inputs, the same rows"


def random_inputs(seed):
    rng = random.Random(seed)
    nodes = [f"n{number}" for number in range(rng.randint(2, 11))]
    ways = " ".join(f"s{number}={rng.choice(nodes)}-{rng.choice(nodes)}" for number in range(rng.randint(1, 16)))
    homes = {node: rng.choice("abcd") for node in nodes if rng.random() < 0.8}
    inputs = given(ways, homes, set(rng.sample(nodes, rng.randint(1, 2))), dict.fromkeys("abcd", 1))
    for item in (*inputs["spans"], *inputs["works"]):
        item["up"] = rng.randrange(SURE + 1)
    return inputs


@pytest.mark.parametrize("block", range(4))
def test_rules_agree_with_the_graphs_on_random_networks(block):
    for seed in range(block * 50, block * 50 + 50):
        inputs = random_inputs(seed)
        graph = Multigraph.build(
            [node["node"] for node in inputs["works"]], [(span["span"], *span["ends"]) for span in inputs["spans"]]
        )
        number = graph.node_index
        within = two_disjoint_paths.nodes_by_part(inputs["nodes"])
        parts = sorted(within)
        services = Services.build(parts, [[number[node] for node in within[part]] for part in parts])
        ready = prepare(Rooted.of(graph, [number[node] for node in inputs["core"]]), services)
        for kind, rule in (("span", two_disjoint_paths), ("node", two_node_disjoint_paths)):
            told = by_key(rule, inputs)
            safe = two_ways(ready, kind)
            states = [
                "none" if not ready.reached[index] else "two" if safe[index] else "one" for index in range(len(parts))
            ]
            assert [told[part]["state"] for part in parts] == states, (seed, kind)
        shares = graph_availability(ready, [s["up"] for s in inputs["spans"]], [n["up"] for n in inputs["works"]])
        told = by_key(availability, inputs)
        for part, share in zip(parts, shares, strict=True):
            if told[part]["denominator"]:
                assert told[part]["numerator"] == share.value // 100, (seed, part)
            else:
                assert share.value == 0, (seed, part)
