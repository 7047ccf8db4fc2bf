import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tinhso.foundation.errors import Invalid
from tinhso.proof.audit import SYSTEM
from tinhso.proof.commands import countersign
from tinhso.proof.management.base import ProofCommand, read_text
from tinhso.proof.models import Checkpoint


class Command(ProofCommand):
    help = "Add a countersignature line (from tinhso sign) to the checkpoint of a size."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("size", type=int, help="size of the checkpoint, its second line")
        parser.add_argument("file", type=Path, nargs="?", help="file with the line; default: standard input")

    def handle(self, *, size: int, file: Path | None, **options: Any) -> None:
        checkpoint = Checkpoint.objects.filter(size=size).first()
        if checkpoint is None:
            raise Invalid(f"no checkpoint of {size} entries", place="size")
        line = read_text(file) if file else sys.stdin.read()
        made = countersign(actor=SYSTEM, checkpoint=checkpoint, line=line)
        self.stdout.write(f"checkpoint {size} carries {made.key.name}'s signature")
