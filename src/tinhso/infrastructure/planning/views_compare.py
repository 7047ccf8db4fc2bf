"""Two plans side by side, in a table and on the map."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.foundation.access import public
from tinhso.infrastructure.planning.models import Plan
from tinhso.infrastructure.planning.reading import comparison, listed
from tinhso.infrastructure.planning.views import crumbs
from tinhso.infrastructure.planning.views_map import SIDES, chosen, shown

OFFERED = 200


@public
def compare(request: HttpRequest) -> HttpResponse:
    """Choose two plans, and see them side by side once both are chosen."""
    picked = chosen(request)
    offered = [row for row in listed(Plan.objects.visible_to(request.user)[:OFFERED]) if row.result]
    context: dict[str, Any] = {
        "offered": offered,
        "sides": [(side, label, picked.get(side)) for side, label in _labels().items()],
        "crumbs": crumbs((_("So sánh"), "")),
    }
    if len(picked) == len(SIDES):
        one, other = picked["a"], picked["b"]
        context |= {
            "left": one,
            "right": other,
            "same": one.plan == other.plan,
            "rows": comparison(one, other),
            "map": shown(picked, request.user),
        }
    return render(request, "planning/compare.html", context)


def _labels() -> dict[str, str]:
    return {"a": _("Phương án thứ nhất"), "b": _("Phương án thứ hai")}
