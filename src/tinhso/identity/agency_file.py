"""Reading a CSV register of agencies into rows, each fault with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.identity.codes import NEW, OLD, new_form, old_form
from tinhso.identity.models import Agency, AgencySuccession
from tinhso.identity.models.agencies import KINDS, LEVELS

REQUIRED = ("uid", "name", "kind", "level")
OPTIONAL = (
    "code_new", "code_old", "code_official", "name_en", "parent_uid", "seat_unit_code",
    "valid_from", "valid_to", "succeeds", "basis", "source",
)  # fmt: skip
UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,79}")
LARGEST = 20 * 2**20


@dataclass
class AgencyFile:
    """What a file says: rows, the successions it names, and its faults."""

    agencies: list[Agency] = field(default_factory=list)
    successions: list[AgencySuccession] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    lines: dict[tuple[str, date | None], int] = field(default_factory=dict)

    def fault(self, place: str, reason: str, mend: str = "", *, fatal: bool = True) -> None:
        self.findings.append(Finding(place, reason, mend, fatal))


def read(content: bytes) -> AgencyFile:
    """Parse and check one file by itself; references to agencies outside it are checked by `check_references`."""
    found = AgencyFile()
    if len(content) > LARGEST:
        found.fault("", _("Tệp lớn hơn %(size)d MB.") % {"size": LARGEST // 2**20}, _("Chia tệp thành nhiều phần."))
        return found
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found.fault(f"byte {error.start}", _("Tệp không phải UTF-8."), _("Lưu lại tệp dạng CSV UTF-8."))
        return found
    if "\0" in text:
        found.fault("", _("Tệp chứa ký tự NUL."), _("Xuất lại tệp dạng CSV."))
        return found
    try:
        _read_rows(found, csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True))
    except csv.Error as error:
        found.fault("", _("Tệp CSV hỏng: %(error)s") % {"error": error})
    _check_intervals(found)
    return found


def _read_rows(found: AgencyFile, reader: csv.DictReader) -> None:
    columns = reader.fieldnames or []
    for name in REQUIRED:
        if name not in columns:
            found.fault(_("dòng 1"), _("Thiếu cột “%(name)s”.") % {"name": name})
    for name in columns:
        if name not in REQUIRED + OPTIONAL:
            found.fault(_("dòng 1"), _("Không biết cột “%(name)s”.") % {"name": name}, _("Bỏ cột này."))
    if found.findings:
        return
    for row in reader:
        _read_row(found, reader.line_num, {key: (value or "").strip() for key, value in row.items() if key})


def _day(found: AgencyFile, place: str, name: str, text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        found.fault(
            place, _("Cột %(name)s: “%(text)s” không phải ngày.") % {"name": name, "text": text}, _("Viết YYYY-MM-DD.")
        )
        return None


def _check_words(found: AgencyFile, place: str, row: dict[str, str]) -> None:
    for name in REQUIRED:
        if not row[name]:
            found.fault(place, _("Cột %(name)s trống.") % {"name": name})
    for name, known in (("kind", KINDS), ("level", LEVELS)):
        if row[name] and row[name] not in known:
            found.fault(
                place,
                _("Cột %(name)s: không có “%(text)s”.") % {"name": name, "text": row[name]},
                _("Dùng một trong: %(known)s.") % {"known": ", ".join(known)},
            )
    if row["uid"] and not UID.fullmatch(row["uid"]):
        found.fault(place, _("Cột uid: “%(text)s” có ký tự lạ.") % {"text": row["uid"]}, _("Dùng chữ, số, . _ @ -"))
    code_new, code_old = row.get("code_new", ""), row.get("code_old", "")
    if code_new and not NEW.fullmatch(code_new):
        found.fault(place, _("Mã mới “%(text)s” sai dạng.") % {"text": code_new}, "H40.12.03")
    if code_old and not OLD.fullmatch(code_old):
        found.fault(place, _("Mã cũ “%(text)s” sai dạng.") % {"text": code_old}, "000.03.12.H40")
    for name, model_field in (("name", "name"), ("name_en", "name_en"), ("source", "source"), ("basis", "source")):
        longest = Agency._meta.get_field(model_field).max_length or 0  # type: ignore[union-attr]
        if len(row.get(name, "")) > longest:
            found.fault(place, _("Cột %(name)s dài hơn %(longest)d ký tự.") % {"name": name, "longest": longest})


def _read_row(found: AgencyFile, line: int, row: dict[str, str]) -> None:
    place = _("dòng %(line)d") % {"line": line}
    before = len(found.findings)
    _check_words(found, place, row)
    begins, ends = (_day(found, place, name, row.get(name, "")) for name in ("valid_from", "valid_to"))
    if begins and ends and ends <= begins:
        found.fault(place, _("valid_to không sau valid_from."), _("valid_to là ngày đầu tiên hết hiệu lực."))
    code_new, code_old = row.get("code_new", ""), row.get("code_old", "")
    if row.get("succeeds") and begins is None:
        found.fault(place, _("Có cơ quan trước nhưng thiếu valid_from."), _("Ghi ngày kế thừa vào valid_from."))
    if len(found.findings) > before:
        return
    key = (row["uid"], begins)
    if key in found.lines:
        found.fault(place, _("Trùng với dòng %(line)d.") % {"line": found.lines[key]})
        return
    found.lines[key] = line
    found.agencies.append(
        Agency(
            uid=row["uid"],
            code_new=code_new or new_form(code_old),
            code_old=code_old or old_form(code_new),
            code_official=row.get("code_official", "") in ("1", "true"),
            name=row["name"],
            name_en=row.get("name_en", ""),
            kind=row["kind"],
            level=row["level"],
            parent_uid=row.get("parent_uid", ""),
            seat_unit_code=row.get("seat_unit_code", ""),
            valid_from=begins,
            valid_to=ends,
            source=row.get("source", ""),
        )
    )
    found.successions += [
        AgencySuccession(predecessor_uid=old, successor_uid=row["uid"], valid_from=begins, basis=row.get("basis", ""))
        for old in row.get("succeeds", "").split()
    ]


def _check_intervals(found: AgencyFile) -> None:
    by_uid: dict[str, list[Agency]] = {}
    for row in found.agencies:
        by_uid.setdefault(row.uid, []).append(row)
    for uid, rows in by_uid.items():
        rows.sort(key=lambda row: row.valid_from or date.min)
        for first, second in pairwise(rows):
            if first.valid_to is None or (second.valid_from and first.valid_to > second.valid_from):
                line = found.lines[(uid, second.valid_from)]
                found.fault(
                    _("dòng %(line)d") % {"line": line},
                    _("“%(uid)s” có hai khoảng hiệu lực chồng nhau.") % {"uid": uid},
                    _("valid_to của dòng trước phải không sau valid_from của dòng này."),
                )


def check_references(found: AgencyFile, known: Iterable[str]) -> None:
    """Fault the parents and predecessors that are neither in the file nor known."""
    have = {row.uid for row in found.agencies} | set(known)
    for row in found.agencies:
        if row.parent_uid and row.parent_uid not in have:
            found.fault(
                _("dòng %(line)d") % {"line": found.lines[(row.uid, row.valid_from)]},
                _("Không có cơ quan cấp trên “%(uid)s”.") % {"uid": row.parent_uid},
            )
    for link in found.successions:
        place = _("dòng %(line)d") % {"line": found.lines[(link.successor_uid, link.valid_from)]}
        if link.predecessor_uid not in have:
            found.fault(place, _("Không có cơ quan trước “%(uid)s”.") % {"uid": link.predecessor_uid})
        elif link.predecessor_uid == link.successor_uid:
            found.fault(place, _("Cơ quan không thể kế thừa chính nó."))
