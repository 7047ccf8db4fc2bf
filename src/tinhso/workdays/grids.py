"""A year of a calendar as twelve small months, and its named days."""

from __future__ import annotations

from calendar import Calendar as Weeks
from dataclasses import dataclass
from datetime import date

from tinhso.foundation.text import Text
from tinhso.workdays.calendars import SATURDAY, Calendar, Day
from tinhso.workdays.explain import WEEKDAYS

OFF, WORKED, WEEKEND, PLAIN = "off", "worked", "weekend", ""
KINDS = {OFF: Text("nghỉ", "off"), WORKED: Text("làm việc", "worked"), WEEKEND: Text("cuối tuần", "weekend")}


@dataclass(frozen=True)
class Cell:
    """A day of a month: what kind, and why where it has a name."""

    day: date
    kind: str
    named: Day | None

    @property
    def title(self) -> Text | None:
        return KINDS.get(self.kind)

    @property
    def weekday(self) -> Text:
        return WEEKDAYS[self.day.weekday()]


def cell(day: date, calendar: Calendar) -> Cell:
    """What a calendar says of a day."""
    named, weekend = calendar.days.get(day), day.weekday() >= SATURDAY
    if named and named.off:
        return Cell(day, OFF, named)
    if named and weekend:
        return Cell(day, WORKED, named)
    return Cell(day, WEEKEND if weekend else PLAIN, named)


def months(calendar: Calendar, year: int) -> list[tuple[date, list[list[Cell | None]]]]:
    """Twelve months: the first day, and weeks from Monday with None outside the month."""
    weeks = Weeks()
    return [
        (
            date(year, month, 1),
            [
                [cell(day, calendar) if day.month == month else None for day in week]
                for week in weeks.monthdatescalendar(year, month)
            ],
        )
        for month in range(1, 13)
    ]


def named_days(calendar: Calendar, year: int) -> list[Cell]:
    """The days of a year that are not as their weekday says, or have a name."""
    return [cell(day, calendar) for day in sorted(calendar.days) if day.year == year]


def working_days(calendar: Calendar, year: int) -> int:
    """How many days offices work in a year."""
    working = calendar.counting(()).working
    before = calendar.index(date(year, 1, 1)) - 1
    return working.count[calendar.index(date(year, 12, 31))] - (working.count[before] if before >= 0 else 0)
