"""The service index and reports for programs. Points are thousandths; the index is open, reports are for staff."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, Problem, problems
from tinhso.government.services.index.counting import Period
from tinhso.government.services.index.reports import report
from tinhso.government.services.index.scores import Score, Year, year_of
from tinhso.identity.queries import agencies_by_uid

router = Router(tags=["services"])


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


class MonthOut(Schema):
    month: int
    filed: int
    judged: int
    on_time: int
    earned: int
    attainable: int


class IndexOut(Schema):
    """`formula`: its version; `at`: the moment the counts are of."""

    year: int
    formula: int
    at: datetime
    items: list[ScoreOut]


class AgencyIndexOut(ScoreOut):
    year: int
    formula: int
    at: datetime
    months: list[MonthOut]


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


def _out(uid: str, score: Score) -> dict[str, Any]:
    names = ("key", "done", "of", "full", "earned", "attainable")
    parts = [{name: getattr(part, name) for name in names} for group in score.groups for part in group.parts]
    return {"agency": uid, "earned": score.earned, "attainable": score.attainable, "parts": parts}


@router.get(
    "/index766", auth=None, response=IndexOut, openapi_extra=problems(422), summary="Service index of all agencies"
)
def index766(request: HttpRequest, year: int = Query(0, description="default this year")) -> dict[str, Any]:
    counted = _year(year or today().year)
    return {
        "year": counted.period.first // 100,
        "formula": counted.formula["version"],
        "at": counted.period.at,
        "items": [_out(uid, counted.score([uid])) for uid in counted.uids()],
    }


@router.get(
    "/index766/{uid}",
    auth=None,
    response=AgencyIndexOut,
    openapi_extra=problems(404, 422),
    summary="Service index of an agency",
)
def agency766(request: HttpRequest, uid: str, year: int = Query(0, description="default this year")) -> dict[str, Any]:
    if uid not in agencies_by_uid([uid]):
        raise Problem(_("Không có cơ quan này."), place="uid", status=404, code="not-found")
    counted = _year(year or today().year, [uid])
    months = [
        {
            "month": month,
            **{name: score.counts[name] for name in ("filed", "judged", "on_time")},
            "earned": score.earned,
            "attainable": score.attainable,
        }
        for month, score in counted.series([uid])
    ]
    return {
        **_out(uid, counted.score([uid])),
        "year": counted.period.first // 100,
        "formula": counted.formula["version"],
        "at": counted.period.at,
        "months": months,
    }


@router.get(
    "/reports/{period}", response=ReportOut, openapi_extra=problems(401, 403, 422), summary="Report on procedures"
)
def period_report(
    request: HttpRequest, period: str, agency: str = Query("", description="uid; default every agency")
) -> dict[str, Any]:
    check(request.user, "services.report")
    told = report(period, [agency] if agency else None)
    return {
        "period": period,
        "at": told.period.at,
        "lines": [{"field": str(title), "counts": counts} for title, counts in told.lines],
        "total": told.total,
    }
