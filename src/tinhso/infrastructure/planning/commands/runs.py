"""Asking, and the life of a search: queued, taken up by a worker, going on, ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity.models.agencies import LEVELS
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.planning.asking import problem_of
from tinhso.infrastructure.planning.models import CandidateSet, CostModel, Plan, PlanRun, Progress, YearBudget
from tinhso.infrastructure.planning.models.plans import (
    AGENCIES,
    AIMS,
    ALL,
    BYPASS,
    CANCELLED,
    DOUBLE,
    FAILED,
    FINISHED,
    MOST,
    NODES,
    OPEN_STATES,
    PROTECTIONS,
    QUESTIONS,
    QUEUED,
    RUNNING,
    TARGETS,
)
from tinhso.infrastructure.planning.storing import store
from tinhso.places.scopes import scope_title
from tinhso.proof.audit import Actor, command, note, nothing_changed

MOST_DONG = 10**15
MOST_ATTEMPTS = 5


def _one_of(value: str, known: Mapping[str, Any], place: str) -> None:
    if value not in known:
        raise Invalid(
            _("“%(value)s” không có trong lựa chọn.") % {"value": value[:40]}, place=place, mend=", ".join(known)
        )


def _checked_money(aim: str, budget: int | None, years: Sequence[tuple[int, int]]) -> None:
    for place, dong in [("budget", budget), *((f"years.{year}", dong) for year, dong in years)]:
        if dong is not None and not 0 < dong <= MOST_DONG:
            raise Invalid(_("Ngân sách phải là số đồng lớn hơn 0."), place=place)
    if any(not 2000 <= year <= 2100 for year, _dong in years) or len({year for year, _dong in years}) != len(years):
        raise Invalid(_("Mỗi năm ghi một lần, từ 2000 đến 2100."), place="years")
    if len(years) > 10:
        raise Invalid(_("Nhiều nhất mười năm."), place="years")
    if aim == MOST and (budget is None) == (not years):
        raise Invalid(
            _("Để được nhiều người nhất, cần một ngân sách chung hoặc ngân sách từng năm, không cả hai."),
            place="budget",
        )
    if aim == ALL and budget is not None:
        raise Invalid(
            _("Phương án rẻ nhất cho tất cả không lấy ngân sách chung."),
            place="budget",
            mend=_("Chọn “được nhiều người nhất”, hoặc ghi ngân sách từng năm."),
        )


def ask(
    *,
    actor: Actor,
    title: str,
    network: Network,
    question: str,
    target: str,
    cost_model: CostModel,
    candidate_set: CandidateSet,
    protect: str = "",
    level: str = "",
    scope: str = "",
    day: date | None = None,
    span_id: str = "",
    aim: str = ALL,
    budget: int | None = None,
    years: Sequence[tuple[int, int]] = (),
    seed: int = 1,
    time_limit_s: int = 60,
    memory_mb: int = 2048,
) -> PlanRun:
    """Record a question and put its search in line. Invalid names what cannot be asked, before anything is written."""
    title = " ".join(title.split())
    if not title or len(title) > 200:
        raise Invalid(_("Cần tên phương án, không quá 200 ký tự."), place="title")
    _one_of(question, QUESTIONS, "question")
    _one_of(target, TARGETS, "target")
    _one_of(aim, AIMS, "aim")
    if question == DOUBLE:
        _one_of(protect, PROTECTIONS, "protect")
    if target == AGENCIES and level:
        _one_of(level, LEVELS, "level")
    if target != NODES:
        if not scope:
            raise Invalid(_("Cần phạm vi địa bàn."), place="scope")
        scope_title(scope)
    _checked_money(aim, budget, years)
    if not 1 <= time_limit_s <= 3600:
        raise Invalid(_("Thời gian tính từ 1 giây đến 1 giờ."), place="time_limit_s")
    if not 256 <= memory_mb <= 65536:
        raise Invalid(_("Bộ nhớ từ 256 MB đến 64 GB."), place="memory_mb")
    if not 0 <= seed < 2**31:
        raise Invalid(_("Số gieo từ 0 đến 2147483647."), place="seed")
    moment = timezone.now()
    plan = Plan(
        title=title,
        network=network,
        question=question,
        protect=protect if question == DOUBLE else "",
        target=target,
        level=level if target == AGENCIES else "",
        scope=scope if target != NODES else "",
        day=day or today(),
        known_at=moment,
        span_id=span_id if question == BYPASS else "",
        aim=aim,
        budget=budget,
        cost_model=cost_model,
        candidate_set=candidate_set,
        seed=seed,
        time_limit_s=time_limit_s,
        memory_mb=memory_mb,
        made_by=actor.code,
        made_by_name=actor.name,
        at=moment,
    )
    problem = canonical.dumps(problem_of(plan, years)).decode()
    return _record(actor=actor, plan=plan, years=sorted(years), problem=problem)


@command("planning.ask")
def _record(*, actor: Actor, plan: Plan, years: Sequence[tuple[int, int]], problem: str) -> PlanRun:
    """The writing alone: reading a large network and its candidates must not hold others back."""
    plan.save()
    YearBudget.objects.bulk_create(YearBudget(plan=plan, year=year, dong=dong) for year, dong in years)
    run = PlanRun.objects.create(
        plan=plan,
        problem=problem,
        problem_sha256=hashlib.sha256(problem.encode()).hexdigest(),
        queued_at=plan.at,
        actor_code=actor.code,
        actor_name=actor.name,
    )
    note(
        target=f"plan:{plan.uid}",
        after={
            "title": plan.title,
            "question": plan.question,
            "target": plan.target,
            "aim": plan.aim,
            "budget": plan.budget,
            "years": [[year, dong] for year, dong in years],
            "costs": plan.cost_model.code,
            "candidates": str(plan.candidate_set.uid),
            "problem_sha256": run.problem_sha256,
        },
    )
    _enqueue(run)
    return run


def _enqueue(run: PlanRun) -> None:
    from tinhso.infrastructure.planning.tasks import run_plan

    run_plan.enqueue(str(run.uid))


def _locked(run: PlanRun) -> PlanRun:
    return PlanRun.objects.select_for_update().get(pk=run.pk)


@command("planning.cancel")
def cancel(*, actor: Actor, run: PlanRun) -> PlanRun:
    """Ask a search to stop; one still in line is cancelled at once. Its best plan so far is kept for going on."""
    run = _locked(run)
    if run.state not in OPEN_STATES:
        raise Conflict(_("Lần tính này đã kết thúc."), place=str(run.uid), mend=_("Tải lại trang."))
    run.cancel_asked_at = run.cancel_asked_at or timezone.now()
    if run.state == QUEUED:
        run.state, run.ended_at = CANCELLED, run.cancel_asked_at
    run.save()
    note(target=f"plan_run:{run.uid}", after={"state": run.state, "asked": True})
    return run


@command("planning.go_on")
def go_on(*, actor: Actor, run: PlanRun) -> PlanRun:
    """Put a cancelled or failed search in line again; it starts from its best plan so far."""
    run = _locked(run)
    if run.state not in (CANCELLED, FAILED):
        raise Conflict(_("Chỉ lần tính đã hủy hoặc không xong mới tính tiếp được."), place=str(run.uid))
    if PlanRun.objects.filter(plan=run.plan, state__in=OPEN_STATES).exists():
        raise Conflict(_("Phương án này đang được tính ở một lần khác."), place=str(run.plan.uid))
    run.state, run.reason_code, run.reason = QUEUED, "", ""
    run.queued_at, run.ended_at, run.cancel_asked_at, run.attempts = timezone.now(), None, None, 0
    run.save()
    note(target=f"plan_run:{run.uid}", after={"state": run.state})
    _enqueue(run)
    return run


@command("planning.take_up")
def take_up(*, actor: Actor, run: PlanRun) -> PlanRun | None:
    """A worker takes a search; None when there is nothing left to do. One killed before starts anew from its best."""
    run = _locked(run)
    if run.state not in OPEN_STATES:
        nothing_changed()
        return None
    run.attempts += 1
    run.state, run.started_at = RUNNING, run.started_at or timezone.now()
    run.save()
    note(target=f"plan_run:{run.uid}", after={"state": RUNNING, "attempts": run.attempts})
    return run


@command("planning.progress")
def record_progress(*, actor: Actor, run: PlanRun, told: Mapping[str, Any]) -> None:
    """Keep a point of the search and its best plan. No entry of the log: the points themselves only grow."""
    nothing_changed()
    last = Progress.objects.filter(run=run).aggregate(last=Max("number"))["last"]
    Progress.objects.create(
        run=run,
        number=0 if last is None else last + 1,
        after_ms=told["after_ms"],
        cost=told.get("cost"),
        bound=told.get("bound"),
        gap_ppm=min(told["gap_ppm"], 10**9) if told.get("gap_ppm") is not None else None,
        value=told.get("value"),
    )
    if told.get("edges"):
        best = json.dumps({"edges": told["edges"], "bound": told.get("bound")}, separators=(",", ":"))
        PlanRun.objects.filter(pk=run.pk).update(best=best)


@command("planning.finish")
def finish(*, actor: Actor, run: PlanRun, told: Mapping[str, Any]) -> PlanRun:
    """Keep the plan that was found and verified. A search that ended meanwhile stays as it ended."""
    run = _locked(run)
    if run.state != RUNNING:
        nothing_changed()
        return run
    result = store(run, told)
    run.state, run.ended_at = FINISHED, timezone.now()
    run.reason_code = str(told.get("stopped") or "")[:40]
    run.save()
    note(
        target=f"plan_run:{run.uid}",
        after={
            "state": FINISHED,
            "cost": result.cost,
            "bound": result.bound,
            "value": result.value,
            "gap_ppm": result.gap_ppm,
            "edges_sha256": result.edges_sha256,
        },
    )
    return run


@command("planning.fail")
def fail(*, actor: Actor, run: PlanRun, code: str, reason: str) -> PlanRun:
    """A search ended without a plan, and why; or, with code "cancelled", as it was asked to."""
    run = _locked(run)
    if run.state not in OPEN_STATES:
        nothing_changed()
        return run
    run.state = CANCELLED if code == "cancelled" else FAILED
    run.reason_code, run.reason, run.ended_at = code[:40], reason[:2000], timezone.now()
    run.save()
    note(target=f"plan_run:{run.uid}", after={"state": run.state, "code": run.reason_code})
    return run
