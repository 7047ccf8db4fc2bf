from typing import Any

from django.core.management.base import CommandParser

from tinhso.proof.audit import SYSTEM
from tinhso.proof.commands import retire_key
from tinhso.proof.management.base import ProofCommand


class Command(ProofCommand):
    help = "End a key now: new signatures by it no longer count, those it gave stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verifier")

    def handle(self, *, verifier: str, **options: Any) -> None:
        key = retire_key(actor=SYSTEM, verifier=verifier)
        self.stdout.write(f"{key.name} counts until {key.valid_to.isoformat() if key.valid_to else 'ever'}")
