"""tinhso import_resilience: shared risk groups or reliability, from a CSV file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.files.console import add_import_arguments, run_import, tell_diff
from tinhso.infrastructure.resilience.commands import import_csv
from tinhso.infrastructure.resilience.csv_files import IMPORTERS
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import shared risk groups or reliability from CSV: all or nothing, repeatable, undoable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(IMPORTERS))
        parser.add_argument("file", nargs="?", type=Path)
        add_import_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        if (path is None) != options["undo"]:
            raise CommandError("Name a file to import, or --undo")
        try:
            run_import(self.stdout, IMPORTERS[options["kind"]], options, lambda: self._import(path, options))  # type: ignore[arg-type]
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _import(self, path: Path, options: dict[str, Any]) -> None:
        done = import_csv(
            actor=SYSTEM,
            kind=options["kind"],
            raw=path.read_bytes(),
            source_name=path.name,
            dry_run=options["dry_run"],
        )
        tell_diff(self.stdout, done.diff, done.batch, dry_run=options["dry_run"], everything=options["all"])
