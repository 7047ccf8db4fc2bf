from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.files.imports import ImportRefused, undo_last_import
from tinhso.foundation.errors import Problem
from tinhso.identity.commands import import_agencies
from tinhso.identity.importers import AGENCIES
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import a register of agencies from CSV (columns: see src/tinhso/identity/README.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="show the changes, write nothing")
        parser.add_argument("--undo", action="store_true", help="take the last import back")

    def handle(self, *, file: Path | None, dry_run: bool, undo: bool, **options: object) -> None:
        if undo == (file is not None):
            raise CommandError("Name a file to import, or --undo")
        try:
            if file is None:
                batch = undo_last_import(actor=SYSTEM, importer=AGENCIES)
                self.stdout.write(f"Took back the import of {batch.source_name} ({batch.at:%Y-%m-%d %H:%M})")
                return
            written, diff = import_agencies(
                actor=SYSTEM, source_name=file.name, content=file.read_bytes(), dry_run=dry_run
            )
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error
        except ImportRefused as refused:
            lines = [f"{item.place}: {item.reason} {item.mend}".rstrip() for item in refused.findings]
            raise CommandError("\n".join([*lines, "Nothing was written."])) from refused
        except Problem as refused:
            raise CommandError(str(refused)) from refused
        for line in diff.lines():
            self.stdout.write(line)
        told = f"{len(diff.added)} added, {len(diff.changed)} changed, {len(diff.removed)} removed"
        self.stdout.write(f"{told}, {diff.unchanged} unchanged{'' if written else '; nothing was written'}")
