from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from tinhso.proof.audit import SYSTEM
from tinhso.proof.commands import rotate_log_key
from tinhso.proof.management.base import ProofCommand


class Command(ProofCommand):
    help = "Make a new log key; the old one goes on signing beside it for some days."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--overlap-days", type=int, default=30)

    def handle(self, *, overlap_days: int, **options: Any) -> None:
        until = timezone.now() + timedelta(days=max(overlap_days, 0))
        fresh, retiring = rotate_log_key(actor=SYSTEM, until=until)
        for key in retiring:
            self.stdout.write(f"until {key.valid_to.isoformat() if key.valid_to else '-'}: {key.verifier}")
        self.stdout.write(f"from now: {fresh}")
        self.stderr.write("Publish the new verifier key where the old one stands.")
