"""Each fault is named with its place; each repair on offer is made; the standard's own tool is the oracle."""

import copy
from typing import Any

import pytest

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.ofds.checks import check
from tinhso.infrastructure.network.ofds.convert_0_3 import convert
from tinhso.infrastructure.network.ofds.faults import Fault, Faults
from tinhso.infrastructure.network.ofds.jsontext import loads
from tinhso.infrastructure.network.ofds.reader import read
from tinhso.infrastructure.network.ofds.repair import mend
from tinhso.infrastructure.network.ofds.schema import breaches
from tinhso.infrastructure.network.tests.ofds.fault_cases import FAULTS, A, B, route, with_network
from tinhso.infrastructure.network.tests.ofds.recipes import HREF, node, raw, real_files, span

OLD = "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/schema/network-schema.json"


def faults_of(value: Any, *, repair: bool = False) -> list[Fault]:
    return read(raw(value), repair=repair).faults


@pytest.mark.parametrize("name", FAULTS)
def test_fault_is_named_with_its_place(name: str) -> None:
    value, level, code, place, _mends = FAULTS[name]
    assert (level, code, place) in {(fault.level, fault.code, fault.place) for fault in faults_of(value)}


@pytest.mark.parametrize("name", [name for name, case in FAULTS.items() if case[1] == "error"])
def test_errors_stop_a_file_and_repairs_on_offer_are_made(name: str) -> None:
    value, _level, _code, place, mends = FAULTS[name]
    plain, repaired = read(raw(value)), read(raw(value), repair=True)
    assert plain.errors
    assert not plain.networks
    offered = [fault for fault in plain.faults if fault.place == place and fault.repairable]
    assert bool(offered) == mends
    assert bool(repaired.errors) != mends
    if mends:
        assert repaired.networks
        assert all(fault.reason for fault in repaired.faults)


@pytest.mark.parametrize("name", FAULTS)
def test_repaired_packages_are_valid_and_repaired_alike(name: str) -> None:
    value = FAULTS[name][0]
    results = []
    for _time in range(2):
        faults, copied = Faults(), loads(raw(value))
        mended = mend(copied, faults, repair=True)
        check(mended, faults, repair=True)
        results.append(mended)
        if not faults.count("error"):
            assert list(breaches(mended)) == []
    assert results[0] == results[1]


def test_malformed_identifier_becomes_the_same_uuid_and_is_kept() -> None:
    one, two = (read(raw(FAULTS["uuid malformed"][0]), repair=True).networks[0] for _time in range(2))
    assert one.uuid == two.uuid
    assert '"identifier":"UFINET-PA"' in one.records[0]["data"]


def mended(value: Any) -> tuple[dict, list[Fault]]:
    """A network after repair, and what was said."""
    faults, copied = Faults(), loads(raw(value))
    made = mend(copied, faults, repair=True)
    check(made, faults, repair=True)
    assert not faults.count("error")
    return made["networks"][0], [fault for fault in faults.all() if fault.level == "repair"]


def test_a_network_turned_over_is_turned_back_as_a_whole() -> None:
    line = route((20.42, 106.17), (20.43, 106.18))
    nodes = [node("a", 20.42, 106.17), node("b", 20.43, 106.18)]
    made, said = mended(with_network(nodes=nodes, spans=[span("ab", "a", "b", route=line)]))
    assert [item["location"]["coordinates"] for item in made["nodes"]] == [[106.17, 20.42], [106.18, 20.43]]
    assert made["spans"][0]["route"]["coordinates"] == [[106.17, 20.42], [106.18, 20.43]]
    assert [(fault.code, fault.place) for fault in said] == [("off-earth", "/networks/0")]


def test_one_place_off_the_earth_turns_nothing_over() -> None:
    """Where turning all would also give places on the earth, one slip is no reason to."""
    made, said = mended(with_network(nodes=[node("a", 5, 95), node("b", 1, 7), node("c", 2, 8)]))
    assert "location" not in made["nodes"][0]
    assert made["nodes"][1]["location"]["coordinates"] == [1, 7]
    assert [(fault.code, fault.place) for fault in said] == [("off-earth", "/networks/0/nodes/0/location")]


def test_spans_meet_at_a_node_that_only_they_name() -> None:
    made, said = mended(with_network(nodes=[A], spans=[span("az", "a", "z"), span("za", "z", "a")]))
    assert made["nodes"][1:] == [{"id": "z"}]
    assert [(fault.code, fault.place) for fault in said] == [("dangling-node", "/networks/0/spans/0/end")]


def test_later_elements_of_an_identifier_are_renamed() -> None:
    nodes = [A, {**A, "name": "khác"}, {"id": "a-2"}, {"id": "a"}, B]
    made, said = mended(with_network(nodes=nodes))
    assert [item["id"] for item in made["nodes"]] == ["a", "a-3", "a-2", "a-4", "b"]
    assert made["nodes"][1]["name"] == "khác"
    assert [fault.place for fault in said] == ["/networks/0/nodes/1/id", "/networks/0/nodes/3/id"]


def test_a_million_faults_stay_readable() -> None:
    spans = [span(f"s{index}", "x", "y") for index in range(3000)]
    found = read(raw(with_network(spans=spans)))
    assert found.errors == 6000
    assert len(found.faults) < 1000
    assert "5800" in found.faults[-1].reason or any("5800" in fault.reason for fault in found.faults)


def test_conversion_from_0_3_lists_every_change() -> None:
    links = [{"href": OLD, "rel": "describedby"}]
    nodes = [{**A, "physicalInfrastructureProvider": {"id": "o", "name": "Doanh nghiệp"}}, B]
    spans = [span("ab", "a", "b", physicalInfrastructureProvider={"id": "o"}, deploymentDetails={"description": "ống"})]
    value, faults = with_network(links=links, nodes=nodes, spans=spans), Faults()
    convert(value, faults)
    made = value["networks"][0]
    owner = {"id": "o", "name": "Doanh nghiệp"}
    assert made["nodes"][0]["transmissionMediumOwner"] == owner
    assert made["nodes"][0]["supportingInfrastructure"] == {"owner": owner}
    assert made["spans"][0]["supportingInfrastructure"] == {"owner": {"id": "o"}, "description": "ống"}
    assert "physicalInfrastructureProvider" not in made["spans"][0]
    assert "deploymentDetails" not in made["spans"][0]
    assert made["links"] == [{"href": HREF, "rel": "describedby"}]
    assert [fault.level for fault in faults.all()] == ["conversion"] * 4
    assert list(breaches(value)) == []


def test_a_file_over_the_limit_is_refused_by_size(settings: Any) -> None:
    settings.OFDS_MAX_MB = 1
    with pytest.raises(Invalid) as refused:
        read(b" " * 1_000_001)
    assert refused.value.code == "too-large"


# What the standard's tool calls a fault, and what we call it.
NAMES = {
    "span_start_node_not_found": {"dangling-node"},
    "span_end_node_not_found": {"dangling-node"},
    "node_location_type_incorrect": {"const", "required", "type"},
    "node_location_coordinates_incorrect": {"type", "minItems", "required", "extra-dimension"},
    "span_route_type_incorrect": {"const", "required", "type"},
    "span_route_coordinates_incorrect": {"type", "minItems", "required", "extra-dimension"},
    "node_international_connections_country_not_set": {"international-country"},
    "node_not_used_in_any_spans": {"unused-node"},
    "has_links_with_external_node_data": {"external-nodes"},
    "has_links_with_external_span_data": {"external-spans"},
}


def our_names(theirs: str) -> set[str]:
    if theirs.startswith("duplicate_"):
        return {"duplicate-id"}
    if theirs.endswith("_name_set_but_not_in_original"):
        return {"reference-name-unset"}
    if theirs.endswith("_name_does_not_match"):
        return {"reference-name"}
    if theirs.endswith("_id_not_found"):
        return {"dangling-phases", "dangling-organisations"}
    return NAMES[theirs]


def assert_nothing_missed(value: Any) -> None:
    validate = pytest.importorskip("libcoveofds.python_validate", reason="libcoveofds is a test dependency")
    from libcoveofds.jsonschemavalidate import JSONSchemaValidator
    from libcoveofds.schema import OFDSSchema

    schema, faults, ours = OFDSSchema(), Faults(), copy.deepcopy(value)
    ours = mend(ours, faults, repair=False)
    check(ours, faults, repair=False)
    said = {(fault.code, fault.place) for fault in faults.all()}
    for error in JSONSchemaValidator(schema).validate(value):
        place = "".join(f"/{part}" for part in error._path) or "/"
        assert place in {at for _code, at in said}, (error._message, place)
    for theirs in validate.PythonValidate(schema).validate(value):
        names, place = our_names(theirs["type"]), theirs["path"]
        near = [at for code, at in said if code in names and (at.startswith(place) or place.startswith(at))]
        assert near, theirs


@pytest.mark.parametrize("path", real_files("ofds_public"))
def test_oracle_on_real_files(path: Any) -> None:
    if path.stat().st_size > 1_500_000:
        pytest.skip("the oracle is quadratic: over a minute")
    assert_nothing_missed(loads(path.read_bytes()))


@pytest.mark.parametrize("path", real_files("ofds_0.3_examples/json"))
def test_oracle_on_examples(path: Any) -> None:
    value = loads(path.read_bytes())
    convert(value, Faults())
    if "networks" in value:
        assert_nothing_missed(value)


@pytest.mark.parametrize("name", [name for name, case in FAULTS.items() if "networks" in case[0]])
def test_oracle_on_our_faults(name: str) -> None:
    if name == "node is no object":
        pytest.skip("the oracle itself fails on an element that is no object")
    assert_nothing_missed(copy.deepcopy(FAULTS[name][0]))
