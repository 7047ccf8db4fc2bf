"""Tables as spreadsheets leave them, and files made to harm: read, or refused with the place."""

import io
import sqlite3
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.ofds.csvtables import to_csv
from tinhso.infrastructure.network.ofds.faults import Faults
from tinhso.infrastructure.network.ofds.formats import load, pack
from tinhso.infrastructure.network.ofds.gpkg import to_gpkg
from tinhso.infrastructure.network.ofds.reader import read
from tinhso.infrastructure.network.tests.ofds.recipes import network, node, package, raw, span
from tinhso.infrastructure.network.tests.ofds.test_tables import tables, zipped

LIMIT = 1_000_000
VALUE = package(network(spans=[span("ab", "a", "b", fibreLength=1.5, directed=True)]))


def sheets(**changed: Callable[[bytes], bytes] | bytes) -> bytes:
    """The tables of a small network, some of them changed."""
    files = {name: content.encode() for name, content in tables(to_csv(VALUE)).items()}
    for name, change in changed.items():
        files[f"{name}.csv"] = change if isinstance(change, bytes) else change(files[f"{name}.csv"])
    return zipped(files)


def each(change: Callable[[bytes], bytes]) -> bytes:
    return zipped({name: change(content.encode()) for name, content in tables(to_csv(VALUE)).items()})


def semicolons(content: bytes) -> bytes:
    return content.replace(b",", b";").replace(b"1.5", b"1,5").replace(b"true", b"TRUE")


SPREADSHEETS = {
    "byte order mark": lambda text: b"\xef\xbb\xbf" + text,
    "utf-16": lambda text: text.decode().encode("utf-16"),
    "semicolons and decimal commas": semicolons,
    "separator named": lambda text: b"sep=;\r\n" + semicolons(text),
    "tabs": lambda text: text.replace(b",", b"\t"),
    "line feeds": lambda text: text.replace(b"\r\n", b"\n") + b"\n\n",
    "empty cells at the end": lambda text: text.replace(b"\r\n", b",,\r\n"),
    "spaces in the header": lambda text: text.replace(b"id,", b"id ,", 1),
}


@pytest.mark.parametrize("quirk", SPREADSHEETS)
def test_tables_as_spreadsheets_leave_them(quirk: str) -> None:
    faults = Faults()
    made, _origin = load(each(SPREADSHEETS[quirk]), faults, LIMIT)
    assert made == VALUE
    assert faults.all() == []


CELLS = {
    "not UTF-8": (
        sheets(nodes=lambda text: text.replace("Nút b".encode(), b"N\xfat b")),
        "csv-encoding",
        "nodes.csv, dòng 3",
    ),
    "NUL": (sheets(nodes=lambda text: text.replace(b"operational", b"opera\0")), "csv-nul", "nodes.csv, dòng 2"),
    "no WKT": (
        sheets(nodes=lambda text: text.replace(b"POINT (106.18 20.43)", b"106.18 20.43")),
        "csv-wkt",
        "nodes.csv, dòng 3, cột nodes/0/location",
    ),
    "WKT of another kind": (
        sheets(nodes=lambda text: text.replace(b"POINT (106.18 20.43)", b'"LINESTRING (1 2, 3 4)"')),
        "csv-wkt",
        "nodes.csv, dòng 3, cột nodes/0/location",
    ),
    "number too large": (
        sheets(spans=lambda text: text.replace(b"1.5", b"1e999")),
        "csv-number",
        "spans.csv, dòng 2, cột spans/0/fibreLength",
    ),
    "unknown network": (
        sheets(spans=lambda text: text.replace(b"\n7e76", b"\n7e77")),
        "csv-orphan",
        "spans.csv, dòng 2, cột id",
    ),
    "unknown parent": (
        sheets(nodes_networkProviders=b"id,nodes/0/id,nodes/0/networkProviders/0/id\n,z,o\n"),
        "csv-orphan",
        "nodes_networkProviders.csv, dòng 2, cột nodes/0/id",
    ),
    "network twice": (
        sheets(networks=lambda text: text + text.partition(b"\n")[2]),
        "csv-duplicate",
        "networks.csv, dòng 3, cột id",
    ),
    "column twice": (
        sheets(phases=b"id,phases/0/id,phases/0/id\n,1,2\n"),
        "csv-columns",
        "phases.csv, dòng 1, cột phases/0/id",
    ),
    "column inside a column": (
        sheets(spans=lambda text: text.replace(b"spans/0/directed", b"spans/0/phase")),
        "csv-columns",
        "spans.csv, dòng 1, cột spans/0/phase",
    ),
    "more cells than columns": (sheets(phases=b"id,phases/0/id\n,1,2\n"), "csv-columns", "phases.csv, dòng 2"),
    "original unreadable": (
        sheets(phases=b"id,phases/0/id,phases/0/ofdsOriginal\n,1,{\n"),
        "csv-original",
        "phases.csv, dòng 2, cột phases/0/ofdsOriginal",
    ),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_bad_cell_is_named_with_table_row_and_column(case: str) -> None:
    content, code, place = CELLS[case]
    found = read(content)
    assert (code, place) in {(fault.code, fault.place) for fault in found.faults}
    assert found.errors
    assert not found.networks


def test_faults_of_the_schema_name_the_row_too() -> None:
    found = read(sheets(spans=lambda text: text.replace(b"operational", b"open")))
    assert found.faults[0].place == "/networks/0/spans/0/status (spans.csv, dòng 2, cột status)"
    notes = read(sheets(phases=b"id,phases/0/id,phases/0/name,Ghi ch\xc3\xba\n,1,M,x\n"))
    assert ("csv-unknown", "phases.csv, dòng 1, cột Ghi chú") in {(fault.code, fault.place) for fault in notes.faults}
    assert notes.networks


def entry(name: str, content: bytes = b"id\n") -> bytes:
    return zipped({"networks.csv": b"id\n", name: content})


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("networks.csv", b"id\n" + b"0" * 5 * LIMIT)
    return out.getvalue()


def lying_bomb() -> bytes:
    """A zip whose directory states a small size for a large file."""
    raw_zip = bytearray(bomb())
    at = raw_zip.rindex(b"PK\x01\x02")
    raw_zip[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(raw_zip)


REFUSED = {
    "bomb": (bomb(), "too-large"),
    "lying bomb": (lying_bomb(), ""),
    "path upwards": (entry("../../nodes.csv"), "zip-path"),
    "absolute path": (entry("/etc/nodes.csv"), "zip-path"),
    "drive": (entry("C:\\nodes.csv"), "zip-path"),
    "table twice": (entry("b/networks.csv"), "zip-twice"),
    "many files": (zipped({f"{index}.csv": b"" for index in range(200)}), "zip-entries"),
    "workbook": (entry("[Content_Types].xml"), "zip-workbook"),
    "no networks": (zipped({"nodes.csv": b"id,nodes/0/id\n"}), "csv-networks"),
    "cut off": (sheets()[:-30], "zip-broken"),
    "corrupted": (sheets().replace(b"nodes/0/", b"nodes/1/"), "zip-broken"),
    "table alone": (b"id;nodes/0/id\n1;2\n", "csv-alone"),
    "zip in a zip": (zipped({"m.json": sheets()}), "csv-networks"),
    "no database": (b"SQLite format 3\0" + b"\xff" * 5000, "gpkg-broken"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_containers_made_to_harm_are_refused(case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(Invalid) as refused:
        load(content, Faults(), LIMIT)
    assert refused.value.what
    assert refused.value.code == (code or refused.value.code)


def test_one_package_in_a_zip_is_read() -> None:
    assert load(zipped({"m.json": raw(VALUE), "README.txt": b"x"}), Faults(), LIMIT)[0] == VALUE
    assert load(zipped({"a/m.gpkg": to_gpkg(VALUE)}), Faults(), LIMIT)[0] == VALUE


def test_a_folder_of_tables_is_packed_alike(tmp_path: Path) -> None:
    for name, content in tables(to_csv(VALUE)).items():
        (tmp_path / name).write_text(content, newline="")
    assert pack(tmp_path, LIMIT) == pack(tmp_path, LIMIT)
    assert load(pack(tmp_path, LIMIT), Faults(), LIMIT)[0] == VALUE
    with pytest.raises(Invalid, match="giới hạn"):
        pack(tmp_path, 10)
    (tmp_path / "empty").mkdir()
    with pytest.raises(Invalid):
        pack(tmp_path / "empty", LIMIT)


def changed(tmp_path: Path, *statements: str, value: Any = VALUE) -> bytes:
    """A GeoPackage after some statements."""
    file = tmp_path / "m.gpkg"
    file.write_bytes(to_gpkg(value))
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA foreign_keys=OFF")
        for statement in statements:
            db.execute(statement)
    db.close()
    return file.read_bytes()


ROWS = {
    "end without a row": ("UPDATE spans SET end = 77", "gpkg-key", "spans, dòng 1, cột end"),
    "network without a row": ("UPDATE spans SET network_id = 5", "gpkg-key", "spans, dòng 1, cột network_id"),
    "geometry broken": ("UPDATE nodes SET geom = x'4750' WHERE id = 2", "gpkg-geometry", "nodes, dòng 2, cột geom"),
    "geometry of another kind": (
        "UPDATE nodes SET geom = x'47500001e6100000" + "010200000002000000" + "0" * 32 + "000000000000f03f" * 2 + "'",
        "gpkg-geometry",
        "nodes, dòng 1, cột geom",
    ),
    "geometry of no numbers": (
        "UPDATE nodes SET geom = x'47500001e61000000101000000000000000000f87f000000000000f07f'",
        "gpkg-geometry",
        "nodes, dòng 1, cột geom",
    ),
    "bytes for a name": ("UPDATE nodes SET name = x'00ff'", "gpkg-value", "nodes, dòng 1, cột name"),
    "infinite length": ("UPDATE spans SET fibreLength = 9e999", "gpkg-value", "spans, dòng 1, cột fibrelength"),
    "original unreadable": ("UPDATE nodes SET ofdsOriginal = '['", "gpkg-original", "nodes, dòng 1, cột ofdsoriginal"),
    "other coordinate system": (
        "UPDATE gpkg_spatial_ref_sys SET organization_coordsys_id = 3405, srs_name = 'VN-2000' WHERE srs_id = 4326",
        "gpkg-crs",
        "nodes, cột geom",
    ),
    "relation to nothing": (
        "INSERT INTO relation_nodes_type VALUES (1, 99)",
        "gpkg-key",
        "relation_nodes_type, dòng 1, cột related_id",
    ),
}


@pytest.mark.parametrize("case", ROWS)
def test_a_bad_row_is_named_with_table_row_and_column(case: str, tmp_path: Path) -> None:
    statement, code, place = ROWS[case]
    found = read(changed(tmp_path, statement))
    assert (code, place) in {(fault.code, fault.place) for fault in found.faults}
    assert not found.networks


def test_views_and_other_layouts_are_refused(tmp_path: Path) -> None:
    endless = "WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id FROM n"
    found = read(changed(tmp_path, "DROP TABLE phases", f"CREATE VIEW phases AS {endless}"))
    assert ("gpkg-view", "phases") in {(fault.code, fault.place) for fault in found.faults}
    for statement in ("DROP TABLE spans", "ALTER TABLE nodes RENAME ofds_id TO x", f"CREATE VIEW x AS {endless}"):
        content = changed(tmp_path, statement)
        if statement.startswith("CREATE"):
            assert load(content, Faults(), LIMIT)[0] == VALUE
        else:
            with pytest.raises(Invalid) as refused:
                load(content, Faults(), LIMIT)
            assert refused.value.code == "gpkg-layout"
    with pytest.raises(Invalid) as refused:
        load(changed(tmp_path, "DROP TABLE gpkg_geometry_columns"), Faults(), LIMIT)
    assert refused.value.code == "gpkg-other"


def test_triggers_lie_still_and_computed_columns_compute_nothing(tmp_path: Path) -> None:
    content = changed(
        tmp_path,
        "CREATE TRIGGER t AFTER INSERT ON nodes BEGIN DELETE FROM spans; END",
        "PRAGMA journal_mode=WAL",
    )
    assert load(content, Faults(), LIMIT)[0] == VALUE
    computed = changed(
        tmp_path, "ALTER TABLE nodes ADD COLUMN z TEXT GENERATED ALWAYS AS (hex(zeroblob(99999999))) VIRTUAL"
    )
    with pytest.raises(Invalid) as refused:
        load(computed, Faults(), LIMIT)
    assert refused.value.code == "gpkg-broken"


def test_what_other_programs_write_is_read(tmp_path: Path) -> None:
    """Identifiers, links and booleans as GIS programs leave them."""
    value = package(network(nodes=[node("a", power=True), node("b", 106.18, 20.43)]))
    content = changed(
        tmp_path,
        "UPDATE nodes SET power = 1 WHERE id = 1",
        "UPDATE spans SET network_id = NULL",
        "UPDATE nodes SET address__locality = ''",
        "ALTER TABLE nodes ADD COLUMN Ghi_chu TEXT",
        "UPDATE nodes SET Ghi_chu = 'x' WHERE id = 2",
        value=value,
    )
    value["networks"][0]["nodes"][1]["Ghi_chu"] = "x"
    assert load(content, Faults(), LIMIT)[0] == value
