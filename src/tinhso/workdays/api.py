"""The API of the clock: open to everyone, since everyone may know the calendar and check a date."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from tinhso.foundation.access import check
from tinhso.foundation.errors import Invalid, Problem, problems
from tinhso.foundation.paging import Number
from tinhso.foundation.text import Text
from tinhso.workdays import queries
from tinhso.workdays.asking import ask
from tinhso.workdays.calendars import Calendar, Day
from tinhso.workdays.clock import Pause
from tinhso.workdays.commands import publish_calendar
from tinhso.workdays.grids import named_days, working_days
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.rules import LARGEST, PAUSES
from tinhso.workdays.words import answer_as_dict

router = Router(tags=["workdays"])
MOST_PAUSES, MOST_VERSIONS = 20, 500
VERSION = Query(None, description="number of a published calendar; default the one in force")
COMPARED = Query(None, description="number of the version compared with; default the one before")


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


class CalendarDayOut(Schema):
    """What a calendar says of a day that is not as its weekday says, or has a name."""

    off: bool
    vi: str
    en: str
    act_vi: str
    act_en: str


class CalendarChangeOut(Schema):
    """A day two calendars hold differently; null: it was, or becomes, as its weekday says."""

    date: str
    before: CalendarDayOut | None
    after: CalendarDayOut | None


class YearNoticeOut(Schema):
    """A year whose notice differs; null: none was known."""

    year: int
    before_vi: str | None
    before_en: str | None
    after_vi: str | None
    after_en: str | None


class CalendarDifferenceOut(Schema):
    """Everything that differs and can move a date; `hours`: office hours before and after, null where the same."""

    before: CalendarName
    after: CalendarName
    days: list[CalendarChangeOut]
    years: list[YearNoticeOut]
    hours: list[str] | None


class CalendarIn(Schema):
    """`notices`: of all years, in the form of the file the program ships."""

    notices: dict[str, Any]
    reason: str = Field(max_length=500, description="why, or the notice's number")


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


@router.get("/due", response=DueOut, auth=None, summary="When a time limit ends, and why", openapi_extra=problems(404))
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
    "/calendar/{year}", response=YearOut, auth=None, summary="A year of the calendar", openapi_extra=problems(404)
)
def year_of_calendar(request: HttpRequest, year: int, version: Number | None = VERSION) -> dict[str, Any]:
    shown = _calendar(version)
    if not shown.first.year <= year <= shown.last.year:
        said = Text(f"Lịch không có năm {year}.", f"The calendar has no year {year}.")
        mend = Text(
            f"Chọn từ {shown.first.year} đến {shown.last.year}.", f"Choose {shown.first.year} to {shown.last.year}."
        )
        raise Problem(str(said), place="year", mend=str(mend), status=404, code="not-found")
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


def _day(day: Day | None) -> dict[str, Any] | None:
    if day is None:
        return None
    return {
        "off": day.off,
        **{"vi": day.name.vi, "en": day.name.en, "act_vi": day.act.vi, "act_en": day.act.en},
    }


@router.get(
    "/versions/{number}/differences",
    response=CalendarDifferenceOut,
    auth=None,
    summary="What a published calendar changed",
    openapi_extra=problems(404),
)
def differences(
    request: HttpRequest,
    number: Number,
    since: Number | None = COMPARED,
) -> dict[str, Any]:
    """Days, notices of years and office hours."""
    later = queries.calendar(number)
    former = queries.calendar(since or max(number - 1, 1))
    told = queries.difference(former, later)
    return {
        "before": _name(former),
        "after": _name(later),
        "days": [
            {"date": one.day.isoformat(), "before": _day(one.before), "after": _day(one.after)} for one in told.days
        ],
        "years": [
            {
                "year": year,
                **{f"before_{language}": getattr(before, language, None) for language in ("vi", "en")},
                **{f"after_{language}": getattr(after, language, None) for language in ("vi", "en")},
            }
            for year, before, after in told.years
        ],
        "hours": list(told.hours) if told.hours else None,
    }


@router.post(
    "/versions",
    response={201: CalendarVersionOut},
    summary="Publish a calendar",
    openapi_extra=problems(403, 409),
)
def publish(request: HttpRequest, given: CalendarIn) -> Status:
    """New time limits are counted by it; dossiers already received keep theirs. 409 where nothing would change."""
    user: Any = request.auth  # type: ignore[attr-defined]
    check(user, "workdays.publish")
    version = publish_calendar(actor=user.actor(), notices=given.notices, reason=given.reason)
    return Status(201, version)


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
