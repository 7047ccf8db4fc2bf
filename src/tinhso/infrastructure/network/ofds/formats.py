"""Which of the standard's formats a file is, by its content; and writing each of them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.ofds.csvtables import MOMENT, from_csv
from tinhso.infrastructure.network.ofds.faults import WARNING, Faults
from tinhso.infrastructure.network.ofds.geojson import from_geojson
from tinhso.infrastructure.network.ofds.gpkgfile import SQLITE
from tinhso.infrastructure.network.ofds.gpkgread import from_gpkg
from tinhso.infrastructure.network.ofds.jsontext import loads
from tinhso.infrastructure.network.ofds.memory import refuse_memory
from tinhso.infrastructure.network.ofds.origin import Origin
from tinhso.infrastructure.network.ofds.tables import Table, tree

FORMATS = {
    "json": ("json", "application/json"),
    "geojson": ("geojson", "application/geo+json"),
    "csv": ("csv.zip", "application/zip"),
    "gpkg": ("gpkg", "application/geopackage+sqlite3"),
}
ZIP = b"PK\x03\x04"
MAX_ENTRIES = 100
PACKED = (".json", ".geojson", ".gpkg")


def format_of(path: Path) -> str | None:
    """The format a file's name asks for, or None."""
    suffix = path.suffix.lower().removeprefix(".")
    return "csv" if suffix == "zip" else suffix if suffix in FORMATS else None


def load(raw: bytes, faults: Faults, limit: int) -> tuple[Any, Origin | None]:
    """The package a file holds, and where its elements stood when they stood in tables.

    `limit`: bytes that may be unpacked. Invalid or BadJson when nothing can be read; faults of single cells are noted.
    """
    if raw.startswith(ZIP) or raw.startswith(b"PK\x05\x06"):
        return _unpacked(raw, faults, limit)
    if raw.startswith(SQLITE):
        return from_gpkg(raw, faults)
    if table := _table_named(raw):
        raise Invalid(
            _("Đây là một bảng CSV lẻ (%(table)s); một mạng gồm nhiều bảng.") % {"table": table},
            mend=_("Nén tất cả các bảng (networks.csv, nodes.csv, spans.csv…) vào một tệp zip."),
            code="csv-alone",
        )
    refuse_memory(raw)
    return from_geojson(loads(raw)), None


def pack(folder: Path, limit: int) -> bytes:
    """The CSV tables of a folder as one zip, the same every time."""
    out, total = io.BytesIO(), 0
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.glob("*.[cC][sS][vV]")):
            total += path.stat().st_size
            if total > limit:
                raise _too_large(limit)
            archive.writestr(zipfile.ZipInfo(path.name, MOMENT), path.read_bytes(), zipfile.ZIP_DEFLATED)
    if not total:
        raise Invalid(_("Thư mục không có bảng CSV nào."), place=folder.name, code="csv-empty")
    return out.getvalue()


def _table_named(raw: bytes) -> str:
    """The table whose header a text begins with, or empty."""
    first = (
        raw[:4000].replace(b"\0", b"").partition(b"\n")[0].decode("utf-8", "replace").lstrip('\ufeff\xff\xfe\ufffd \t"')
    )
    found = re.match(r"id\"?[,;\t]\"?(?:(\w+)/0/|name\b|website\b)", first)
    return f"{found[1] or 'networks'}.csv" if found else ""


def _unpacked(raw: bytes, faults: Faults, limit: int) -> tuple[Any, Origin | None]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            files = _entries(archive, limit)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        said = _("Tệp zip hỏng hoặc đã khoá: %(what)s.") % {"what": str(error)[:120]}
        raise Invalid(said, code="zip-broken") from error
    tables = {name: content for name, content in files.items() if name.lower().endswith(".csv")}
    packed = [name for name in files if name.lower().endswith(PACKED)]
    if not tables and len(packed) == 1 and not files[packed[0]].startswith(ZIP):
        return load(files[packed[0]], faults, limit)
    return from_csv(_by_table(tables, faults), faults)


def _entries(archive: zipfile.ZipFile, limit: int) -> dict[str, bytes]:
    """The files of a zip by name. Sizes are counted while unpacking: what the zip says of itself may be false."""
    listed = [info for info in archive.infolist() if not info.is_dir() and not info.filename.startswith("__MACOSX/")]
    if any(info.filename == "[Content_Types].xml" for info in listed):
        raise Invalid(
            _("Đây là một bảng tính Excel, không phải các bảng CSV."),
            mend=_("Lưu mỗi trang thành một tệp CSV UTF-8 rồi nén chung thành zip."),
            code="zip-workbook",
        )
    if len(listed) > MAX_ENTRIES:
        raise Invalid(_("Tệp zip có quá nhiều tệp: %(count)d.") % {"count": len(listed)}, code="zip-entries")
    files: dict[str, bytes] = {}
    left = limit
    for info in listed:
        name = PurePosixPath(info.filename.replace("\\", "/"))
        if name.is_absolute() or ".." in name.parts or ":" in info.filename or "\0" in info.filename:
            raise Invalid(
                _("Tên tệp trong zip dẫn ra ngoài: “%(name)s”.") % {"name": info.filename[:120]}, code="zip-path"
            )
        with archive.open(info) as entry:
            content = entry.read(left + 1)
        left -= len(content)
        if left < 0:
            raise _too_large(limit)
        if name.name in files:
            raise Invalid(_("Tệp zip có hai tệp “%(name)s”.") % {"name": name.name[:120]}, code="zip-twice")
        files[name.name] = content
    return files


def _too_large(limit: int) -> Invalid:
    return Invalid(
        _("Giải nén ra lớn hơn giới hạn %(limit)d MB.") % {"limit": limit // 10**6},
        mend=_("Tách tệp theo từng mạng, hoặc tăng TINHSO_OFDS_MAX_MB."),
        code="too-large",
    )


def _by_table(files: dict[str, bytes], faults: Faults) -> dict[str, bytes]:
    known = {name.lower(): name for name in _names(tree(keys=False))}
    tables: dict[str, bytes] = {}
    for name, content in files.items():
        table = known.get(name[:-4].lower())
        if table:
            tables[table] = content
        else:
            faults.add("csv-unknown", name[:80], _("Không phải bảng của chuẩn OFDS: bỏ qua."), level=WARNING)
    if "networks" not in tables:
        raise Invalid(
            _("Tệp zip không có bảng networks.csv."),
            mend=_("Cần các bảng của chuẩn: networks.csv, nodes.csv, spans.csv…"),
            code="csv-networks",
        )
    return tables


def _names(table: Table) -> list[str]:
    return [table.name, *(name for child in table.children.values() for name in _names(child))]
