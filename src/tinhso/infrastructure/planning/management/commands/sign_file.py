import base64
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.errors import Problem
from tinhso.proof.keys import read_secret
from tinhso.proof.notes import Signer


class Command(BaseCommand):
    help = "Sign a file (an as-built survey) on a machine of your own; prints the Ed25519 signature in base64."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", type=Path, required=True, help="private key file of tinhso make_key")

    def handle(self, *, file: Path, key: Path, **options: Any) -> None:
        try:
            signer, content = Signer.parse(read_secret(key)), file.read_bytes()
        except Problem as problem:
            raise CommandError(f"{key}: {problem}") from problem
        except OSError as problem:
            raise CommandError(f"{file}: {problem.strerror}; name the file to sign") from problem
        signature = Ed25519PrivateKey.from_private_bytes(signer.seed).sign(content)
        self.stdout.write(base64.b64encode(signature).decode())
