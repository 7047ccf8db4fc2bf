"""CSV tables and GeoPackage: what went in comes out, and another program reads the same."""

import copy
import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tinhso.infrastructure.network.ofds.checks import check
from tinhso.infrastructure.network.ofds.convert_0_3 import convert
from tinhso.infrastructure.network.ofds.csvtables import to_csv
from tinhso.infrastructure.network.ofds.faults import Fault, Faults
from tinhso.infrastructure.network.ofds.formats import FORMATS, format_of, load, pack
from tinhso.infrastructure.network.ofds.gpkg import to_gpkg
from tinhso.infrastructure.network.ofds.jsontext import dumps, loads
from tinhso.infrastructure.network.ofds.repair import mend
from tinhso.infrastructure.network.tests.ofds.recipes import SHARED, network, node, package, raw, real_files, span

WRITERS = {"csv": to_csv, "gpkg": to_gpkg}
FORMS = pytest.mark.parametrize("form", WRITERS)
LIMIT = 50_000_000
OTHER = "0ebbf242-db7c-4b22-b223-10befc69088d"


def through(form: str, value: Any) -> tuple[Any, list[Fault]]:
    faults = Faults()
    made, _origin = load(WRITERS[form](value), faults, LIMIT)
    return made, faults.all()


def tables(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def everything() -> dict:
    """A package with every list of the standard, and what the layouts cannot say by themselves."""
    text = raw(
        package(
            network(
                name="Mạng “một”, \n hai dòng",
                crs={
                    "name": "urn:ogc:def:crs:OGC::CRS84",
                    "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
                },
                accuracy=250,
                publisher={"name": "Sở", "identifier": {"id": "1", "scheme": "VN-X"}},
                extra={"deep": [1, {"x": None}], "text": "giữ", "empty": ""},
                links=[*network()["links"], {"href": "https://x.vn/", "rel": "about"}],
                organisations=[{"id": "o", "name": "Doanh nghiệp", "roles": ["supplier", "khác"]}, {"id": "p"}],
                phases=[{"id": "1", "name": "Một", "funders": [{"id": "p"}, {"id": "o", "name": "Doanh nghiệp"}]}],
                contracts=[
                    {
                        "id": "c",
                        "title": "=1+1",
                        "value": {"amount": 15374595000, "currency": "VND"},
                        "documents": [{"title": "Một", "url": "https://x.vn/a;b"}, {"description": "Hai"}],
                        "relatedPhases": [{"id": "1"}],
                    }
                ],
                wayleaves=[
                    {"id": "w", "grantor": {"id": "o"}, "term": {"years": 5, "indefinite": False}},
                    {"id": "w2", "cost": {"perMetre": {"amount": 1.5}}},
                ],
                nodes=[
                    node("b", unitCode="13633", accessPoint=True, power=False, address={"postalCode": "00100"}),
                    node("a", 106, 20.42, networkProviders=[{"id": "o", "name": "Doanh nghiệp"}, {"id": "p"}]),
                    node("c", internationalConnections=[{"country": "LA"}, {"country": "CN", "ghi": "chú"}]),
                    {"id": "d", "location": {"type": "Point", "coordinates": [106.5, 20.5, 3]}, "unitCode": 13633},
                    {"id": "e", "type": ["a;b", "c"], "ofdsOriginal": "của họ", "ofds_id": "x", "phase": {"id": "1"}},
                ],
                spans=[
                    span("ab", "a", "b", wayleaves=["w2", "w"], transmissionMedium=["fibre"], countries=["VN", "LA"]),
                    span("bc", "b", "c", fibreLength=276000.0, capacity=4.976, codeployment="road", fibreCount=24),
                    span("cd", "c", "d", phase={"id": "1", "name": "Một"}, supplier={"id": "p"}, directed=True),
                    {"id": "ba", "route": {"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}, " lạ ": {"": 1}},
                    {"id": "aa", "route": {"type": "LineString", "coordinates": [[106.1, 20], [106.2, -20.5]]}},
                ],
            ),
            network(id=OTHER, name="Khác", nodes=[node("a"), node("z")], spans=[span("s", "z", "a")]),
        )
    )
    return loads(
        text.replace(b"106.17", b"106.1700").replace(b"[1, 2]", b"[-0, 2]").replace(b"4.976", b"4.97600000000000000001")
    )


@FORMS
def test_everything_comes_back(form: str) -> None:
    value = everything()
    before = dumps(value)
    made, faults = through(form, value)
    assert dumps(made) == before == dumps(value)
    assert faults == []
    assert WRITERS[form](value) == WRITERS[form](copy.deepcopy(value))


@FORMS
@pytest.mark.parametrize("path", [*real_files("ofds_public"), *real_files("ofds_0.3_examples/json")])
def test_real_networks_come_back(form: str, path: Any) -> None:
    value, faults = loads(path.read_bytes()), Faults()
    convert(value, faults)
    value: Any = mend(value, faults, repair=True)
    check(value, faults, repair=True)
    value.pop("links", None)  # of a page of an API, not of a network
    if faults.count("error"):
        pytest.skip("not a valid package, also after repair")
    made, said = through(form, value)
    assert dumps(made) == dumps(value)
    assert said == []


FIELDS = st.sampled_from(["x", "Name", "a__b", "0", "a/b", "id2", "geom", "network_id", "ofdsOriginal", "ô"])
VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_characters="\0", codec="utf-8")),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(FIELDS, inner, max_size=2),
    max_leaves=4,
)


@FORMS
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.dictionaries(FIELDS, VALUES, max_size=3), min_size=1, max_size=3), st.dictionaries(FIELDS, VALUES))
def test_unknown_fields_of_any_kind_come_back(form: str, extras: list[dict], about: dict) -> None:
    nodes = [{**extra, **node(str(index))} for index, extra in enumerate(extras)]
    value = loads(raw(package({**about, **network(nodes=nodes, spans=[span("s", "0", "0")])})))
    assert dumps(through(form, value)[0]) == dumps(value)


def test_csv_is_laid_out_as_the_standard_says() -> None:
    made = tables(to_csv(everything()))
    assert {"networks.csv", "nodes.csv", "nodes_networkProviders.csv", "contracts_documents.csv"} <= made.keys()
    rows = made["nodes.csv"].split("\r\n")
    assert rows[0].startswith("id,nodes/0/id,nodes/0/name,nodes/0/phase/id,nodes/0/status,nodes/0/location")
    assert ",POINT (106.1700 20.42)," in rows[1]
    assert made["nodes_networkProviders.csv"].split("\r\n")[:2] == [
        "id,nodes/0/id,nodes/0/networkProviders/0/id,nodes/0/networkProviders/0/name",
        f"{network()['id']},a,o,Doanh nghiệp",
    ]


@pytest.mark.skipif(not (SHARED / "ofds_0.3_examples/csv").is_dir(), reason="the shared data are not on this machine")
def test_the_official_csv_example_reads_as_the_official_json() -> None:
    made, _origin = load(pack(SHARED / "ofds_0.3_examples/csv", LIMIT), Faults(), LIMIT)
    value = json.loads((SHARED / "ofds_0.3_examples/json/network-package.json").read_bytes())
    assert json.loads(dumps(made)) == value


def test_gdal_reads_the_geopackage(tmp_path: Path) -> None:
    pyogrio = pytest.importorskip("pyogrio", reason="pyogrio is a test oracle")
    file = tmp_path / "m.gpkg"
    file.write_bytes(to_gpkg(everything()))
    layers = dict(pyogrio.list_layers(file))
    assert (layers["nodes"], layers["spans"]) == ("Point", "LineString")
    assert {"networks", "phases", "relation_spans_wayleaves", "codelist_open_nodeType"} <= layers.keys()
    about, _fids, shapes, columns = pyogrio.raw.read(file, layer="nodes")
    assert about["crs"] == "EPSG:4326"
    read = dict(zip(about["fields"], columns, strict=True))
    assert list(read["ofds_id"][:3]) == ["b", "a", "c"]
    assert read["unitCode"][0] == "13633"
    assert read["address__postalCode"][0] == "00100"
    import shapely

    assert shapely.from_wkb(shapes[0]).coords[:] == [(106.17, 20.42)]
    about, _fids, shapes, _columns = pyogrio.raw.read(file, layer="spans")
    assert shapely.from_wkb(shapes[4]).coords[:] == [(106.1, 20), (106.2, -20.5)]


def test_geopackage_ties_rows_by_number(tmp_path: Path) -> None:
    file = tmp_path / "m.gpkg"
    file.write_bytes(to_gpkg(everything()))
    with sqlite3.connect(file) as db:
        ends = "SELECT a.ofds_id, b.ofds_id FROM spans s JOIN nodes a ON a.id = s.start JOIN nodes b ON b.id = s.end"
        assert db.execute(f"{ends} ORDER BY s.id").fetchall()[:2] == [("a", "b"), ("b", "c")]
        roles = (
            "SELECT code FROM relation_organisations_roles r JOIN codelist_open_organisationRole c ON c.id = related_id"
        )
        assert [code for (code,) in db.execute(roles)] == ["supplier", "khác"]
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("PRAGMA application_id").fetchone() == (0x47504B47,)


def test_an_edited_cell_wins_over_the_original_beside_it() -> None:
    value = package(network(nodes=[node("a", 106, 20.42), node("b", unitCode=5)]))
    files = tables(to_csv(value))
    sheet = files["nodes.csv"].replace("POINT (106 20.42)", "POINT (107 20.42)")
    faults = Faults()
    made, _origin = load(
        zipped({**{k: v.encode() for k, v in files.items()}, "nodes.csv": sheet.encode()}), faults, LIMIT
    )
    assert made["networks"][0]["nodes"][0]["location"]["coordinates"] == [107, 20.42]
    assert made["networks"][0]["nodes"][1]["unitCode"] == 5


def test_an_edited_geometry_wins_over_the_original_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "m.gpkg"
    file.write_bytes(to_gpkg(package(network(nodes=[node("a", 106, 20.42, x=[1]), node("b", 106, 21)]))))
    with sqlite3.connect(file) as db:
        db.execute("UPDATE nodes SET geom = (SELECT geom FROM nodes WHERE id = 2) WHERE id = 1")
    faults = Faults()
    made, _origin = load(file.read_bytes(), faults, LIMIT)
    first = made["networks"][0]["nodes"][0]
    assert first["location"]["coordinates"] == [106, 21]
    assert first["x"] == [1]
    assert [(fault.code, fault.place) for fault in faults.all()] == [("edited-table", "nodes, dòng 1")]


def test_formats_are_known_by_suffix() -> None:
    names = {"a.json": "json", "a.GeoJSON": "geojson", "a.zip": "csv", "a.csv": "csv", "a.gpkg": "gpkg", "a.txt": None}
    assert {name: format_of(Path(name)) for name in names} == names
    assert {*WRITERS, "json", "geojson"} == set(FORMATS)
