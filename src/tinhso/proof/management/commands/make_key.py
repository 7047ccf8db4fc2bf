from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tinhso.proof.keys import write_secret
from tinhso.proof.management.base import ProofCommand
from tinhso.proof.notes import Signer


class Command(ProofCommand):
    help = "Make a countersigning key: a private key file (0600), the verifier key onto the screen. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="e.g. namdinh.gov.vn/kiem-toan")
        parser.add_argument("--out", type=Path, help="default: the name's last part + .key, here")

    def handle(self, *, name: str, out: Path | None, **options: Any) -> None:
        signer = Signer.make(name)
        path = out or Path(f"{name.rsplit('/', 1)[-1] or 'countersign'}.key")
        write_secret(path, signer.secret() + "\n", fresh_only=True)
        if path.read_text() != signer.secret() + "\n":
            raise CommandError(f"{path} exists and may hold a key; choose another file with --out")
        self.stderr.write(f"private key: {path} (keep it on this machine; nobody needs to see it)")
        self.stderr.write("verifier key, to register with the log:")
        self.stdout.write(str(signer.verifier))
