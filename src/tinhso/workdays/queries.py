"""The calendar in force, former versions, and what a new one would change."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Problem
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Calendar, Day
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.official import shipped


@lru_cache(maxsize=16)
def _read(sha256: str) -> Calendar:
    return Calendar(json.loads(CalendarVersion.objects.values_list("content", flat=True).get(sha256=sha256)))


def current() -> Calendar:
    """The newest published calendar, or the one shipped with the program while none is published."""
    newest = CalendarVersion.objects.order_by("-number").values_list("sha256", flat=True).first()
    return _read(newest) if newest else shipped()


def calendar(number: int) -> Calendar:
    """A published version; Problem 404 where there is none."""
    sha256 = CalendarVersion.objects.filter(number=number).values_list("sha256", flat=True).first()
    if sha256 is None:
        raise Problem(
            _("Không có lịch làm việc số %(number)s.") % {"number": number},
            place="calendar",
            status=404,
            code="not-found",
        )
    return _read(sha256)


def by_hash(sha256: str) -> Calendar:
    """The version of a hash, as papers and dossiers name it."""
    return shipped() if sha256 == shipped().sha256 else _read(sha256)


@dataclass(frozen=True)
class Change:
    """A day that two calendars hold differently."""

    day: date
    before: Day | None
    after: Day | None


@dataclass(frozen=True)
class Difference:
    """What sets two calendars apart: days; years whose notice differs as (year, before, after); office hours."""

    days: list[Change]
    years: list[tuple[int, Text | None, Text | None]]
    hours: tuple[str, str] | None

    def __bool__(self) -> bool:
        return bool(self.days or self.years or self.hours)


def difference(former: Calendar, later: Calendar) -> Difference:
    """Everything that differs between two calendars and can move a date."""
    hours = tuple(", ".join(item.content["hours"]) for item in (former, later))
    years = sorted(former.years.keys() | later.years.keys())
    return Difference(
        days=changes(former, later),
        years=[
            (year, former.years.get(year), later.years.get(year))
            for year in years
            if former.years.get(year) != later.years.get(year)
        ],
        hours=(hours[0], hours[1]) if hours[0] != hours[1] else None,
    )


def changes(former: Calendar, later: Calendar) -> list[Change]:
    """Every day the two differ on, in order; days only one of them covers do not count."""
    first, last = max(former.first, later.first), min(former.last, later.last)
    days = (first + timedelta(days=step) for step in range((last - first).days + 1))
    return [
        Change(day, former.days.get(day), later.days.get(day))
        for day in days
        if former.days.get(day) != later.days.get(day)
    ]
