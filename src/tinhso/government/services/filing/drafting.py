"""A draft read with its procedure: which steps there are, which are done, and the filing they add up to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.text import Text, fold
from tinhso.government.services.dossiers.commands.filing import Filing
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.filing.forms import (
    SELF,
    PapersForm,
    PeopleForm,
    PlaceForm,
    document_names,
    documents_of,
)
from tinhso.government.services.filing.guided import GuidedForm, raw_of
from tinhso.government.services.ground.definition import Definition, text
from tinhso.government.services.models import (
    Dossier,
    DossierPaper,
    DossierParty,
    Draft,
    Procedure,
    ProcedureVersion,
)
from tinhso.identity.models import Agency, User

STEPS = {
    "noi-nhan": Text("Nơi nộp", "Where and for whom"),
    "nguoi": Text("Người đề nghị", "Applicant"),
    "to-khai": Text("Tờ khai", "Form"),
    "giay-to": Text("Giấy tờ", "Papers"),
    "kiem-tra": Text("Kiểm tra và nộp", "Check and file"),
}
PLACE, PEOPLE, FORM, PAPERS, CHECK = STEPS
#: The names a step's fields begin with.
PREFIX = {PLACE: "place", PEOPLE: "people", FORM: "answers", PAPERS: "papers"}
LARGEST = 400_000


def version_in_force(procedure: Procedure, day: date) -> ProcedureVersion | None:
    """The version under which a procedure can be filed on a day."""
    found = Procedure.objects.in_force(day).filter(pk=procedure.pk).values_list("version_id", flat=True).first()
    return ProcedureVersion.objects.select_related("procedure").get(pk=found) if found else None


def typed(data: Mapping[str, Any], step: str) -> dict[str, str]:
    """What a step's fields were given, as typed; Invalid beyond any honest length."""
    begins = f"{PREFIX[step]}-"
    found = {name: str(data[name]).replace("\0", "") for name in data if name.startswith(begins)}
    if sum(map(len, found.values())) > LARGEST or len(found) > 1000:
        raise Invalid(_("Nội dung quá dài."), place=step, mend=_("Rút gọn, hoặc gửi phần dài thành tệp."), status=413)
    return found


@dataclass
class Walk:
    """A draft on a day. `current`: the version in force now, None when the procedure is filed no more."""

    draft: Draft
    day: date

    @cached_property
    def version(self) -> ProcedureVersion:
        return self.draft.version

    @cached_property
    def current(self) -> ProcedureVersion | None:
        return version_in_force(self.version.procedure, self.day)

    @property
    def retired(self) -> bool:
        return self.current is None

    @property
    def replaced(self) -> bool:
        return self.current is not None and self.current.pk != self.version.pk

    @cached_property
    def definition(self) -> Definition:
        return self.version.definition

    @cached_property
    def raw(self) -> dict[str, str]:
        return json.loads(self.draft.values)

    @cached_property
    def papers(self) -> list[DossierPaper]:
        return list(self.draft.papers.select_related("file", "reused_from__dossier").order_by("id"))

    @cached_property
    def agencies(self) -> list[Agency]:
        return competent_agencies(self.definition, self.day)

    @property
    def who(self) -> str:
        return self.raw.get("place-who", SELF)

    @property
    def documents(self) -> list[Mapping[str, Any]]:
        return documents_of(self.definition, self.who)

    @property
    def steps(self) -> list[str]:
        """The steps this procedure has, in order."""
        has = {FORM: bool(self.definition.content["form"]), PAPERS: bool(self.documents)}
        return [step for step in STEPS if has.get(step, True)]

    def form(self, step: str, *, checked: bool) -> forms.Form:
        """A step's form: `checked` bound to what was typed, else open with it for editing."""
        raw = {name: value for name, value in self.raw.items() if name.startswith(f"{PREFIX[step]}-")}
        if step == FORM:
            made: forms.Form = GuidedForm(self.definition, raw if checked else None, initial=raw)
        elif step == PLACE:
            made = PlaceForm(self.definition, self.agencies, raw if checked else None)
        elif step == PEOPLE:
            kind = self.raw.get("place-applicant_kind") or self.definition.content["audience"][0]
            made = PeopleForm(self.who, kind, raw if checked else None)
        else:
            made = PapersForm(self.documents, raw if checked else None)
        if not checked:
            cut = len(PREFIX[step]) + 1
            made.initial = {**made.initial, **{name[cut:]: value for name, value in raw.items()}}
        return made

    def lacking(self) -> list[Mapping[str, Any]]:
        """Papers that must be given and are not; where part of a procedure is on paper they may be brought later."""
        given = {paper.document for paper in self.papers}
        return [item for item in self.documents if item["required"] and item["code"] not in given]

    def done(self, step: str) -> bool:
        """Whether a step has all it needs."""
        if step == CHECK:
            return False
        if step == PAPERS:
            return not self.lacking()
        return (
            any(name.startswith(f"{PREFIX[step]}-") for name in self.raw) and self.form(step, checked=True).is_valid()
        )

    def first_open(self) -> str:
        """The first step that lacks something."""
        return next(step for step in self.steps if not self.done(step))

    def refuse_if_changed(self) -> None:
        """Conflict where the procedure was retired or replaced while this was written; nothing typed is lost."""
        if self.retired:
            raise Conflict(
                _("Thủ tục này không còn nhận hồ sơ. Những gì đã khai vẫn được giữ trong bản nháp."), code="retired"
            )
        if self.replaced:
            raise Conflict(
                _("Thủ tục đã có phiên bản mới trong khi bạn khai."),
                mend=_("Chuyển bản nháp sang phiên bản mới rồi kiểm tra lại; phần đã khai được giữ."),
                code="replaced",
            )

    def filing(self) -> Filing:
        """The filing this draft makes; Conflict or Invalid say what stands in the way."""
        self.refuse_if_changed()
        if (step := self.first_open()) != CHECK:
            raise Invalid(_("Bước «%(step)s» còn thiếu.") % {"step": STEPS[step]}, place=step)
        place, people = self.form(PLACE, checked=True), self.form(PEOPLE, checked=True)
        assert isinstance(people, PeopleForm)
        place.is_valid()
        people.is_valid()
        competent = place.cleaned_data["competent"]
        return Filing(
            version=self.version,
            channel="online",
            applicant_kind=place.cleaned_data["applicant_kind"],
            applicant=people.applicant(),
            representative=people.representative(),
            competent_uid=competent,
            received_uid=competent,
            answers=self.answers(),
            papers=self.papers,
            owner=self.draft.owner,
        )

    def answers(self) -> dict[str, Any]:
        """The answers so far, where they are in order."""
        if FORM not in self.steps:
            return {}
        form = self.form(FORM, checked=True)
        assert isinstance(form, GuidedForm)
        return form.answers() if form.is_valid() else {}


def reusable(user: User, document: Mapping[str, Any], names: Mapping[str, str], most: int = 3) -> list[DossierPaper]:
    """The person's own papers of earlier dossiers that are this one, the newest first, each file once.

    The same paper: the same code, or the same name in another procedure (`names`: as `paper_names` tells them).
    """
    found: dict[Any, DossierPaper] = {}
    wanted = fold(text(document["name"]).vi)
    for paper in own_papers(user):
        same = paper.document == document["code"] or names.get(place_of(paper)) == wanted
        if same and paper.file_id not in found:
            found[paper.file_id] = paper
        if len(found) == most:
            break
    return list(found.values())


def place_of(paper: DossierPaper) -> str:
    """Version and code under which a paper was given."""
    return f"{paper.dossier.version_id}/{paper.document}" if paper.dossier else ""


def paper_names(papers: Iterable[DossierPaper]) -> dict[str, str]:
    """Folded names of papers given, by their place."""
    names: dict[str, str] = {}
    for paper in papers:
        known = document_names(paper.dossier.version.definition) if paper.dossier else {}
        if paper.document in known:
            names[place_of(paper)] = fold(known[paper.document].vi)
    return names


def own_papers(user: User) -> list[DossierPaper]:
    """Papers with files of the person's own dossiers, the newest first."""
    rows = DossierPaper.objects.filter(dossier__owner=user, file__isnull=False).exclude(origin="issued")
    return list(rows.select_related("file", "dossier__version").order_by("-added_at", "-id")[:200])


def prefill(user: User, version: ProcedureVersion) -> dict[str, str]:
    """What the person told before: who they are, and their answers to this procedure's questions."""
    raw = {"people-name": user.full_name, "people-email": user.email}
    own = Dossier.objects.filter(owner=user).order_by("-filed_at", "-id")
    # Whoever files for another is not the applicant they told of then.
    about = DossierParty.objects.filter(dossier__owner=user, role="applicant", erased_at=None)
    me = about.exclude(dossier__parties__role="representative").order_by("-dossier_id").first()
    if me is not None:
        known = {name: getattr(me, name) for name in ("name", "id_number", "address", "phone", "email")}
        known["birth_date"] = me.birth_date.isoformat() if me.birth_date else ""
        raw |= {f"people-{name}": value for name, value in known.items() if value}
    last = own.filter(version__procedure_id=version.procedure_id, answers__erased_at=None).select_related("answers")
    if (dossier := last.first()) is not None:
        raw |= raw_of(version.definition, json.loads(dossier.answers.values))
    return raw


def begun(user: User, version: ProcedureVersion, place: Mapping[str, str]) -> dict[str, str]:
    """What a draft begins with: what the person told before, and where and for whom they file."""
    raw = prefill(user, version)
    return (raw if place["place-who"] == SELF else for_another(raw, user)) | dict(place)


def for_another(raw: Mapping[str, str], user: User) -> dict[str, str]:
    """What was filled in about the person themselves, moved to whoever files for another."""
    moved = dict(raw)
    for name in ("name", "id_number", "phone", "email"):
        if own := moved.pop(f"people-{name}", ""):
            moved.setdefault(f"people-rep_{name}", own)
    for name in ("address", "birth_date"):
        moved.pop(f"people-{name}", None)
    moved.setdefault("people-rep_name", user.full_name)
    return moved
