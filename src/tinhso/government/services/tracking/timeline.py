"""A dossier's history in the citizen's words; what officers do among themselves stays with them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text
from tinhso.government.services.filing.forms import document_names
from tinhso.government.services.ground.process import VERBS
from tinhso.government.services.ground.states import DELIVERY, SUPPLEMENTING
from tinhso.government.services.models import Dossier, DossierEvent, DossierTask
from tinhso.identity.models import Agency
from tinhso.identity.queries import agencies_by_uid

WORDS = {
    "submitted": Text("Hồ sơ đã được nộp", "The dossier was filed"),
    "accepted": Text("Hồ sơ được tiếp nhận, thời hạn bắt đầu tính", "The dossier was received; its time limit runs"),
    "refused": Text("Hồ sơ không được tiếp nhận", "The dossier was not accepted"),
    "supplements_requested": Text("Cơ quan đề nghị bổ sung giấy tờ", "The agency asks for supplements"),
    "supplemented": Text("Đã nhận giấy tờ bổ sung", "Supplements were brought"),
    "started": Text("Bắt đầu xử lý", "Work on it began"),
    "answered": Text("Cơ quan được hỏi đã trả lời", "The agency consulted has answered"),
    "suspended": Text("Tạm dừng xử lý", "Handling is suspended"),
    "resumed": Text("Xử lý tiếp", "Handling goes on"),
    "payment_requested": Text("Đề nghị thực hiện nghĩa vụ tài chính", "Payment is asked for"),
    "paid": Text("Đã nộp tiền", "Paid"),
    "refund_due": Text("Chờ hoàn trả tiền", "A refund is due"),
    "refunded": Text("Đã hoàn trả tiền", "Refunded"),
    "withdrawal_asked": Text("Người nộp xin rút hồ sơ", "The applicant asked to withdraw"),
    "withdrawn": Text("Hồ sơ đã được rút", "The dossier was withdrawn"),
    "withdrawal_declined": Text("Không thể rút hồ sơ", "The dossier cannot be withdrawn"),
    "stopped": Text("Dừng xử lý hồ sơ", "Handling was stopped"),
    "reappointed": Text("Cơ quan xin lỗi và hẹn lại", "The agency apologised and set a new date"),
    "finished": Text("Đã có kết quả", "The result is ready"),
    "returned": Text("Đã trả kết quả", "The result was returned"),
    "rated": Text("Bạn đã đánh giá", "You rated it"),
    "succeeded": Text("Chuyển sang cơ quan kế thừa", "Moved to the succeeding agency"),
}
#: Whose reason the person may read; notes and steps are the agency's own.
REASONED = frozenset(
    {"refused", "suspended", "payment_requested", "stopped", "withdrawal_asked", "withdrawal_declined"}
)


@dataclass(frozen=True)
class Asked:
    """Supplements asked for: papers by code ({} where only the reason says which), and the reason."""

    papers: Mapping[str, Text]
    reason: str


def asked(dossier: Dossier) -> Asked | None:
    """What was asked for last; None where nothing ever was."""
    row = dossier.events.filter(kind="supplements_requested").select_related("detail").order_by("-number").first()
    return _asked(dossier, row, json.loads(row.data)) if row else None


def _asked(dossier: Dossier, row: DossierEvent, data: Mapping) -> Asked:
    names = document_names(dossier.version.definition)
    papers = {code: names[code] for code in data.get("papers", ()) if code in names}
    return Asked(papers, _reason(row))


def _reason(row: DossierEvent) -> str:
    return str(json.loads(row.detail.values).get("reason", "")) if row.detail.values else ""


@dataclass(frozen=True)
class Moment:
    """One line of the timeline. `more`: the reason, the step or the agency; "" for none."""

    at: datetime
    words: Text
    more: str = ""


def agencies_of(dossier: Dossier, events: Iterable[DossierEvent], tasks: Iterable[DossierTask]) -> dict[str, Agency]:
    """Every agency the page names, by uid."""
    data = [json.loads(row.data) for row in events if row.kind in {"task_opened", "succeeded"}]
    told = {item[key] for item in data for key in ("agency", "to") if key in item}
    return agencies_by_uid({dossier.competent_uid, *told, *(task.agency_uid for task in tasks)})


def timeline(dossier: Dossier, events: Iterable[DossierEvent], agencies: Mapping[str, Agency]) -> list[Moment]:
    """What has happened, in the order of the events."""
    names = {uid: str(agency.title) for uid, agency in agencies.items()}
    found = (_moment(dossier, row, names) for row in events)
    return [moment for moment in found if moment is not None]


def _moment(dossier: Dossier, row: DossierEvent, names: Mapping[str, str]) -> Moment | None:
    data = json.loads(row.data)
    if row.kind == "task_opened":
        agency = names.get(data["agency"], data["agency"])
        if data["kind"] == "consultation":
            return Moment(row.at, Text("Hỏi ý kiến cơ quan khác", "Another agency is consulted"), agency)
        step = dossier.version.definition.steps[data["step"]]
        return Moment(row.at, Text("Chuyển đến bước", "Passed on to"), f"{step.title} · {agency}")
    words = WORDS.get(row.kind)
    if words is None:
        return None
    more = ""
    if row.kind == "supplements_requested":
        told = _asked(dossier, row, data)
        more = "; ".join(part for part in (*map(str, told.papers.values()), told.reason) if part)
    elif row.kind == "reappointed":
        to = f"{datetime.fromisoformat(data['to']).astimezone(VIETNAM):%H:%M %d/%m/%Y}"
        more = "; ".join(part for part in (to, _reason(row)) if part)
    elif row.kind in REASONED:
        more = _reason(row)
    elif row.kind == "returned":
        more = str(DELIVERY[data["way"]])
    elif row.kind == "succeeded":
        more = names.get(data["to"], data["to"])
    elif row.kind == "rated":
        more = f"{data['stars']}/5"
    return Moment(row.at, words, more)


def holders(dossier: Dossier, tasks: Iterable[DossierTask], agencies: Mapping[str, Agency]) -> list[tuple[str, str]]:
    """Who has it now: (agency, step) of each open task, never a person's name."""
    consulted = str(Text("cho ý kiến", "consulted"))
    return [
        (
            str(agencies[task.agency_uid].title) if task.agency_uid in agencies else task.agency_uid,
            str(dossier.version.definition.steps[task.step].title) if task.kind == "step" else consulted,
        )
        for task in tasks
    ]


def offered(dossier: Dossier) -> list[str]:
    """The acts the dossier's state allows its applicant now."""
    if dossier.erased_at:
        return []
    able = {
        "supplement": dossier.status == SUPPLEMENTING and not dossier.supplemented,
        "rate": dossier.status in VERBS["rate"].statuses and not dossier.rated,
        "withdraw": dossier.status in VERBS["withdraw"].statuses,
    }
    return [verb for verb, now in able.items() if now]
