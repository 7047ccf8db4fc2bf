from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.config.backup import restore
from tinhso.foundation.errors import Problem


class Command(BaseCommand):
    help = "Bring a backup back, then bring its tables up to this version. Stop the web and the workers first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="set the present province aside")

    def handle(self, *, file: Path, replace: bool, **options: object) -> None:
        try:
            restore(file, self.stdout.write, replace=replace)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        call_command("migrate", verbosity=0)
        call_command("check", databases=["default"])
