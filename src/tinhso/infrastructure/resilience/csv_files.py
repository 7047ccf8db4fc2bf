"""Shared risk groups and reliability as CSV: one fault for every wrong line, with its place and how to mend it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.resilience import checks
from tinhso.proof.audit import Actor

GROUPS, RELIABILITY = "groups", "reliability"
IMPORTERS = {GROUPS: "resilience.groups", RELIABILITY: "resilience.reliability"}
COLUMNS = {
    GROUPS: (("network", "code", "name", "kind", "element", "id"), ("valid_from", "source")),
    RELIABILITY: (("network", "target", "subject", "mtbf_hours", "mttr_minutes"), ("per_km", "valid_from", "source")),
}
LARGEST = 20 * 2**20
Row = dict[str, str]


@dataclass
class Read:
    """Rows to record and the faults of the file; nothing is recorded where there is a fault."""

    rows: list[Any] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def fault(self, place: str, reason: str, mend: str = "") -> None:
        self.findings.append(Finding(place, reason, mend))


def _lines(read: Read, raw: bytes, kind: str) -> list[tuple[int, Row]]:
    if len(raw) > LARGEST:
        read.fault("", _("Tệp lớn hơn %(size)d MB.") % {"size": LARGEST // 2**20}, _("Chia tệp thành nhiều phần."))
        return []
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        read.fault(f"byte {error.start}", _("Tệp không phải UTF-8."), _("Lưu lại tệp dạng CSV UTF-8."))
        return []
    if "\0" in text:
        read.fault("", _("Tệp chứa ký tự NUL."), _("Xuất lại tệp dạng CSV."))
        return []
    required, optional = COLUMNS[kind]
    found: list[tuple[int, Row]] = []
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
        columns = reader.fieldnames or []
        for name in required:
            if name not in columns:
                read.fault(_("dòng 1"), _("Thiếu cột “%(name)s”.") % {"name": name})
        for name in columns:
            if name not in required + optional:
                read.fault(_("dòng 1"), _("Không biết cột “%(name)s”.") % {"name": name}, _("Bỏ cột này."))
        if not read.findings:
            found = [
                (reader.line_num, {key: (value or "").strip() for key, value in row.items() if key}) for row in reader
            ]
    except csv.Error as error:
        read.fault("", _("Tệp CSV hỏng: %(error)s") % {"error": error}, _("Xuất lại tệp dạng CSV."))
    if not found and not read.findings:
        read.fault("", _("Tệp không có dòng dữ liệu nào."), _("Thêm ít nhất một dòng sau dòng tên cột."))
    return found


class _Networks:
    def __init__(self) -> None:
        self._by_uuid = {network.uuid: network for network in Network.objects.all()}

    def of(self, text: str, needed: bool) -> Network | None:
        if not text and not needed:
            return None
        try:
            return self._by_uuid[UUID(text)]
        except (ValueError, KeyError):
            raise Invalid(
                _("Không có mạng “%(text)s”.") % {"text": text[:60]},
                place="network",
                mend=_("Ghi UUID của một mạng đã nhập."),
            ) from None


def _day(text: str) -> date:
    day = parse_day(text) if text else today()
    if day is None:
        raise Invalid(_("“%(text)s” không phải là ngày.") % {"text": text[:40]}, place="valid_from", mend="YYYY-MM-DD")
    return day


def _number(text: str, place: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 10:
        raise Invalid(
            _("“%(text)s” không phải số nguyên.") % {"text": text[:40]}, place=place, mend=_("Chỉ viết chữ số.")
        )
    return int(text)


def _truth(text: str) -> bool:
    if text.lower() not in ("", "0", "1", "true", "false"):
        raise Invalid(_("“%(text)s” không phải 0 hay 1.") % {"text": text[:40]}, place="per_km", mend="0, 1")
    return text.lower() in ("1", "true")


def _checked(read: Read, line: int, make: Callable[[], Any]) -> Any:
    try:
        return make()
    except Invalid as wrong:
        place = _("dòng %(line)d") % {"line": line}
        read.fault(f"{place}, {wrong.place}" if wrong.place else place, wrong.what, wrong.mend)
        return None


def reliability(raw: bytes, actor: Actor) -> Read:
    """One reliability a line; an empty network stands for all of them."""
    read, networks, known = Read(), _Networks(), checks.Known()
    seen: dict[tuple, int] = {}
    for line, row in _lines(read, raw, RELIABILITY):

        def make(row: Row = row, line: int = line) -> Any:
            made = checks.reliability(
                actor=actor,
                network=networks.of(row["network"], needed=False),
                target=row["target"],
                subject=row["subject"],
                mtbf_hours=_number(row["mtbf_hours"], "mtbf_hours"),
                mttr_minutes=_number(row["mttr_minutes"], "mttr_minutes"),
                per_km=_truth(row.get("per_km", "")),
                valid_from=_day(row.get("valid_from", "")),
                source=row.get("source", "") or _("tệp CSV"),
                known=known,
            )
            key = (made.network_id, made.target, made.subject, made.valid_from)
            if seen.setdefault(key, line) != line:
                raise Invalid(_("Trùng với dòng %(line)d.") % {"line": seen[key]}, mend=_("Bỏ một trong hai dòng."))
            return made

        if (made := _checked(read, line, make)) is not None:
            read.rows.append(made)
    return read


def groups(raw: bytes, actor: Actor) -> Read:
    """One element of a group a line; lines of one group agree on its name, kind, day and source."""
    read, networks, known = Read(), _Networks(), checks.Known()
    gathered: dict[tuple, list[tuple[int, Row]]] = {}
    for line, row in _lines(read, raw, GROUPS):
        gathered.setdefault((row["network"], row["code"], row.get("valid_from", "")), []).append((line, row))
    for lines in gathered.values():
        first, head = lines[0]
        shared = ("name", "kind", "source")
        differing = [line for line, row in lines if any(row.get(name) != head.get(name) for name in shared)]
        wrong = [line for line, row in lines if row["element"] not in ("span", "node")]
        for line in wrong:
            place = _("dòng %(line)d") % {"line": line}
            read.fault(f"{place}, element", _("Phần tử phải là span hoặc node."), "span, node")
        for line in differing:
            read.fault(
                _("dòng %(line)d") % {"line": line},
                _("Tên, loại hoặc nguồn khác dòng %(line)d của cùng nhóm.") % {"line": first},
                _("Viết giống nhau trên mọi dòng của nhóm."),
            )
        if wrong or differing:
            continue

        def make(lines: list[tuple[int, Row]] = lines, head: Row = head) -> Any:
            network = networks.of(head["network"], needed=True)
            assert network is not None
            return checks.group(
                actor=actor,
                network=network,
                code=head["code"],
                name=head["name"],
                kind=head["kind"],
                spans=[row["id"] for _line, row in lines if row["element"] == "span"],
                nodes=[row["id"] for _line, row in lines if row["element"] == "node"],
                valid_from=_day(head.get("valid_from", "")),
                source=head.get("source", "") or _("tệp CSV"),
                known=known,
            )

        if (made := _checked(read, first, make)) is not None:
            read.rows.append(made)
    return read


READERS: dict[str, Callable[[bytes, Actor], Read]] = {GROUPS: groups, RELIABILITY: reliability}
