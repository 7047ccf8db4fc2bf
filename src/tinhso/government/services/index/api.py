"""The service index and reports for programs. Points are thousandths; the index is open, reports are for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field as Described

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, Problem, problems
from tinhso.foundation.paging import Pages
from tinhso.government.services.index.counting import LOST, Period
from tinhso.government.services.index.formula import part_of
from tinhso.government.services.index.queries import lost_dossiers, unit_of
from tinhso.government.services.index.reports import report
from tinhso.government.services.index.scores import Score, Year, by_unit, year_of
from tinhso.identity.queries import agencies_by_uid

router = Router(tags=["services"])
YEAR = Query(0, description="default this year")


class IndexPartOut(Schema):
    """One part: `done` of `of` were counted; full points from `full` per mille; points in thousandths."""

    key: str
    done: int
    of: int
    full: int
    earned: int
    attainable: int


class ScoreOut(Schema):
    agency: str
    earned: int
    attainable: int
    parts: list[IndexPartOut]


class LostQuery(Pages.Input):
    year: int = Described(0, description="default this year")


class MonthOut(Schema):
    month: int
    filed: int
    judged: int
    on_time: int
    earned: int
    attainable: int


class ScoredYearOut(Schema):
    """`formula`: its version; `at`: the moment the counts are of; `months`: each by itself, of all its agencies."""

    year: int
    formula: int
    at: datetime
    earned: int
    attainable: int
    parts: list[IndexPartOut]
    months: list[MonthOut]


class IndexOut(ScoredYearOut):
    items: list[ScoreOut]


class AgencyIndexOut(ScoredYearOut):
    agency: str


class UnitIndexOut(ScoredYearOut):
    """The agencies seated in a unit, together and each."""

    unit: str
    name: str
    items: list[ScoreOut]


class LostDossierOut(Schema):
    """`verdict`: before, on or late once judged; "" while it is not."""

    code: str
    procedure: str
    status: int
    filed_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    verdict: str


class LostDossiersOut(Schema):
    """`all`: how many dossiers cost points; `count`: how many of them the reader may read."""

    all: int
    count: int
    items: list[LostDossierOut]


class ReportLineOut(Schema):
    field: str
    counts: dict[str, int]


class ReportOut(Schema):
    period: str
    at: datetime
    lines: list[ReportLineOut]
    total: dict[str, int]


def _year(year: int, uids: list[str] | None = None) -> Year:
    now = today()
    if not 2018 <= year <= now.year:
        raise Invalid(_("Năm từ 2018 đến năm nay."), place="year")
    return year_of(Period.of(year * 100 + 1, year * 100 + (now.month if year == now.year else 12)), uids)


def _parts(score: Score) -> list[dict[str, Any]]:
    names = ("key", "done", "of", "full", "earned", "attainable")
    return [{name: getattr(part, name) for name in names} for group in score.groups for part in group.parts]


def _out(uid: str, score: Score) -> dict[str, Any]:
    return {"agency": uid, "earned": score.earned, "attainable": score.attainable, "parts": _parts(score)}


def _scored(counted: Year, uids: list[str]) -> dict[str, Any]:
    score = counted.score(uids)
    return {
        "year": counted.period.first // 100,
        "formula": counted.formula["version"],
        "at": counted.period.at,
        "earned": score.earned,
        "attainable": score.attainable,
        "parts": _parts(score),
        "months": [
            {
                "month": month,
                **{name: one.counts[name] for name in ("filed", "judged", "on_time")},
                "earned": one.earned,
                "attainable": one.attainable,
            }
            for month, one in counted.series(uids)
        ],
    }


@router.get("/index766", auth=None, response=IndexOut, summary="Service index of all agencies")
def index766(request: HttpRequest, year: int = YEAR) -> dict[str, Any]:
    """All agencies with dossiers together, month by month, and each of them."""
    counted = _year(year or today().year)
    uids = counted.uids()
    return {**_scored(counted, uids), "items": [_out(uid, counted.score([uid])) for uid in uids]}


@router.get(
    "/index766/units/{code}",
    auth=None,
    response=UnitIndexOut,
    openapi_extra=problems(404),
    summary="Service index of the agencies of a unit",
)
def unit766(request: HttpRequest, code: str, year: int = YEAR) -> dict[str, Any]:
    """Agencies by the administrative unit they sit in, month by month, and each of them."""
    unit = unit_of(code)
    if unit is None:
        raise Problem(_("Không có đơn vị hành chính này."), place="code", status=404, code="not-found")
    counted = _year(year or today().year)
    uids = by_unit(counted).get(code, [])
    items = [_out(uid, counted.score([uid])) for uid in uids]
    return {**_scored(counted, uids), "unit": unit.code, "name": unit.name, "items": items}


def _known(uid: str, place: str = "uid") -> None:
    if uid not in agencies_by_uid([uid]):
        raise Problem(_("Không có cơ quan này."), place=place, status=404, code="not-found")


@router.get(
    "/index766/{uid}",
    auth=None,
    response=AgencyIndexOut,
    openapi_extra=problems(404),
    summary="Service index of an agency",
)
def agency766(request: HttpRequest, uid: str, year: int = YEAR) -> dict[str, Any]:
    """Every part of the index, and month by month."""
    _known(uid)
    return {**_scored(_year(year or today().year, [uid]), [uid]), "agency": uid}


@router.get(
    "/index766/{uid}/lost/{part}",
    response=LostDossiersOut,
    openapi_extra=problems(403, 404),
    summary="The dossiers by which an agency lost points",
)
def lost766(request: HttpRequest, uid: str, part: str, asked: Query[LostQuery]) -> dict[str, Any]:
    """As far as the reader may read them, the latest first. `part`: the key of a part of the index."""
    check(request.user, "services.report")
    _known(uid)
    counted = _year(asked.year or today().year, [uid])
    if part not in LOST or part_of(counted.formula, part) is None:
        raise Problem(_("Chỉ số không có phần này."), place="part", mend=", ".join(LOST), status=404, code="not-found")
    facts, rows = lost_dossiers(request.user, part, counted.period, uid)
    page = list(rows[asked.offset : asked.offset + asked.limit])
    verdicts = dict(facts.filter(dossier__in=[row.pk for row in page]).values_list("dossier", "verdict"))
    names = ("code", "status", "filed_at", "due_at", "ended_at")
    items = [
        {
            **{name: getattr(row, name) for name in names},
            "procedure": row.version.procedure.code,
            "verdict": verdicts.get(row.pk, ""),
        }
        for row in page
    ]
    return {"all": facts.count(), "count": rows.count(), "items": items}


@router.get("/reports/{period}", response=ReportOut, openapi_extra=problems(403, 404), summary="Report on procedures")
def period_report(
    request: HttpRequest, period: str, agency: str = Query("", description="uid; default every agency")
) -> dict[str, Any]:
    """By field, what was received, processed and left. `period`: 2026, 2026-q1 or 2026-03."""
    check(request.user, "services.report")
    if agency:
        _known(agency, "agency")
    told = report(period, [agency] if agency else None)
    return {
        "period": period,
        "at": told.period.at,
        "lines": [{"field": str(title), "counts": counts} for title, counts in told.lines],
        "total": told.total,
    }
