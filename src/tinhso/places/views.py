"""Pages of places: the units of the signing province on a day, and one unit through time."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import public
from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import fold
from tinhso.places.lineage import heirs, last_day, lineage, times_of
from tinhso.places.models import COMMUNE, DISTRICT, LEVELS, PROVINCE, QUALITIES, Scope, Unit, code_of
from tinhso.places.queries import PopulationAt, parts_of, points, populations, unit_at
from tinhso.places.scopes import SIGNING_PROVINCE, generations, scope_title, units_in
from tinhso.places.search import find_units
from tinhso.places.sketch import sketch
from tinhso.places.state import snapshot, steady


def _day(request: HttpRequest) -> date | None:
    given = request.GET.get("ngay", "")
    if not given:
        return None
    day = parse_day(given)
    if day is None:
        raise Invalid(
            _("Ngày “%(day)s” không đọc được.") % {"day": given[:30]}, place="ngay", mend=_("Ghi YYYY-MM-DD.")
        )
    return day


def _rows(units: list[Unit], day: date) -> list[dict[str, Any]]:
    """Table rows with parent, population and number of first-generation parts: three reads for any number of units."""
    at, uids = snapshot(day), [unit.uid for unit in units]
    people, parts = populations(uids), parts_of(uids)
    return [
        {
            "unit": unit,
            "parent": at.by_code.get(code_of(unit.parent_uid)),
            "population": people.get(unit.uid),
            "parts": len(parts[unit.uid]),
        }
        for unit in units
    ]


@public
@steady()
def index(request: HttpRequest) -> HttpResponse:
    """The units of the signing province on a day; found former names lead to what they became."""
    day = _day(request) or today()
    query = request.GET.get("q", "").strip()[:120]
    context: dict[str, Any] = {"day": day, "query": query, "crumbs": [(_("Địa bàn"), "")], "ready": False}
    provinces = [unit for unit in snapshot(day).units if unit.level == PROVINCE]
    if query:
        found = [unit for _score, unit in find_units(fold(query), day, 50)]
        following = heirs([unit.uid for unit in found], today())
        context["found"] = [
            {"unit": unit, "last_day": last_day(unit), "heirs": [heir for heir in following[unit.uid] if heir != unit]}
            for unit in found
        ]
    if Scope.objects.filter(code=SIGNING_PROVINCE).exists():
        communes = units_in(SIGNING_PROVINCE, day, COMMUNE)
        context |= {
            "ready": True,
            "title": scope_title(SIGNING_PROVINCE),
            "generations": generations(SIGNING_PROVINCE),
            "districts": units_in(SIGNING_PROVINCE, day, DISTRICT),
            "rows": _rows(communes, day),
            "communes": len(communes),
        }
    return render(request, "places/index.html", {**context, "provinces": provinces})


def _total(units: list[Unit]) -> PopulationAt | None:
    """People of a district or province: the sum of its communes where each has a number of the same year."""
    found = populations(unit.uid for unit in units)
    years = {people.year for people in found.values()}
    if not units or len(found) < len(units) or len(years) != 1:
        return None
    sources = "; ".join(sorted({people.source for people in found.values()}))
    return PopulationAt(sum(people.persons for people in found.values()), years.pop(), "total", sources)


def _communes(unit: Unit, day: date) -> list[Unit]:
    return units_in(f"unit:{unit.code}", day, COMMUNE)


@public
@steady()
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One unit on a day: what it is, was and became, its people, its shape, and what other apps know of it."""
    times = times_of(code)
    if not times:
        raise Http404
    asked = _day(request)
    day = asked or today()
    unit = unit_at(code, day)
    if unit is None:
        ended = last_day(times[-1])
        if asked is None and ended is not None and ended < day:
            return redirect(f"{reverse('places:place', args=[code])}?ngay={ended.isoformat()}")
        return _not_in_force(request, code, day, times)
    at = snapshot(day)
    children = [] if unit.level == COMMUNE else at.children.get(unit.code, [])
    people = populations([unit.uid]).get(unit.uid)
    if people is None and unit.level < COMMUNE:
        people = _total(_communes(unit, day))
    ancestors: list[Unit] = []
    above = at.by_code.get(code_of(unit.parent_uid))
    while above is not None:
        ancestors.insert(0, above)
        above = at.by_code.get(code_of(above.parent_uid))
    point = points([unit.uid]).get(unit.uid)
    suffix = f"?ngay={day.isoformat()}"
    context = {
        "unit": unit,
        "day": day,
        "ancestors": ancestors,
        "times": times,
        "last_day": last_day(unit),
        "relations": lineage(unit.uid),
        "parts": parts_of([unit.uid])[unit.uid],
        "heirs": [heir for heir in heirs([unit.uid], today())[unit.uid] if heir.uid != unit.uid],
        "people": people,
        "quality": QUALITIES[people.quality] if people else None,
        "point": (point[0] / 1e7, point[1] / 1e7) if point else None,
        "sketch": sketch(unit, day),
        "rows": _rows(children, day),
        "children_level": LEVELS[children[0].level] if children else None,
        "crumbs": [
            (_("Địa bàn"), reverse("places:index") + suffix),
            *((item.name, reverse("places:place", args=[item.code]) + suffix) for item in ancestors),
            (unit.name, ""),
        ],
    }
    return render(request, "places/place.html", context)


def _not_in_force(request: HttpRequest, code: str, day: date, times: list[Unit]) -> HttpResponse:
    following = heirs([unit.uid for unit in times], day)
    context = {
        "code": code,
        "day": day,
        "times": [(unit, last_day(unit), following[unit.uid]) for unit in times],
        "crumbs": [(_("Địa bàn"), reverse("places:index")), (code, "")],
    }
    return render(request, "places/not_in_force.html", context, status=404)
