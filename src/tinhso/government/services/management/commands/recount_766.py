"""Recount a year's service index from the events and compare it with what was summed as things happened."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.dates import today
from tinhso.government.services.index.incremental import differences, repair
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Recount a year's service index from the events; name every difference to what was summed as it happened."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, default=today().year)
        parser.add_argument("--repair", action="store_true", help="write the facts as the events tell them")

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences(options["year"], lambda done: self.stderr.write(f"{done} …"))
        for one in found:
            self.stdout.write(f"{one.code} {one.column}: kept {one.kept}, events tell {one.told}")
        if not found:
            self.stdout.write(f"{options['year']}: equal")
        elif options["repair"]:
            changed = repair(actor=SYSTEM, codes=sorted({one.code for one in found}))
            self.stdout.write(f"{options['year']}: {changed} dossiers mended")
        else:
            raise CommandError(f"{options['year']}: {len(found)} differences; --repair writes what the events tell")
