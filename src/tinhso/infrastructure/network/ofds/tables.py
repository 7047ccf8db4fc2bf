"""The standard's objects as tables, derived from its schema: what CSV and GeoPackage have in common.

A cell is addressed by its path inside an element: ("phase", "id"). Arrays of objects are tables of their own (CSV), or
relations (GeoPackage). What a layout cannot carry exactly is written a second time, as JSON, in the column
`ofdsOriginal`; read back, it is believed only where it still agrees with the columns beside it, so that a table edited
by hand says what its cells say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from tinhso.infrastructure.network.ofds.jsontext import dumps
from tinhso.infrastructure.network.ofds.schema import LISTS, schema

Path = tuple[str, ...]
Json = dict[str, Any]
ORIGINAL = "ofdsOriginal"
EXTRA_COLUMNS = 100  # per table; fields the standard does not know beyond these travel in `ofdsOriginal`
DEEPEST = 5
NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9.:-]){0,60}")
RESERVED = frozenset({ORIGINAL.lower(), "ofds_id", "id", "fid", "geom", "network_id", "node_id", "contract_id"})
TARGETS = {"phase": "phases", "relatedPhases": "phases", "start": "nodes", "end": "nodes", "wayleaves": "wayleaves"}


@dataclass(frozen=True)
class Column:
    """What a cell holds. `kind`: string, number, integer, boolean, array (of strings), geometry; with keys also
    reference, references (objects {id, name} of the table `target`), key and keys (its bare identifiers)."""

    kind: str
    codelist: str = ""
    open: bool = False
    target: str = ""
    geometry: str = ""


TEXT = Column("string")


@dataclass(frozen=True)
class Table:
    """One list of objects: its path from the network, its columns in the schema's order, the lists inside it."""

    path: Path
    columns: dict[Path, Column] = field(default_factory=dict)
    children: dict[str, Table] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return "_".join(self.path) or "networks"


class Codec(Protocol):
    """How one layout writes values. `encode` gives None for what it cannot carry; `decode` raises ValueError."""

    def encode(self, column: Column, value: Any) -> Any: ...
    def decode(self, column: Column, cell: Any) -> Any: ...


@cache
def tree(*, keys: bool) -> Table:
    """The table of networks with all lists inside. With `keys`, references are single columns and relations."""
    return _table((), schema()["properties"]["networks"]["items"]["properties"], keys)


def _table(path: Path, properties: Json, keys: bool) -> Table:
    table = Table(path)

    def walk(prefix: Path, properties: Json) -> None:
        for key, rule in properties.items():
            here, kind = (*prefix, key), rule["type"]
            inside = rule.get("properties") or rule.get("items", {}).get("properties", {})
            target = TARGETS.get(key, "organisations" if set(inside) == {"id", "name"} else "")
            if key in ("location", "route"):
                table.columns[here] = Column("geometry", geometry=rule["properties"]["type"]["const"])
            elif keys and target and path:
                table.columns[here] = Column(_kind_of_key(kind, bool(inside)), target=target)
            elif kind == "object":
                walk(here, inside)
            elif kind == "array" and inside:
                table.children[key] = _table((*path, key), inside, keys)
            else:
                table.columns[here] = Column(kind, rule.get("codelist", "")[:-4], rule.get("openCodelist", False))

    walk((), properties)
    return table


def _kind_of_key(kind: str, named: bool) -> str:
    return ("references" if named else "keys") if kind == "array" else ("reference" if named else "key")


def head(network: Mapping[str, Any]) -> Json:
    """A network without its lists of elements."""
    return {key: value for key, value in network.items() if key not in LISTS}


def extra_columns(elements: Iterable[Json], table: Table) -> dict[Path, Column]:
    """Columns for texts under names the standard does not know, as first met."""
    found: dict[Path, Column] = {}
    taken = {"__".join(path).lower() for path in table.columns}

    def walk(prefix: Path, value: Json) -> None:
        for key, item in value.items():
            here = (*prefix, key)
            if len(here) > DEEPEST or not NAME.fullmatch(key):
                continue
            if not prefix and (key in table.children or key.lower() in RESERVED):
                continue
            if isinstance(item, dict) and here not in table.columns:
                walk(here, item)
            elif type(item) is str and item and len(found) < EXTRA_COLUMNS:
                name = "__".join(here).lower()
                if name not in taken and not within(here, [*table.columns, *found]):
                    taken.add(name)
                    found[here] = TEXT

    for element in elements:
        walk((), element)
    return found


def within(path: Path, known: Iterable[Path]) -> bool:
    """Whether a path is a part of another one, or the other way round: two cells of one value."""
    return any(other[: len(path)] == path or path[: len(other)] == other for other in known)


def flatten(
    element: Json, table: Table, extra: Mapping[Path, Column], codec: Codec
) -> tuple[dict[Path, Any], dict[str, list]]:
    """The cells of an element by path and the lists of objects inside it by name, as far as the layout carries them."""
    cells: dict[Path, Any] = {}
    inner: dict[str, list] = {}

    def walk(prefix: Path, value: Json) -> None:
        for key, item in value.items():
            here = (*prefix, key)
            column = table.columns.get(here) or extra.get(here)
            if column:
                cell = codec.encode(column, item)
                if cell is not None:
                    cells[here] = cell
            elif not prefix and key in table.children:
                if isinstance(item, list) and all(isinstance(part, dict) for part in item):
                    inner[key] = item
            elif isinstance(item, dict) and len(here) <= DEEPEST:
                walk(here, item)

    walk((), element)
    return cells, inner


def build(cells: Mapping[Path, Any], inner: Mapping[str, list]) -> Json:
    """An element from decoded values by path."""
    made: Json = {}
    for path, value in cells.items():
        holder = made
        for key in path[:-1]:
            holder = holder.setdefault(key, {})
        holder[path[-1]] = value
    return made | {key: items for key, items in inner.items() if items}


def carried(element: Json, table: Table, extra: Mapping[Path, Column], codec: Codec) -> Json:
    """What a reader of the layout's own columns makes of an element."""
    cells, inner = flatten(element, table, extra, codec)
    columns = {**table.columns, **extra}
    values = {path: codec.decode(columns[path], cell) for path, cell in cells.items()}
    lists = {key: [carried(item, table.children[key], {}, codec) for item in items] for key, items in inner.items()}
    return build(values, {key: [item for item in items if item] for key, items in lists.items()})


def original(element: Json, seen: Json) -> str:
    """The fields of an element that its columns (`seen`, from `carried`) do not carry exactly, as JSON, or empty."""
    if dumps(element) == dumps(seen):
        return ""
    return dumps({key: value for key, value in element.items() if key not in seen or dumps(value) != dumps(seen[key])})


def restore(seen: Json, kept: Json, again: Callable[[Json], Json]) -> tuple[Json, list[str]]:
    """An element from its columns and the original fields kept beside them.

    `again` is what the columns would say of the original (`carried`). Where they now say something else, they have
    been edited since, and they win: the names of those fields are returned.
    """
    whole = {**seen, **kept}
    said = again(whole)
    edited = [key for key in kept if dumps(said.get(key)) != dumps(seen.get(key))]
    for key in edited:
        if key in seen:
            whole[key] = seen[key]
        else:
            del whole[key]
    return whole, edited
