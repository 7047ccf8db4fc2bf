"""tinhso measure: measure indicators over a scope as of a day."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.errors import Problem
from tinhso.measures.commands import measure_all
from tinhso.measures.queries import SIGNING_PROVINCE
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Measure indicators (default all) over a scope (default the signing province) as of a day (default today)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--as-of", metavar="DATE", help="YYYY-MM-DD; the measurement speaks for the end of that day"
        )
        parser.add_argument("--indicator", nargs="+", metavar="ID", help="only these indicators")
        parser.add_argument("--scope", default=SIGNING_PROVINCE, metavar="CODE", help="signing-province or unit:CODE")
        parser.add_argument("--again", action="store_true", help="append even where the result is the same as before")

    def handle(
        self, *args: Any, as_of: str | None, indicator: list[str] | None, scope: str, again: bool, **options: Any
    ) -> None:
        day = today() if as_of is None else parse_day(as_of)
        if day is None:
            raise CommandError(f"--as-of {as_of!r} is not a date: give YYYY-MM-DD")
        try:
            done = measure_all(
                actor=SYSTEM, scope=scope, as_of=day, indicator_ids=indicator, again=again, say=self.stdout.write
            )
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{len(done)} measured · {scope} · {day}")
