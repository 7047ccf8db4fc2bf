from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from tinhso.proof import witness
from tinhso.proof.keys import read_secret
from tinhso.proof.management.base import ProofCommand, read_text
from tinhso.proof.notes import Signer, Verifier


class Command(ProofCommand):
    help = (
        "Countersign a checkpoint file on a machine of your own; prints the signature line. "
        "With --seen, only when the log has grown from that checkpoint with nothing changed. Needs no database."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("checkpoint", type=Path)
        parser.add_argument("--key", type=Path, required=True, help="private key file of tinhso make_key")
        parser.add_argument("--name", help="refuse to sign unless the key has this name")
        parser.add_argument("--log-key", help="verifier key of the log: its signature must be there too")
        parser.add_argument("--seen", type=Path, help="the checkpoint you signed last")
        parser.add_argument("--proof", type=Path, help="consistency proof from that one to this")

    def handle(
        self,
        *,
        checkpoint: Path,
        key: Path,
        name: str | None,
        log_key: str | None,
        seen: Path | None,
        proof: Path | None,
        **options: Any,
    ) -> None:
        signer = Signer.parse(read_secret(key))
        if name is not None and name != signer.name:
            raise CommandError(f"the key in {key} is {signer.name}'s, not {name}'s")
        if proof is not None and seen is None:
            raise CommandError("--proof needs --seen, the checkpoint it starts from")
        state, signature = witness.countersign(
            read_text(checkpoint),
            signer,
            log_key=Verifier.parse(log_key) if log_key else None,
            seen=read_text(seen) if seen else None,
            proof=read_text(proof) if proof else None,
        )
        self.stderr.write(f"{state.origin}: {state.size} entries, root {state.root.hex()}")
        if seen is None:
            self.stderr.write("first sight: nothing to compare with. Keep this checkpoint for --seen next time.")
        self.stdout.write(str(signature))
