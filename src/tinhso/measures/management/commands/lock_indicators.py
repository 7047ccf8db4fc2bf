"""tinhso lock_indicators: write indicators.lock from the registered indicators."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from tinhso.measures.contract import indicators
from tinhso.measures.lock import LOCK, Locked, read, text, unraised
from tinhso.measures.models import Measurement


class Command(BaseCommand):
    help = "Lock each indicator's version to its source text; refuses a changed source under an unchanged version."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--unpublished",
            action="store_true",
            help="lock a changed source under its old version, if this database holds no measurement of it",
        )

    def handle(self, *args: Any, unpublished: bool, **options: Any) -> None:
        try:
            locked = read()
        except ValueError as fault:
            self.stderr.write(f"{fault}; {LOCK.name} is written anew")
            locked = set()
        refused = [line for line in unraised(indicators, locked) if not unpublished or _measured(line, locked)]
        if refused:
            names = ", ".join(f"{line.id} (version {line.version})" for line in refused)
            raise CommandError(f"The source changed but the version did not: {names}. Raise the version in @indicator.")
        LOCK.write_text(text(indicators))
        self.stdout.write(f"{LOCK.name}: {len(read())} indicators")


def _measured(line: Locked, locked: set[Locked]) -> bool:
    """Whether a measurement pins one of the sources this version was locked with."""
    hashes = [old.rule_hash for old in locked if old.id == line.id and old.version >= line.version]
    try:
        return Measurement.objects.filter(indicator=line.id, rule_hash__in=hashes).exists()
    except DatabaseError:
        return False
