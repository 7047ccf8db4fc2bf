from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.config.backup import backup
from tinhso.foundation.errors import Problem


class Command(BaseCommand):
    help = "Write the whole province (database, files, keys) to one file; the web may go on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *, file: Path, **options: object) -> None:
        try:
            backup(file, self.stdout.write)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
