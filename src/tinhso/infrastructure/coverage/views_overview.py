"""Which units are on fibre on a day: the page that all others of coverage hang from."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.foundation.access import public
from tinhso.foundation.dates import today
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.infrastructure.network.coverage import (
    FIBRE_STATES,
    PATH_STATES,
    Covered,
    covered,
    covered_over,
    default_scope,
    generations,
    tone,
    units_day,
)
from tinhso.infrastructure.network.pages import asked_day, crumbs
from tinhso.places.models import Unit
from tinhso.places.scopes import scope_title

FIRST_YEAR = 2016


@public
def overview(request: HttpRequest) -> HttpResponse:
    """Which units are on fibre on a day, by the units of that day or of another generation."""
    trail = crumbs((_("Độ phủ"), ""))
    scope = request.GET.get("pham-vi") or default_scope()
    day = asked_day(request, "ngay", today())
    if scope is None:
        return render(request, "coverage/overview.html", {"crumbs": trail, "day": day})
    units_on = units_day(scope, asked_day(request, "donvi", day))
    found = covered(scope, day, units_on)
    rows = [_row(found, unit) for unit in found.units]
    known = generations(scope)
    ends = [date(year, 12, 31) for year in range(FIRST_YEAR, today().year)]
    chosen = max((start for start in known if start <= units_on), default=None)
    context = {
        "crumbs": trail,
        "scope": scope,
        "scope_title": scope_title(scope),
        "day": day,
        "covered": found,
        "value": found.value,
        "rows": rows,
        "gaps": [row for row in rows if row["fibre"]["state"] in ("off", "partial")],
        "generations": [{"day": start, "chosen": start == chosen} for start in known],
        "earlier": bool(known) and day < known[0],
        "years": [(end, past.value) for end, past in zip(ends, covered_over(scope, ends, units_on), strict=True)],
    }
    return render(request, "coverage/overview.html", context)


def _row(found: Covered, unit: Unit) -> dict[str, Any]:
    fibre, paths = found.fibre[unit.code], found.paths[unit.code]
    return {
        "unit": unit,
        "url": link_to("places:place", unit.code),
        "fibre": fibre,
        "fibre_label": FIBRE_STATES[fibre["state"]],
        "fibre_tone": tone(fibre["state"]),
        "paths_label": PATH_STATES[paths["state"]],
        "paths_tone": tone(paths["state"]),
        "nodes": found.nodes.get(unit.code, 0),
    }
