"""From a plan to cable in the ground: a phase, decisions on it, the steps of its works, signed surveys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.files.imports import ImportRefused
from tinhso.foundation import csv_cells
from tinhso.foundation.access import may, public, requires
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, Problem
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning.commands import surveys, works
from tinhso.infrastructure.planning.ends import ended
from tinhso.infrastructure.planning.exports import wkt
from tinhso.infrastructure.planning.forms import ApproveForm, StepForm, SurveyForm, WithdrawForm
from tinhso.infrastructure.planning.models import Decision, PlannedPhase, Survey, WorksStep
from tinhso.infrastructure.planning.models.works import APPROVED
from tinhso.infrastructure.planning.quantities import bill
from tinhso.infrastructure.planning.reading import PhaseView, PlanView
from tinhso.infrastructure.planning.states import states_of
from tinhso.infrastructure.planning.surveys_file import COLUMNS
from tinhso.infrastructure.planning.views import actor, crumbs, tell
from tinhso.infrastructure.planning.views_map import only, seen, shown

APPROVE, WORKS, SURVEY = "planning.approve", "planning.works", "planning.survey"
OFFICE = "programme_operator"
PER_PAGE = 50


def _phase(request: HttpRequest, uid: UUID, number: int) -> tuple[PlanView, PhaseView]:
    view = seen(request, uid)
    found = next((phase for phase in view.phases if phase.phase.number == number), None)
    if found is None:
        raise Problem(_("Phương án này không có đợt đó."), status=404, code="not-found")
    return view, found


@public
def works_list(request: HttpRequest) -> HttpResponse:
    """Every approved phase: when it is due and how far it has come."""
    decided = Decision.objects.filter(verdict=APPROVED).values("phase")
    rows = PlannedPhase.objects.filter(pk__in=decided).select_related("result__run__plan__network").order_by("-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    states = states_of(page.object_list)
    listed = [(phase, states[phase.pk]) for phase in page.object_list if states[phase.pk].approved]
    context = {"page": page, "rows": listed, "crumbs": crumbs((_("Công trình"), ""))}
    return render(request, "planning/works.html", context)


@public
def phase(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """A phase: what it builds, who gains, and what has been decided and done."""
    view, found = _phase(request, uid, number)
    return _shown(request, view, found)


def _due(found: PhaseView) -> date:
    """A day to begin from: the end of the phase's year, else of this one; never one that has passed."""
    return date(max(found.phase.year or 0, today().year), 12, 31)


def _shown(request: HttpRequest, view: PlanView, found: PhaseView, status: int = 200, **more: Any) -> HttpResponse:
    exact = may(request.user, EXACT)
    state = found.state
    spans = found.phase.built_spans.visible_to(request.user)
    page = Paginator(spans, PER_PAGE).get_page(request.GET.get("trang")) if exact else None
    context = {
        "view": view,
        "found": found,
        "map": shown({"a": only(view, found.phase.number)}, request.user, dot=found.phase.number),
        "bill": bill(found.phase, view.plan.cost_model),
        "exact": exact,
        "spans": page,
        "rows": ended(view.plan, page) if page else [],
        "decisions": Decision.objects.filter(phase=found.phase),
        "steps": WorksStep.objects.filter(phase=found.phase).select_related("survey"),
        "counting": {state.started, state.built},
        "surveys": Survey.objects.filter(phase=found.phase),
        "approve_form": ApproveForm(initial={"due_on": state.due_on or _due(found)}, auto_id="duyet_%s"),
        "withdraw_form": WithdrawForm(auto_id="rut_%s"),
        "step_form": StepForm(initial={"on_day": today()}, auto_id="buoc_%s"),
        "survey_form": SurveyForm(auto_id="khao_sat_%s"),
        "crumbs": crumbs((view.plan.title, reverse("planning:plan", args=[view.plan.uid])), (found.title, "")),
    }
    return render(request, "planning/phase.html", context | more, status=status)


def _done(
    request: HttpRequest, at: tuple[UUID, int], name: str, form: forms.Form, act: Callable[[PlannedPhase, dict], str]
) -> HttpResponse:
    """Check the form, act, go back to the phase; or show the phase with what is wrong."""
    uid, number = at
    view, found = _phase(request, uid, number)
    more: dict[str, Any] = {name: form}
    if form.is_valid():
        try:
            said = act(found.phase, form.cleaned_data)
        except Problem as problem:
            if isinstance(problem, ImportRefused):
                more["findings"] = problem.findings[:PER_PAGE]
            tell(form, problem)
        else:
            messages.success(request, said)
            return redirect("planning:phase", uid=uid, number=number)
    return _shown(request, view, found, 422, **more)


@requires(APPROVE)
@require_POST
def approve(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Approve a phase, with the day it is due."""

    def act(found: PlannedPhase, given: dict) -> str:
        works.approve(actor=actor(request), phase=found, **given)
        return _("Đã duyệt đợt này.")

    return _done(request, (uid, number), "approve_form", ApproveForm(request.POST, auto_id="duyet_%s"), act)


@requires(APPROVE)
@require_POST
def withdraw(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Take an approval back."""

    def act(found: PlannedPhase, given: dict) -> str:
        works.withdraw(actor=actor(request), phase=found, **given)
        return _("Đã rút duyệt.")

    return _done(request, (uid, number), "withdraw_form", WithdrawForm(request.POST, auto_id="rut_%s"), act)


@requires(WORKS)
@require_POST
def start(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Construction starts."""

    def act(found: PlannedPhase, given: dict) -> str:
        works.start_construction(actor=actor(request), phase=found, **given)
        return _("Đã ghi khởi công; cáp của đợt này đang thi công trong hồ sơ mạng.")

    return _done(request, (uid, number), "step_form", StepForm(request.POST, auto_id="buoc_%s"), act)


@requires(WORKS)
@require_POST
def complete(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """The phase is built, as planned or as a survey says."""
    chosen = request.POST.get("survey", "")

    def act(found: PlannedPhase, given: dict) -> str:
        survey = Survey.objects.filter(phase=found, pk=int(chosen)).first() if chosen.isdecimal() else None
        if chosen and survey is None:
            raise Invalid(_("Không có khảo sát này trong đợt."), place="survey", mend=_("Chọn lại khảo sát."))
        works.complete(actor=actor(request), phase=found, survey=survey, **given)
        return _("Đã ghi hoàn thành; cáp của đợt này đang hoạt động trong hồ sơ mạng.")

    return _done(request, (uid, number), "step_form", StepForm(request.POST, auto_id="buoc_%s"), act)


@requires(EXACT)
def blank_survey(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """A survey to fill in: every planned span as planned, CSV."""
    _view, found = _phase(request, uid, number)
    spans = found.phase.built_spans.all()
    rows = ((span.span_id, "true", span.length_m, "", span.method, wkt(span.points)) for span in spans)
    response = HttpResponse(csv_cells.table(COLUMNS, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="khao-sat-{uid}-{number}.csv"'
    return response


@requires(SURVEY)
@require_POST
def survey(request: HttpRequest, uid: UUID, number: int) -> HttpResponse:
    """Take a signed survey of what was built."""
    user: Any = request.user

    def act(found: PlannedPhase, given: dict) -> str:
        surveys.import_survey(
            actor=actor(request),
            phase=found,
            raw=given["file"].read(),
            source_name=given["file"].name or "",
            signature=given["signature"],
            confirmed_sha256=given["sha256"],
            may_confirm=OFFICE in user.role_codes(),
        )
        return _("Đã nhận khảo sát; chọn nó khi ghi hoàn thành.")

    return _done(
        request, (uid, number), "survey_form", SurveyForm(request.POST, request.FILES, auto_id="khao_sat_%s"), act
    )
