"""tinhso import_ofds: a fibre network by the Open Fibre Data Standard, 0.3 or 0.4, from a JSON file."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from tinhso.files.imports import ImportRefused
from tinhso.foundation.dates import parse_day
from tinhso.foundation.errors import Problem
from tinhso.infrastructure.commands import Outcome, import_ofds, undo_import
from tinhso.infrastructure.ofds.faults import Fault
from tinhso.infrastructure.ofds.reader import refuse_size
from tinhso.proof.audit import SYSTEM

DIFF_LINES = 40


def day(text: str) -> date:
    """A day on the command line."""
    found = parse_day(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r}: YYYY-MM-DD")
    return found


class Command(BaseCommand):
    help = "Import a fibre network (OFDS 0.3 or 0.4 JSON): all or nothing, repeatable, undoable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="network package, JSON")
        parser.add_argument("--network", type=UUID, help="take only this network out of the package")
        parser.add_argument("--as-of", type=day, help="the day the file describes (default: its collectionDate)")
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, write nothing")
        parser.add_argument("--repair", action="store_true", help="mend what can be mended, listing each repair")
        parser.add_argument("--undo", action="store_true", help="take back the last import")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"]:
            self._undo()
            return
        path = options["file"]
        if path is None:
            raise CommandError(_("Cần tên tệp."))
        try:
            refuse_size(path.stat().st_size)
            outcome = import_ofds(
                actor=SYSTEM,
                raw=path.read_bytes(),
                source_name=path.name,
                as_of=options["as_of"],
                network=options["network"],
                repair=options["repair"],
                dry_run=options["dry_run"],
                say=lambda text: self.stdout.write(f"{text} …"),
            )
        except ImportRefused as refused:
            for fault in refused.findings:
                self._tell(fault)
            raise CommandError(str(refused)) from refused
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        self._report(outcome, dry_run=options["dry_run"])

    def _undo(self) -> None:
        try:
            batch = undo_import(actor=SYSTEM)
        except Problem as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(_("Đã hoàn tác lần nhập %(file)s.") % {"file": batch.source_name})

    def _tell(self, finding: Any) -> None:
        level = finding.level if isinstance(finding, Fault) else ""
        self.stderr.write(" · ".join(part for part in (level, finding.place, finding.reason, finding.mend) if part))

    def _report(self, outcome: Outcome, *, dry_run: bool) -> None:
        for fault in outcome.faults:
            self._tell(fault)
        for line in outcome.diff.lines()[:DIFF_LINES]:
            self.stdout.write(line[:300])
        for change in outcome.changes:
            self.stdout.write(f"{change.network.name} ({change.network.uuid}), {change.reading.valid_from}:")
            for name, numbers in change.counts.items():
                self.stdout.write(
                    f"  {name}: +{numbers['added']} ~{numbers['changed']} -{numbers['removed']} ={numbers['unchanged']}"
                )
        if dry_run:
            self.stdout.write(_("Chạy thử: chưa ghi gì."))
        elif outcome.batch is None:
            self.stdout.write(_("Không có gì thay đổi."))
        else:
            self.stdout.write(_("Đã ghi (lần nhập %(id)s).") % {"id": outcome.batch.id})
