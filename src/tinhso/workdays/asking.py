"""A question put to the clock by a person or a program: the rule, the waits, and errors that name the field."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.clock import ENDS, RECEIVED, STARTS, Due, Event, Pause
from tinhso.workdays.explain import Line, explain
from tinhso.workdays.rules import Rule

BEGINS = {wait: kind for kind, wait in STARTS.items()}
OVER = {wait: kind for kind, wait in ENDS.items()}


def ask(
    *,
    received: datetime,
    unit: str,
    amount: int,
    cut_off: time | None,
    pauses: Sequence[Pause],
    calendar: Calendar,
) -> tuple[Due, list[Line], Rule]:
    """When it is due, why, and the rule. Invalid: `place` is received, unit, amount, or pauses.0, pauses.1, …"""
    rule = Rule(unit, amount, cut_off=cut_off)
    _within(received, calendar, "received")
    events: list[Event] = []
    for place, pause in enumerate(pauses):
        _within(pause.start, calendar, f"pauses.{place}")
        if pause.start < received:
            raise Invalid(_("Tạm dừng trước khi tiếp nhận."), place=f"pauses.{place}")
        if pause.end is not None:
            _within(pause.end, calendar, f"pauses.{place}")
            if pause.end < pause.start:
                raise Invalid(_("Kết thúc trước khi bắt đầu."), place=f"pauses.{place}")
    for pause in sorted(pauses, key=lambda pause: pause.start):
        events.append(Event(BEGINS[pause.kind], pause.start))
        if pause.end is not None:
            events.append(Event(OVER[pause.kind], pause.end))
    events.sort(key=lambda event: event.at)
    answer, lines = explain([Event(RECEIVED, received), *events], rule, calendar)
    return answer, lines, rule


def _within(moment: datetime, calendar: Calendar, place: str) -> None:
    if not calendar.first.year <= moment.year <= calendar.last.year:
        raise Invalid(
            _("%(year)d: lịch làm việc chỉ có từ năm %(first)d đến năm %(last)d.")
            % {"year": moment.year, "first": calendar.first.year, "last": calendar.last.year},
            place=place,
        )
