"""Reading a CSV file of events into reports, each fault with its line."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.foundation.dates import VIETNAM
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.alertmanager import report_key
from tinhso.infrastructure.outages.codes import DOWN, ELEMENTS, UP
from tinhso.infrastructure.outages.models import FileEvent
from tinhso.infrastructure.outages.reports import Names

REQUIRED = ("element_kind", "element", "starts_at", "ends_at")
OPTIONAL = ("fingerprint",)
LARGEST = 10 * 2**20
FORMS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M")


@dataclass
class EventFile:
    """What a file says: its reports, once each, and its faults."""

    events: dict[str, FileEvent] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def fault(self, place: str, reason: str, mend: str = "", *, fatal: bool = True) -> None:
        self.findings.append(Finding(place, reason, mend, fatal))


def moment(text: str) -> datetime | None:
    """A moment as typed: ISO 8601 or dd/mm/yyyy hh:mm; without an offset on the clocks of Vietnam."""
    try:
        found = datetime.fromisoformat(text) if len(text) > 10 else None
    except ValueError:
        found = None
    for form in FORMS if found is None else ():
        try:
            found = datetime.strptime(text, form).replace(tzinfo=VIETNAM)
            break
        except ValueError:
            continue
    if found is None or not 1990 <= found.year <= 2999:
        return None
    return found if found.tzinfo else found.replace(tzinfo=VIETNAM)


def read(content: bytes, network: Network, now: datetime) -> EventFile:
    """Parse and check a file for one network; nothing may lie after `now`."""
    found = EventFile()
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
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    try:
        _columns(found, list(reader.fieldnames or []))
        if not found.findings:
            known = Known(network, Names(network), now)
            for row in reader:
                _row(found, reader.line_num, {key: (value or "").strip() for key, value in row.items() if key}, known)
    except csv.Error as error:
        found.fault(
            _("dòng %(line)d") % {"line": reader.reader.line_num}, _("Tệp CSV hỏng: %(error)s") % {"error": error}
        )
    if not found.events and not found.findings:
        found.fault("", _("Tệp không có sự kiện nào."), _("Thêm ít nhất một dòng dữ liệu."))
    return found


def _columns(found: EventFile, columns: list[str]) -> None:
    line = _("dòng %(line)d") % {"line": 1}
    for name in REQUIRED:
        if name not in columns:
            found.fault(line, _("Thiếu cột “%(name)s”.") % {"name": name}, ", ".join(REQUIRED))
    for name in columns:
        if name not in REQUIRED + OPTIONAL:
            found.fault(line, _("Không biết cột “%(name)s”.") % {"name": name[:40]}, _("Bỏ cột này."))
    if len(set(columns)) != len(columns):
        found.fault(line, _("Hai cột trùng tên."), _("Mỗi cột một tên."))


class Known(NamedTuple):
    """What rows are checked against."""

    network: Network
    names: Names
    now: datetime


def _row(found: EventFile, number: int, row: dict[str, str], known: Known) -> None:
    place, before = _("dòng %(line)d") % {"line": number}, len(found.findings)
    kind, element = row["element_kind"], row["element"]
    if kind not in ELEMENTS:
        found.fault(
            place,
            _("Cột %(name)s: không có “%(text)s”.") % {"name": "element_kind", "text": kind[:40]},
            _("Dùng một trong: %(known)s.") % {"known": ", ".join(ELEMENTS)},
        )
    if not 0 < len(element) <= 200:
        found.fault(place, _("Cột element cần từ 1 đến 200 ký tự."), _("Ghi mã phần tử."))
    if len(row.get("fingerprint", "")) > 80:
        found.fault(place, _("Cột fingerprint dài quá 80 ký tự."), _("Rút ngắn, hoặc bỏ trống."))
    starts, ends = (_moment(found, place, name, row[name], known.now) for name in ("starts_at", "ends_at"))
    if not row["starts_at"] and not row["ends_at"]:
        found.fault(place, _("Thiếu cả hai thời điểm."), _("Ghi starts_at khi mất, ends_at khi có lại."))
    if starts and ends and ends < starts:
        found.fault(place, _("ends_at trước starts_at."), _("Đổi hai thời điểm cho nhau, hoặc sửa lại."))
    if len(found.findings) > before:
        return
    event = FileEvent(
        network=known.network,
        element_kind=kind,
        element=element,
        change=DOWN if ends is None else UP,
        fingerprint=row.get("fingerprint") or "file",
        starts_at=starts,
        ends_at=ends,
    )
    event.key = report_key(event)
    if event.key in found.events:
        found.fault(place, _("Trùng một dòng trước."), _("Chỉ ghi một lần."), fatal=False)
    elif known.names.find(kind, element) is None:
        found.fault(
            place,
            _("Mạng không có phần tử “%(element)s”: giữ lại, chờ ghép tên.") % {"element": element[:80]},
            _("Ghép tên ở trang Tên chưa khớp."),
            fatal=False,
        )
    found.events.setdefault(event.key, event)


def _moment(found: EventFile, place: str, name: str, text: str, now: datetime) -> datetime | None:
    when = moment(text) if text else None
    if text and when is None:
        found.fault(
            place,
            _("Cột %(name)s: “%(text)s” không phải thời điểm.") % {"name": name, "text": text[:40]},
            _("Viết 2024-06-03T09:00:00+07:00 hoặc 03/06/2024 09:00."),
        )
    elif when is not None and when > now:
        found.fault(place, _("Cột %(name)s: thời điểm ở tương lai.") % {"name": name}, _("Sửa lại thời điểm."))
        return None
    return when
