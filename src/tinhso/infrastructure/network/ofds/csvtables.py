"""The standard's CSV layout: a table per list of objects, columns named by JSON pointer, geometry as well-known text.

Written as a zip of UTF-8 tables with commas. Read as spreadsheets leave them too: byte order marks, UTF-16, semicolons
or tabs, a line "sep=;", decimal commas beside semicolons, TRUE in any case.
"""

from __future__ import annotations

import csv
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.ofds.earth import number
from tinhso.infrastructure.network.ofds.faults import WARNING, Faults
from tinhso.infrastructure.network.ofds.jsontext import BadJson, dumps, escape, loads, number_of
from tinhso.infrastructure.network.ofds.origin import Origin
from tinhso.infrastructure.network.ofds.schema import LISTS
from tinhso.infrastructure.network.ofds.tables import (
    ORIGINAL,
    TEXT,
    Column,
    Json,
    Path,
    Table,
    build,
    carried,
    extra_columns,
    flatten,
    head,
    original,
    restore,
    tree,
    within,
)
from tinhso.infrastructure.network.ofds.wkt import from_wkt, to_wkt

MOMENT = (1980, 1, 1, 0, 0, 0)  # the zip of equal networks is equal
BOOLEANS = {"true": True, "false": False, "1": True, "0": False}
SEPARATOR = re.compile(r'"?sep=([,;\t])"?\r?\n', re.I)
DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


class Cells:
    """Values as the text of cells."""

    def __init__(self, *, decimal_comma: bool = False) -> None:
        self.decimal_comma = decimal_comma
        self.extra: dict[Path, Column] = {}

    def encode(self, column: Column, value: Any) -> str | None:
        made = None
        match column.kind:
            case "geometry":
                made = to_wkt(value, column.geometry)
            case "array" if isinstance(value, list) and all(type(item) is str for item in value):
                made = ";".join(value) if value and all(value) and ";" not in "".join(value) else None
            case "boolean" if type(value) is bool:
                made = dumps(value)
            case "number" | "integer" if number(value):
                made = dumps(value)
            case "string" if type(value) is str and value.strip():
                made = value
        return made

    def decode(self, column: Column, cell: str) -> Any:
        made: Any = cell
        match column.kind:
            case "geometry":
                made = from_wkt(cell, column.geometry)
            case "array":
                made = [part for part in cell.split(";") if part]
            case "boolean":
                made = BOOLEANS.get(cell.strip().lower(), cell)
            case "number" | "integer":
                bare = cell.strip()
                comma = self.decimal_comma and DECIMAL_COMMA.fullmatch(bare)
                made = number_of(bare.replace(",", ".") if comma else bare, otherwise=cell)
        return made


def to_csv(package: Json) -> bytes:
    """A package as a zip of tables."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in _written(package):
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\r\n").writerows(rows)
            info = zipfile.ZipInfo(f"{name}.csv", MOMENT)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, text.getvalue().encode())
    return out.getvalue()


def _written(package: Json) -> Iterator[tuple[str, Iterator[list[str]]]]:
    root = tree(keys=False)
    heads = [head(network) for network in package["networks"]]
    yield from _table_rows(root, [((), item) for item in heads])
    for name in LISTS:
        rows = [((network["id"],), item) for network in package["networks"] for item in network.get(name, ())]
        if rows:
            yield from _table_rows(root.children[name], rows)


def _table_rows(table: Table, rows: list[tuple[tuple, Json]]) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """A table and those inside it. Rows: the identifiers of the parents, and the element."""
    codec, inside = Cells(), len(table.path) > 1 or table.name == "links"
    extra = {} if inside else extra_columns((item for _parents, item in rows), table)
    made, used, below = [], set[Path](), dict[str, list]()
    for parents, element in rows:
        cells, inner = flatten(element, table, extra, codec)
        kept = "" if inside else original(element, carried(element, table, extra, codec))
        used |= cells.keys()
        made.append((parents, cells, kept))
        for key, items in inner.items():
            below.setdefault(key, []).extend(((*parents, element.get("id", "")), item) for item in items)
    columns = [path for path in (*table.columns, *extra) if path in used]
    kept_too = any(kept for _parents, _cells, kept in made)
    header = [*_parent_columns(table), *(_pointer(table, path) for path in columns)]

    def lines() -> Iterator[list[str]]:
        yield [*header, _pointer(table, (ORIGINAL,))] if kept_too else header
        for parents, cells, kept in made:
            yield [*parents, *(cells.get(path, "") for path in columns), *([kept] if kept_too else [])]

    yield table.name, lines()
    for key, child in table.children.items():
        if key in below and not (table.name == "networks" and key in LISTS):
            yield from _table_rows(child, below[key])


def _prefix(table: Table) -> str:
    return "".join(f"{name}/0/" for name in table.path)


def _pointer(table: Table, path: Path) -> str:
    return _prefix(table) + "/".join(map(escape, path))


def _parent_columns(table: Table) -> list[str]:
    """The identifiers of network and parent that lead a table's rows."""
    return ["id" if not at else f"{'/0/'.join(table.path[:at])}/0/id" for at in range(len(table.path))]


def from_csv(files: Mapping[str, bytes], faults: Faults) -> tuple[Json, Origin]:
    """The package that tables say, by table name. What cannot be read is noted with table, row and column."""
    return _Reader(files, faults).read()


class _Reader:
    def __init__(self, files: Mapping[str, bytes], faults: Faults) -> None:
        self.files, self.faults, self.origin = files, faults, Origin(".csv")
        self.networks: dict[str, Json] = {}
        self.order: dict[str, int] = {}

    def read(self) -> tuple[Json, Origin]:
        csv.field_size_limit(sys.maxsize)  # a long route is one cell
        root = tree(keys=False)
        heads = self._rows(root)
        links = self._children(root.children["links"])
        for row, _parents, seen, kept, codec in heads:
            identity = str(seen.get("id", ""))
            if identity in self.networks:
                self._wrong("csv-duplicate", root, row, _("Mạng %(id)s có hai dòng.") % {"id": identity[:80]}, "id")
                continue
            self.order[identity] = len(self.networks)
            inner = {"links": items} if (items := links.pop((identity,), [])) else {}
            self.networks[identity] = self._whole(root, row, seen | inner, kept, codec)
            self.origin.came(self.order[identity], root.name, row)
        self._orphans(links, root.children["links"])
        for name in LISTS:
            self._list(root.children[name])
        return {"networks": list(self.networks.values())}, self.origin

    def _list(self, table: Table) -> None:
        """One list of elements of every network, with the lists inside its elements."""
        below = {key: self._children(child) for key, child in table.children.items()}
        for row, parents, seen, kept, codec in self._rows(table):
            home = self._home(table, row, parents[0])
            if home is None:
                continue
            keys, alone = (home, str(seen.get("id", ""))), len(self.networks) == 1
            for key, found in below.items():
                if items := found.pop(keys, None) or (alone and found.pop(("", keys[1]), None)):
                    seen[key] = items
            self.networks[home].setdefault(table.path[0], []).append(self._whole(table, row, seen, kept, codec))
            self.origin.came(self.order[home], table.name, row)
        for key, found in below.items():
            self._orphans(found, table.children[key])

    def _home(self, table: Table, row: int, named: str) -> str | None:
        """The network a row belongs to: the one it names, or the only one."""
        if named in self.networks:
            return named
        if not named and len(self.networks) == 1:
            return next(iter(self.networks))
        said = _("Không có mạng “%(id)s” trong networks.csv.") % {"id": named[:80]}
        self._wrong("csv-orphan", table, row, said, "id")
        return None

    def _children(self, table: Table) -> dict[tuple, list]:
        found: dict[tuple, list] = {}
        for row, parents, seen, _kept, _codec in self._rows(table):
            found.setdefault(parents, []).append(_Item(seen, row))
        return found

    def _orphans(self, found: dict[tuple, list], table: Table) -> None:
        for parents, items in found.items():
            for item in items:
                said = _("Không có dòng cha “%(id)s”.") % {"id": str(parents[-1])[:80]}
                self._wrong("csv-orphan", table, item.row, said, _parent_columns(table)[-1])

    def _whole(self, table: Table, row: int, seen: Json, kept: str, codec: Cells) -> Json:
        if not kept:
            return seen
        try:
            held = loads(kept.encode())
            if not isinstance(held, dict):
                raise BadJson(_("Không phải một đối tượng."))
        except BadJson as bad:
            said = f"{bad.what} {bad.place}".strip()
            self._wrong("csv-original", table, row, said, _pointer(table, (ORIGINAL,)))
            return seen
        whole, edited = restore(seen, held, lambda value: carried(value, table, codec.extra, codec))
        if edited:
            self.origin.edited(self.faults, table.name, row, edited)
        return whole

    def _wrong(self, code: str, table: Table, row: int | None, said: str, column: str = "") -> None:
        self.faults.add(code, self.origin.place(table.name, row, column), said, _("Sửa ô này trong bảng."))

    def _rows(self, table: Table) -> Iterator[tuple[int, tuple, Json, str, Cells]]:
        """Row number, parents' identifiers, values, original text and codec of each row of a table, if it is there."""
        raw = self.files.get(table.name)
        if raw is None:
            return
        text = self._text(table, raw)
        told = SEPARATOR.match(text)
        text = text[told.end() :] if told else text
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=told[1] if told else _delimiter(text))
        codec = Cells(decimal_comma=_delimiter(text) == ";")
        at, columns = 0, None
        try:
            for line in lines:
                at = lines.line_num + bool(told)
                if columns is None:
                    columns = self._header(table, line)
                    codec.extra = {path: TEXT for path in columns if isinstance(path, tuple) and path != (ORIGINAL,)}
                elif any(line):
                    if len(line) > len(columns) and any(line[len(columns) :]):
                        self._wrong("csv-columns", table, at, _("Dòng có nhiều ô hơn tiêu đề."))
                        continue
                    yield self._row(table, at, dict(zip(columns, line, strict=False)), codec)
        except csv.Error as error:
            self._wrong("csv-broken", table, at + 1, _("Bảng CSV hỏng: %(what)s.") % {"what": str(error)})

    def _text(self, table: Table, raw: bytes) -> str:
        wide = raw.startswith((b"\xff\xfe", b"\xfe\xff"))
        try:
            text = raw.decode("utf-16" if wide else "utf-8-sig")
        except UnicodeDecodeError as error:
            where = raw[: error.start].count(b"\n") + 1
            self._wrong("csv-encoding", table, where, _("Bảng không phải UTF-8: lưu lại dạng “CSV UTF-8”."))
            return ""
        if "\0" in text:
            self._wrong("csv-nul", table, text[: text.index("\0")].count("\n") + 1, _("Văn bản chứa ký tự NUL."))
            return ""
        return text

    def _header(self, table: Table, line: list[str]) -> list[Any]:
        """What each column holds: a parent's number, a path of the element, or None for one that says nothing here."""
        prefix, parents = _prefix(table), _parent_columns(table)
        found: list[Any] = []
        for name in (cell.strip() for cell in line):
            path = tuple(part.replace("~1", "/").replace("~0", "~") for part in name[len(prefix) :].split("/"))
            meaning: Any = None
            if name in parents:
                meaning = parents.index(name)
            elif name.startswith(prefix) and name != prefix and all(path) and not any(map(str.isdigit, path)):
                meaning = path
            if meaning is not None and meaning in found:
                self._wrong("csv-columns", table, 1, _("Hai cột cùng tên."), name)
                meaning = None
            elif isinstance(meaning, tuple) and within(meaning, {*filter(_path, found), *table.columns} - {meaning}):
                self._wrong("csv-columns", table, 1, _("Cột này là một phần của cột khác."), name)
                meaning = None
            elif meaning is None and name:
                said = _("Cột không thuộc bảng này: bỏ qua.")
                self.faults.add("csv-unknown", self.origin.place(table.name, 1, name[:80]), said, level=WARNING)
            found.append(meaning)
        return found

    def _row(self, table: Table, at: int, line: dict[Any, str], codec: Cells) -> tuple[int, tuple, Json, str, Cells]:
        parents = tuple(line.get(index, "") for index in range(len(table.path)))
        kept, values = line.pop((ORIGINAL,), ""), {}
        for path, cell in line.items():
            if not isinstance(path, tuple) or not cell or not cell.strip():
                continue
            try:
                values[path] = codec.decode(table.columns.get(path, TEXT), cell)
            except BadJson as bad:
                self._wrong("csv-number", table, at, bad.what, _pointer(table, path))
            except ValueError:
                said = _("Không đọc được “%(text)s” là %(kind)s (WKT).") % {
                    "text": cell[:60],
                    "kind": table.columns[path].geometry.upper(),
                }
                self._wrong("csv-wkt", table, at, said, _pointer(table, path))
        return at, parents, build(values, {}), kept, codec


class _Item(dict):
    """An object of an inner list that knows its row."""

    def __init__(self, value: Json, row: int) -> None:
        super().__init__(value)
        self.row = row


def _path(meaning: Any) -> bool:
    return isinstance(meaning, tuple)


def _delimiter(text: str) -> str:
    """The separator that gives the first line most cells."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)
