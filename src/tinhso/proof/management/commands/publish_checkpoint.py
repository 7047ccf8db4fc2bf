from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tinhso.proof.management.base import ProofCommand
from tinhso.proof.publishing import publish


class Command(ProofCommand):
    help = "Write the latest checkpoint, its proof of consistency and the keys into a folder to publish elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *, folder: Path, **options: Any) -> None:
        written = publish(folder)
        for name in written:
            self.stdout.write(str(folder / name))
        if not written:
            self.stderr.write("nothing new to publish")
