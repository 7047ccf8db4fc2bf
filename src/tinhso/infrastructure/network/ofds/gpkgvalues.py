"""The tables of the GeoPackage layout, and how their cells carry values."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tinhso.infrastructure.network.ofds.earth import number, point
from tinhso.infrastructure.network.ofds.schema import SCHEMA_0_4
from tinhso.infrastructure.network.ofds.tables import Column, Json, Path, Table, tree

# What others refer to comes first, so that names are known when a reference is read.
ELEMENTS = ("organisations", "phases", "wayleaves", "nodes", "spans", "contracts")
PARENTS = {"nodes_internationalConnections": "node_id", "contracts_documents": "contract_id"}
RELATIONS = ("array", "references", "keys")
GEOMETRY = "geom"
LINKS = [{"href": SCHEMA_0_4, "rel": "describedby"}]  # the layout has no links: a file of it follows this schema
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


@cache
def layout() -> dict[str, Table]:
    """Tables by name: networks, then what they hold. Links, and the coordinate system every geometry already states,
    have no place in it."""
    root = tree(keys=True)
    columns = {path: column for path, column in root.columns.items() if path[0] != "crs"}
    tables = [replace(root, columns=columns, children={}), *(root.children[name] for name in ELEMENTS)]
    inner = [child for table in tables for child in table.children.values()]
    return {table.name: table for table in (*tables, *inner)}


def column_name(path: Path) -> str:
    """A path as the name of a column."""
    return "ofds_id" if path == ("id",) else "__".join(path)


def is_codelist(column: Column) -> bool:
    """Whether a cell is the number of a row of a codelist table."""
    return column.kind == "string" and column.open and bool(column.codelist)


def related(column: Column) -> str:
    """The table a reference, relation or code leads to."""
    return column.target or f"codelist_{'open' if column.open else 'closed'}_{column.codelist}"


def names_of(elements: Iterable[Json]) -> dict[str, str]:
    """Identifiers and names that references may be written as; no name is empty."""
    named = ((element.get("id"), element.get("name")) for element in elements)
    return {identity: name if isinstance(name, str) else "" for identity, name in named if isinstance(identity, str)}


class Values:
    """Cells of one network. `names`: by table, identifiers and names of what references lead to."""

    def __init__(self, names: Mapping[str, Mapping[str, str]]) -> None:
        self.names = names

    def encode(self, column: Column, value: Any) -> Any:
        made = None
        match column.kind:
            case "reference" if isinstance(value, dict) and self._known(column, value.get("id")):
                made = value["id"]
            case "key" if self._known(column, value):
                made = value
            case "references" | "keys" | "array":
                made = self._several(column, value)
            case "geometry":
                made = _points(value, column.geometry)
            case "boolean" if type(value) is bool:
                made = str(value).lower()
            case "number" if number(value) and math.isfinite(float(value)):
                made = float(value)
            case "integer" if type(value) is int and abs(value) < 2**63:
                made = value
            case "string" if type(value) is str and value:
                made = value
        return made

    def _known(self, column: Column, identity: Any) -> bool:
        return isinstance(identity, str) and identity in self.names.get(column.target, {})

    def _several(self, column: Column, value: Any) -> list[str] | None:
        if not isinstance(value, list) or not value:
            return None
        one = {"references": Column("reference", target=column.target), "keys": Column("key", target=column.target)}
        cells = [self.encode(one.get(column.kind, Column("string")), item) for item in value]
        return cells if None not in cells and len(set(cells)) == len(cells) else None

    def decode(self, column: Column, cell: Any) -> Any:
        match column.kind:
            case "reference":
                cell = self._reference(column, cell)
            case "references":
                cell = [self._reference(column, identity) for identity in cell]
            case "geometry":
                cell = {"type": column.geometry, "coordinates": cell}
            case "boolean":
                cell = BOOLEANS.get(str(cell).strip().lower(), cell)
            case "number" if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
                cell = int(cell)
            case "string" if type(cell) is int:
                cell = str(cell)
        return cell

    def _reference(self, column: Column, identity: str) -> Json:
        name = self.names.get(column.target, {}).get(identity)
        return {"id": identity, "name": name} if name else {"id": identity}


def _points(value: Any, kind: str) -> list[Any] | None:
    """Two-dimensional coordinates of a GeoJSON geometry, as doubles; None where there are none."""
    if not isinstance(value, dict) or value.get("type") != kind or not isinstance(value.get("coordinates"), list):
        return None
    listed = [value["coordinates"]] if kind == "Point" else value["coordinates"]
    points = [point(where) for where in listed]
    if None in points or len(points) < (1 if kind == "Point" else 2):
        return None
    flat = [[*where] for where in points if where]
    return flat[0] if kind == "Point" else flat
