"""`tinhso import_boundaries FILE`: boundaries of units from GeoJSON, matched by code."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tinhso.files.console import add_import_arguments, run_import, tell_diff, tell_findings
from tinhso.foundation.dates import today
from tinhso.places.commands import BOUNDARIES, import_boundaries
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import boundaries: GeoJSON in WGS 84 (CRS84), features matched by unit code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument(
            "--valid-on", type=date.fromisoformat, default=None, help="a day on which these units are in force"
        )
        parser.add_argument(
            "--property", default="", help="feature property that holds the code (default: id, or code)"
        )
        parser.add_argument("--skip-unknown", action="store_true", help="leave out features of units not loaded")
        parser.add_argument("--source", default="", help="where the data come from (default: the file's name)")
        add_import_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run_import(self.stdout, BOUNDARIES, options, lambda: self._import(options))

    def _import(self, options: dict[str, Any]) -> None:
        if options["file"] is None:
            raise CommandError("FILE?")
        outcome = import_boundaries(
            actor=SYSTEM,
            path=options["file"],
            valid_on=options["valid_on"] or today(),
            source=options["source"],
            code_property=options["property"],
            skip_unknown=options["skip_unknown"],
            dry_run=options["dry_run"],
            say=self.stderr.write,
        )
        tell_findings(self.stdout, outcome.findings, options["all"])
        tell_diff(self.stdout, outcome.diff, outcome.batch, dry_run=options["dry_run"], everything=options["all"])
