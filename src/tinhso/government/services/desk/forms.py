"""What officers type: shapes only, the rules are the process's and the command's."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.access import STAFF, staff_agencies
from tinhso.government.services.desk.queries import (
    ANYBODY,
    LARGEST,
    LIMITS,
    MINE,
    NOBODY,
    SECTIONS,
    TASKS,
)
from tinhso.government.services.dossiers.commands.particulars import LONGEST
from tinhso.government.services.dossiers.people import people_of, workers
from tinhso.government.services.ground.definition import text
from tinhso.government.services.ground.process import Situation
from tinhso.government.services.ground.states import CHANNELS, DELIVERY, STATUSES
from tinhso.government.services.ground.wording import OUTCOMES
from tinhso.government.services.models import Dossier, Procedure
from tinhso.identity.models import Agency, User
from tinhso.workdays.queries import current

FOUND = 20


def _long(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}), **more)


#: The particulars of each act, in the order they are asked.
ASKED: Mapping[str, tuple[str, ...]] = {
    "accept": ("papers",),
    "refuse": ("reason",),
    "request_supplements": ("papers", "reason"),
    "supplement": ("papers",),
    "hand_over": ("holder", "reason"),
    "complete_step": ("note",),
    "return_step": ("reason",),
    "finish": ("outcome", "note"),
    "consult": ("words", "agency", "question"),
    "answer": ("answer",),
    "note": ("text",),
    "attach": ("file", "paper"),
    "suspend": ("reason",),
    "request_payment": ("amount", "reason"),
    "withdraw": ("reason",),
    "decline_withdrawal": ("reason",),
    "stop": ("reason",),
    "reappoint": ("day", "reason"),
    "return_result": ("way",),
}
_FIELDS: dict[str, Callable[[], forms.Field]] = {
    "reason": lambda: _long(_("Lý do")),
    "note": lambda: _long(_("Ghi chú"), required=False),
    "text": lambda: _long(_("Nội dung")),
    "question": lambda: _long(_("Câu hỏi")),
    "answer": lambda: _long(_("Trả lời")),
    "papers": lambda: forms.MultipleChoiceField(
        label=_("Giấy tờ"), required=False, widget=forms.CheckboxSelectMultiple
    ),
    "holder": lambda: forms.ChoiceField(label=_("Giao cho")),
    "outcome": lambda: forms.ChoiceField(label=_("Kết quả"), choices=list(OUTCOMES.items())),
    "way": lambda: forms.ChoiceField(
        label=_("Cách trả"), choices=[(key, DELIVERY[key]) for key in ("handed", "posted", "online")]
    ),
    "amount": lambda: forms.IntegerField(label=_("Số tiền (đồng)"), min_value=1, max_value=10**12),
    "day": lambda: forms.DateField(
        label=_("Ngày hẹn lại"),
        help_text=_("Một ngày làm việc sau hôm nay; hẹn đến hết giờ làm việc ngày ấy."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    ),
    "words": lambda: forms.CharField(
        label=_("Tìm cơ quan"), max_length=120, required=False, help_text=_("Gõ vài chữ của tên rồi bấm Tìm cơ quan.")
    ),
    "agency": lambda: forms.ChoiceField(label=_("Cơ quan được hỏi"), required=False),
    "file": lambda: forms.FileField(label=_("Tệp"), help_text=_("PDF, JPEG, PNG, DOCX hoặc ODT, tới 20 MB.")),
    "paper": lambda: forms.ChoiceField(label=_("Là giấy tờ nào"), required=False),
}
#: What the papers that are ticked are, by the act.
TICKED = {
    "accept": _("Giấy tờ đã kiểm tra"),
    "request_supplements": _("Giấy tờ cần bổ sung"),
    "supplement": _("Giấy tờ vừa bổ sung"),
}
OTHER_PAPER, RESULT_PAPER = "", "*"


def act_field(name: str) -> forms.Field:
    """The field of a particular."""
    return _FIELDS[name]()


class ActForm(forms.Form):
    """One act on one dossier. `key` makes a double click one act; `expected` is how many events the sender had seen."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    expected = forms.IntegerField(widget=forms.HiddenInput)
    task = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, verb: str, dossier: Dossier, situation: Situation, data: Any = None, **more: Any) -> None:
        number = int(more.pop("task", 0) or 0)
        initial = {"key": uuid.uuid4().hex, "expected": dossier.events_count, "task": number or None}
        auto_id = f"{verb.replace('_', '-')}{number or ''}-%s"
        super().__init__(data, initial=initial, auto_id=auto_id, **more)
        self.verb, self.dossier, self.situation = verb, dossier, situation
        for name in ASKED.get(verb, ()):
            self.fields[name] = act_field(name)
        if verb in TICKED:
            self.fields["papers"].label = TICKED[verb]
        self.number = number
        for name in ("papers", "holder", "agency", "paper"):
            if name in self.fields:
                self.fields[name].choices = getattr(self, f"_{name}")()  # type: ignore[attr-defined]

    def _papers(self) -> list[tuple[str, Any]]:
        return [(item["code"], text(item["name"])) for item in self.dossier.version.definition.content["documents"]]

    def _paper(self) -> list[tuple[str, Any]]:
        return [(OTHER_PAPER, _("Giấy tờ khác")), (RESULT_PAPER, _("Kết quả giải quyết")), *self._papers()]

    def _holder(self) -> list[tuple[str, str]]:
        task = next((task for task in self.situation.tasks if task.number == self.number), None)
        people = workers(self.dossier, task) if task else []
        return [(f"user:{one.pk}", str(one)) for one in people if not task or f"user:{one.pk}" != task.holder]

    def _agency(self) -> list[tuple[str, Any]]:
        words = str((self.data.get("words") if self.is_bound else "") or "").strip()
        chosen = str((self.data.get("agency") if self.is_bound else "") or "")
        day = datetime.now(VIETNAM).date()
        rows = Agency.objects.as_of(day)
        found = list(rows.matching(words).best_first(words)[:FOUND]) if words else []
        if chosen and chosen not in {row.uid for row in found}:
            found += list(rows.filter(uid=chosen)[:1])
        return [("", _("(tìm rồi chọn)")), *((row.uid, row.title) for row in found)]

    def asks(self) -> bool:
        """Whether anything is typed or chosen."""
        return any(not field.is_hidden for field in self)

    def clean_agency(self) -> str:
        agency = self.cleaned_data["agency"]
        if not agency:
            raise forms.ValidationError(_("Tìm rồi chọn một cơ quan."))
        return agency

    def particulars(self) -> dict[str, Any]:
        """The act's data."""
        given = {name: self.cleaned_data[name] for name in ASKED.get(self.verb, ()) if name in self.cleaned_data}
        data = {name: value for name, value in given.items() if name not in {"words", "day", "file", "paper"}}
        if "day" in given:
            data["to"] = datetime.combine(given["day"], current().closing, VIETNAM).isoformat()
        if self.cleaned_data.get("task"):
            data["task"] = self.cleaned_data["task"]
        return data

    def searching(self) -> None:
        """Only agencies were looked for: what was typed stays, and nothing is wrong yet."""
        self._errors = ErrorDict()

    def renew(self) -> None:
        """After a refusal: what was typed stays, with a new key and the dossier as it is now."""
        data = cast("QueryDict", self.data).copy()
        data["key"], data["expected"] = uuid.uuid4().hex, str(self.dossier.events_count)
        self.data = data


class FilterForm(forms.Form):
    """What narrows a list."""

    section = forms.ChoiceField(choices=list(SECTIONS.items()), required=False, widget=forms.HiddenInput)
    words = forms.CharField(label=_("Mã hồ sơ hoặc tên"), max_length=120, required=False)
    procedure = forms.ChoiceField(label=_("Thủ tục"), required=False)
    status = forms.ChoiceField(label=_("Trạng thái"), required=False)
    channel = forms.ChoiceField(label=_("Kênh nộp"), required=False)
    holder = forms.ChoiceField(label=_("Người giữ việc"), required=False)
    limit = forms.ChoiceField(label=_("Thời hạn"), required=False)
    agency = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    after = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)

    def __init__(self, user: Any, data: Any) -> None:
        super().__init__(data, auto_id="loc-%s")
        every = ("", _("tất cả"))
        codes = Procedure.objects.order_by("sort_key").only("code", "name_vi", "name_en")
        self._choose("procedure", [every, *((row.code, f"{row.title} ({row.code})") for row in codes)])
        self._choose("status", [every, *((str(key), title) for key, title in STATUSES.items())])
        self._choose("channel", [every, *CHANNELS.items()])
        self._choose("limit", [every, *LIMITS.items()])
        named = [(MINE, _("tôi")), (NOBODY, _("chưa ai nhận")), (ANYBODY, _("mọi người"))]
        uids = staff_agencies(user)
        people = people_of(uids, STAFF) if uids else []
        mine = (data or {}).get("section") in {None, "", TASKS}
        holder = str((data or {}).get("holder") or "")
        if holder.isdigit() and holder not in {str(one.pk) for one in people}:
            people += list(User.objects.filter(pk=holder)) if int(holder) < LARGEST else []
        first = ("", _("tôi và chưa ai nhận")) if mine else every
        self._choose("holder", [first, *named, *((str(one.pk), str(one)) for one in people if one.pk != user.pk)])

    def _choose(self, name: str, choices: list[tuple[str, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]
