"""Erase the personal data of dossiers that ended before a day."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.dates import end_of, parse_day
from tinhso.government.services.dossiers.commands.erasure import erase_dossiers
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "erase all that is personal of dossiers that ended up to a day; their chains hold still"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", required=True, metavar="DAY", help="2026-03-02: dossiers that ended by its end")

        parser.add_argument(
            "--held", action="store_true", help="also those not handed over yet, or not told to the national portal"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        day = parse_day(options["until"])
        if day is None:
            raise CommandError(f"--until {options['until']}: not a day; write 2026-03-02")
        total = 0
        while erased := erase_dossiers(before=end_of(day), actor=SYSTEM, held=options["held"]):
            total += erased
        self.stdout.write(f"{total}")
