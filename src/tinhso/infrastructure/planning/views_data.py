"""What plans rest on: price lists for everyone to check, candidate sets for those who plan."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tinhso.foundation.access import public, requires
from tinhso.foundation.errors import Invalid, Problem
from tinhso.infrastructure.planning.commands.candidates import generate_candidates
from tinhso.infrastructure.planning.commands.costs import record_costs
from tinhso.infrastructure.planning.forms import CostForm, GenerateForm
from tinhso.infrastructure.planning.models import CROSSINGS, METHODS, CandidateSet, CostModel
from tinhso.infrastructure.planning.models.costs import CROSSING, METHOD, NODE, NODES, YEAR
from tinhso.infrastructure.planning.models.plans import OBSTACLE, ROUTE
from tinhso.infrastructure.planning.views import PLAN, actor, crumbs, tell
from tinhso.infrastructure.planning.wording import dong, km

SHOWN = 200


def _named(model: CostModel) -> list[tuple[str, str, str]]:
    """Prices with their names and units."""
    prices = model.prices()
    rows = [(str(METHODS[code].title), dong(value), _("đồng/km")) for code, value in prices[METHOD].items()]
    rows += [(str(NODES[code]), dong(value), _("đồng mỗi đầu")) for code, value in prices[NODE].items()]
    rows += [(str(CROSSINGS[code]), dong(value), _("đồng mỗi lần")) for code, value in prices[CROSSING].items()]
    rows += [
        (_("Hệ số năm %(year)s") % {"year": year}, _times(value), _("lần giá gốc"))
        for year, value in prices[YEAR].items()
    ]
    return [*rows, (_("Hệ số đường vòng"), _times(model.detour_permille), _("lần đường thẳng"))]


def _times(permille: int) -> str:
    return number_format((Decimal(permille) / 1000).normalize(), use_l10n=True)


@public
def costs(request: HttpRequest) -> HttpResponse:
    """Every price list with all its versions, the newest first."""
    rows = CostModel.objects.visible_to(request.user).prefetch_related("items").order_by("code", "-recorded_at")
    listed = [(row, _named(row)) for row in rows[:SHOWN]]
    return render(request, "planning/costs.html", {"rows": listed, "crumbs": crumbs((_("Bảng giá"), ""))})


@requires(PLAN)
def new_costs(request: HttpRequest) -> HttpResponse:
    """Record a price list, or a new version of one."""
    form = CostForm(request.POST or None, initial=_from(request.GET.get("ma", "")))
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("code", "title", "source", "method", "valid_from")}
        try:
            record_costs(
                actor=actor(request),
                prices=form.prices(),
                detour_permille=form.cleaned_data["detour_permille"],
                **given,
            )
        except Invalid as problem:
            problem.place = problem.place.replace(".", "_")
            tell(form, problem)
        else:
            messages.success(request, _("Đã ghi bảng giá."))
            return redirect("planning:costs")
    steps = ((_("Bảng giá"), reverse("planning:costs")), (_("Ghi giá"), ""))
    context = {"form": form, "crumbs": crumbs(*steps)}
    return render(request, "planning/new_costs.html", context, status=422 if form.errors else 200)


def _from(code: str) -> dict[str, Any]:
    """The newest version of a price list as the form's beginning."""
    row = CostModel.objects.known_at().filter(code=code).first() if code else None
    if row is None:
        return {}
    prices = row.prices()
    about: dict[str, Any] = {
        name: getattr(row, name) for name in ("code", "title", "source", "method", "valid_from", "detour_permille")
    }
    about |= {f"{kind}_{item}": value for kind in (METHOD, NODE, CROSSING) for item, value in prices[kind].items()}
    return about | {"years": "\n".join(f"{year}: {value}" for year, value in prices[YEAR].items())}


@requires(PLAN)
def candidates(request: HttpRequest) -> HttpResponse:
    """Where cable may run: every set with its size."""
    known = Q(routes__superseded_at=None)
    rows = CandidateSet.objects.select_related("obstacles").annotate(
        lines=Count("routes", filter=known & Q(routes__role=ROUTE)),
        barriers=Count("routes", filter=known & Q(routes__role=OBSTACLE)),
        metres=Sum("routes__length_m", filter=known & Q(routes__role=ROUTE)),
    )
    for row in rows:
        row.km = km(row.metres or 0)  # type: ignore[attr-defined]
    context = {"rows": rows, "crumbs": crumbs((_("Tuyến ứng viên"), ""))}
    return render(request, "planning/candidates.html", context)


@requires(PLAN)
def generate(request: HttpRequest) -> HttpResponse:
    """Record the recipe of a generated set."""
    form = GenerateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            generate_candidates(actor=actor(request), **form.cleaned_data)
        except Problem as problem:
            tell(form, problem)
        else:
            messages.success(request, _("Đã ghi tập ứng viên."))
            return redirect("planning:candidates")
    steps = ((_("Tuyến ứng viên"), reverse("planning:candidates")), (_("Sinh tự động"), ""))
    context = {"form": form, "crumbs": crumbs(*steps)}
    return render(request, "planning/generate.html", context, status=422 if form.errors else 200)
