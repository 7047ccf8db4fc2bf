from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tinhso.proof.integrity import check_log
from tinhso.proof.management.base import ProofCommand, read_text
from tinhso.proof.notes import Verifier


class Command(ProofCommand):
    help = "Recompute the whole log and name exactly what differs; ends with an error when something does."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--since", type=Path, help="a checkpoint kept elsewhere: the log must contain it")
        parser.add_argument("--key", action="append", default=[], help="further verifier key that may have signed it")

    def handle(self, *, since: Path | None, key: list[str], **options: Any) -> None:
        report = check_log(
            since=read_text(since) if since else None,
            known=[Verifier.parse(text) for text in key],
            say=self.say if options["verbosity"] else lambda line: None,
        )
        for fault in report.faults:
            self.stdout.write(str(fault))
        told = f"{report.leaves} leaves, {report.checkpoints} checkpoints, {report.waiting} entries waiting"
        if report.faults:
            raise CommandError(f"{told}: {len(report.faults)} differences")
        self.stdout.write(f"{told}: the log is whole")
