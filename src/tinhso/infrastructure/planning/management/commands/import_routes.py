"""tinhso import_routes: where new cable may run, from GeoJSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.files.console import add_import_arguments, run_import, tell_diff
from tinhso.infrastructure.planning.commands.candidates import import_routes
from tinhso.infrastructure.planning.importers import ROUTES
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import candidate routes and obstacles from GeoJSON: all or nothing, repeatable, undoable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--name", help="name of the candidate set (default: the file's)")
        parser.add_argument("--reach", type=int, default=3000, help="metres from a place to a road that may join it")
        add_import_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        if (path is None) != options["undo"]:
            raise CommandError("Name a file to import, or --undo")
        try:
            run_import(self.stdout, ROUTES, options, lambda: self._import(path, options))  # type: ignore[arg-type]
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _import(self, path: Path, options: dict[str, Any]) -> None:
        done = import_routes(
            actor=SYSTEM,
            raw=path.read_bytes(),
            source_name=path.name,
            name=options["name"] or path.stem,
            reach_m=options["reach"],
            dry_run=options["dry_run"],
        )
        tell_diff(self.stdout, done.diff, done.batch, dry_run=options["dry_run"], everything=options["all"])
