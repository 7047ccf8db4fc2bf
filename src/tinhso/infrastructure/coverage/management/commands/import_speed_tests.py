"""`tinhso import_speed_tests FILE`: broadband measurements from CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tinhso.files.console import add_import_arguments, run_import, tell_diff, tell_findings
from tinhso.infrastructure.coverage.commands import import_speed_tests
from tinhso.infrastructure.coverage.importers import SPEED_TESTS
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import broadband measurements: CSV (docs/reference/import-formats.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--publisher", default="", help="who measured and numbered the tests")
        add_import_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run_import(self.stdout, SPEED_TESTS, options, lambda: self._import(options))

    def _import(self, options: dict[str, Any]) -> None:
        path: Path | None = options["file"]
        if path is None:
            raise CommandError("FILE?")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        outcome = import_speed_tests(
            actor=SYSTEM,
            content=content,
            source_name=path.name,
            publisher=options["publisher"],
            dry_run=options["dry_run"],
        )
        tell_findings(self.stdout, outcome.findings, options["all"])
        tell_diff(self.stdout, outcome.diff, outcome.batch, dry_run=options["dry_run"], everything=options["all"])
