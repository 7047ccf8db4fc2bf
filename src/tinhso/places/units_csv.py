"""Reading the documented CSV of units (docs/reference/import-formats.md)."""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.foundation.dates import parse_day
from tinhso.foundation.text import fold
from tinhso.places.draft import E7, Origin, UnitRow, row_findings
from tinhso.places.models import TYPES

REQUIRED = ("code", "name", "type", "parent", "valid_from")
OPTIONAL = (
    "valid_to",
    "lat",
    "lon",
    "point_quality",
    "population",
    "population_year",
    "population_quality",
    "population_source",
    "predecessors",
    "source",
)
_TYPE_BY_NAME = {**{code: code for code in TYPES}, **{fold(text.vi): code for code, text in TYPES.items()}}
_ORIGIN = re.compile(r"(?P<code>\d{2,5})(?P<unsure>\?)?(?::(?P<basis>[a-z-]+))?(?::(?P<day>\d{4}-\d\d-\d\d))?")
MAX_FINDINGS = 200


class _Cells:
    """One row's cells, read one by one; what cannot be read becomes a finding and None."""

    def __init__(self, place: str, cells: dict[str, str], findings: list[Finding]) -> None:
        self.place, self.cells, self.findings = place, cells, findings

    def text(self, name: str) -> str:
        return (self.cells.get(name) or "").strip()

    def wrong(self, name: str, mend: str) -> None:
        self.findings.append(
            Finding(f"{self.place}, {name}", _("Không đọc được “%(value)s”.") % {"value": self.text(name)[:60]}, mend)
        )

    def day(self, name: str) -> date | None:
        if not self.text(name):
            return None
        day = parse_day(self.text(name))
        if day is None:
            self.wrong(name, _("Ghi ngày dạng YYYY-MM-DD."))
        return day

    def whole(self, name: str) -> int | None:
        text = self.text(name)
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
        self.wrong(name, _("Ghi số nguyên không âm, không dấu phân cách."))
        return None

    def degree(self, name: str) -> int | None:
        try:
            value = Decimal(self.text(name))
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and abs(value) < 1000:
            return int((value * E7).to_integral_value())
        self.wrong(name, _("Ghi độ thập phân, dấu chấm, ví dụ 20.44292."))
        return None

    def origins(self) -> list[Origin]:
        found = []
        for word in self.text("predecessors").split():
            match = _ORIGIN.fullmatch(word)
            if match is None:
                self.wrong("predecessors", _("Ghi mã:căn-cứ, cách nhau bằng dấu cách; thêm ? sau mã nếu chưa chắc."))
                break
            day = parse_day(match["day"]) if match["day"] else None
            found.append(Origin(match["code"], match["basis"] or "declared", match["unsure"] is None, day))
        return found


def _header_findings(header: list[str]) -> list[Finding]:
    found = [
        Finding(_("dòng 1"), _("Thiếu cột “%(name)s”.") % {"name": name}, _("Các cột: ") + ", ".join(REQUIRED))
        for name in REQUIRED
        if name not in header
    ]
    return found + [
        Finding(
            _("dòng 1"),
            _("Không biết cột “%(name)s”.") % {"name": name[:60]},
            _("Các cột nhận: ") + ", ".join((*REQUIRED, *OPTIONAL)),
        )
        for name in header
        if name not in (*REQUIRED, *OPTIONAL)
    ]


def read_units_csv(content: bytes, source: str) -> tuple[list[UnitRow], list[Finding]]:
    """Rows and findings; reading stops after 200 faults."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = _("byte %(number)d") % {"number": error.start}
        return [], [Finding(at, _("Tệp không phải văn bản UTF-8."), _("Lưu lại dạng CSV UTF-8."))]
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return [], [Finding(_("dòng %(number)d") % {"number": line}, _("Ký tự NUL."), _("Bỏ ký tự NUL."))]
    rows: list[UnitRow] = []
    findings: list[Finding] = []
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if findings := _header_findings([name.strip() for name in reader.fieldnames or []]):
            return [], findings
        for cells in reader:
            place = _("dòng %(number)d") % {"number": reader.line_num}
            if None in cells:
                findings.append(Finding(place, _("Nhiều ô hơn số cột."), _("Đặt ô có dấu phẩy trong dấu nháy kép.")))
                continue
            rows.append(_row(_Cells(place, cells, findings), source))
            findings += row_findings(rows[-1])
            if len(findings) > MAX_FINDINGS:
                break
    except csv.Error as error:
        place = _("dòng %(number)d") % {"number": reader.reader.line_num}
        findings.append(Finding(place, str(error), _("Sửa dấu nháy kép.")))
    if not rows and not findings:
        findings.append(Finding(_("dòng 1"), _("Tệp không có đơn vị nào.")))
    return rows, findings


def _row(cells: _Cells, source: str) -> UnitRow:
    point = None
    if cells.text("lat") or cells.text("lon"):
        lat, lon = cells.degree("lat"), cells.degree("lon")
        point = (lat, lon) if lat is not None and lon is not None else None
    return UnitRow(
        place=cells.place,
        code=cells.text("code"),
        name=" ".join(cells.text("name").split()),
        type=_TYPE_BY_NAME.get(
            fold(cells.text("type")), _TYPE_BY_NAME.get(cells.text("type"), cells.text("type")[:20])
        ),
        parent=cells.text("parent"),
        valid_from=cells.day("valid_from"),
        valid_to=cells.day("valid_to"),
        point=point,
        point_quality=cells.text("point_quality") or "inside",
        population=cells.whole("population"),
        population_year=cells.whole("population_year"),
        population_quality=cells.text("population_quality") or "published",
        population_source=cells.text("population_source"),
        source=cells.text("source") or source,
        origins=cells.origins(),
    )
