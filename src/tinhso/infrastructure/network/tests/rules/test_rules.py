"""What counts, case by case."""

import ast
import sys
from pathlib import Path

import pytest

from tinhso.infrastructure.network import rules
from tinhso.infrastructure.network.rules import (
    agencies_on_fibre,
    on_fibre,
    route_length,
    spans_complete,
    two_disjoint_paths,
)


def part(uid, resolved=True):
    return {"part": uid, "resolved": resolved}


def unit(code, *parts, weight=1):
    return {"unit": code, "weight": weight, "parts": list(parts), "facts": {}}


def node(key, where, status="operational", placed="polygon"):
    return {"node": key, "part": where, "status": status, "placed": placed}


def span(key, *ends, status="operational"):
    return {"span": key, "status": status, "ends": list(ends)}


def covered(units, nodes=(), spans=(), networks=("net",)):
    rows = on_fibre.count(
        {"units": units, "nodes": list(nodes), "spans": list(spans), "networks": [{"network": n} for n in networks]}
    )
    return {row["key"]: row for row in rows}


@pytest.mark.parametrize(
    ("case", "nodes", "spans", "state"),
    [
        ("an operational node within", [node("n", "A")], [], "on"),
        ("a planned node", [node("n", "A", "planned")], [], "off"),
        ("a node without status", [node("n", "A", "unknown")], [], "off"),
        ("an operational span ends there", [node("n", "A", "unknown")], [span("s", "n", "m")], "on"),
        ("a span under construction ends there", [node("n", "A", "unknown")], [span("s", "n", "m", status="x")], "off"),
        ("a node elsewhere", [node("n", "B")], [], "off"),
        ("nothing", [], [], "off"),
    ],
)
def test_a_unit_is_on_fibre(case, nodes, spans, state):
    row = covered([unit("1", part("A"))], nodes, spans)["1"]
    assert (row["state"], row["numerator"], row["denominator"]) == (state, int(state == "on"), 1)


@pytest.mark.parametrize(
    ("case", "parts", "reached", "expected"),
    [
        ("all parts", "AB", "AB", ("on", 1, 1, 2, 2)),
        ("one of two parts", "AB", "A", ("partial", 0, 1, 2, 1)),
        ("none of two parts", "AB", "", ("off", 0, 1, 2, 0)),
        ("an unresolved part", "A?", "A", ("no_data", 0, 0, 2, 1)),
        ("no parts known", "", "", ("no_data", 0, 0, 0, 0)),
    ],
)
def test_a_merged_unit_counts_only_when_all_its_parts_do(case, parts, reached, expected):
    merged = unit("9", *(part(uid, uid != "?") for uid in parts))
    row = covered([merged], [node(f"n{uid}", uid) for uid in reached])["9"]
    assert (row["state"], row["numerator"], row["denominator"], row["parts"], row["parts_on"]) == expected


def test_a_unit_weighs_its_persons_and_without_a_number_is_no_data():
    rows = covered([unit("1", part("A"), weight=700), unit("2", part("B"), weight=None)], [node("n", "A")])
    assert (rows["1"]["numerator"], rows["1"]["denominator"]) == (700, 700)
    assert (rows["2"]["state"], rows["2"]["denominator"]) == ("no_data", 0)


def test_without_a_measured_network_there_is_no_data():
    assert covered([unit("1", part("A"))], networks=())["1"]["denominator"] == 0


def test_a_row_says_how_its_nodes_were_placed():
    nodes = [node("n", "A", placed="cell"), node("m", "A", placed="code")]
    assert covered([unit("1", part("A"))], nodes)["1"]["placed"] == "cell code"


@pytest.mark.parametrize(
    ("case", "links", "status", "expected"),
    [
        ("a line in service", [("P", "n")], "operational", ("on", 1, 1)),
        ("a planned line", [("P", "n")], "planned", ("off", 0, 1)),
        ("a line without status", [("P", "n")], "unknown", ("off", 0, 1)),
        ("a node that no span ends at", [("P", "z")], "operational", ("off", 0, 1)),
        ("another agency's line", [("Q", "n")], "operational", ("off", 0, 1)),
        ("one of two nodes served", [("P", "z"), ("P", "n")], "operational", ("on", 1, 1)),
    ],
)
def test_an_agency_is_on_fibre(case, links, status, expected):
    inputs = {
        "networks": [{"network": "net"}],
        "agencies": [{"agency": "P", "unit": "1"}],
        "connections": [{"agency": agency, "node": key} for agency, key in links],
        "spans": [span("s", "m", "n", status=status)],
    }
    (row,) = agencies_on_fibre.count(inputs)
    assert (row["state"], row["numerator"], row["denominator"]) == expected
    (row,) = agencies_on_fibre.count({**inputs, "networks": []})
    assert (row["state"], row["denominator"]) == ("no_data", 0)


def two_ways(units, spans, core=("K",)):
    nodes = [node(key.lower(), key) for key in "ABC"] + [node("K", "C")]
    inputs = {"units": units, "nodes": nodes, "spans": spans, "core": list(core)}
    return {row["key"]: row for row in two_disjoint_paths.count(inputs)}


@pytest.mark.parametrize(
    ("case", "spans", "state"),
    [
        ("a ring", [("K", "a"), ("a", "b"), ("b", "K")], "two"),
        ("a spur", [("K", "a")], "one"),
        ("parallel spans", [("K", "a"), ("K", "a")], "two"),
        ("cut off", [("b", "a")], "none"),
    ],
)
def test_a_unit_has_two_span_disjoint_paths(case, spans, state):
    listed = [span(str(i), *ends) for i, ends in enumerate(spans)]
    row = two_ways([unit("1", part("A"))], listed)["1"]
    assert (row["state"], row["numerator"], row["denominator"]) == (state, int(state == "two"), 1)


def test_only_spans_in_service_carry_a_path():
    spans = [span("1", "K", "a"), span("2", "a", "b"), span("3", "b", "K", status="underConstruction")]
    assert two_ways([unit("1", part("A"))], spans)["1"]["state"] == "one"


def test_no_core_chosen_is_no_data_and_the_core_itself_has_two_paths():
    assert two_ways([unit("1", part("A"))], [], core=())["1"]["state"] == "no_core"
    assert two_ways([unit("1", part("A"))], [], core=())["1"]["denominator"] == 0
    assert two_ways([unit("1", part("C"))], [])["1"]["state"] == "two"


def test_a_merged_unit_has_two_paths_only_when_all_its_parts_do():
    ring = [span("1", "K", "a"), span("2", "a", "K"), span("3", "a", "b")]
    row = two_ways([unit("9", part("A"), part("B"))], ring)["9"]
    assert (row["state"], row["parts"], row["parts_two"]) == ("one", 2, 1)
    assert two_ways([unit("9", part("A"), part("B", resolved=False))], ring)["9"]["denominator"] == 0


@pytest.mark.parametrize(
    ("case", "given", "missing"),
    [
        ("whole", {}, ""),
        ("no fibre length", {"missing": ["fibreLength"]}, "fibreLength"),
        ("in service without its date", {"missing": ["readyForServiceDate"]}, "readyForServiceDate"),
        ("planned needs no date", {"missing": ["readyForServiceDate"], "status": "planned"}, ""),
        ("fibre without its count", {"missing": ["fibreCount"]}, "fibreCount"),
        ("microwave needs no fibre count", {"missing": ["fibreCount"], "medium": ["microwave"]}, ""),
        (
            "medium unknown",
            {"missing": ["transmissionMedium", "fibreCount"], "medium": []},
            "transmissionMedium fibreCount",
        ),
        ("no status", {"missing": ["status"], "status": "unknown"}, "status"),
        ("an attribute nobody asks for", {"missing": ["darkFibre"]}, ""),
    ],
)
def test_a_span_is_complete(case, given, missing):
    (row,) = spans_complete.count(
        {"spans": [{"span": "s", "status": "operational", "medium": ["fibre"], "missing": [], **given}]}
    )
    assert (row["missing"], row["numerator"], row["denominator"]) == (missing, int(not missing), 1)


def test_a_decommissioned_span_needs_no_data():
    assert not list(spans_complete.count({"spans": [{"span": "s", "status": "decommissioned"}]}))


def test_route_length_by_phase():
    spans = [
        {"span": "1", "phase": "p", "status": "operational", "metres": 100},
        {"span": "2", "phase": "p", "status": "operational", "metres": None},
        {"span": "3", "phase": "p", "status": "planned", "metres": 7000},
        {"span": "4", "phase": "", "status": "operational", "metres": 30},
    ]
    inputs = {"phases": [{"phase": "p", "name": "2016"}, {"phase": "q", "name": "2017"}], "spans": spans}
    rows = {row["key"]: row for row in route_length.count(inputs)}
    assert {key: row["numerator"] for key, row in rows.items()} == {"p": 100, "q": 0, "-": 30}
    assert (rows["p"]["spans"], rows["p"]["spans_without_length"]) == (2, 1)


def test_rules_travel_they_import_the_standard_library_and_the_topology_alone():
    folder = Path(rules.__path__[0])
    files = [*folder.glob("*.py"), folder.parent / "topology.py"]
    assert len(files) > 5
    for file in files:
        for item in ast.walk(ast.parse(file.read_text())):
            names = [item.module] if isinstance(item, ast.ImportFrom) else []
            names += [alias.name for alias in item.names] if isinstance(item, ast.Import) else []
            for name in names:
                assert name == "tinhso.infrastructure.network.topology" or name.split(".")[0] in sys.stdlib_module_names
