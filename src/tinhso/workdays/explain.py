"""Why a due date is what it is: each day counted or left out, with its reason and the act it rests on.

Written apart from the clock, day by day, so that the two check each other: a difference is a mistake and raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
    moved = [event for event in events if event.kind == REAPPOINTED and event.to is not None]
    for event in moved:
        to = event.to.astimezone(VIETNAM)  # type: ignore[union-attr]
        yield Line(
            "reappointed",
            event.at.astimezone(VIETNAM).date(),
            None,
            Text(f"Hẹn lại đến {to:%d/%m/%Y}", f"New appointment: {to.day} {to:%B %Y}"),
        )
    last = answer.at.date() if answer.at else answer.pauses[-1].start.date()
    if rule.unit == "hours":
        yield from _hour_lines(received, last, rule, calendar, answer)
    else:
        yield from _day_lines(received, last, rule, calendar, answer)


def _start_text(received: datetime, rule: Rule, calendar: Calendar) -> Text:
    day = f"{received:%H:%M %d/%m/%Y}"
    if rule.unit == "hours":
        return Text(f"Nhận lúc {day}: tính từ đây", f"Received at {day}: counted from here")
    if rule.cut_off is not None and received.time() > rule.cut_off:
        hour = rule.cut_off.strftime("%H:%M")
        return Text(
            f"Nhận lúc {day}, sau {hour}: tính như nhận ngày làm việc kế tiếp",
            f"Received at {day}, after {hour}: counts as received the next working day",
        )
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


def _day_lines(received: datetime, last: date, rule: Rule, calendar: Calendar, answer: Due) -> Iterator[Line]:
    late = rule.cut_off is not None and received.time() > rule.cut_off
    late = late or (rule.amount == 0 and not calendar.works(received.date()))
    amount = rule.amount
    if rule.unit == "months":
        amount = (add_months(received.date(), amount) - received.date()).days
    day, count, counting = received.date(), 0, not late
    while day < last:
        day += timedelta(days=1)
        name = WEEKDAYS[day.weekday()]
        works = calendar.works(day)
        reason = _excluded(day, rule)
        if not counting and works and not reason:
            counting = True
            yield Line("start", day, None, Text(f"{name.vi}: coi là ngày nhận", f"{name.en}: the day of reception"))
        elif counting and (pause := _paused(day, answer.pauses)):
            why = PAUSES[pause.kind]
            yield Line("paused", day, None, Text(f"{name.vi}: {why.vi}", f"{name.en}: {why.en}"))
        elif reason:
            yield Line("skipped", day, None, Text(f"{name.vi}: {reason.vi}", f"{name.en}: {reason.en}"))
        elif not works and (rule.unit == "working_days" or not counting or count >= amount):
            why, act = _why_off(day, calendar)
            if act is None and rule.unit != "working_days" and count >= amount:
                act = calendar.acts[LAW]
            yield Line("skipped", day, None, Text(f"{name.vi}: {why.vi}", f"{name.en}: {why.en}"), act)
        elif count >= amount:
            yield Line(
                "moved",
                day,
                None,
                Text(f"{name.vi}: ngày làm việc kế tiếp", f"{name.en}: the next working day"),
                calendar.acts[LAW],
            )
        else:
            count += 1
            named = calendar.days.get(day)
            # A Saturday worked, or a holiday that running days count, is worth its word.
            told = named if named and works != (day.weekday() < SATURDAY) else None
            extra = (f" ({told.name.vi})", f" ({told.name.en})") if told else ("", "")
            yield Line(
                "counted",
                day,
                count,
                Text(f"{name.vi}: ngày thứ {count}{extra[0]}", f"{name.en}: day {count}{extra[1]}"),
                told.act if told else None,
            )


def _hour_lines(received: datetime, last: date, rule: Rule, calendar: Calendar, answer: Due) -> Iterator[Line]:
    used, day, target = 0, received.date() - timedelta(days=1), rule.amount * 3600
    while day < last:
        day += timedelta(days=1)
        name = WEEKDAYS[day.weekday()]
        if reason := _excluded(day, rule):
            yield Line("skipped", day, None, Text(f"{name.vi}: {reason.vi}", f"{name.en}: {reason.en}"))
        elif not calendar.works(day):
            why, act = _why_off(day, calendar)
            yield Line("skipped", day, None, Text(f"{name.vi}: {why.vi}", f"{name.en}: {why.en}"), act)
        else:
            spent = min(_open_seconds(day, received, answer, calendar), target - used)
            used += spent
            length = f"{spent // 3600}:{spent // 60 % 60:02}"
            total = f"{used // 3600}:{used // 60 % 60:02}"
            yield Line(
                "counted" if spent else "paused",
                day,
                used,
                Text(f"{name.vi}: {length} giờ, cộng {total} giờ", f"{name.en}: {length} hours, {total} in all"),
            )


def _open_seconds(day: date, received: datetime, answer: Due, calendar: Calendar) -> int:
    """Working seconds of a day after reception and outside every pause, second by interval."""
    spans = [(datetime.combine(day, a, VIETNAM), datetime.combine(day, b, VIETNAM)) for a, b in calendar.hours]
    spans = [(max(a, received), b) for a, b in spans if b > received]
    for pause in answer.pauses:
        cut = []
        for a, b in spans:
            end = pause.end or datetime.max.replace(tzinfo=VIETNAM)
            cut += [(a, min(b, pause.start)), (max(a, end), b)] if pause.start < b and end > a else [(a, b)]
        spans = [(a, b) for a, b in cut if a < b]
    return sum(int((b - a).total_seconds()) for a, b in spans)


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
