import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.errors import Problem
from tinhso.proof.audit import SYSTEM
from tinhso.workdays.commands import publish_calendar, read
from tinhso.workdays.official import NOTICES, read_notices
from tinhso.workdays.queries import changes, current


class Command(BaseCommand):
    help = "Publish the working calendar of a file of notices (default: the one shipped with the program)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", default=NOTICES)
        parser.add_argument("--reason", default="", help="the notice or decision this version rests on")
        parser.add_argument("--dry-run", action="store_true", help="print the days that would change, write nothing")

    def handle(self, *, file: Path, reason: str, dry_run: bool, **options: Any) -> None:
        try:
            notices = read_notices(file)
            for change in changes(current(), read(notices)):
                names = [day.name.vi if day else "ngày thường" for day in (change.before, change.after)]
                self.stdout.write(f"{change.day:%d/%m/%Y}  {names[0]} → {names[1]}")
            if dry_run:
                return
            version = publish_calendar(actor=SYSTEM, notices=notices, reason=reason)
        except (OSError, json.JSONDecodeError, Problem) as refused:
            raise CommandError(f"{file}: {refused}") from refused
        self.stdout.write(f"Lịch số {version.number} · {version.sha256}")
