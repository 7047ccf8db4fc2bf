"""Form 06, the way of one dossier through its agencies, and form 07, an agency's register of a day or a month."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Invalid
from tinhso.government.services.ground.states import DELIVERY, FINISHED, STATUSES
from tinhso.government.services.models import Dossier, DossierEvent, DossierParty, IssuedPaper
from tinhso.government.services.papers.heads import (
    ONE_STOP,
    Agencies,
    Source,
    day_words,
    head,
    line,
    short,
    signer,
    table,
)

#: What the control sheet says of events that open no task.
WAYMARKS = {
    "submitted": "Nộp hồ sơ",
    "accepted": "Tiếp nhận",
    "refused": "Từ chối tiếp nhận",
    "supplements_requested": "Yêu cầu bổ sung",
    "supplemented": "Đã bổ sung",
    "payment_requested": "Yêu cầu nộp tiền",
    "paid": "Đã nộp tiền",
    "suspended": "Tạm dừng",
    "resumed": "Tiếp tục",
    "reappointed": "Xin lỗi, hẹn lại",
    "withdrawal_asked": "Xin rút hồ sơ",
    "withdrawn": "Rút hồ sơ",
    "stopped": "Dừng giải quyết",
    "finished": "Có kết quả",
    "returned": "Trả kết quả",
    "succeeded": "Chuyển cơ quan kế thừa",
}
CLOSING = {"step_completed": "xong", "step_returned": "trả lại bước trước", "answered": "đã trả lời ý kiến"}
PERIOD = re.compile(r"\d{4}-\d{2}(-\d{2})?")


def control_sheet(source: Source) -> dict[str, Any]:
    """Who had the dossier, from when to when, and with what result, as of the paper's event."""
    dossier = source.dossier
    events = list(dossier.events.filter(number__lte=source.event.number).select_related("detail").order_by("number"))
    made = head(source.paper, source.agencies, reference=dossier.code, demonstration=dossier.demonstration)
    due = short(source.told[0].at) if source.told and source.told[0].at else "đang dừng"
    return made | {
        "blocks": [
            line("Mã hồ sơ", dossier.code),
            line("Thủ tục hành chính", source.procedure),
            line("Cơ quan giải quyết", source.agency(dossier.competent_uid)),
            line("Hẹn trả", due),
            table(
                ["Việc", "Cơ quan", "Người thực hiện", "Nhận lúc", "Xong lúc", "Kết quả"],
                [22, 22, 18, 14, 14, 14],
                list(_ways(source, events)),
            ),
            line("Kết quả giải quyết so với hẹn", _outcome(source, events)),
        ],
        "signers": [signer("Người lập phiếu", source.actor)],
    }


def _ways(source: Source, events: list[DossierEvent]) -> Iterable[list[str]]:
    steps = source.dossier.version.definition.steps
    told = [(event, json.loads(event.data)) for event in events]
    holders: dict[int, str] = {}
    ends: dict[int, tuple[datetime, str]] = {}
    for event, data in told:
        if event.kind in {"claimed", "handed_over"}:
            holders[data["task"]] = data["holder"]
        elif event.kind in CLOSING:
            ends[data["task"]] = (event.at, CLOSING[event.kind])
    pks = [int(code.removeprefix("user:")) for code in holders.values()]
    names = {f"user:{user.pk}": user.full_name for user in get_user_model().objects.filter(pk__in=pks)}
    for event, data in told:
        if event.kind == "task_opened":
            title = steps[data["step"]].title.vi if data["kind"] == "step" else "Lấy ý kiến"
            end, how = ends.get(data["task"], (None, ""))
            holder = names.get(holders.get(data["task"], ""), "")
            yield [title, source.agency(data["agency"]), holder, short(event.at), short(end), how]
        elif event.kind in WAYMARKS:
            yield [WAYMARKS[event.kind], "", event.detail.actor_name, short(event.at), "", ""]


def _outcome(source: Source, events: list[DossierEvent]) -> str:
    ended = next((event.at for event in events if event.kind in {"finished", "stopped", "withdrawn", "refused"}), None)
    due = source.told[0].at if source.told else None
    if ended is None:
        return "chưa xong"
    if due is None:
        return "không có hẹn đang chạy"
    return "đúng hạn" if ended <= due else "quá hạn"


def bounds(period: str) -> tuple[datetime, datetime]:
    """The moments a day (2026-03-02) or month (2026-03) begins and ends at; Invalid for anything else."""
    try:
        if not PERIOD.fullmatch(period):
            raise ValueError(period)
        if len(period) == 10:
            first = date.fromisoformat(period)
            after = first + timedelta(days=1)
        else:
            first = date.fromisoformat(f"{period}-01")
            after = (first + timedelta(days=31)).replace(day=1)
    except (ValueError, OverflowError) as wrong:
        raise Invalid(
            _("«%(period)s» không phải ngày hay tháng.") % {"period": period[:20]},
            place="period",
            mend=_("Viết 2026-03-02 hoặc 2026-03."),
        ) from wrong
    return datetime.combine(first, time(), VIETNAM), datetime.combine(after, time(), VIETNAM)


def registered(agency_uid: str, period: str) -> QuerySet[Dossier]:
    """The dossiers an agency received in a period, by code."""
    start, end = bounds(period)
    people = Prefetch("parties", DossierParty.objects.filter(role="applicant"))
    rows = Dossier.objects.filter(received_uid=agency_uid, received_at__gte=start, received_at__lt=end)
    return rows.select_related("version__procedure").prefetch_related(people).order_by("received_at", "code")


def register(paper: IssuedPaper) -> dict[str, Any]:
    """Form 07 as the tables are now."""
    rows = list(registered(paper.agency_uid, paper.period))
    start, _end = bounds(paper.period)
    month = f"tháng {start.month} năm {start.year}"
    spoken = day_words(start.date()) if len(paper.period) == 10 else month
    then, now = Agencies(start.date()), Agencies(paper.wanted_at.astimezone(VIETNAM).date())
    made = head(
        paper,
        now,
        reference=f"{paper.agency_uid} {paper.period}",
        demonstration=any(row.demonstration for row in rows),
        unit=ONE_STOP,
    )
    listed = [
        [
            str(place),
            row.code,
            row.version.definition.name.vi,
            "1",
            *_person(row),
            then.name(row.competent_uid),
            short(row.received_at),
            short(row.due_at) or ("" if row.ended_at else "đang dừng"),
            short(row.ended_at),
            DELIVERY[row.delivery].vi if row.status >= FINISHED else "",
            STATUSES[row.status].vi,
        ]
        for place, row in enumerate(rows, 1)
    ]
    heads = ["TT", "Mã hồ sơ", "Tên thủ tục", "Số bộ", "Tên cá nhân, tổ chức", "Địa chỉ, điện thoại"]
    heads += ["Cơ quan giải quyết", "Nhận", "Hẹn trả", "Kết thúc", "Trả kết quả", "Ghi chú"]
    return made | {
        "subtitle": spoken.capitalize() + (f" (bản {paper.event})" if paper.event > 1 else ""),
        "landscape": True,
        "blocks": [
            table(heads, [4, 17, 20, 5, 15, 18, 16, 11, 11, 11, 11, 11], listed)
            if listed
            else line("Số hồ sơ tiếp nhận", "0"),
            line("Tổng số hồ sơ", str(len(listed))),
        ],
        "signers": [signer("Người lập sổ", "", note="(Ký và ghi rõ họ tên)")],
    }


def _person(row: Dossier) -> list[str]:
    person = next(iter(row.parties.all()), None)
    if person is None:
        return ["", ""]
    if person.erased_at:
        return ["đã xóa theo thời hạn lưu", ""]
    return [person.name, ", ".join(part for part in (person.address, person.phone) if part)]
