"""`tinhso import_procedures FILE`: the catalogue from JSON (versions) or CSV (drafts)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tinhso.files.console import SHOWN, tell_findings
from tinhso.files.imports import ImportRefused
from tinhso.foundation.errors import Problem
from tinhso.government.services.catalogue.commands import import_file
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import procedures: JSON publishes versions, CSV makes drafts (docs/reference/import-formats.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="only say what would change")
        parser.add_argument("--all", action="store_true", help=f"show every line, not only the first {SHOWN}")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            done = import_file(
                actor=SYSTEM, source_name=path.name, content=path.read_bytes(), dry_run=options["dry_run"]
            )
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except ImportRefused as refused:
            tell_findings(self.stdout, refused.findings, options["all"])
            raise CommandError(str(refused.what)) from refused
        except Problem as refused:
            raise CommandError(str(refused)) from refused
        shown = done.lines if options["all"] else done.lines[:SHOWN]
        for line in shown:
            self.stdout.write(line)
        if len(shown) < len(done.lines):
            self.stdout.write(f"… {len(done.lines) - len(shown)} more (--all)")
        told = f"{done.added} added, {done.changed} changed, {done.unchanged} unchanged"
        self.stdout.write(told if done.batch else f"{told}; nothing was written")
