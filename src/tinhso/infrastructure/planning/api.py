"""The API of planning: approved plans for everyone, questions and works for those who may."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Router
from ninja.files import UploadedFile

from tinhso.foundation.access import check, may
from tinhso.foundation.errors import Problem, problems
from tinhso.foundation.paging import Limit, Offset
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning.commands import runs, surveys, works
from tinhso.infrastructure.planning.commands.candidates import generate_candidates, import_routes
from tinhso.infrastructure.planning.commands.costs import record_costs
from tinhso.infrastructure.planning.models import (
    CandidateSet,
    CostModel,
    Plan,
    PlannedPhase,
    PlannedSpan,
    PlanRun,
    Survey,
)
from tinhso.infrastructure.planning.reading import PhaseView, PlanView, for_reader, listed, plan_view
from tinhso.infrastructure.planning.schemas import (
    ApproveIn,
    CandidateSetOut,
    CandidateSetsOut,
    CostModelIn,
    CostModelOut,
    CostModelsOut,
    GenerateIn,
    PlannedPhaseOut,
    PlannedSpanOut,
    PlannedSpansOut,
    PlanOut,
    PlanRunOut,
    PlansOut,
    QuestionIn,
    RoutesIn,
    RoutesOut,
    StepIn,
    SurveyIn,
    SurveyOut,
    WithdrawIn,
)
from tinhso.infrastructure.planning.views import answer
from tinhso.infrastructure.planning.views_works import OFFICE

router = Router(tags=["planning"])
PLAN, APPROVE, WORKS, SURVEY = "planning.plan", "planning.approve", "planning.works", "planning.survey"
LARGEST = 10 * 10**6


def _user(request: HttpRequest, right: str) -> Any:
    user = request.auth  # type: ignore[attr-defined]
    check(user, right)
    return user


def _plan(user: Any, uid: UUID) -> PlanView:
    rows = Plan.objects.visible_to(user).select_related("network", "cost_model", "candidate_set")
    return for_reader(plan_view(get_object_or_404(rows, uid=uid)), user)


def _phase(user: Any, uid: UUID, number: int) -> PlannedPhase:
    found = next((one.phase for one in _plan(user, uid).phases if one.phase.number == number), None)
    if found is None:
        raise Problem(_("Phương án này không có đợt đó."), status=404, code="not-found", place=str(number))
    return found


def _row(plan: Plan, run: PlanRun | None, cost: int | None) -> dict:
    about = {name: getattr(plan, name) for name in ("uid", "title", "question", "day", "at")}
    state = run.state if run else "queued"
    return about | {
        "network": plan.network.uuid,
        "demonstration": plan.network.demonstration,
        "state": state,
        "cost": cost,
    }


def _phase_out(one: PhaseView) -> dict:
    state = one.state
    names = ("number", "year", "budget", "cost", "metres", "spans", "units", "agencies", "people")
    return {name: getattr(one.phase, name) for name in names} | {
        "status": state.ofds,
        "due_on": state.due_on,
        "started_on": state.started.on_day if state.started else None,
        "built_on": state.built.on_day if state.built else None,
        "gains": [gain for gain in one.gains if gain.kind != "node"],
    }


def _out(view: PlanView, user: Any) -> dict:
    plan, result = view.plan, view.result
    own = may(user, PLAN) or may(user, APPROVE)
    told = _row(plan, view.run, result.cost if result and own else view.cost if result else None)
    told |= {name: getattr(plan, name) for name in ("target", "protect", "level", "scope", "aim", "budget")}
    return told | {
        "candidates": view.candidates,
        "cost_model": plan.cost_model.code,
        "run": view.run if own else None,
        "result": result if own else None,
        "phases": [_phase_out(one) for one in view.phases],
    }


@router.get("/plans", response=PlansOut, auth=None, summary="Plans")
def list_plans(request: HttpRequest, limit: Limit = 100, offset: Offset = 0) -> dict:
    """Plans with an approved phase, the newest first."""
    rows = Plan.objects.visible_to(request.user).select_related("network")
    page = listed(rows[offset : offset + limit])
    items = [_row(one.plan, one.run, one.result.cost if one.result else None) for one in page]
    return {"count": rows.count(), "items": items}


@router.get("/plans/{uid}", response=PlanOut, auth=None, summary="One plan", openapi_extra=problems(404))
def get_plan(request: HttpRequest, uid: UUID) -> dict:
    """Its question, its approved phases and who gains by them."""
    return _out(_plan(request.user, uid), request.user)


@router.get("/plans/{uid}/all", response=PlanOut, summary="One plan with every phase", openapi_extra=problems(403, 404))
def get_whole_plan(request: HttpRequest, uid: UUID) -> dict:
    """For those who plan: also what is not approved, how the search went, cost and bound."""
    user = _user(request, PLAN)
    return _out(_plan(user, uid), user)


@router.post("/plans", response={201: PlanOut}, summary="Ask a question", openapi_extra=problems(403, 404))
def ask(request: HttpRequest, given: QuestionIn) -> tuple[int, dict]:
    """Put a search in line; read the plan until its run's state is finished or failed."""
    user = _user(request, PLAN)
    asked = given.dict(exclude={"network", "cost_model", "candidate_set", "years"})
    run = runs.ask(
        actor=user.actor(),
        network=get_object_or_404(Network.objects.visible_to(user), uuid=given.network),
        cost_model=get_object_or_404(CostModel.objects.known_at(), code=given.cost_model),
        candidate_set=get_object_or_404(CandidateSet, uid=given.candidate_set),
        years=[(row.year, row.dong) for row in given.years],
        **asked,
    )
    return 201, _out(_plan(user, run.plan.uid), user)


def _run(user: Any, uid: UUID) -> PlanRun:
    view = _plan(user, uid)
    if view.run is None:
        raise Problem(_("Phương án này chưa được tính."), status=404, code="not-found", place=str(uid))
    return view.run


@router.post("/plans/{uid}/cancel", response=PlanRunOut, summary="Stop a search", openapi_extra=problems(403, 404, 409))
def cancel(request: HttpRequest, uid: UUID) -> PlanRun:
    """Its best plan so far is kept for going on."""
    user = _user(request, PLAN)
    return runs.cancel(actor=user.actor(), run=_run(user, uid))


@router.post(
    "/plans/{uid}/go-on", response=PlanRunOut, summary="Go on searching", openapi_extra=problems(403, 404, 409)
)
def go_on(request: HttpRequest, uid: UUID) -> PlanRun:
    """Take a cancelled or failed search up again from its best plan."""
    user = _user(request, PLAN)
    return runs.go_on(actor=user.actor(), run=_run(user, uid))


@router.get("/plans/{uid}/spans", response=PlannedSpansOut, summary="Spans to build", openapi_extra=problems(403, 404))
def list_spans(request: HttpRequest, uid: UUID, limit: Limit = 100, offset: Offset = 0) -> dict:
    """Exact spans, for those who may see routes."""
    user = _user(request, EXACT)
    phases = [one.phase.pk for one in _plan(user, uid).phases]
    rows = PlannedSpan.objects.visible_to(user).filter(phase__in=phases).select_related("phase").order_by("pk")
    items = [
        {name: getattr(row, name) for name in PlannedSpanOut.model_fields if name != "phase"}
        | {"phase": row.phase.number}
        for row in rows[offset : offset + limit]
    ]
    return {"count": rows.count(), "items": items}


@router.get("/plans/{uid}/files/{kind}", summary="A plan as a file", openapi_extra=problems(403, 404))
def take(request: HttpRequest, uid: UUID, kind: Literal["ofds", "geojson", "xlsx", "pdf"]) -> HttpResponse:
    """OFDS 0.4 or GeoJSON (exact routes), bill of quantities, printed sheet."""
    user = _user(request, PLAN)
    return answer(user, _plan(user, uid), kind)


def _stepped(user: Any, uid: UUID, number: int) -> dict:
    return _phase_out(next(one for one in _plan(user, uid).phases if one.phase.number == number))


@router.post(
    "/plans/{uid}/phases/{number}/approve",
    response=PlannedPhaseOut,
    summary="Approve a phase",
    openapi_extra=problems(403, 404, 409),
)
def approve(request: HttpRequest, uid: UUID, number: int, given: ApproveIn) -> dict:
    """To be in service by a day."""
    user = _user(request, APPROVE)
    works.approve(actor=user.actor(), phase=_phase(user, uid, number), due_on=given.due_on, remark=given.remark)
    return _stepped(user, uid, number)


@router.post(
    "/plans/{uid}/phases/{number}/withdraw",
    response=PlannedPhaseOut,
    summary="Withdraw an approval",
    openapi_extra=problems(403, 404, 409),
)
def withdraw(request: HttpRequest, uid: UUID, number: int, given: WithdrawIn) -> dict:
    """Until construction starts."""
    user = _user(request, APPROVE)
    works.withdraw(actor=user.actor(), phase=_phase(user, uid, number), remark=given.remark)
    return _stepped(user, uid, number)


@router.post(
    "/plans/{uid}/phases/{number}/start",
    response=PlannedPhaseOut,
    summary="Construction starts",
    openapi_extra=problems(403, 404, 409),
)
def start(request: HttpRequest, uid: UUID, number: int, given: StepIn) -> dict:
    """Written into the network as a new reading of that day."""
    user = _user(request, WORKS)
    phase = _phase(user, uid, number)
    works.start_construction(actor=user.actor(), phase=phase, on_day=given.on_day, remark=given.remark)
    return _stepped(user, uid, number)


@router.post(
    "/plans/{uid}/phases/{number}/complete",
    response=PlannedPhaseOut,
    summary="A phase is built",
    openapi_extra=problems(403, 404, 409),
)
def complete(request: HttpRequest, uid: UUID, number: int, given: StepIn) -> dict:
    """As planned, or as a survey says; its spans are operational in the network from that day."""
    user = _user(request, WORKS)
    phase = _phase(user, uid, number)
    survey = get_object_or_404(Survey, phase=phase, uid=given.survey) if given.survey else None
    works.complete(actor=user.actor(), phase=phase, on_day=given.on_day, survey=survey, remark=given.remark)
    return _stepped(user, uid, number)


@router.post(
    "/plans/{uid}/phases/{number}/surveys",
    response={201: SurveyOut},
    summary="A signed survey of what was built",
    openapi_extra=problems(403, 404, 409),
)
def bring_survey(
    request: HttpRequest, uid: UUID, number: int, file: File[UploadedFile], given: Form[SurveyIn]
) -> tuple[int, dict]:
    """GeoJSON or CSV; refused when its signature is not a registered key's over exactly these bytes."""
    user = _user(request, SURVEY)
    made = surveys.import_survey(
        actor=user.actor(),
        phase=_phase(user, uid, number),
        raw=file.read(surveys.MOST_BYTES + 1),
        source_name=file.name or "",
        signature=given.signature,
        confirmed_sha256=given.sha256,
        may_confirm=OFFICE in user.role_codes(),
    )
    return 201, {
        **{name: getattr(made, name) for name in ("uid", "sha256", "signed_by", "signer")},
        "spans": made.spans.count(),
    }


@router.get("/cost-models", response=CostModelsOut, auth=None, summary="Price lists")
def list_costs(request: HttpRequest, limit: Limit = 100, offset: Offset = 0) -> dict:
    """The versions in force."""
    rows = CostModel.objects.visible_to(request.user).known_at().prefetch_related("items").order_by("code")
    return {"count": rows.count(), "items": [_costs(row) for row in rows[offset : offset + limit]]}


def _costs(row: CostModel) -> dict:
    names = [name for name in CostModelOut.model_fields if name != "prices"]
    return {name: getattr(row, name) for name in names} | {"prices": row.prices()}


@router.post("/cost-models", response={201: CostModelOut}, summary="Record a price list", openapi_extra=problems(403))
def record(request: HttpRequest, given: CostModelIn) -> tuple[int, dict]:
    """A new version where the code is known; equal prices change nothing."""
    user = _user(request, PLAN)
    return 201, _costs(record_costs(actor=user.actor(), **given.dict()))


@router.get("/candidate-sets", response=CandidateSetsOut, summary="Candidate sets", openapi_extra=problems(403))
def list_sets(request: HttpRequest, limit: Limit = 100, offset: Offset = 0) -> dict:
    """Where new cable may run."""
    _user(request, PLAN)
    rows = CandidateSet.objects.all()
    return {"count": rows.count(), "items": list(rows[offset : offset + limit])}


@router.post(
    "/candidate-sets/generate",
    response={201: CandidateSetOut},
    summary="Record a generated candidate set",
    openapi_extra=problems(403, 404),
)
def generate(request: HttpRequest, given: GenerateIn) -> tuple[int, CandidateSet]:
    """Straight lines between neighbouring points, crossings counted against the obstacles of another set."""
    user = _user(request, PLAN)
    obstacles = get_object_or_404(CandidateSet, uid=given.obstacles) if given.obstacles else None
    return 201, generate_candidates(
        actor=user.actor(), name=given.name, neighbours=given.neighbours, obstacles=obstacles
    )


@router.post(
    "/candidate-sets/import", response=RoutesOut, summary="Import candidate routes", openapi_extra=problems(403)
)
def bring_routes(request: HttpRequest, file: File[UploadedFile], given: Form[RoutesIn]) -> dict:
    """GeoJSON lines, all or nothing; every bad feature comes back in `findings`."""
    user = _user(request, PLAN)
    if (file.size or 0) > LARGEST:
        raise Problem(
            _("Tệp quá lớn cho trang web."), mend="tinhso import_routes", status=413, code="too-large", place="file"
        )
    done = import_routes(actor=user.actor(), raw=file.read(), source_name=file.name or "", **given.dict())
    counted = {"added": len(done.diff.added), "changed": len(done.diff.changed), "removed": len(done.diff.removed)}
    told = {name: getattr(done, name) for name in ("routes", "obstacles", "metres")}
    return {"import_id": done.batch.id if done.batch else None, "dry_run": given.dry_run, **told, **counted}
