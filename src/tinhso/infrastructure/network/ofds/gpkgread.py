"""Reading the standard's GeoPackage layout, row by row; what a row does not say properly is noted with its place."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.ofds.faults import Faults
from tinhso.infrastructure.network.ofds.gpkgfile import Reading, coordinates, opened
from tinhso.infrastructure.network.ofds.gpkgvalues import (
    ELEMENTS,
    GEOMETRY,
    LINKS,
    PARENTS,
    RELATIONS,
    Values,
    column_name,
    is_codelist,
    layout,
    names_of,
    related,
)
from tinhso.infrastructure.network.ofds.jsontext import BadJson, loads
from tinhso.infrastructure.network.ofds.origin import Origin
from tinhso.infrastructure.network.ofds.tables import (
    DEEPEST,
    NAME,
    ORIGINAL,
    RESERVED,
    TEXT,
    Column,
    Json,
    Path,
    Table,
    build,
    carried,
    restore,
    within,
)

INFINITE = (float("inf"), -float("inf"))
KEPT = column_name((ORIGINAL,)).lower()


def from_gpkg(raw: bytes, faults: Faults) -> tuple[Json, Origin]:
    """The package a GeoPackage says. Invalid where it is no GeoPackage of the standard's layout."""
    with opened(raw) as reading:
        return _Reader(reading, faults).read()


class _Reader:
    def __init__(self, reading: Reading, faults: Faults) -> None:
        self.reading, self.faults, self.origin = reading, faults, Origin(separator="__")
        self.codes: dict[str, dict[int, str]] = {}
        self.networks: dict[int, Json] = {}
        self.order: dict[int, int] = {}
        self.keys: dict[str, dict[int, str]] = {}  # table → row → identifier
        self.names: dict[tuple[int, str], dict[str, str]] = {}
        self.mappings: dict[str, tuple[dict[str, Path], dict[Path, Column]]] = {}

    def read(self) -> tuple[Json, Origin]:
        self._recognised()
        table = layout()["networks"]
        for row, values in self.reading.rows("networks"):
            self.order[row] = len(self.order)
            self.origin.came(self.order[row], "networks", row)
            self.networks[row] = {"links": list(LINKS), **self._element(table, row, values, Values({}))}
        for name in ELEMENTS:
            self._list(layout()[name])
        return {"networks": list(self.networks.values())}, self.origin

    def _recognised(self) -> None:
        """Refuse what is no network: other layouts, views in place of tables, other coordinate systems."""
        missing = [name for name in ("networks", "nodes", "spans") if name not in self.reading.tables]
        columns = {column.lower() for column in self.reading.columns("nodes")}
        if missing or "ofds_id" not in columns:
            raise Invalid(
                _("GeoPackage này không theo bố cục OFDS 0.4: thiếu %(what)s.")
                % {"what": ", ".join(missing) or "nodes.ofds_id"},
                mend=_("Cần các bảng networks, nodes, spans với cột ofds_id như mẫu của chuẩn."),
                code="gpkg-layout",
            )
        for name in layout():
            if name.lower() in self.reading.views:
                self._wrong("gpkg-view", name, None, _("Là khung nhìn hoặc bảng ảo, không phải bảng."))
        systems = {row.get("srs_id"): row for _row, row in self.reading.rows("gpkg_spatial_ref_sys")}
        for _row, row in self.reading.rows("gpkg_geometry_columns"):
            if str(row.get("table_name")).lower() in ("nodes", "spans"):
                system = systems.get(row.get("srs_id"), {})
                told = f"{system.get('organization')}:{system.get('organization_coordsys_id')} {system.get('srs_name')}"
                if not told.upper().startswith("EPSG:4326 ") and "CRS84" not in told.upper():
                    said = _("Hệ toạ độ %(system)s không phải WGS 84.") % {"system": told[:80]}
                    self._wrong("gpkg-crs", str(row["table_name"]), None, said, str(row.get("column_name")))

    def _list(self, table: Table) -> None:
        """One list of elements of every network."""
        self.keys[table.name] = {}
        several = {path: column for path, column in table.columns.items() if column.kind in RELATIONS}
        relations = {path: self._relation(table, path, column) for path, column in several.items()}
        below = {key: self._children(child) for key, child in table.children.items()}
        for row, values in self.reading.rows(table.name):
            home = self._home(table, row, values.get("network_id"))
            if home is None:
                continue
            inner = {key: rows[row] for key, rows in below.items() if row in rows}
            tied = {path: rows[row] for path, rows in relations.items() if row in rows}
            names = {name: self.names.get((home, name), {}) for name in ELEMENTS}
            whole = self._element(table, row, values, Values(names), tied=tied, inner=inner)
            self.networks[home].setdefault(table.name, []).append(whole)
            self.origin.came(self.order[home], table.name, row)
            if isinstance(whole.get("id"), str):
                self.keys[table.name][row] = whole["id"]
        for at, network in self.networks.items():
            self.names[at, table.name] = names_of(network.get(table.name, ()))

    def _home(self, table: Table, row: int, named: Any) -> int | None:
        if named in self.networks:
            return named
        if named is None and len(self.networks) == 1:
            return next(iter(self.networks))
        self._dangling(table.name, row, "network_id", named, "networks")
        return None

    def _relation(self, table: Table, path: Path, column: Column) -> dict[int, list[str]]:
        """By row of the table, the identifiers or codes a mapping table ties to it."""
        name, found = f"relation_{table.name}_{path[0]}", dict[int, list[str]]()
        for row, values in self.reading.rows(name):
            told = self._leads(column, values.get("related_id"))
            if told is None or not isinstance(values.get("base_id"), int):
                self._dangling(name, row, "related_id", values.get("related_id"), related(column))
            else:
                found.setdefault(values["base_id"], []).append(told)
        return found

    def _children(self, table: Table) -> dict[int, list[Json]]:
        found: dict[int, list[Json]] = {}
        for row, values in self.reading.rows(table.name):
            parent = values.get(PARENTS[table.name])
            item = self._element(table, row, values, Values({}))
            if isinstance(parent, int):
                found.setdefault(parent, []).append(item)
            else:
                self._dangling(table.name, row, PARENTS[table.name], parent, table.path[0])
        return found

    def _leads(self, column: Column, to: Any) -> str | None:
        """The identifier or code of the row a cell leads to."""
        if column.target:
            return self.keys.get(column.target, {}).get(to)
        name = related(column)
        if name not in self.codes:
            self.codes[name] = {at: str(row.get("code")) for at, row in self.reading.rows(name) if row.get("code")}
        return self.codes[name].get(to)

    def _element(self, table: Table, row: int, values: Json, codec: Values, *, tied: Any = (), inner: Any = ()) -> Json:
        """An element from a row, with what relations tie to it and the objects inside it."""
        mapping, extra = self._mapping(table)
        cells: dict[Any, Any] = dict(tied)
        for name, value in values.items():
            path = mapping.get(name)
            if path and value is not None and value != "":
                cell = self._cell(table, row, name, table.columns.get(path, TEXT), value)
                if cell is not None:
                    cells[path] = cell
        columns = {**table.columns, **extra}
        seen = build({path: codec.decode(columns[path], cell) for path, cell in cells.items()}, dict(inner))
        return self._restored(table, row, seen, values.get(KEPT), codec)

    def _mapping(self, table: Table) -> tuple[dict[str, Path], dict[Path, Column]]:
        """Paths by column in small letters, and those among them that the standard does not know."""
        if table.name not in self.mappings:
            known = {
                GEOMETRY if column.kind == "geometry" else column_name(path).lower(): path
                for path, column in table.columns.items()
                if column.kind not in RELATIONS
            }
            extra: dict[Path, Column] = {}
            for name in self.reading.columns(table.name):
                path = tuple(name.split("__"))
                good = (
                    name.lower() not in {*known, *RESERVED} and len(path) <= DEEPEST and all(map(NAME.fullmatch, path))
                )
                if good and not within(path, [*table.columns, *extra]):
                    known[name.lower()] = path
                    extra[path] = TEXT
            self.mappings[table.name] = known, extra
        return self.mappings[table.name]

    def _cell(self, table: Table, row: int, name: str, column: Column, value: Any) -> Any:
        """What a cell says, before it is decoded; None where it says nothing that can be used."""
        if column.kind == "geometry":
            try:
                return coordinates(value, column.geometry)
            except ValueError as error:
                said = _("Không phải hình học %(kind)s: %(what)s.") % {"kind": column.geometry, "what": error}
                self._wrong("gpkg-geometry", table.name, row, said, name)
                return None
        if column.target or is_codelist(column):
            told = self._leads(column, value)
            if told is None:
                self._dangling(table.name, row, name, value, related(column))
            return told
        if isinstance(value, bytes) or (isinstance(value, str) and "\0" in value) or value in INFINITE:
            self._wrong("gpkg-value", table.name, row, _("Giá trị không phải văn bản hay số."), name)
            return None
        return value

    def _restored(self, table: Table, row: int, seen: Json, kept: Any, codec: Values) -> Json:
        if not kept:
            return seen
        try:
            held = loads(kept.encode() if isinstance(kept, str) else b"null")
        except BadJson:
            held = None
        if not isinstance(held, dict):
            self._wrong("gpkg-original", table.name, row, _("Không phải một đối tượng JSON."), KEPT)
            return seen
        extra = self._mapping(table)[1]
        whole, edited = restore(seen, held, lambda value: carried(value, table, extra, codec))
        if edited:
            self.origin.edited(self.faults, table.name, row, edited)
        return whole

    def _dangling(self, table: str, row: int, column: str, value: Any, to: str) -> None:
        said = _("Không có dòng %(id)s trong %(table)s.") % {"id": str(value)[:40], "table": to}
        self._wrong("gpkg-key", table, row, said, column)

    def _wrong(self, code: str, table: str, row: int | None, said: str, column: str = "") -> None:
        self.faults.add(code, self.origin.place(table, row, column), said, _("Sửa trong tệp GeoPackage."))
