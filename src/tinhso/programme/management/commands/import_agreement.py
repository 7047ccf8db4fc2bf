"""`tinhso import_agreement [FILE]`: an agreement from JSON; without FILE the one shipped."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from tinhso.files.console import add_import_arguments, run_import, tell_diff
from tinhso.programme.commands import load_agreement
from tinhso.programme.commands.shipped import SHIPPED
from tinhso.programme.importers import AGREEMENT
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import an agreement with its parties, pillars and commitments from JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=SHIPPED)
        add_import_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        run_import(self.stdout, AGREEMENT, options, lambda: self._import(options))

    def _import(self, options: dict[str, Any]) -> None:
        batch, diff = load_agreement(actor=SYSTEM, path=options["file"], dry_run=options["dry_run"])
        tell_diff(self.stdout, diff, batch, dry_run=options["dry_run"], everything=options["all"])
