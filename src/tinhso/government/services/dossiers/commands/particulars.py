"""What an act names must be there: people who may do the work, agencies in force, papers the procedure knows, a day
on which offices work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM, today
from tinhso.foundation.errors import Invalid
from tinhso.government.services.dossiers.people import works
from tinhso.government.services.ground.process import Act, Situation
from tinhso.government.services.models import Dossier
from tinhso.identity.models import Agency
from tinhso.workdays.queries import current

LONGEST, LARGEST = 5000, 10**12
SHAPES: dict[str, type] = {
    **dict.fromkeys(("task", "amount", "stars"), int),
    **dict.fromkeys(("holder", "agency", "to", "way", "outcome", "reference", "file", "sha256", "paper"), str),
    **dict.fromkeys(("reason", "note", "question", "answer", "text", "words"), str),
    **dict.fromkeys(("papers", "files"), list),
}
NEEDED = {
    "claim": ("task", "holder"),
    "hand_over": ("task", "holder"),
    "complete_step": ("task",),
    "return_step": ("task",),
    "finish": ("task",),
    "answer": ("task",),
    "consult": ("agency",),
    "attach": ("file", "sha256"),
    "request_payment": ("amount",),
    "reappoint": ("to",),
    "rate": ("stars",),
}


def check_shape(act: Act) -> None:
    """Invalid names a particular that is missing, of another kind, or too long."""
    for name in NEEDED.get(act.verb, ()):
        if name not in act.data:
            raise Invalid(_("Thiếu «%(name)s».") % {"name": name}, place=name)
    for name, value in act.data.items():
        kind = SHAPES.get(name)
        if kind and (not isinstance(value, kind) or isinstance(value, bool)):
            raise Invalid(_("«%(name)s» không đúng kiểu.") % {"name": name}, place=name)
        if isinstance(value, int) and not -LARGEST < value < LARGEST:
            raise Invalid(_("Số quá lớn."), place=name)
        if isinstance(value, str) and len(value) > LONGEST:
            raise Invalid(_("Dài quá %(most)d ký tự.") % {"most": LONGEST}, place=name)


def check_particulars(user: Any, row: Dossier, act: Act, situation: Situation) -> None:
    """Invalid names what an act speaks of that is not there; the process decides about the rest."""
    _CHECKS.get(act.verb, lambda *given: None)(user, row, act.data, situation)


def _claim(user: Any, row: Dossier, data: Mapping[str, Any], situation: Situation) -> None:
    if user is not None and data["holder"] != user.actor().code:
        raise Invalid(_("Nhận việc là nhận cho chính mình; giao cho người khác thì chuyển việc."), place="holder")


def _hand_over(user: Any, row: Dossier, data: Mapping[str, Any], situation: Situation) -> None:
    if not works(data["holder"], row, situation.task(data["task"])):
        raise Invalid(
            _("Người này không được giao việc này."),
            place="holder",
            mend=_("Chọn người của cơ quan có vai trò mà bước này cần."),
        )


def _consult(user: Any, row: Dossier, data: Mapping[str, Any], situation: Situation) -> None:
    if not Agency.objects.as_of(today()).filter(uid=data["agency"]).exists():
        raise Invalid(_("Không có cơ quan này."), place="agency", mend=_("Tìm theo tên rồi chọn trong danh sách."))


def check_papers(row: Dossier, codes: Iterable[str]) -> None:
    """Invalid names the first code that is no document of the dossier's procedure."""
    known = {item["code"] for item in row.version.definition.content["documents"]}
    if unknown := [code for code in codes if code not in known]:
        raise Invalid(_("Thủ tục không có giấy tờ «%(code)s».") % {"code": unknown[0]}, place="papers")


def _reappoint(user: Any, row: Dossier, data: Mapping[str, Any], situation: Situation) -> None:
    try:
        moment = datetime.fromisoformat(data["to"])
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Invalid(_("Ngày hẹn lại không đọc được."), place="to", mend="2026-03-30T17:00:00+07:00")
    day = moment.astimezone(VIETNAM).date()
    if day <= timezone.localtime(timezone=VIETNAM).date():
        raise Invalid(_("Ngày hẹn lại phải sau hôm nay."), place="to")
    if not current().works(day):
        told = _("%(day)s là ngày nghỉ.") % {"day": f"{day:%d/%m/%Y}"}
        raise Invalid(told, place="to", mend=_("Chọn ngày làm việc."))


_CHECKS: dict[str, Callable[[Any, Dossier, Mapping[str, Any], Situation], None]] = {
    "claim": _claim,
    "hand_over": _hand_over,
    "consult": _consult,
    "request_supplements": lambda user, row, data, situation: check_papers(row, data.get("papers", ())),
    "reappoint": _reappoint,
}
