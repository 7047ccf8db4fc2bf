"""The demonstration's countersignatures: three parties' throw-away keys sign the first checkpoint and are forgotten."""

from collections.abc import Callable
from datetime import date

from django.db import transaction

from tinhso.foundation.demo import demo_step
from tinhso.proof import notes, sequencer
from tinhso.proof.audit import SYSTEM
from tinhso.proof.commands import countersign, register_key
from tinhso.proof.models import KeyRole, LogKey
from tinhso.proof.queries import latest_checkpoint

PARTIES = (
    ("trinh-dien.example/tinh", KeyRole.PROVINCE),
    ("trinh-dien.example/doanh-nghiep", KeyRole.OPERATOR),
    ("trinh-dien.example/kiem-toan", KeyRole.AUDITOR),
)


@demo_step("countersignatures", order=90)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Show what a countersigned log looks like. The private keys live in this function only and sign nothing more:
    real parties make theirs on machines of their own (`tinhso make_key`, `tinhso sign`)."""
    if LogKey.objects.filter(name=PARTIES[0][0]).exists():
        return
    signers = [notes.Signer.make(name) for name, _role in PARTIES]
    sequencer.drain()
    checkpoint = latest_checkpoint()
    assert checkpoint is not None
    with transaction.atomic():  # a key of which the private half is forgotten must not stand there unused
        for signer, (name, role) in zip(signers, PARTIES, strict=True):
            register_key(actor=SYSTEM, verifier=str(signer.verifier), owner=name, role=role)
            line = str(signer.sign(notes.Note.parse(checkpoint.note).text))
            countersign(actor=SYSTEM, checkpoint=checkpoint, line=line)
    sequencer.drain()
    say(f"checkpoint {checkpoint.size} countersigned by three throw-away demonstration keys")
