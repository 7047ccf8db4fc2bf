"""A working calendar: which days offices work, why not, and by which act. Frozen: its hash names it for ever.

{"code": "VN", "hours": ["07:30-11:30", …], "acts": {key: {"vi", "en"}},
 "years": {"2026": "tb2026", "2028": ""},            # the notice of each year, empty while there is none
 "days": [{"date", "off", "vi", "en", "act"}, …]}    # what differs from Monday to Friday, and every named holiday
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cached_property, lru_cache
from itertools import accumulate, pairwise
from typing import Any

from tinhso.foundation import canonical
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text

SATURDAY = 5


@dataclass(frozen=True)
class Day:
    """A day that is not as its weekday says, or has a name: off or worked, why, and the act it rests on."""

    off: bool
    name: Text
    act: Text


@dataclass(frozen=True)
class Period:
    """Days that a rule leaves out, both ends included: dated (2026-02-01) or every year (12-20 to 01-05)."""

    start: str
    end: str
    reason: Text

    def has(self, day: date) -> bool:
        text = day.isoformat()
        if len(self.start) == 10:
            return self.start <= text <= self.end
        text = text[5:]
        return self.start <= text <= self.end if self.start <= self.end else text >= self.start or text <= self.end


class Steps:
    """Days of one kind, counted: `count[i]` of them up to day i of the calendar, `nth[k]` the day of the k-th."""

    __slots__ = ("count", "nth")

    def __init__(self, taken: Iterable[bool]) -> None:
        flags = list(taken)
        self.count = list(accumulate(flags))
        self.nth = [-1, *(index for index, flag in enumerate(flags) if flag)]


@dataclass(frozen=True)
class Counting:
    """What one set of excluded periods leaves: working days and all days, to count by."""

    working: Steps
    every: Steps


class Calendar:
    """One version of the calendar, read from its canonical content. Two with the same hash are the same."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self.content = content
        self.sha256 = canonical.digest(content)
        self.code: str = content["code"]
        self.acts = {key: Text(act["vi"], act["en"]) for key, act in content["acts"].items()}
        self.hours = tuple(_hours(text) for text in content["hours"])
        if any(later[0] < former[1] for former, later in pairwise(self.hours)):
            raise Invalid(str(Text("Giờ làm việc chồng nhau.", "Office hours overlap.")), place="/hours")
        self.years = {int(year): self.acts[act] if act else None for year, act in content["years"].items()}
        self.first, self.last = date(min(self.years), 1, 1), date(max(self.years), 12, 31)
        self.days = {
            date.fromisoformat(item["date"]): Day(item["off"], Text(item["vi"], item["en"]), self.acts[item["act"]])
            for item in content["days"]
        }
        self.base = self.first.toordinal()
        self.length = self.last.toordinal() - self.base + 1
        self.counting = lru_cache(maxsize=64)(self._counting)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    @property
    def version(self) -> str:
        """The short name printed on papers: the code and the first twelve digits of the hash."""
        return f"{self.code}-{self.sha256[:12]}"

    @cached_property
    def closing(self) -> time:
        """When offices close: a time limit in days ends then."""
        return self.hours[-1][1]

    @cached_property
    def day_seconds(self) -> int:
        """Working seconds of a working day."""
        return sum(_seconds(end) - _seconds(start) for start, end in self.hours)

    def provisional(self, year: int) -> bool:
        """Whether no official notice of this year is known yet."""
        return self.years.get(year) is None

    def uncertain(self, start: int, end: date) -> bool:
        """Whether a year without official notice lies between a day's number and a day."""
        for year in range(date.fromordinal(self.base + start).year, end.year + 1):
            if self.years.get(year) is None:
                return True
        return False

    def works(self, day: date) -> bool:
        """Whether offices work on this day."""
        named = self.days.get(day)
        return not named.off if named else day.weekday() < SATURDAY

    def index(self, day: date) -> int:
        """The number of a day in this calendar; Invalid outside it."""
        index = day.toordinal() - self.base
        if 0 <= index < self.length:
            return index
        raise Invalid(
            str(
                Text(
                    f"{day:%d/%m/%Y}: lịch làm việc chỉ có từ {self.first:%d/%m/%Y} đến {self.last:%d/%m/%Y}.",
                    f"{day}: the calendar covers {self.first} to {self.last}.",
                )
            ),
            place="calendar",
            mend=str(Text("Ban hành lịch cho năm này.", "Publish a calendar for this year.")),
        )

    def day(self, index: int) -> date:
        """The day of a number."""
        return date.fromordinal(self.base + index)

    def _counting(self, excluded: tuple[Period, ...]) -> Counting:
        days = [self.first + timedelta(days=index) for index in range(self.length)]
        kept = [not any(period.has(day) for period in excluded) for day in days]
        return Counting(
            working=Steps(keep and self.works(day) for keep, day in zip(kept, days, strict=True)), every=Steps(kept)
        )

    def worked_before(self, moment: time) -> int:
        """Working seconds of a working day that lie before a time of day."""
        at = _seconds(moment)
        return sum(min(max(at - _seconds(start), 0), _seconds(end) - _seconds(start)) for start, end in self.hours)

    def time_after(self, worked: int) -> time:
        """The time of day at which so many working seconds (1 to `day_seconds`) have passed."""
        for start, end in self.hours:
            span = _seconds(end) - _seconds(start)
            if worked <= span:
                at = _seconds(start) + worked
                return time(at // 3600, at // 60 % 60, at % 60)
            worked -= span
        raise ValueError("more seconds than a working day has")


def _hours(text: str) -> tuple[time, time]:
    start, end = (time.fromisoformat(part) for part in text.split("-"))
    if start >= end:
        raise Invalid(str(Text(f"{text}: giờ làm việc ngược.", "Hours end before they begin.")), place="/hours")
    return start, end


def _seconds(moment: time) -> int:
    return moment.hour * 3600 + moment.minute * 60 + moment.second
