"""The GeoPackage container (OGC 12-128r19, 1.4): making one, and opening one nobody vouches for.

A file to read is opened read-only and immutable, without extensions, functions, views or virtual tables; triggers of
other programs lie still, as nothing is ever written.
"""

from __future__ import annotations

import contextlib
import math
import sqlite3
import struct
import tempfile
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import shapely
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

SQLITE = b"SQLite format 3\0"
APPLICATION, VERSION = 0x47504B47, 10400
WGS84 = 4326
MAX_ROWS = 5_000_000
MAX_SECONDS = 60
DEFINITION = (
    'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]]'
)
SCHEMA = """
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER NOT NULL PRIMARY KEY,
  organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL, definition TEXT NOT NULL, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY, data_type TEXT NOT NULL, identifier TEXT UNIQUE,
  description TEXT DEFAULT '', last_change DATETIME NOT NULL, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,
  srs_id INTEGER, CONSTRAINT fk_gc_r_srs_id FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL,
  geometry_type_name TEXT NOT NULL, srs_id INTEGER NOT NULL, z TINYINT NOT NULL, m TINYINT NOT NULL,
  CONSTRAINT pk_geom_cols PRIMARY KEY (table_name, column_name), CONSTRAINT uk_gc_table_name UNIQUE (table_name),
  CONSTRAINT fk_gc_tn FOREIGN KEY (table_name) REFERENCES gpkg_contents(table_name),
  CONSTRAINT fk_gc_srs FOREIGN KEY (srs_id) REFERENCES gpkg_spatial_ref_sys(srs_id));
CREATE TABLE gpkg_extensions (table_name TEXT, column_name TEXT, extension_name TEXT NOT NULL,
  definition TEXT NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
CREATE TABLE gpkgext_relations (id INTEGER PRIMARY KEY AUTOINCREMENT, base_table_name TEXT NOT NULL,
  base_primary_column TEXT NOT NULL DEFAULT 'id', related_table_name TEXT NOT NULL,
  related_primary_column TEXT NOT NULL DEFAULT 'id', relation_name TEXT NOT NULL,
  mapping_table_name TEXT NOT NULL UNIQUE);
"""
RELATED = ("gpkg_related_tables", "http://docs.opengeospatial.org/is/18-000/18-000.html", "read-write")
NOW = "2000-01-01T00:00:00.000Z"  # the file of equal networks is equal


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def new() -> sqlite3.Connection:
    """An empty GeoPackage in memory; `bytes` of it by `serialize()`."""
    db = sqlite3.connect(":memory:")
    db.executescript(f"PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION};{SCHEMA}")
    systems = [
        ("Undefined Cartesian SRS", -1, "NONE", -1, "undefined", None),
        ("Undefined geographic SRS", 0, "NONE", 0, "undefined", None),
        ("WGS 84 geodetic", WGS84, "EPSG", WGS84, DEFINITION, "longitude, latitude in degrees"),
    ]
    db.executemany("INSERT INTO gpkg_spatial_ref_sys VALUES (?,?,?,?,?,?)", systems)
    db.execute("INSERT INTO gpkg_extensions VALUES ('gpkgext_relations', NULL, ?, ?, ?)", RELATED)
    return db


def add_table(db: sqlite3.Connection, name: str, columns: list[str], geometry: str = "") -> None:
    """A table of attributes, or of features with a geometry type (POINT, LINESTRING)."""
    defined = ["id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL", *([f"geom {geometry}"] if geometry else []), *columns]
    db.execute(f"CREATE TABLE {quoted(name)} ({', '.join(defined)})")
    kind = "features" if geometry else "attributes"
    listed = (name, kind, name, NOW, WGS84 if geometry else None)
    db.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change, srs_id) VALUES (?,?,?,?,?)", listed
    )
    if geometry:
        db.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?, ?, 0, 0)", (name, geometry, WGS84))


def add_relation(db: sqlite3.Connection, base: str, key: str, related: str) -> None:
    """A mapping table from rows of one table to rows of another."""
    name = f"relation_{base}_{key}"
    db.execute(
        f"CREATE TABLE {quoted(name)} (base_id INTEGER NOT NULL REFERENCES {quoted(base)}(id),"
        f" related_id INTEGER NOT NULL REFERENCES {quoted(related)}(id), PRIMARY KEY (base_id, related_id))"
    )
    listed = (name, "attributes", name, NOW)
    db.execute("INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) VALUES (?,?,?,?)", listed)
    db.execute("INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)", (name, *RELATED))
    db.execute(
        "INSERT INTO gpkgext_relations (base_table_name, related_table_name, relation_name, mapping_table_name)"
        " VALUES (?,?,?,?)",
        (base, related, f"{base}_{key}", name),
    )


def blob(points: list[tuple[float, float]], line: bool) -> bytes:
    """A geometry as GeoPackage binary: header with envelope, then well-known binary, little-endian, two dimensions."""
    flat = array("d", (part for point in points for part in point))
    if not line:
        return struct.pack("<2sBBiBI", b"GP", 0, 1, WGS84, 1, 1) + _little(flat)
    xs, ys = flat[0::2], flat[1::2]
    envelope = struct.pack("<4d", min(xs), max(xs), min(ys), max(ys))
    return struct.pack("<2sBBi", b"GP", 0, 3, WGS84) + envelope + struct.pack("<BII", 1, 2, len(points)) + _little(flat)


def _little(flat: array) -> bytes:
    return struct.pack(f"<{len(flat)}d", *flat)


def coordinates(data: Any, kind: str) -> list[Any] | None:
    """The coordinates of GeoPackage binary; None for an empty geometry. ValueError where it is not of this kind."""
    if not isinstance(data, bytes) or len(data) < 9 or data[:2] != b"GP" or data[3] & 0x20:
        raise ValueError("GP")
    size = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get((data[3] >> 1) & 7)
    if size is None:
        raise ValueError("envelope")
    try:
        found = shapely.from_wkb(data[8 + size :])
    except shapely.errors.ShapelyError as error:
        raise ValueError(str(error)[:80]) from error
    if found is None or found.geom_type != kind:
        raise ValueError(kind if found is None else found.geom_type)
    if found.is_empty:
        return None
    listed = shapely.get_coordinates(found, include_z=bool(found.has_z)).tolist()
    if not all(map(math.isfinite, (part for point in listed for part in point))):
        raise ValueError("NaN")
    return listed[0] if kind == "Point" else listed


@contextlib.contextmanager
def opened(raw: bytes) -> Iterator[Reading]:
    """A GeoPackage for reading. Invalid where the bytes are a damaged database or none of this kind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "read.gpkg"
        path.write_bytes(raw)
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(len(raw), 10_000))  # no value is longer than its file
            yield Reading(db)
        except sqlite3.Error as error:
            raise Invalid(
                _("Tệp SQLite hỏng hoặc không đọc được: %(what)s.") % {"what": str(error)[:120]},
                mend=_("Xuất lại tệp GeoPackage từ hệ thống nguồn."),
                code="gpkg-broken",
            ) from error
        finally:
            db.close()


class Reading:
    """A database opened for reading only: its plain tables, and their rows by name of column."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db, self.rows_read, until = db, 0, time.monotonic() + MAX_SECONDS
        db.execute("PRAGMA trusted_schema=OFF")
        db.set_progress_handler(lambda: time.monotonic() > until, 100_000)
        db.set_authorizer(_allowed)
        listed = db.execute("SELECT name, type, sql FROM sqlite_master").fetchall()
        plain = [name for name, kind, sql in listed if kind == "table" and not _virtual(sql)]
        self.tables = {str(name).lower(): str(name) for name in plain}
        self.views = {str(name).lower() for name, kind, sql in listed if kind == "view" or _virtual(sql)}
        if "gpkg_contents" not in self.tables or "gpkg_geometry_columns" not in self.tables:
            raise Invalid(_("Cơ sở dữ liệu SQLite này không phải GeoPackage (thiếu gpkg_contents)."), code="gpkg-other")

    def rows(self, table: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Row numbers and values by column, in the table's order; nothing where there is no such table."""
        name = self.tables.get(table.lower())
        if name is None:
            return
        found = self.db.execute(f"SELECT rowid, * FROM {quoted(name)} ORDER BY rowid")  # noqa: S608 (a name)
        names = [str(column[0]).lower() for column in found.description[1:]]
        for rowid, *values in found:
            self.rows_read += 1
            if self.rows_read > MAX_ROWS:
                raise Invalid(_("Tệp có quá nhiều dòng: hơn %(limit)d.") % {"limit": MAX_ROWS}, place=table)
            yield rowid, dict(zip(names, values, strict=True))

    def columns(self, table: str) -> list[str]:
        """The columns of a table as written."""
        name = self.tables.get(table.lower())
        found = self.db.execute(f"SELECT * FROM {quoted(name)} LIMIT 0") if name else None  # noqa: S608 (a name)
        return [str(column[0]) for column in found.description] if found else []


def _virtual(sql: Any) -> bool:
    return str(sql or "").lstrip().lower().startswith("create virtual")


def _allowed(action: int, *_about: Any) -> int:
    return sqlite3.SQLITE_OK if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) else sqlite3.SQLITE_DENY
