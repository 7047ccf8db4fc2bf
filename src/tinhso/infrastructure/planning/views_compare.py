"""Two plans side by side, in a table and on the map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import may, public
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning import mapping
from tinhso.infrastructure.planning.models import Plan
from tinhso.infrastructure.planning.reading import PlanView, comparison, listed
from tinhso.infrastructure.planning.views import crumbs, geojson, legend, seen, spec, svg

OFFERED = 200
SIDES = {"a": ("--ts-map-route", "#0b5d3b"), "b": ("--ts-map-core", "#7a1fa2")}


def _chosen(request: HttpRequest) -> dict[str, PlanView]:
    """The plans named in the address, by side; none for a side left empty."""
    found = {}
    for side in SIDES:
        if given := request.GET.get(side, "").strip():
            try:
                uid = UUID(given)
            except ValueError as broken:
                raise Invalid(
                    _("“%(given)s” không phải mã phương án.") % {"given": given[:40]},
                    place=side,
                    mend=_("Chọn phương án từ danh sách ở trang so sánh."),
                ) from broken
            found[side] = seen(request, uid)
    return found


def _features(chosen: dict[str, PlanView], user: Any) -> list[dict]:
    return [feature for side, view in chosen.items() for feature in mapping.plan_features(view, user, side)]


@public
def compare(request: HttpRequest) -> HttpResponse:
    """Choose two plans, and see them side by side once both are chosen."""
    chosen = _chosen(request)
    offered = [row for row in listed(Plan.objects.visible_to(request.user)[:OFFERED]) if row.result]
    context: dict[str, Any] = {
        "offered": offered,
        "sides": [(side, label, chosen.get(side)) for side, label in _labels().items()],
        "crumbs": crumbs((_("So sánh"), "")),
    }
    if len(chosen) == len(SIDES):
        one, other = chosen["a"], chosen["b"]
        asked = "?" + urlencode({"a": one.plan.uid, "b": other.plan.uid})
        titles = {side: view.plan.title for side, view in chosen.items()}
        context |= {
            "left": one,
            "right": other,
            "same": one.plan == other.plan,
            "rows": comparison(one, other),
            "exact": may(request.user, EXACT),
            "legend": legend({name: (titles[name], token) for name, (token, _colour) in SIDES.items()}),
            "spec": spec(reverse("planning:compare_features") + asked, SIDES, titles),
            "focus": mapping.bounds(_features(chosen, request.user)),
            "drawn": reverse("planning:compare_features") + asked,
            "still": reverse("planning:compare_still") + asked,
        }
    return render(request, "planning/compare.html", context)


def _labels() -> dict[str, str]:
    return {"a": _("Phương án thứ nhất"), "b": _("Phương án thứ hai")}


@public
def compare_features(request: HttpRequest) -> HttpResponse:
    """The new spans of the plans chosen, for the map."""
    return geojson(_features(_chosen(request), request.user))


@public
def compare_still(request: HttpRequest) -> HttpResponse:
    """The same as a still picture."""
    return svg(_features(_chosen(request), request.user), SIDES)
