"""Reports on procedures in the usual form: by field, what was received, processed, and what is left; CSV, XLSX, PDF."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date
from pathlib import Path

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from tinhso.foundation import csv_cells, pdf, xlsx
from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text, language
from tinhso.government.services.ground.states import FINISHED, RETURNED, STOPPED
from tinhso.government.services.index.counting import LATE, Period, facts_at
from tinhso.government.services.models import Field

TEMPLATES = Path(__file__).parent / "typst"
PERIOD = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2])|-q([1-4]))?")
COLUMNS = {
    "carried": Text("Kỳ trước chuyển sang", "Carried over"),
    "received": Text("Tiếp nhận trong kỳ", "Received"),
    "received_online": Text("Trong đó trực tuyến", "Of these online"),
    "done": Text("Đã giải quyết", "Processed"),
    "done_before": Text("Trước hạn", "Before time"),
    "done_on": Text("Đúng hạn", "On time"),
    "done_late": Text("Quá hạn", "Late"),
    "stopped": Text("Dừng, rút", "Stopped or withdrawn"),
    "open": Text("Đang giải quyết", "In process"),
    "open_in_time": Text("Trong hạn", "In time"),
    "open_late": Text("Quá hạn", "Late"),
    "paused": Text("Tạm dừng", "Paused"),
}
#: Columns under the one before them, in headings of two rows.
UNDER = {"received": 1, "done": 3, "open": 3}


@dataclass(frozen=True)
class Report:
    """One period's report: a line per field, and the sum. `period_code`: 2026, 2026-q1 or 2026-03."""

    period_code: str
    period: Period
    agency: str
    lines: list[tuple[Text, dict[str, int]]]
    total: dict[str, int]
    demonstration: bool

    @property
    def title(self) -> str:
        return _("Tình hình giải quyết thủ tục hành chính %(period)s") % {"period": period_title(self.period_code)}


def period_of(code: str) -> Period:
    """The months of 2026, 2026-q1 or 2026-03; Invalid for anything else."""
    found = PERIOD.fullmatch(code)
    if found is None:
        raise Invalid(_("Kỳ báo cáo không đọc được."), place="ky", mend=_("Viết 2026, 2026-q1 hoặc 2026-03."))
    year = int(found[1]) * 100
    if found[2]:
        return Period.of(year + int(found[2]), year + int(found[2]))
    if found[3]:
        return Period.of(year + int(found[3]) * 3 - 2, year + int(found[3]) * 3)
    return Period.of(year + 1, year + 12)


def period_title(code: str) -> str:
    """quý 1 năm 2026."""
    year, _dash, part = code.partition("-")
    if part.startswith("q"):
        return _("quý %(quarter)s năm %(year)s") % {"quarter": part[1:], "year": year}
    if part and language() == "en":
        return date_format(date(int(year), int(part), 1), "F Y")
    if part:
        return _("tháng %(month)s năm %(year)s") % {"month": int(part), "year": year}
    return _("năm %(year)s") % {"year": year}


def periods(day: date) -> list[str]:
    """Codes to choose from, the newest first: this year and the last by month, quarter and year."""
    found = []
    for year in (day.year, day.year - 1):
        last = day.month if year == day.year else 12
        found += [f"{year}-{month:02}" for month in range(last, 0, -1)]
        found += [f"{year}-q{quarter}" for quarter in range((last + 2) // 3, 0, -1)]
        found.append(str(year))
    return found


def report(code: str, uids: Iterable[str] | None = None, agency: str = "") -> Report:
    """Count a period as it was at its end, or as it is while it lasts; `uids` None: every agency."""
    period = period_of(code)
    first, last, at = period.first, period.last, period.at
    facts = facts_at(period, uids).filter(received_month__gt=0, received_month__lte=last).order_by()
    inside, ended = Q(received_month__gte=first), Q(ended_month__range=(first, last))
    done, left = ended & Q(status__in=[FINISHED, RETURNED]), Q(ended_month=0)
    running = left & Q(paused=False)
    wanted = {
        "carried": ~inside & (left | Q(ended_month__gte=first)),
        "received": inside,
        "received_online": inside & Q(online=True),
        "done": done,
        "done_before": done & Q(verdict="before"),
        "done_on": done & Q(verdict="on"),
        "done_late": done & LATE,
        "stopped": ended & Q(status=STOPPED),
        "open": left,
        "open_in_time": running & (Q(due_at__gte=at) | Q(due_at=None)),
        "open_late": running & Q(due_at__lt=at),
        "paused": left & Q(paused=True),
    }
    rows = facts.values("field").annotate(**{f"n_{name}": Count("pk", filter=how) for name, how in wanted.items()})
    counted = {row["field"]: {name: row[f"n_{name}"] for name in wanted} for row in rows}
    fields = Field.objects.filter(pk__in=counted).order_by("name_vi")
    lines = [(field.title, counted[field.pk]) for field in fields if any(counted[field.pk].values())]
    total = {name: sum(line[name] for _title, line in lines) for name in wanted}
    return Report(code, period, agency, lines, total, facts.filter(demonstration=True).exists())


def _table(told: Report) -> list[list[str | int]]:
    rows: list[list[str | int]] = [
        [number, str(title), *line.values()] for number, (title, line) in enumerate(told.lines, 1)
    ]
    return [*rows, ["", _("Tổng số"), *told.total.values()]]


def _heads() -> list[str]:
    heads, group, left = [], "", 0
    for name, title in COLUMNS.items():
        heads.append(f"{group}: {title}" if left else str(title))
        left -= left > 0
        if name in UNDER:
            group, left = str(title), UNDER[name]
    return [_("STT"), _("Lĩnh vực"), *heads]


def as_csv(told: Report) -> bytes:
    """One table for spreadsheets."""
    return csv_cells.table(_heads(), _table(told))


def as_xlsx(told: Report) -> bytes:
    """One sheet of numbers, one saying what they are."""
    widths = (6, 34, *(14 for _name in COLUMNS))
    return xlsx.write(
        [
            xlsx.Sheet(_("Báo cáo"), _heads(), _table(told), widths),
            xlsx.Sheet(_("Căn cứ"), [_("Mục"), _("Nội dung")], list(about(told)), (28, 90)),
        ]
    )


def about(told: Report) -> Iterable[tuple[str, str]]:
    """What the report rests on."""
    yield _("Kỳ"), period_title(told.period_code)
    yield _("Cơ quan"), told.agency or _("Tất cả cơ quan")
    yield _("Số liệu lúc"), f"{told.period.at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    if told.demonstration:
        yield _("Lưu ý"), _("Hồ sơ trình diễn, không phải hồ sơ thật")


def as_pdf(told: Report) -> bytes:
    """PDF/A-2b, A4 across."""
    data = {
        "language": language(),
        "title": told.title,
        "foot": f"Tỉnh Số · {told.period_code}",
        "facts": [list(fact) for fact in about(told)],
        "heads": _heads(),
        "rows": [[str(cell) for cell in row] for row in _table(told)],
    }
    return pdf.render(TEMPLATES / "report.typ", data, moment=told.period.at.astimezone(UTC))


WRITERS = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (as_pdf, "application/pdf"),
}
