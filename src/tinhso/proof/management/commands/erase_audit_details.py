from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from tinhso.foundation.dates import end_of, parse_day
from tinhso.proof.audit import SYSTEM
from tinhso.proof.commands import erase_details
from tinhso.proof.management.base import ProofCommand


class Command(ProofCommand):
    help = "Erase the values before and after of old commands, as retention rules ask; records and seals stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--before", required=True, help="first day to keep, YYYY-MM-DD")

    def handle(self, *, before: str, **options: Any) -> None:
        day = parse_day(before)
        if day is None:
            raise CommandError(f"--before {before!r} is not a day; write YYYY-MM-DD")
        moment = end_of(day - timedelta(days=1))
        if moment > timezone.now():
            raise CommandError(f"--before {before} lies in the future; nothing was erased")
        self.stdout.write(f"{erase_details(actor=SYSTEM, before=moment)} values erased")
