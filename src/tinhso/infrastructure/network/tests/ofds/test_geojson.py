"""The convenience form, and the way back."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.ofds.convert_0_3 import convert
from tinhso.infrastructure.network.ofds.faults import Faults
from tinhso.infrastructure.network.ofds.geojson import from_geojson, to_geojson
from tinhso.infrastructure.network.ofds.jsontext import dumps, loads
from tinhso.infrastructure.network.tests.ofds.recipes import network, node, package, real_files, span


def test_references_are_written_out_and_networks_named() -> None:
    made = to_geojson(package(network(nodes=[node("a", networkProviders=[{"id": "o"}]), node("b")])))
    first, last = made["features"][0], made["features"][-1]
    assert first["geometry"] == {"type": "Point", "coordinates": [106.17, 20.42]}
    assert first["properties"]["networkProviders"] == [{"id": "o", "name": "Doanh nghiệp"}]
    assert first["properties"]["network"] == {"id": network()["id"], "name": "Mạng thử"}
    assert last["properties"]["featureType"] == "span"
    assert last["properties"]["phase"] == {"id": "1", "name": "Giai đoạn 1"}
    assert last["properties"]["start"]["name"] == "Nút a"
    assert last["geometry"] is None


@pytest.mark.parametrize("path", [*real_files("ofds_public"), *real_files("ofds_0.3_examples/json")])
def test_real_networks_come_back(path: Any) -> None:
    value = loads(path.read_bytes())
    if "networks" not in value or not all("name" in n and "links" in n for n in value["networks"]):
        pytest.skip("not a network package")
    convert(value, Faults())
    items = [item for n in value["networks"] for k in ("nodes", "spans", "organisations") for item in n.get(k, [])]
    if any("id" not in item for item in items):
        pytest.skip("elements without identifiers have no GeoJSON")
    before = dumps(value)
    assert dumps(from_geojson(loads(dumps(to_geojson(value)).encode()))) == before
    assert dumps(value) == before


EXTRA = st.dictionaries(
    st.sampled_from(["featureType", "network", "ofds", "geometry", "x"]),
    st.one_of(st.integers(), st.text(max_size=5)),
    max_size=3,
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(EXTRA, min_size=1, max_size=4), st.booleans())
def test_unknown_fields_come_back(extras: list[dict], named: bool) -> None:
    nodes = [node(str(index), **extra) for index, extra in enumerate(extras)]
    reference = {"id": "1", "name": "Giai đoạn 1"} if named else {"id": "1"}
    value = package(network(nodes=nodes, spans=[span("s", "0", "0", phase=reference)], unknown={"deep": [1, None]}))
    assert from_geojson(to_geojson(copy.deepcopy(value))) == value


def test_other_geojson_is_refused() -> None:
    with pytest.raises(Invalid):
        from_geojson({"type": "FeatureCollection", "features": []})
    with pytest.raises(Invalid) as refused:
        from_geojson({"type": "FeatureCollection", "networks": [network()], "features": [{"type": "Feature"}]})
    assert refused.value.place == "/features/0"
