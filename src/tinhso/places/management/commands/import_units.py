"""`tinhso import_units FILE`: administrative units from CSV, or any province from vietnamadminunits."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tinhso.files.console import add_import_arguments, run_import, tell_diff, tell_findings
from tinhso.places.commands import UNITS, import_units, import_vietnam
from tinhso.places.vietnam import FORMER_SINCE
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import administrative units: CSV (docs/reference/import-formats.md), or data of PyPI vietnamadminunits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="CSV, or with --vietnam the wheel or its unpacked folder"
        )
        parser.add_argument("--vietnam", action="store_true", help="FILE is vietnamadminunits")
        parser.add_argument(
            "--province", action="append", default=[], metavar="NN", help="code before 2025-07-01; repeat; default all"
        )
        parser.add_argument(
            "--valid-from",
            type=date.fromisoformat,
            default=FORMER_SINCE,
            help="with --vietnam: the day from which you vouch for the former units (default %(default)s)",
        )
        parser.add_argument("--source", default="", help="where the data come from (default: the file's name)")
        add_import_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run_import(self.stdout, UNITS, options, lambda: self._import(options))

    def _import(self, options: dict[str, Any]) -> None:
        path, dry_run = options["file"], options["dry_run"]
        if path is None:
            raise CommandError("FILE?")
        if options["vietnam"]:
            outcome = import_vietnam(
                actor=SYSTEM,
                path=path,
                provinces=options["province"],
                since=options["valid_from"],
                dry_run=dry_run,
                say=self.stderr.write,
            )
        else:
            outcome = import_units(actor=SYSTEM, path=path, source=options["source"], dry_run=dry_run)
        tell_findings(self.stdout, outcome.findings, options["all"])
        tell_diff(self.stdout, outcome.diff, outcome.batch, dry_run=dry_run, everything=options["all"])
