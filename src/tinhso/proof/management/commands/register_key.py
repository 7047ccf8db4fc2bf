from typing import Any

from django.core.management.base import CommandParser

from tinhso.proof.audit import SYSTEM
from tinhso.proof.commands import register_key
from tinhso.proof.management.base import ProofCommand
from tinhso.proof.models import KeyRole


class Command(ProofCommand):
    help = "Register the verifier key of a party that countersigns checkpoints."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("verifier", help="name+id+base64, from tinhso make_key")
        parser.add_argument("--owner", required=True, help="code of the agency or organisation")
        parser.add_argument("--role", required=True, choices=[role for role in KeyRole.values if role != KeyRole.LOG])

    def handle(self, *, verifier: str, owner: str, role: str, **options: Any) -> None:
        key = register_key(actor=SYSTEM, verifier=verifier, owner=owner, role=role)
        self.stdout.write(f"{key.name} ({key.role}) signs from {key.valid_from.isoformat()}")
