"""The service index for everybody: agencies, one agency, one unit; and for staff the dossiers behind lost points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.access import public, requires
from tinhso.foundation.dates import today
from tinhso.foundation.text import Text
from tinhso.government.services.index.counting import LOST, Period
from tinhso.government.services.index.formula import part_of, text
from tinhso.government.services.index.queries import lost_dossiers, unit_of
from tinhso.government.services.index.scores import Score, Year, by_unit, year_of
from tinhso.government.services.models import DossierFact
from tinhso.identity.queries import agencies_by_uid
from tinhso.places.models import Unit

WIDTH, HEIGHT, LEFT, BASE, TOP = 720, 240, 36, 204, 24
FIRST_YEAR = 2018
PER_PAGE = 50


@dataclass(frozen=True)
class Chart:
    """A line over months in the chart's own units; months without anything to score break it."""

    lines: list[str]
    dots: list[tuple[int, int]]
    months: list[tuple[int, int]]
    ticks: list[tuple[int, int]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - 12


def chart_of(series: list[tuple[int, Score]]) -> Chart:
    """Points earned of a hundred attainable, month by month."""
    step = (WIDTH - LEFT - 24) // max(len(series) - 1, 1)
    lines: list[list[str]] = [[]]
    dots, months = [], []
    for place, (month, score) in enumerate(series):
        x = LEFT + 6 + place * step
        months.append((x, month % 100))
        if not score.attainable:
            lines.append([])
            continue
        y = BASE - score.earned * (BASE - TOP) // score.attainable
        dots.append((x, y))
        lines[-1].append(f"{x},{y}")
    ticks = [(BASE - part * (BASE - TOP) // 4, part * 25) for part in range(5)]
    return Chart([" ".join(line) for line in lines if len(line) > 1], dots, months, ticks)


def asked_year(request: HttpRequest) -> Period:
    """The year asked for, as it stands; this year where none is."""
    given, now = request.GET.get("nam", ""), today()
    year = (
        int(given) if given.isdecimal() and FIRST_YEAR <= int(given[:4]) <= now.year and len(given) == 4 else now.year
    )
    return Period.of(year * 100 + 1, year * 100 + (now.month if year == now.year else 12))


def _shared(period: Period) -> dict[str, Any]:
    year = period.first // 100
    shown = DossierFact.objects.at().filter(demonstration=True).exists()
    real = DossierFact.objects.at().filter(demonstration=False).exists()
    return {
        "year": year,
        "years": range(today().year, max(today().year - 4, FIRST_YEAR), -1),
        "demonstration": shown and not real,
        "at": period.at,
    }


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return [(_("Chỉ số phục vụ"), reverse("services:index766")), *more]


def _result(year: Year, uids: list[str]) -> dict[str, Any]:
    series = year.series(uids)
    return {
        "score": year.score(uids),
        "basis": text(year.formula["basis"]),
        "version": year.formula["version"],
        "series": series,
        "chart": chart_of(series),
    }


@public
def index766(request: HttpRequest) -> HttpResponse:
    """Every agency and unit with dossiers this year, and all of them together."""
    period = asked_year(request)
    year = year_of(period)
    uids = year.uids()
    units = by_unit(year)
    names = dict(Unit.objects.known_at().filter(code__in=units).order_by("valid_from").values_list("code", "name"))
    context = {
        "crumbs": _crumbs(),
        "rows": [(year.agencies.get(uid), uid, year.score([uid])) for uid in uids],
        # A seat outside the units loaded has no page; its agency stands in the other list.
        "units": [(code, names[code], year.score(mine)) for code, mine in units.items() if code in names],
        **_result(year, uids),
        **_shared(period),
    }
    return render(request, "services/index/index.html", context)


@public
def agency766(request: HttpRequest, uid: str) -> HttpResponse:
    """One agency: every part, month by month."""
    agency = agencies_by_uid([uid]).get(uid)
    if agency is None:
        raise Http404
    period = asked_year(request)
    year = year_of(period, [uid])
    context = {"crumbs": _crumbs((str(agency.title), "")), "name": agency.title, "uid": uid}
    return render(request, "services/index/one.html", context | _result(year, [uid]) | _shared(period))


@public
def unit766(request: HttpRequest, code: str) -> HttpResponse:
    """The agencies seated in one unit, together and each."""
    unit = unit_of(code)
    if unit is None:
        raise Http404
    period = asked_year(request)
    year = year_of(period)
    uids = by_unit(year).get(code, [])
    context = {
        "crumbs": _crumbs((unit.name, "")),
        "name": unit.name,
        "agencies": [(year.agencies[uid], uid, year.score([uid])) for uid in uids],
    }
    return render(request, "services/index/one.html", context | _result(year, uids) | _shared(period))


@requires("services.report")
def lost766(request: HttpRequest, uid: str, part: str) -> HttpResponse:
    """The dossiers by which an agency lost points, as far as the reader may read them."""
    agency = agencies_by_uid([uid]).get(uid)
    period = asked_year(request)
    year = year_of(period, [uid])
    wanted = part_of(year.formula, part)
    if agency is None or wanted is None or part not in LOST:
        raise Http404
    facts, rows = lost_dossiers(request.user, part, period, uid)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))
    verdicts = dict(facts.filter(dossier__in=[row.pk for row in page]).values_list("dossier", "verdict"))
    context = {
        "crumbs": _crumbs(
            (str(agency.title), f"{reverse('services:agency766', args=[uid])}?nam={period.first // 100}"),
            (str(text(wanted["title"])), ""),
        ),
        "name": agency.title,
        "part": text(wanted["title"]),
        "page": page,
        "rows": [(row, verdicts.get(row.pk, "")) for row in page],
        "all": facts.count(),
        "late": Text("quá hạn", "late"),
        **_shared(period),
    }
    return render(request, "services/index/lost.html", context)
