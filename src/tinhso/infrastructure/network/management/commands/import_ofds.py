"""tinhso import_ofds: a fibre network by the Open Fibre Data Standard, 0.3 or 0.4, in any of its formats."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tinhso.files.console import add_import_arguments, run_import, tell_diff
from tinhso.foundation.dates import parse_day
from tinhso.infrastructure.network.commands import Outcome, import_ofds
from tinhso.infrastructure.network.importers import OFDS
from tinhso.infrastructure.network.ofds.formats import pack
from tinhso.infrastructure.network.ofds.reader import max_bytes, refuse_size
from tinhso.proof.audit import SYSTEM


def day(text: str) -> date:
    """A day on the command line."""
    found = parse_day(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r}: YYYY-MM-DD")
    return found


def _read(path: Path) -> bytes:
    """The bytes of a file, or of a folder's tables as one zip."""
    if path.is_dir():
        return pack(path, max_bytes())
    refuse_size(path.stat().st_size)
    return path.read_bytes()


class Command(BaseCommand):
    help = "Import a fibre network (OFDS 0.3 or 0.4): all or nothing, repeatable, undoable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="JSON, GeoJSON, CSV tables (zip or folder) or GeoPackage"
        )
        parser.add_argument("--network", type=UUID, help="take only this network out of the package")
        parser.add_argument("--as-of", type=day, help="the day the file describes (default: its collectionDate)")
        parser.add_argument("--repair", action="store_true", help="mend what can be mended, listing each repair")
        add_import_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        if path is None and not options["undo"]:
            raise CommandError(_("Cần tên tệp."))
        try:
            run_import(self.stdout, OFDS, options, lambda: self._import(path, options))  # type: ignore[arg-type]
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error

    def _import(self, path: Path, options: dict[str, Any]) -> None:
        outcome = import_ofds(
            actor=SYSTEM,
            raw=_read(path),
            source_name=path.name,
            as_of=options["as_of"],
            network=options["network"],
            repair=options["repair"],
            dry_run=options["dry_run"],
            say=lambda text: self.stdout.write(f"{text} …"),
        )
        self._tell(outcome)
        tell_diff(self.stdout, outcome.diff, outcome.batch, dry_run=options["dry_run"], everything=options["all"])

    def _tell(self, outcome: Outcome) -> None:
        for fault in outcome.faults:
            told = (fault.level, fault.place, fault.reason, fault.mend)
            self.stdout.write("  " + " · ".join(part for part in told if part))
        for change in outcome.changes:
            self.stdout.write(f"{change.network.name} ({change.network.uuid}), {change.reading.valid_from}:")
            for name, numbers in change.counts.items():
                counted = f"+{numbers['added']} ~{numbers['changed']} -{numbers['removed']} ={numbers['unchanged']}"
                self.stdout.write(f"  {name}: {counted}")
