"""The standard's GeoPackage layout (0.4): features `nodes` and `spans`, attribute tables, `relation_…` mapping tables,
`codelist_…` tables. Rows are tied by whole numbers; the standard's own identifiers stand in `ofds_id`, nested fields
are joined by two underscores. Coordinates are WGS 84, longitude before latitude.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from tinhso.infrastructure.network.ofds.gpkgfile import add_relation, add_table, blob, new, quoted
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
from tinhso.infrastructure.network.ofds.tables import (
    ORIGINAL,
    Column,
    Json,
    Path,
    Table,
    carried,
    extra_columns,
    flatten,
    head,
    original,
)

TYPES = {"integer": "INTEGER", "number": "REAL", "reference": "INTEGER", "key": "INTEGER"}


def to_gpkg(package: Json) -> bytes:
    """A package as a GeoPackage of the standard's layout."""
    db = new()
    try:
        _Writer(db, package).write()
        return db.serialize()
    finally:
        db.close()


class _Writer:
    def __init__(self, db: sqlite3.Connection, package: Json) -> None:
        self.db, self.networks = db, package["networks"]
        self.count: dict[str, int] = {}
        self.codes: dict[tuple[str, str], int] = {}
        self.extra: dict[str, dict[Path, Column]] = {
            "networks": extra_columns(map(head, self.networks), layout()["networks"])
        }
        self.box: dict[str, list[float]] = {}
        for name in ELEMENTS:
            every = (item for network in self.networks for item in network.get(name, ()))
            self.extra[name] = extra_columns(every, layout()[name])

    def write(self) -> None:
        for name, table in layout().items():
            self._define(name, table)
        for network in self.networks:
            names = {name: names_of(network.get(name, ())) for name in ELEMENTS}
            codec, keys = Values(names), dict[str, dict[str, int]]()
            about = head(network)
            if about.get("links") == LINKS:
                del about["links"]
            at = self._row(layout()["networks"], about, codec, keys, {})
            for name in ELEMENTS:
                keys[name] = found = {}
                for element in network.get(name, ()):
                    found[element["id"]] = self._row(layout()[name], element, codec, keys, {"network_id": at})
        for name, (west, east, south, north) in self.box.items():
            self.db.execute(
                "UPDATE gpkg_contents SET min_x=?, max_x=?, min_y=?, max_y=? WHERE table_name=?",
                (west, east, south, north, name),
            )
        self.db.commit()

    def _define(self, name: str, table: Table) -> None:
        """The table, its relations, and the codelist tables they lead to."""
        columns = {**table.columns, **self.extra.get(name, {})}
        defined, geometry = [], ""
        for path, column in columns.items():
            if column.kind == "geometry":
                geometry = column.geometry.upper()
            elif column.kind not in RELATIONS:
                leads = related(column) if is_codelist(column) or column.target else ""
                kind = "INTEGER" if leads else TYPES.get(column.kind, "TEXT")
                ties = f" REFERENCES {quoted(leads)}(id)" if leads else ""
                defined.append(f"{quoted(column_name(path))} {kind}{ties}")
            if is_codelist(column) or column.kind == "array":
                self._codelist(related(column))
        if name != "networks":
            defined.append("network_id INTEGER REFERENCES networks(id)")
        if name in PARENTS:
            defined.append(f"{PARENTS[name]} INTEGER REFERENCES {quoted(table.path[0])}(id)")
        elif len(table.path) < 2:
            defined.append(f"{ORIGINAL} TEXT")
        add_table(self.db, name, defined, geometry)
        for path, column in columns.items():
            if column.kind in RELATIONS:
                add_relation(self.db, name, path[0], related(column))

    def _codelist(self, name: str) -> None:
        if name not in self.count:
            self.count[name] = 0
            add_table(self.db, name, ["code TEXT", "description TEXT"])

    def _code(self, name: str, code: str) -> int:
        """The row of a code; a new one where the list has none."""
        if (name, code) not in self.codes:
            self.count[name] = self.codes[name, code] = self.count[name] + 1
            self._insert(name, {"id": self.count[name], "code": code, "description": code})
        return self.codes[name, code]

    def _insert(self, name: str, row: dict[str, Any]) -> None:
        columns, marks = ", ".join(map(quoted, row)), ", ".join("?" * len(row))
        statement = f"INSERT INTO {quoted(name)} ({columns}) VALUES ({marks})"  # noqa: S608 (names cannot be bound)
        self.db.execute(statement, list(row.values()))

    def _row(self, table: Table, element: Json, codec: Values, keys: dict[str, dict[str, int]], more: Json) -> int:
        """Write an element with its relations and the objects inside it. Returns its row."""
        name, extra = table.name, self.extra.get(table.name, {})
        at = self.count[name] = self.count.get(name, 0) + 1
        cells, inner = flatten(element, table, extra, codec)
        row: dict[str, Any] = {"id": at, **more}
        relations: list[tuple[str, list[int]]] = []
        for path, cell in cells.items():
            column = table.columns.get(path) or extra[path]
            if column.kind == "geometry":
                row[GEOMETRY] = self._blob(name, cell, column)
            elif column.kind in RELATIONS:
                to = [keys[column.target][it] if column.target else self._code(related(column), it) for it in cell]
                relations.append((path[0], to))
            elif column.target:
                row[column_name(path)] = keys[column.target][cell]
            else:
                row[column_name(path)] = self._code(related(column), cell) if is_codelist(column) else cell
        if len(table.path) < 2 and (kept := original(element, carried(element, table, extra, codec))):
            row[ORIGINAL] = kept
        self._insert(name, row)
        for key, rows in relations:
            for other in rows:
                self._insert(f"relation_{name}_{key}", {"base_id": at, "related_id": other})
        for key, items in inner.items():
            child = table.children[key]
            for item in items:
                self._row(child, item, codec, keys, {"network_id": more["network_id"], PARENTS[child.name]: at})
        return at

    def _blob(self, name: str, cell: Any, column: Column) -> bytes:
        points = [cell] if column.geometry == "Point" else cell
        xs, ys = [where[0] for where in points], [where[1] for where in points]
        west, east, south, north = self.box.get(name, (xs[0], xs[0], ys[0], ys[0]))
        self.box[name] = [min(west, *xs), max(east, *xs), min(south, *ys), max(north, *ys)]
        return blob(points, column.geometry == "LineString")
