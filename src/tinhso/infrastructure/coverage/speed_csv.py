"""Reading the documented CSV of broadband measurements (docs/reference/import-formats.md)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.foundation.dates import today

REQUIRED = ("test_id", "tested_at", "download_mbps")
PLACE = ("unit_code", "lat", "lon")
OPTIONAL = (*PLACE, "upload_mbps", "latency_ms")
MAX_FINDINGS = 200
MOST_MBPS, MOST_MS = 1_000_000, 60_000


@dataclass(frozen=True)
class TestRow:
    """A line of the file: its place in it, the day, and where: a unit's code or a point in 1e-7 degree."""

    place: str
    test_id: str
    day: date
    unit_code: str
    point: tuple[int, int] | None
    download_kbps: int
    upload_kbps: int | None
    latency_us: int | None


class _Line:
    """One line's cells; what cannot be read becomes a finding."""

    def __init__(self, place: str, cells: dict[str, str | None], findings: list[Finding]) -> None:
        self.place, self.cells, self.findings, self.broken = place, cells, findings, False

    def text(self, name: str) -> str:
        return (self.cells.get(name) or "").strip()

    def wrong(self, name: str, reason: str, mend: str) -> None:
        self.broken = True
        self.findings.append(Finding(f"{self.place}, {name}", reason, mend))

    def scaled(self, name: str, by: int, most: int, mend: str) -> int | None:
        """A decimal number times `by`, rounded half even; None where the cell is empty or wrong."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and 0 <= value <= most:
            return int((value * by).to_integral_value())
        self.wrong(name, _("Không đọc được “%(value)s”.") % {"value": text[:60]}, mend)
        return None

    def degree(self, name: str, most: int) -> int | None:
        try:
            value = Decimal(self.text(name))
        except InvalidOperation:
            value = Decimal("NaN")
        if value.is_finite() and abs(value) <= most:
            return int((value * 10**7).to_integral_value())
        told = _("Không đọc được “%(value)s”.") % {"value": self.text(name)[:60]}
        self.wrong(name, told, _("Ghi độ thập phân, dấu chấm, ví dụ 20.44292."))
        return None

    def day(self) -> date | None:
        text = self.text("tested_at")
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            told = _("“%(value)s” không phải là thời điểm.") % {"value": text[:60]}
            self.wrong("tested_at", told, _("Viết dạng 2021-12-31 hoặc 2021-12-31T08:30+07:00."))
            return None
        if moment.tzinfo is not None:
            offset = moment.utcoffset() or timedelta()
            moment = moment.replace(tzinfo=None) - offset + timedelta(hours=7)
        if not date(2000, 1, 1) <= moment.date() <= today():
            told = _("Ngày đo %(day)s nằm ngoài khoảng từ năm 2000 đến hôm nay.") % {"day": moment.date()}
            self.wrong("tested_at", told, _("Kiểm tra lại ngày đo."))
            return None
        return moment.date()


def read_speed_csv(content: bytes) -> tuple[list[TestRow], list[Finding]]:
    """Rows and findings; reading stops after 200 faults. A time with an offset counts by Vietnam's clock."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = _("byte %(number)d") % {"number": error.start}
        return [], [Finding(at, _("Tệp không phải văn bản UTF-8."), _("Lưu lại dạng CSV UTF-8."))]
    if "\0" in text:
        at = _("dòng %(number)d") % {"number": text[: text.index("\0")].count("\n") + 1}
        return [], [Finding(at, _("Ký tự NUL."), _("Bỏ ký tự NUL."))]
    rows: list[TestRow] = []
    findings: list[Finding] = []
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        if header := list(_header([name.strip() for name in reader.fieldnames or []])):
            return [], header
        reader.fieldnames = [name.strip() for name in reader.fieldnames or []]
        seen: dict[str, str] = {}
        for cells in reader:
            place = _("dòng %(number)d") % {"number": reader.line_num}
            if None in cells:
                mend = _("Đặt ô có dấu phẩy trong dấu nháy kép.")
                findings.append(Finding(place, _("Nhiều ô hơn số cột."), mend))
            elif row := _row(_Line(place, cells, findings), seen):
                rows.append(row)
            if len(findings) > MAX_FINDINGS:
                break
    except csv.Error as error:
        findings.append(Finding(_("dòng %(number)d") % {"number": reader.line_num}, str(error), _("Sửa dấu nháy kép.")))
    if not rows and not findings:
        findings.append(Finding(_("dòng 1"), _("Tệp không có dòng dữ liệu nào."), _("Mỗi lần đo một dòng.")))
    return rows, findings


def _header(header: list[str]) -> Iterator[Finding]:
    at = _("dòng 1")
    for name in REQUIRED:
        if name not in header:
            told = _("Thiếu cột “%(name)s”.") % {"name": name}
            yield Finding(at, told, _("Các cột: ") + ", ".join((*REQUIRED, *OPTIONAL)))
    for name in header:
        if name not in (*REQUIRED, *OPTIONAL):
            told = _("Không biết cột “%(name)s”.") % {"name": name[:60]}
            yield Finding(at, told, _("Các cột: ") + ", ".join((*REQUIRED, *OPTIONAL)))
    if "unit_code" not in header and not {"lat", "lon"} <= set(header):
        yield Finding(at, _("Không có nơi đo."), _("Thêm cột unit_code, hoặc hai cột lat và lon."))


def _row(line: _Line, seen: dict[str, str]) -> TestRow | None:
    test_id = line.text("test_id")
    if not test_id or len(test_id) > 100:
        line.wrong("test_id", _("Thiếu số của lần đo, hoặc số dài quá 100 ký tự."), _("Mỗi lần đo một số riêng."))
    elif test_id in seen:
        told = _("Số “%(value)s” đã có ở %(place)s.") % {"value": test_id[:60], "place": seen[test_id]}
        line.wrong("test_id", told, _("Mỗi lần đo một số riêng."))
    seen.setdefault(test_id, line.place)
    speed, time = _("Ghi Mbit/s, dấu chấm thập phân, ví dụ 48.2."), _("Ghi mili giây, ví dụ 12.5.")
    download = line.scaled("download_mbps", 1000, MOST_MBPS, speed)
    if download is None and not line.text("download_mbps"):
        line.wrong("download_mbps", _("Thiếu tốc độ tải xuống."), speed)
    upload = line.scaled("upload_mbps", 1000, MOST_MBPS, speed)
    latency = line.scaled("latency_ms", 1000, MOST_MS, time)
    code, point = line.text("unit_code"), None
    if not code and (line.text("lat") or line.text("lon")):
        lat, lon = line.degree("lat", 90), line.degree("lon", 180)
        point = (lat, lon) if lat is not None and lon is not None else None
    elif not code:
        line.wrong("unit_code", _("Không biết đo ở đâu."), _("Ghi mã đơn vị cấp xã, hoặc lat và lon."))
    day = line.day()
    if line.broken or day is None or download is None:
        return None
    return TestRow(line.place, test_id, day, code, point, download, upload, latency)
