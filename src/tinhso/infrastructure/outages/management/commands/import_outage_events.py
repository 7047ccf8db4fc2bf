import argparse
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.files.console import add_import_arguments, run_import, tell_diff, tell_findings
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.outages.commands.importing import IMPORTER, import_events
from tinhso.infrastructure.outages.following import follow_all
from tinhso.infrastructure.outages.queries import network_named
from tinhso.proof.audit import SYSTEM


class Command(BaseCommand):
    help = "Import events of a network from CSV (columns: see docs/reference/alarms.md)."

    def add_arguments(self, parser: argparse.ArgumentParser | CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--network", default="", help="UUID or name; needed where there are several")
        add_import_arguments(parser)

    def handle(self, *, file: Path | None, network: str, **options: object) -> None:
        if options["undo"] == (file is not None):
            raise CommandError("Name a file to import, or --undo")

        def work() -> None:
            assert file is not None
            named = network_named(network)
            try:
                content = file.read_bytes()
            except OSError as error:
                raise Invalid(str(error.strerror), place=str(file)) from error
            batch, diff, findings = import_events(
                actor=SYSTEM,
                network=named,
                source_name=file.name,
                content=content,
                dry_run=bool(options["dry_run"]),
            )
            tell_findings(self.stdout, findings, bool(options["all"]))
            tell_diff(self.stdout, diff, batch, dry_run=bool(options["dry_run"]), everything=bool(options["all"]))

        run_import(self.stdout, IMPORTER, options, work)
        if options["undo"]:
            follow_all()
