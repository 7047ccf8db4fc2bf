import json
from argparse import ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Problem
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.clock import KINDS, REAPPOINTED, RECEIVED, Event
from tinhso.workdays.explain import explain
from tinhso.workdays.official import shipped
from tinhso.workdays.queries import calendar, current
from tinhso.workdays.rules import Rule
from tinhso.workdays.words import answer_as_dict, line_text


def moment(text: str) -> datetime:
    """ISO 8601; without an offset it is Vietnam's time."""
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        said = Text(
            f"«{text}» không phải thời điểm; viết như 2026-01-29T14:00",
            f"“{text}” is not a moment; write it like 2026-01-29T14:00",
        )
        raise ArgumentTypeError(str(said)) from None
    return given if given.tzinfo else given.replace(tzinfo=VIETNAM)


def event(text: str) -> Event:
    """`kind=moment`, or `reappointed=moment=new`."""
    kind, *moments = text.split("=")
    if kind not in KINDS or len(moments) != (2 if kind == REAPPOINTED else 1):
        kinds = ", ".join(KINDS[1:])
        shape = f"KIND=2026-02-02T09:00 (reappointed=2026-02-02T09:00=2026-02-10), KIND: {kinds}"
        said = Text(f"«{text}» không đọc được; viết {shape}", f"“{text}” cannot be read; write {shape}")
        raise ArgumentTypeError(str(said))
    return Event(kind, *(moment(item) for item in moments))


class Command(BaseCommand):
    help = "When is it due? Counts a legal time limit and explains every day of it."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("received", type=moment, help="valid reception, e.g. 2026-01-29T14:00")
        limit = parser.add_mutually_exclusive_group(required=True)
        limit.add_argument("--working-days", type=int, help="0: within the day")
        limit.add_argument("--days", type=int)
        limit.add_argument("--hours", type=int, help="hours of the office")
        limit.add_argument("--months", type=int)
        parser.add_argument("--event", type=event, action="append", default=[], help="KIND=MOMENT, repeated")
        parser.add_argument("--cut-off", default="", help="HH:MM: later receptions count as the next working day's")
        parser.add_argument("--calendar", type=int, help="number of a published calendar (default: the newest)")
        parser.add_argument("--lang", choices=["vi", "en"], default="vi")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, received: datetime, event: list[Event], **options: Any) -> None:
        unit = next(name for name in ("working_days", "days", "hours", "months") if options[name] is not None)
        try:
            rule = Rule.of({"unit": unit, "amount": options[unit], "cut_off": options["cut_off"]})
            used = _calendar(options["calendar"])
            answer, lines = explain([Event(RECEIVED, received), *event], rule, used)
        except (Problem, DatabaseError) as refused:
            raise CommandError(str(refused)) from refused
        if options["json"]:
            self.stdout.write(json.dumps(answer_as_dict(answer, lines, rule, used), ensure_ascii=False))
            return
        for line in lines:
            self.stdout.write(line_text(line, options["lang"]))


def _calendar(number: int | None) -> Calendar:
    """A published version; else the newest, or the shipped one where there is no database to ask."""
    try:
        return current() if number is None else calendar(number)
    except DatabaseError:
        if number is not None:
            raise
        return shipped()
