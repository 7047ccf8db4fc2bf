"""The API of the clock: open to everyone, since everyone may know the calendar and check a date."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field

from tinhso.foundation.errors import Invalid, problems
from tinhso.workdays import queries
from tinhso.workdays.asking import ask
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.clock import Pause
from tinhso.workdays.grids import named_days, working_days
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.rules import LARGEST, PAUSES
from tinhso.workdays.words import answer_as_dict

router = Router(tags=["workdays"])
MOST_PAUSES, MOST_VERSIONS = 20, 500
Number = Annotated[int, Field(ge=1, le=2**31 - 1)]
VERSION = Query(None, description="number of a published calendar; default the one in force")


class CalendarName(Schema):
    version: str
    sha256: str


class CountedLineOut(Schema):
    """One day of the explanation; `count`: how much of the limit is used up after it, null where not counted."""

    kind: Literal["start", "counted", "skipped", "paused", "moved", "reappointed", "due", "stopped"]
    day: str
    count: int | None
    vi: str
    en: str
    act_vi: str
    act_en: str


class DueIn(Schema):
    """A question to the clock: valid reception with its offset, the limit, and what stopped the clock."""

    received: AwareDatetime
    unit: Literal["hours", "days", "working_days", "months"] = "working_days"
    amount: int = Field(ge=0, le=max(LARGEST.values()))
    cut_off: time | None = None
    pauses: list[str] = Field(
        default_factory=list,
        max_length=MOST_PAUSES,
        description="kind~start~end, end absent while it lasts; kinds supplement, payment, suspension",
    )
    version: Number | None = Field(None, description="number of a published calendar; default the one in force")


class DueOut(Schema):
    """A due date and why. `due_at` null: the clock stands still and `left` says what is left (days, or seconds of
    working hours). `provisional`: a year it runs through has no official notice yet."""

    due_at: datetime | None
    left: int
    provisional: bool
    rule: dict[str, Any]
    calendar: CalendarName
    explanation_sha256: str
    explanation: list[CountedLineOut]


class DayOut(Schema):
    """A day that is not as its weekday says, or has a name."""

    date: str
    off: bool
    vi: str
    en: str
    act_vi: str
    act_en: str


class YearOut(Schema):
    """A year of a calendar. `provisional`: no official notice of it is known."""

    year: int
    calendar: CalendarName
    provisional: bool
    notice_vi: str
    notice_en: str
    hours: list[str]
    working_days: int
    days: list[DayOut]


class CalendarVersionOut(Schema):
    number: int
    sha256: str
    published_at: datetime
    published_by_name: str
    note: str


class VersionWithContent(CalendarVersionOut):
    """`content`: the canonical text whose SHA-256 names the calendar."""

    content: str


def _calendar(number: int | None) -> Calendar:
    return queries.current() if number is None else queries.calendar(number)


def _name(calendar: Calendar) -> dict[str, str]:
    return {"version": calendar.version, "sha256": calendar.sha256}


def _pause(text: str, place: int) -> Pause:
    """kind~start~end; the end may be absent."""
    kind, *moments = text.split("~")
    try:
        if kind not in PAUSES or not 1 <= len(moments) <= 2:
            raise ValueError
        start, *end = (datetime.fromisoformat(moment) for moment in moments if moment)
        if any(moment.tzinfo is None for moment in (start, *end)):
            raise ValueError
    except ValueError:
        raise Invalid(
            f"{text[:80]}: {'|'.join(PAUSES)}~2026-02-02T09:00+07:00~2026-02-04T09:00+07:00", place=f"pauses.{place}"
        ) from None
    return Pause(kind, start, end[0] if end else None)


@router.get("/due", response=DueOut, auth=None, summary="When a time limit ends, and why", openapi_extra=problems(422))
def due(request: HttpRequest, asked: Query[DueIn]) -> dict[str, Any]:
    used = _calendar(asked.version)
    waits = [_pause(text, place) for place, text in enumerate(asked.pauses)]
    answer, lines, rule = ask(
        received=asked.received,
        unit=asked.unit,
        amount=asked.amount,
        cut_off=asked.cut_off,
        pauses=waits,
        calendar=used,
    )
    return answer_as_dict(answer, lines, rule, used)


@router.get(
    "/calendar/{year}", response=YearOut, auth=None, summary="A year of the calendar", openapi_extra=problems(404, 422)
)
def year_of_calendar(request: HttpRequest, year: int, version: Number | None = VERSION) -> dict[str, Any]:
    shown = _calendar(version)
    if not shown.first.year <= year <= shown.last.year:
        raise Invalid(f"{year}: {shown.first.year}…{shown.last.year}", place="year", status=404, code="not-found")
    act = shown.years[year]
    return {
        "year": year,
        "calendar": _name(shown),
        "provisional": shown.provisional(year),
        "notice_vi": act.vi if act else "",
        "notice_en": act.en if act else "",
        "hours": shown.content["hours"],
        "working_days": working_days(shown, year),
        "days": [
            {
                "date": cell.day.isoformat(),
                "off": cell.named.off,
                "vi": cell.named.name.vi,
                "en": cell.named.name.en,
                "act_vi": cell.named.act.vi,
                "act_en": cell.named.act.en,
            }
            for cell in named_days(shown, year)
            if cell.named
        ],
    }


@router.get("/versions", response=list[CalendarVersionOut], auth=None, summary="Published calendars, the newest first")
def versions(request: HttpRequest) -> Any:
    return CalendarVersion.objects.visible_to(request.user).order_by("-number").defer("content")[:MOST_VERSIONS]


@router.get(
    "/versions/{number}",
    response=VersionWithContent,
    auth=None,
    summary="A published calendar whole, to count again",
    openapi_extra=problems(404),
)
def version(request: HttpRequest, number: Number) -> Any:
    sha256 = queries.calendar(number).sha256
    return CalendarVersion.objects.visible_to(request.user).get(sha256=sha256)
