"""Writing to the log: commands append unsequenced entries inside their own transaction."""

from tinhso.foundation import canonical
from tinhso.proof.models import Entry


def append(kind: str, subject: str, payload: dict) -> Entry:
    """Append one entry; it joins the tree when the sequencer next runs."""
    return Entry.objects.create(kind=kind, subject=subject, payload=canonical.dumps(payload).decode())
