"""Plans: the list, a new question, the search as it goes, the answer, and files to take away."""

from __future__ import annotations

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

from tinhso.foundation.access import check, may, public, requires
from tinhso.foundation.errors import Problem
from tinhso.foundation.text import language
from tinhso.infrastructure.network.ofds.jsontext import dumps
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning import drawing, exports
from tinhso.infrastructure.planning.charts import search_chart
from tinhso.infrastructure.planning.commands import runs
from tinhso.infrastructure.planning.forms import PlanForm
from tinhso.infrastructure.planning.models import CandidateSet, CostModel, Plan, Progress
from tinhso.infrastructure.planning.models.plans import BYPASS, MOST, OPEN_STATES
from tinhso.infrastructure.planning.reading import PlanView, listed
from tinhso.infrastructure.planning.storing import prefix
from tinhso.infrastructure.planning.views_map import seen, shown
from tinhso.proof.audit import Actor

PLAN = "planning.plan"
PER_PAGE = 30
POINTS = 200


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page; networks and the list of plans come first."""
    networks = (_("Mạng cáp quang"), reverse("infrastructure:networks"))
    return [networks, (_("Phương án mạng"), reverse("planning:plans")), *more]


def actor(request: HttpRequest) -> Actor:
    """Who acts."""
    return request.user.actor()  # type: ignore[union-attr]


def tell(form: forms.Form, problem: Problem) -> None:
    """Put a refusal beside the field it is about."""
    field = problem.place.partition(".")[0]
    form.add_error(
        field if field in form.fields else None, " ".join(part for part in (problem.what, problem.mend) if part)
    )


@public
def plans(request: HttpRequest) -> HttpResponse:
    """Every plan the reader may know of."""
    rows = Plan.objects.visible_to(request.user).select_related("network")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    context = {"page": page, "rows": listed(page.object_list), "crumbs": crumbs()}
    return render(request, "planning/plans.html", context)


@requires(PLAN)
def new(request: HttpRequest) -> HttpResponse:
    """Ask a question; the answer is searched in the background."""
    given = {name: request.GET[name] for name in PlanForm.base_fields if name in request.GET}
    if given.get("question") == BYPASS and given.get("title"):
        given["title"] = _("Đường vòng cho %(span)s") % {"span": given["title"]}
    form = PlanForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            run = runs.ask(actor=actor(request), **form.cleaned_data)
        except Problem as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Đã nhận câu hỏi; phương án đang được tính."))
            return redirect("planning:plan", uid=run.plan.uid)
    context = {
        "form": form,
        "ready": CostModel.objects.known_at().exists() and CandidateSet.objects.exists(),
        "crumbs": crumbs((_("Phương án mới"), "")),
    }
    return render(request, "planning/new.html", context, status=422 if form.errors else 200)


@public
def plan(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A plan: its question, how the search goes or went, its phases."""
    view = seen(request, uid)
    own = may(request.user, PLAN) or may(request.user, "planning.approve")
    if not own and (view.result is None or not view.phases):
        raise Problem(_("Phương án này chưa công bố."), status=404, code="not-found")
    points = list(Progress.objects.filter(run=view.run).order_by("-number")[:POINTS]) if own and view.run else []
    others = [one for one in listed(Plan.objects.visible_to(request.user)[:50]) if one.result and one.plan.uid != uid]
    context = {
        "view": view,
        "points": points,
        "people": view.plan.aim == MOST,
        "chart": search_chart(points[::-1], people=view.plan.aim == MOST),
        "others": others,
        "own": own,
        "exact": may(request.user, EXACT),
        "facts": exports.facts(view),
        "map": shown({"a": view}, request.user) if view.phases else None,
        "open_states": OPEN_STATES,
        "crumbs": crumbs((view.plan.title, "")),
    }
    response = render(request, "planning/plan.html", context)
    if not view.open and "HX-Request" in request.headers:
        # The page watched a search that has ended: its answer stands outside the part that was watched.
        response["HX-Refresh"] = "true"
    return response


@requires(PLAN)
@require_POST
def cancel(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Stop the search."""
    view = seen(request, uid)
    if view.run is not None:
        runs.cancel(actor=actor(request), run=view.run)
        messages.info(request, _("Đã yêu cầu dừng."))
    return redirect("planning:plan", uid=uid)


@requires(PLAN)
@require_POST
def go_on(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take a search up again from its best plan."""
    view = seen(request, uid)
    if view.run is not None:
        runs.go_on(actor=actor(request), run=view.run)
        messages.success(request, _("Phương án được tính tiếp."))
    return redirect("planning:plan", uid=uid)


KINDS = {
    "ofds": ("application/json", "json"),
    "geojson": ("application/geo+json", "geojson"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "pdf": ("application/pdf", "pdf"),
}


@public
def take(request: HttpRequest, uid: UUID, kind: str) -> HttpResponse:
    """A plan as a file. Documents with routes need the right to see them."""
    if kind not in KINDS:
        raise Problem(_("Không có loại tệp này."), status=404, code="not-found", mend=", ".join(KINDS))
    return answer(request.user, seen(request, uid), kind)


def answer(user: Any, view: PlanView, kind: str) -> HttpResponse:
    """The file of a kind (KINDS), as a reader may have it."""
    result = view.result
    if result is None or not (view.phases or may(user, PLAN)):
        raise Problem(_("Phương án này chưa có kết quả."), status=404, code="not-found")
    if kind in ("ofds", "geojson"):
        check(user, EXACT)
        made = (drawing.document if kind == "ofds" else drawing.geojson)(result, prefix(result.run))
        body = dumps(made).encode()
    elif kind == "xlsx":
        body = exports.bill_xlsx(view, exact=may(user, EXACT))
    else:
        body = exports.plan_pdf(view, language())
    content_type, suffix = KINDS[kind]
    response = HttpResponse(body, content_type=content_type)
    day: date = view.plan.at.date()
    response["Content-Disposition"] = f'attachment; filename="phuong-an-{view.plan.uid}-{day}.{suffix}"'
    return response
