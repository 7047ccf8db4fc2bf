"""The public register of agencies."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import public
from tinhso.foundation.dates import parse_day, today
from tinhso.identity.forms import AgencyFilter
from tinhso.identity.models import Agency
from tinhso.identity.queries import agencies_by_uid, history_of
from tinhso.places.models import Unit


def seats(rows: Iterable[Agency], day: date) -> dict[str, Unit]:
    """The loaded units where agencies sit, by code, as of a day."""
    codes = {row.seat_unit_code for row in rows}
    return {unit.code: unit for unit in Unit.objects.as_of(day).filter(code__in=codes)}


@public
def agencies(request: HttpRequest) -> HttpResponse:
    form = AgencyFilter({**request.GET.dict(), "ngay": request.GET.get("ngay") or today().isoformat()})
    form.is_valid()
    wanted = form.cleaned_data
    day = wanted.get("ngay") or today()
    rows = Agency.objects.as_of(day).matching(wanted.get("q", ""))
    for name, field in (("level", "level"), ("kind", "kind"), ("unit", "seat_unit_code")):
        if wanted.get(name):
            rows = rows.filter(**{field: wanted[name]})
    page = Paginator(rows.best_first(wanted.get("q", "")), 50).get_page(request.GET.get("trang"))
    context = {"form": form, "day": day, "page": page, "seats": seats(page, day), "crumbs": [(_("Cơ quan"), "")]}
    return render(request, "identity/agencies.html", context, status=422 if form.errors else 200)


@public
def agency(request: HttpRequest, uid: str) -> HttpResponse:
    versions, came_from, became = history_of(uid)
    if not versions:
        raise Http404
    day = parse_day(request.GET.get("ngay")) or today()
    in_force = next(
        (
            row
            for row in versions
            if (row.valid_from is None or row.valid_from <= day) and (row.valid_to is None or row.valid_to > day)
        ),
        None,
    )
    shown = in_force or versions[-1]
    last_day = day if in_force or shown.valid_to is None else shown.valid_to - timedelta(days=1)
    below = list(Agency.objects.as_of(day).filter(parent_uid=uid).order_by("sort_key", "uid"))
    named = agencies_by_uid(
        [shown.parent_uid, *(link.predecessor_uid for link in came_from), *(link.successor_uid for link in became)]
    )
    context = {
        "agency": shown,
        "in_force": in_force is not None,
        "day": day,
        "versions": versions,
        "seats": seats([shown], last_day),
        "came_from": came_from,
        "became": became,
        "named": named,
        "parent": named.get(shown.parent_uid),
        "below": below,
        "crumbs": [(_("Cơ quan"), reverse("identity:agencies")), (str(shown.title), "")],
    }
    return render(request, "identity/agency.html", context)
