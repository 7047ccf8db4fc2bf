"""Why a due date is what it is: each day counted or left out, with its reason and the act it rests on.

Written apart from the clock, day by day, so that the two check each other: a difference is a mistake and raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tinhso.foundation import canonical
from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import SATURDAY, Calendar
from tinhso.workdays.clock import REAPPOINTED, RECEIVED, Due, Event, Pause, add_months, due
from tinhso.workdays.rules import PAUSES, Rule

WEEKDAYS = (
    Text("Thứ Hai", "Monday"),
    Text("Thứ Ba", "Tuesday"),
    Text("Thứ Tư", "Wednesday"),
    Text("Thứ Năm", "Thursday"),
    Text("Thứ Sáu", "Friday"),
    Text("Thứ Bảy", "Saturday"),
    Text("Chủ Nhật", "Sunday"),
)
WEEKEND = Text("nghỉ hằng tuần", "weekend")
LAW = "blds"


@dataclass(frozen=True)
class Line:
    """One day, or one step, of the explanation. `count`: how much of the limit is used up after it (None: not counted).

    `kind`: start, counted, skipped, paused, moved, reappointed, due, stopped.
    """

    kind: str
    day: date
    count: int | None
    text: Text
    act: Text | None = None


def explain(events: Sequence[Event], rule: Rule, calendar: Calendar) -> tuple[Due, list[Line]]:
    """The due date and the lines that lead to it."""
    answer = due(events, rule, calendar)
    lines = list(_lines(events, rule, calendar, answer))
    if answer.at is None:
        stopped = answer.pauses[-1]
        why = PAUSES[stopped.kind]
        lines.append(
            Line(
                "stopped",
                stopped.start.date(),
                None,
                Text(f"Đồng hồ đang dừng: {why.vi}", f"The clock stands still: {why.en}"),
            )
        )
    else:
        lines += _ignored(answer)
        at = answer.at
        text = Text(f"Hẹn trả lúc {at:%H:%M ngày %d/%m/%Y}", f"Due at {at:%H:%M} on {at.day} {at:%B %Y}")
        if answer.provisional:
            text = Text(
                f"{text.vi} (tạm tính: năm {at.year} chưa có thông báo nghỉ lễ)",
                f"{text.en} (provisional: no official holidays of {at.year} yet)",
            )
        lines.append(Line("due", at.date(), None, text))
    return answer, lines


def digest(lines: Sequence[Line]) -> str:
    """SHA-256 of an explanation: papers carry it, and whoever recomputes the date can compare."""
    return canonical.digest(
        [
            {
                "kind": line.kind,
                "day": line.day.isoformat(),
                "count": line.count,
                "vi": line.text.vi,
                "en": line.text.en,
                "act": line.act.vi if line.act else "",
            }
            for line in lines
        ]
    )


def _lines(events: Sequence[Event], rule: Rule, calendar: Calendar, answer: Due) -> Iterator[Line]:
    received = events[0].at.astimezone(VIETNAM)
    start = _start_text(received, rule, calendar)
    law = calendar.acts[LAW]
    yield Line("start", received.date(), None, start, None if rule.unit == "hours" or rule.amount == 0 else law)
    again = next((event for event in reversed(events) if event.kind == REAPPOINTED), None)
    walk = _Walk(rule, calendar, answer)
    yield from (walk.hours if rule.unit == "hours" else walk.days)(
        received, again.at.astimezone(VIETNAM) if again else None
    )
    if again and again.to:
        to = again.to.astimezone(VIETNAM)
        yield Line(
            "reappointed",
            walk.day,
            None,
            Text(f"Hẹn lại đến {to:%d/%m/%Y}", f"New appointment: {to.day} {to:%B %Y}"),
        )
        if rule.unit != "hours":
            yield from walk.appointed(to.date())


def _start_text(received: datetime, rule: Rule, calendar: Calendar) -> Text:
    day, cut_off = f"{received:%H:%M %d/%m/%Y}", rule.latest(calendar.closing)
    if cut_off is not None and not _open(received.date(), rule, calendar):
        return Text(
            f"Nhận lúc {day}, ngày nghỉ: tính như nhận ngày làm việc kế tiếp",
            f"Received at {day}, a day off: counts as received the next working day",
        )
    if cut_off is not None and received.time() > cut_off:
        hour = cut_off.strftime("%H:%M")
        return Text(
            f"Nhận lúc {day}, sau {hour}: tính như nhận ngày làm việc kế tiếp",
            f"Received at {day}, after {hour}: counts as received the next working day",
        )
    if rule.unit == "hours":
        return Text(f"Nhận lúc {day}: tính từ đây", f"Received at {day}: counted from here")
    if rule.amount == 0:
        return Text(f"Nhận lúc {day}: giải quyết trong ngày làm việc", f"Received at {day}: due within the working day")
    return Text(f"Nhận lúc {day}: ngày nhận không tính", f"Received at {day}: the day itself is not counted")


def _why_off(day: date, calendar: Calendar) -> tuple[Text, Text | None]:
    named = calendar.days.get(day)
    if named and named.off:
        return named.name, named.act
    return WEEKEND, None


def _excluded(day: date, rule: Rule) -> Text | None:
    return next((period.reason for period in rule.excluded if period.has(day)), None)


def _paused(day: date, pauses: Sequence[Pause]) -> Pause | None:
    """A wait covers the days after it began, up to the day it ended."""
    return next(
        (pause for pause in pauses if pause.start.date() < day and (pause.end is None or day <= pause.end.date())), None
    )


def _open(day: date, rule: Rule, calendar: Calendar) -> bool:
    return calendar.works(day) and not _excluded(day, rule)


class _Walk:
    """The days of a limit, one after the other, until its own end is reached: `day` is where it stands."""

    def __init__(self, rule: Rule, calendar: Calendar, answer: Due) -> None:
        self.rule, self.calendar, self.answer = rule, calendar, answer
        self.day, self.until = calendar.first, answer.pauses[-1].start.date() if answer.at is None else calendar.last

    def days(self, received: datetime, again: datetime | None) -> Iterator[Line]:
        """Day by day to the end, the day the clock stopped, or the day of a new appointment."""
        rule, cut_off, self.day = self.rule, self.rule.latest(self.calendar.closing), received.date()
        until = min(self.until, again.date()) if again else self.until
        counting = cut_off is None or (self._opened() and received.time() <= cut_off)
        count, amount = 0, self._amount() if counting else rule.amount
        while not (counting and count >= amount and self._may_end()) and self.day < until:
            self.day += timedelta(days=1)
            if not counting:
                if counting := self._opened():
                    amount = self._amount()
                    yield self._line("start", "coi là ngày nhận", "the day of reception")
                else:
                    yield self._off()
            elif count < amount and not _paused(self.day, self.answer.pauses) and self._counts():
                count += 1
                yield self._counted(count)
            else:
                yield self._left_out(over=count >= amount)
        if counting and not again:
            self._agree(amount - count)

    def appointed(self, to: date) -> Iterator[Line]:
        """From a new appointment on: the waits since then, and the days they put off after it."""
        owed = count = 0
        while not (self.day >= to and count >= owed and self._may_end()) and self.day < self.until:
            self.day += timedelta(days=1)
            paused = _paused(self.day, self.answer.pauses)
            if paused and self.day <= to:
                owed += self._counts()
            if self.day > to and count < owed and not paused and self._counts():
                count += 1
                yield self._counted(count)
            elif self.day == to and not paused and self._opened():
                yield self._line("reappointed", "ngày hẹn lại", "the day of the new appointment")
            elif self.day >= to or paused:
                yield self._left_out(over=count >= owed)
        if self.answer.at:
            self._agree(0)

    def _agree(self, left: int) -> None:
        """Raise where the clock says otherwise."""
        answer = self.answer
        if (answer.at and answer.at.date() != self.day) or (answer.at is None and answer.left != max(left, 0)):
            raise RuntimeError(f"the clock says {answer}, its explanation {self.day} with {left} left")

    def _amount(self) -> int:
        """Days to count from the day of reception."""
        if self.rule.unit != "months":
            return self.rule.amount
        return (add_months(self.day, self.rule.amount) - self.day).days

    def _opened(self) -> bool:
        return _open(self.day, self.rule, self.calendar)

    def _counts(self) -> bool:
        """Whether the limit counts days like this one."""
        return self._opened() if self.rule.unit == "working_days" else not _excluded(self.day, self.rule)

    def _may_end(self) -> bool:
        """Whether a limit can end on this day: offices work, and no wait goes on after it."""
        waits = any(
            pause.start.date() <= self.day and (pause.end is None or pause.end.date() > self.day)
            for pause in self.answer.pauses
        )
        return self._opened() and not waits

    def _line(self, kind: str, vi: str, en: str, count: int | None = None, act: Text | None = None) -> Line:
        name = WEEKDAYS[self.day.weekday()]
        return Line(kind, self.day, count, Text(f"{name.vi}: {vi}", f"{name.en}: {en}"), act)

    def _counted(self, count: int) -> Line:
        named = self.calendar.days.get(self.day)
        # A Saturday worked, or a holiday that running days count, is worth its word.
        told = named if named and self.calendar.works(self.day) != (self.day.weekday() < SATURDAY) else None
        vi, en = (f" ({told.name.vi})", f" ({told.name.en})") if told else ("", "")
        return self._line("counted", f"ngày thứ {count}{vi}", f"day {count}{en}", count, told.act if told else None)

    def _off(self, law: Text | None = None) -> Line:
        if reason := _excluded(self.day, self.rule):
            return self._line("skipped", reason.vi, reason.en)
        why, act = _why_off(self.day, self.calendar)
        return self._line("skipped", why.vi, why.en, act=act or law)

    def _left_out(self, *, over: bool) -> Line:
        """A day not counted: inside a wait, off, or the working day an end moves to (`over`: nothing is left)."""
        if pause := _paused(self.day, self.answer.pauses):
            why = PAUSES[pause.kind]
            return self._line("paused", why.vi, why.en)
        law = self.calendar.acts[LAW]
        if self._opened():
            return self._line("moved", "ngày làm việc kế tiếp", "the next working day", act=law)
        return self._off(law if over and self.rule.unit != "working_days" else None)

    def hours(self, received: datetime, again: datetime | None) -> Iterator[Line]:
        """Day by day, the working seconds used of each."""
        rule, calendar, answer = self.rule, self.calendar, self.answer
        self.day, used, target = received.date(), 0, rule.amount * 3600
        begun = received
        if rule.cut_off is not None and not (self._opened() and received.time() <= rule.cut_off):
            while True:
                self.day += timedelta(days=1)
                if self._opened():
                    break
                yield self._off()
            begun = datetime.combine(self.day, time(), VIETNAM)
        until = min(self.until, again.date()) if again else self.until
        self.day -= timedelta(days=1)
        while used < target and self.day < until:
            self.day += timedelta(days=1)
            if not self._opened():
                yield self._off()
                continue
            ends = [moment for moment in (again, answer.pauses[-1].start if answer.at is None else None) if moment]
            spent = min(_open_seconds(self.day, begun, min(ends, default=None), answer, calendar), target - used)
            used += spent
            length = f"{spent // 3600}:{spent // 60 % 60:02}"
            total = f"{used // 3600}:{used // 60 % 60:02}"
            yield self._line(
                "counted" if spent else "paused",
                f"{length} giờ, cộng {total} giờ",
                f"{length} hours, {total} in all",
                used,
            )
        if not again:
            self._agree(target - used)


def _open_seconds(day: date, begun: datetime, end: datetime | None, answer: Due, calendar: Calendar) -> int:
    """Working seconds of a day from `begun` to `end` and outside every pause, second by interval."""
    spans = [(datetime.combine(day, a, VIETNAM), datetime.combine(day, b, VIETNAM)) for a, b in calendar.hours]
    spans = [(max(a, begun), min(b, end) if end else b) for a, b in spans if b > begun]
    for pause in answer.pauses:
        cut = []
        for a, b in spans:
            over = pause.end or datetime.max.replace(tzinfo=VIETNAM)
            cut += [(a, min(b, pause.start)), (max(a, over), b)] if pause.start < b and over > a else [(a, b)]
        spans = [(a, b) for a, b in cut if a < b]
    return sum(int((b - a).total_seconds()) for a, b in spans if a < b)


def _ignored(answer: Due) -> Iterator[Line]:
    for pause in answer.ignored:
        why = PAUSES[pause.kind]
        yield Line(
            "skipped",
            pause.start.date(),
            None,
            Text(
                f"{why.vi.capitalize()} từ {pause.start:%d/%m/%Y}: không được trừ vào thời hạn",
                f"{why.en.capitalize()} since {pause.start.day} {pause.start:%B %Y}: not taken off the limit",
            ),
        )


__all__ = ["RECEIVED", "Line", "digest", "explain"]
