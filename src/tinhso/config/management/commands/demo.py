import time
from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.config.preparing import prepare
from tinhso.foundation.dates import parse_day
from tinhso.foundation.demo import Making, made, steps


class Command(BaseCommand):
    help = "Create the demonstration province: places, people, network, agreement, measurements."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--province", default="36", help="two-digit code of the province (default 36, Nam Định)")
        parser.add_argument("--as-of", default="2021-12-31", help="day the headline figures speak of (YYYY-MM-DD)")
        part = parser.add_mutually_exclusive_group()
        part.add_argument("--essential", action="store_true", help="only what the first page needs")
        part.add_argument("--rest", action="store_true", help="only what follows the essential steps")

    def handle(self, *, province: str, as_of: str, essential: bool, rest: bool, **options: object) -> None:
        day: date | None = parse_day(as_of)
        if day is None:
            raise CommandError(f"--as-of {as_of!r} is not a day; write YYYY-MM-DD")
        prepare(self.stdout.write)
        total = list(steps)
        for number, step in enumerate(total, 1):
            if (essential and not step.essential) or (rest and step.essential):
                continue
            began = time.monotonic()
            self.stdout.write(f"[{number}/{len(total)}] {step.name} …")
            Making(province, as_of, number, len(total)).keep()
            step.run(province, day, lambda line: self.stdout.write(f"      {line}"))
            self.stdout.write(f"      {time.monotonic() - began:.1f} s")
        if not essential:
            made()
