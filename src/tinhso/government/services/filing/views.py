"""Filing: guided steps for citizens, resumable as drafts; one page for the clerk at the counter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, Problem
from tinhso.foundation.forms import attempt
from tinhso.government.services.filing.commands import drafts as commands
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.filing.drafting import (
    CHECK,
    FORM,
    PAPERS,
    PEOPLE,
    PLACE,
    PREFIX,
    STEPS,
    Walk,
    begun,
    for_another,
    own_papers,
    paper_names,
    reusable,
    typed,
    version_in_force,
)
from tinhso.government.services.filing.forms import SELF, PapersForm, PlaceForm, document_names
from tinhso.government.services.filing.guided import told, with_row, without_row
from tinhso.government.services.ground.definition import COPIES, Definition, text
from tinhso.government.services.models import DossierPaper, Draft, Procedure
from tinhso.identity.queries import agencies_by_uid
from tinhso.workdays import clock
from tinhso.workdays.explain import explain
from tinhso.workdays.queries import current as current_calendar


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about one's own dossiers."""
    return [(_("Hồ sơ của tôi"), reverse("services:mine")), *more]


def _user(request: HttpRequest) -> Any:
    return request.user


@requires("services.file")
@never_cache
def start(request: HttpRequest, code: str) -> HttpResponse:
    """The first step of filing; what was begun before is offered first."""
    procedure = get_object_or_404(Procedure.objects.visible_to(request.user), code=code)
    user, version = _user(request), version_in_force(procedure, today())
    context: dict[str, Any] = {
        "procedure": procedure,
        "drafts": Draft.objects.filter(owner=user, version__procedure=procedure).order_by("-changed_at")[:5],
        "crumbs": crumbs((_("Nộp hồ sơ"), "")),
    }
    if version is None or "online" not in version.definition.content["channels"]:
        return render(request, "services/filing/closed.html", {**context, "retired": version is None})
    definition = version.definition
    agencies = competent_agencies(definition, today())
    form = PlaceForm(definition, agencies, request.POST or None)
    if request.method == "POST" and form.is_valid():
        raw = begun(user, version, typed(request.POST, PLACE))
        draft = attempt(form, lambda: commands.begin_draft(version=version, user=user, raw=raw, actor=user.actor()))
        if draft is not None:
            return redirect("services:draft_step", draft.uid, PEOPLE)
    walk = Walk(Draft(version=version, owner=user), today())
    context |= {
        "form": form,
        "definition": definition,
        "steps": _steps(walk, PLACE),
        "documents": [(text(item["name"]), item["required"]) for item in definition.content["documents"]],
        "agencies": agencies,
    }
    return render(request, "services/filing/start.html", context, status=422 if form.errors else 200)


def _steps(walk: Walk, here: str) -> list[dict[str, Any]]:
    """The steps as the page lists them: title, address, whether done, whether here."""
    saved = walk.draft.pk is not None
    return [
        {
            "title": STEPS[step],
            "url": reverse("services:draft_step", args=[walk.draft.uid, step]) if saved else "",
            "done": saved and walk.done(step),
            "here": step == here,
        }
        for step in walk.steps
    ]


@requires("services.file")
def drafts(request: HttpRequest) -> HttpResponse:
    """The person's own drafts, the last touched first."""
    rows = Draft.objects.filter(owner=_user(request)).select_related("version__procedure").order_by("-changed_at")
    page = Paginator(rows, 20).get_page(request.GET.get("trang"))
    listed = [(row, row.changed_at + commands.KEPT) for row in page]
    return render(
        request,
        "services/filing/drafts.html",
        {"page": page, "rows": listed, "days": commands.KEPT.days, "crumbs": crumbs((_("Bản nháp"), ""))},
    )


def _walk(request: HttpRequest, uid: UUID) -> Walk:
    rows = Draft.objects.filter(owner=_user(request)).select_related("version__procedure", "owner")
    return Walk(get_object_or_404(rows, uid=uid), today())


@requires("services.file")
def draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Go on where something is still lacking."""
    return redirect("services:draft_step", uid, _walk(request, uid).first_open())


@requires("services.file")
@never_cache
def draft_step(request: HttpRequest, uid: UUID, step: str) -> HttpResponse:
    """One step: whatever is sent is kept, then the next step, the list of drafts, or the same step again."""
    if request.method == "POST" and step == CHECK:
        return _file(request, uid)
    walk = _walk(request, uid)
    if step not in walk.steps:
        return redirect("services:draft", uid)
    if step == CHECK:
        return _check_page(request, walk)
    if request.method != "POST":
        return _step_page(request, walk, step, walk.form(step, checked=False))
    return _keep(request, walk, step)


def _keep(request: HttpRequest, walk: Walk, step: str) -> HttpResponse:
    user, sent = _user(request), request.POST
    before = walk.who
    raw = {name: value for name, value in walk.raw.items() if not name.startswith(f"{PREFIX[step]}-")}
    raw |= typed(sent, step)
    stays = "add" in sent or "remove" in sent
    if "add" in sent:
        raw = with_row(walk.definition, raw, sent["add"])
    elif "remove" in sent:
        raw = without_row(walk.definition, raw, sent["remove"])
    if step == PLACE and before == SELF and raw.get("place-who", SELF) != SELF:
        raw = for_another(raw, user)
    commands.save_draft(draft=walk.draft, raw=raw, actor=user.actor())
    walk = Walk(walk.draft, walk.day)
    form = walk.form(step, checked=not stays and "save" not in sent)
    if step == PAPERS:
        form = walk.form(step, checked=True)
        _take_papers(request, walk, form)
        walk = Walk(walk.draft, walk.day)
        stays = any(name in sent for name in ("upload", "reuse", "drop", "promise"))
        if not form.errors and "next" in sent:
            for item in walk.lacking():
                form.add_error(f"{item['code']}__files", _("Cần giấy tờ này."))
    if "save" in sent and not form.errors:
        messages.success(request, _("Đã lưu bản nháp."))
        return redirect("services:drafts")
    if stays or (form.is_bound and not form.is_valid()):
        return _step_page(request, walk, step, form, status=422 if form.errors else 200)
    steps = walk.steps
    return redirect("services:draft_step", walk.draft.uid, steps[steps.index(step) + 1])


def _take_papers(request: HttpRequest, walk: Walk, form: Any) -> None:
    """Store what was chosen, give again what was asked for, take out what was dropped; refusals go to the form."""
    user, sent, draft = _user(request), request.POST, walk.draft
    bound = PapersForm(walk.documents, sent, request.FILES)
    codes = {item["code"]: item for item in walk.documents}
    for code in codes:
        name = f"{code}__files"
        for file in request.FILES.getlist(f"papers-{name}"):
            kind = bound.kind_of(code)
            try:
                commands.add_paper(draft=draft, document=code, copy_kind=kind, content=file, actor=user.actor())
            except Problem as refused:
                form.add_error(name, " ".join(part for part in (f"{file.name}:", refused.what, refused.mend) if part))
    code, _mark, number = sent.get("reuse", "").partition(":")
    if code in codes and number.isdigit():
        paper = get_object_or_404(DossierPaper.objects.filter(dossier__owner=user), pk=number)
        again: dict[str, Any] = {"draft": draft, "document": code, "copy_kind": bound.kind_of(code), "paper": paper}
        attempt(form, lambda: commands.reuse_paper(**again, actor=user.actor()), {code: f"{code}__files"})
    if (code := sent.get("promise", "")) in codes:
        promised: dict[str, Any] = {"draft": draft, "document": code, "copy_kind": bound.kind_of(code)}
        attempt(form, lambda: commands.promise_paper(**promised, actor=user.actor()), {code: f"{code}__files"})
    if (number := sent.get("drop", "")).isdigit():
        commands.remove_paper(draft=draft, paper=get_object_or_404(draft.papers, pk=number), actor=user.actor())


def _step_page(request: HttpRequest, walk: Walk, step: str, form: Any, status: int = 200) -> HttpResponse:
    context = {**_context(walk, step), "form": form}
    if step == FORM:
        context["parts"] = list(form.parts())
    elif step == PAPERS:
        context |= _papers_context(request, walk, form)
    template = {FORM: "form", PAPERS: "papers"}.get(step, "step")
    return render(request, f"services/filing/{template}.html", context, status=status)


def _context(walk: Walk, step: str) -> dict[str, Any]:
    return {
        "walk": walk,
        "draft": walk.draft,
        "procedure": walk.version.procedure,
        "definition": walk.definition,
        "step_title": STEPS[step],
        "steps": _steps(walk, step),
        "number": walk.steps.index(step) + 1,
        "crumbs": crumbs((_("Bản nháp"), reverse("services:drafts")), (str(walk.definition.name), "")),
    }


def _papers_context(request: HttpRequest, walk: Walk, form: Any) -> dict[str, Any]:
    names = paper_names(own_papers(_user(request)))
    listed, given = [], {paper.file_id for paper in walk.papers}
    for item in walk.documents:
        code = item["code"]
        offers = [paper for paper in reusable(_user(request), item, names) if paper.file_id not in given]
        mine = [paper for paper in walk.papers if paper.document == code]
        listed.append(
            {
                "code": code,
                "name": text(item["name"]),
                "required": item["required"],
                "copies": item["copies"],
                "kind": form[f"{code}__kind"],
                "files": form[f"{code}__files"],
                "given": [(paper, COPIES[paper.copy_kind]) for paper in mine],
                "offers": offers,
            }
        )
    codes = {item["code"] for item in walk.documents}
    return {
        "documents": listed,
        "other": [paper for paper in walk.papers if paper.document not in codes],
        "on_paper": walk.definition.content["online"] != "full",
    }


def appointment(definition: Definition) -> dict[str, Any]:
    """When it would be due if it were received now, with the days counted; nothing beyond the calendar."""
    try:
        due, lines = explain([clock.Event("received", timezone.now())], definition.rule, current_calendar())
    except Invalid:
        return {}
    return {"due": due, "lines": lines}


def _check_page(request: HttpRequest, walk: Walk, refused: Problem | None = None) -> HttpResponse:
    place = walk.form(PLACE, checked=True)
    people = walk.form(PEOPLE, checked=True)
    place.is_valid()
    people.is_valid()
    competent = agencies_by_uid([walk.raw.get("place-competent", "")], walk.day)
    names = document_names(walk.definition)
    context = {
        **_context(walk, CHECK),
        "agency": next(iter(competent.values()), None),
        "place": place,
        "people": [(field.label, _shown(people, field)) for field in people],
        "answers": told(walk.definition, walk.answers()),
        "papers": [
            (names.get(paper.document, paper.document), paper, COPIES[paper.copy_kind]) for paper in walk.papers
        ],
        "fees": [(text(item["name"]), item["amount"]) for item in walk.definition.content["fees"]],
        "open": [(STEPS[step], step) for step in walk.steps if step != CHECK and not walk.done(step)],
        "refused": refused,
        **appointment(walk.definition),
    }
    return render(request, "services/filing/check.html", context, status=refused.status if refused else 200)


def _shown(form: Any, field: Any) -> str:
    value = form.cleaned_data.get(field.name) if form.is_valid() else field.value()
    return f"{value:%d/%m/%Y}" if hasattr(value, "year") else str(value or "—")


def _file(request: HttpRequest, uid: UUID) -> HttpResponse:
    user = _user(request)
    try:
        applied = commands.file_draft(uid=uid, user=user, actor=user.actor())
    except Problem as refused:
        if refused.status == 404:
            raise
        return _check_page(request, _walk(request, uid), refused)
    return redirect("services:filed", applied.dossier.code)


@requires("services.file")
def renew_draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Move a draft to the version in force; what is no longer asked is named."""
    walk = _walk(request, uid)
    if request.method == "POST" and walk.replaced and walk.current is not None:
        former = {item["key"]: text(item["label"]) for item in walk.definition.content["form"]}
        kept = {item["key"] for item in walk.current.definition.content["form"]}
        gone = [str(label) for key, label in former.items() if key not in kept]
        commands.renew_draft(draft=walk.draft, version=walk.current, actor=_user(request).actor())
        messages.success(request, _("Bản nháp đã theo phiên bản mới; xin xem lại từng bước."))
        if gone:
            messages.warning(request, _("Không còn hỏi: %(labels)s.") % {"labels": ", ".join(gone)})
    return redirect("services:draft", uid)


@requires("services.file")
def delete_draft(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask whether a draft is to be forgotten; POST forgets it."""
    walk = _walk(request, uid)
    if request.method == "POST":
        commands.delete_draft(draft=walk.draft, actor=_user(request).actor())
        messages.success(request, _("Đã xóa bản nháp."))
        return redirect("services:drafts")
    way = crumbs((_("Bản nháp"), reverse("services:drafts")), (_("Xóa bản nháp"), ""))
    context = {"draft": walk.draft, "definition": walk.definition, "papers": len(walk.papers), "crumbs": way}
    return render(request, "services/filing/delete.html", context)
