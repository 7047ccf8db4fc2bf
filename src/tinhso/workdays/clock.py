"""When a dossier is due: a pure function of its events, its rule and the calendar. Nothing else does date arithmetic.

The day of reception is not counted, and an end on a day off moves to the next working day (Civil Code 2015, Articles
147 and 148). A wait that the rule names stops the clock from the day after it began to the day it ended. Limits in
days and months end when offices close.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Calendar, Steps
from tinhso.workdays.rules import PAUSES, Rule

RECEIVED, REAPPOINTED = "received", "reappointed"
STARTS = {"supplements_requested": "supplement", "payment_requested": "payment", "suspended": "suspension"}
ENDS = {"supplements_received": "supplement", "paid": "payment", "resumed": "suspension"}
KINDS = (RECEIVED, *STARTS, *ENDS, REAPPOINTED)


class Event(NamedTuple):
    """What moves the clock. `at`: an aware moment. `to`: the new appointment of a `reappointed` event."""

    kind: str
    at: datetime
    to: datetime | None = None


class Pause(NamedTuple):
    """A wait that does not count, from `start` to `end` (None: it lasts still)."""

    kind: str
    start: datetime
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """The answer: `at` (None while the clock stands still), and how much of the limit was left when it stopped.

    `left` is in days of the rule's kind, or seconds for hours. `provisional`: a year it runs through has no official
    notice. `ignored`: pauses that began after the limit had passed, or that the rule does not grant.
    """

    at: datetime | None
    left: int
    provisional: bool
    pauses: tuple[Pause, ...]
    ignored: tuple[Pause, ...]


def due(events: Sequence[Event], rule: Rule, calendar: Calendar) -> Due:
    """When the limit ends. The first event is the reception; Invalid names a contradiction or a year not covered."""
    if not events or events[0].kind != RECEIVED:
        raise Invalid(
            str(Text("Sự kiện đầu tiên phải là tiếp nhận.", "The first event is the reception.")), place="events.0"
        )
    received = events[0].at.astimezone(VIETNAM)
    counting = calendar.counting(rule.excluded)
    start = calendar.index(received.date())
    cut_off = rule.latest(calendar.closing)
    if cut_off is not None:
        start = _after_cut_off(received, start, cut_off, counting.working)
    if rule.unit == "hours":
        return _by_hours(received, start, events, rule, calendar)
    steps = counting.working if rule.unit == "working_days" else counting.every
    amount = rule.amount
    if rule.unit == "months":
        first = calendar.day(start)
        amount = (add_months(first, amount) - first).days
    course = _Course(calendar, steps, counting.working, start, steps.count[start] + amount)
    if len(events) > 1:
        return _with_pauses(course, events, rule)
    return course.answer((), ())


@dataclass(slots=True)
class _Course:
    """A limit in days on its way: `target` of the days counted by `steps` is its end, never before `earliest`."""

    calendar: Calendar
    steps: Steps
    working: Steps
    start: int
    target: int
    earliest: int = 0
    appointed: bool = False

    def end(self) -> int:
        """The day the limit ends: rolled to a working day."""
        end = max(_nth(self.steps, self.target, self.calendar), self.earliest)
        return _nth(self.working, (self.working.count[end - 1] if end else 0) + 1, self.calendar)

    def wait(self, first: int, last: int) -> None:
        """Leave out the days after `first` up to `last`; the limit never ends inside a wait."""
        self.earliest = max(self.earliest, last)
        start = 0 if self.appointed else self.start
        used = self.steps.count[max(first, start)]
        if self.target > used:
            self.target += self.steps.count[max(last, start)] - used

    def appoint(self, day: int) -> None:
        """A new appointment takes the limit's place."""
        self.earliest, self.target, self.appointed = day, self.steps.count[day], True

    def answer(self, taken: Sequence[Pause], ignored: Sequence[Pause]) -> Due:
        day = self.calendar.day(self.end())
        at = datetime.combine(day, self.calendar.closing, VIETNAM)
        return Due(at, 0, self.calendar.uncertain(self.start, day), tuple(taken), tuple(ignored))


def _with_pauses(course: _Course, events: Sequence[Event], rule: Rule) -> Due:
    taken: list[Pause] = []
    ignored: list[Pause] = []
    index = course.calendar.index
    for step in _story(events, rule, ignored):
        if isinstance(step, Event):
            course.appoint(index(_moment(step.to).date()))
            continue
        first, end = index(step.start.date()), course.end()
        if first > end or (first == end and step.start.time() > course.calendar.closing):
            ignored.append(step)
            continue
        taken.append(step)
        if step.end is None:
            left = max(course.target - course.steps.count[max(first, course.start)], 0)
            return Due(None, left, False, tuple(taken), tuple(ignored))
        course.wait(first, index(step.end.date()))
    return course.answer(taken, ignored)


def _by_hours(received: datetime, start: int, events: Sequence[Event], rule: Rule, calendar: Calendar) -> Due:
    steps = calendar.counting(rule.excluded).working
    taken: list[Pause] = []
    ignored: list[Pause] = []
    if calendar.day(start) == received.date():
        begun = worked_until(received, steps, calendar)
    else:
        begun = (steps.count[start] - 1) * calendar.day_seconds
    target, earliest = begun + rule.amount * 3600, received
    for step in _story(events, rule, ignored):
        if isinstance(step, Event):
            earliest = _moment(step.to)
            target, begun = worked_until(earliest, steps, calendar), 0
            continue
        if step.start >= _after_seconds(target, steps, calendar):
            ignored.append(step)
            continue
        taken.append(step)
        began = max(worked_until(step.start, steps, calendar), begun)
        if step.end is None:
            return Due(None, target - began, False, tuple(taken), tuple(ignored))
        target += max(worked_until(step.end, steps, calendar), begun) - began
    at = _after_seconds(target, steps, calendar)
    if at < earliest.replace(microsecond=0):
        # An appointment while offices are closed holds from the moment they open again.
        at = _after_seconds(target + 1, steps, calendar) - timedelta(seconds=1)
    return Due(at, 0, calendar.uncertain(start, at.date()), tuple(taken), tuple(ignored))


def _after_seconds(target: int, steps: Steps, calendar: Calendar) -> datetime:
    """The first moment at which so many working seconds since the calendar's first day have passed."""
    whole, part = divmod(target - 1, calendar.day_seconds)
    day = calendar.day(_nth(steps, whole + 1, calendar))
    return datetime.combine(day, calendar.time_after(part + 1), VIETNAM)


def worked_until(moment: datetime, steps: Steps, calendar: Calendar) -> int:
    """Working seconds from the calendar's first day to a moment."""
    index = calendar.index(moment.date())
    before = steps.count[index - 1] if index else 0
    today = calendar.worked_before(moment.time()) if steps.count[index] > before else 0
    return before * calendar.day_seconds + today


class _Waits:
    """Which waits are open, and which of them stop the clock by the rule."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.requests = rule, 0
        self.open: dict[str, datetime] = {}
        self.granted: set[str] = set()
        self.kind, self.since = "", None  # type: str, datetime | None

    def begin(self, kind: str, at: datetime) -> None:
        if kind in self.open:
            raise Invalid(str(Text(f"{PAUSES[kind]}: đã bắt đầu.", "Has begun already.")))
        self.open[kind] = at
        self.requests += kind == "supplement"
        if kind in self.rule.pauses and (kind != "supplement" or self.requests <= self.rule.supplements):
            if not self.granted:
                self.kind, self.since = kind, at
            self.granted.add(kind)

    def finish(self, kind: str, at: datetime, ignored: list[Pause]) -> Pause | None:
        """The pause that is over now, if no other wait still holds the clock."""
        if kind not in self.open:
            raise Invalid(str(Text(f"{PAUSES[kind]}: chưa bắt đầu.", "Has not begun.")))
        began = self.open.pop(kind)
        if kind not in self.granted:
            ignored.append(Pause(kind, began, at))
            return None
        self.granted.discard(kind)
        if self.granted or self.since is None:
            return None
        return Pause(self.kind, self.since, at)

    def cut(self, at: datetime) -> Pause | None:
        """The part up to now of the wait that holds the clock; the rest is a wait of its own."""
        if not self.granted or self.since is None or self.since >= at:
            return None
        over, self.since = Pause(self.kind, self.since, at), at
        return over


def _story(events: Sequence[Event], rule: Rule, ignored: list[Pause]) -> Iterator[Pause | Event]:
    """Pauses, joined where they overlap, and new appointments, in order of time.

    What the rule does not grant goes to `ignored`. Invalid names an event that contradicts those before it.
    """
    waits, latest = _Waits(rule), events[0].at
    for place, event in enumerate(events[1:], 1):
        if event.at < latest:
            raise Invalid(
                str(Text("Sự kiện sớm hơn sự kiện trước nó.", "Earlier than the one before.")), place=f"events.{place}"
            )
        latest, at = event.at, event.at.astimezone(VIETNAM)
        try:
            if event.kind in STARTS:
                waits.begin(STARTS[event.kind], at)
            elif event.kind in ENDS:
                if over := waits.finish(ENDS[event.kind], at, ignored):
                    yield over
            elif event.kind == REAPPOINTED and event.to is not None:
                # Limits in days end when offices close, so only a later day is sure not to be past already.
                later = event.to >= at if rule.unit == "hours" else _moment(event.to).date() > at.date()
                if not later:
                    raise Invalid(
                        str(Text("Ngày hẹn lại phải sau ngày quyết định hẹn lại.", "The new appointment is not later."))
                    )
                # Of a wait that goes on, only what follows the new appointment can extend it.
                if over := waits.cut(at):
                    yield over
                yield event
            else:
                raise Invalid.among(event.kind, KINDS[1:])
        except Invalid as contradiction:
            contradiction.place = contradiction.place or f"events.{place}"
            raise
    ignored.extend(Pause(kind, began, None) for kind, began in waits.open.items() if kind not in waits.granted)
    if waits.granted and waits.since is not None:
        yield Pause(waits.kind, waits.since, None)


def _after_cut_off(received: datetime, start: int, cut_off: time, working: Steps) -> int:
    """The day a reception counts as: its own, or the next working day's when it came late or on a day off.

    A day off lies after the last cut-off, so that nobody who comes later is due earlier.
    """
    off = working.count[start] == (working.count[start - 1] if start else 0)
    if off or received.time() > cut_off:
        return working.nth[working.count[start] + 1]
    return start


def _nth(steps: Steps, target: int, calendar: Calendar) -> int:
    if target < len(steps.nth):
        return steps.nth[target]
    raise Invalid(
        str(Text(f"Hạn sau {calendar.last:%d/%m/%Y}, ngoài lịch làm việc.", "The limit ends beyond the calendar.")),
        place="calendar",
    )


def _moment(given: datetime | None) -> datetime:
    assert given is not None
    return given.astimezone(VIETNAM)


def working_seconds(start: datetime, end: datetime, calendar: Calendar) -> int:
    """Working seconds from one moment to another; negative when the second is the earlier."""
    steps = calendar.counting(()).working
    return worked_until(end.astimezone(VIETNAM), steps, calendar) - worked_until(
        start.astimezone(VIETNAM), steps, calendar
    )


def after_working(moment: datetime, seconds: int, calendar: Calendar) -> datetime:
    """The first moment at which so many working seconds (at least one) have passed since another."""
    steps = calendar.counting(()).working
    return _after_seconds(worked_until(moment.astimezone(VIETNAM), steps, calendar) + seconds, steps, calendar)


def add_months(day: date, months: int) -> date:
    """The corresponding day of a later month, or its last day where it has none (Civil Code 2015, Article 148(3))."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
