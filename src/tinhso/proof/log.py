"""Writing to the log: commands append unsequenced entries inside their own transaction."""

import unicodedata

from tinhso.foundation import canonical
from tinhso.proof.models import Entry

# Their payload names who acted: the public sees that the entry is there, auditors see what it says.
PRIVATE_KINDS = frozenset({"audit"})


def append(kind: str, subject: str, payload: dict) -> Entry:
    """Append one entry; it joins the tree when the sequencer next runs."""
    entry = entry_of(kind, subject, payload)
    entry.save()
    return entry


def entry_of(kind: str, subject: str, payload: dict) -> Entry:
    """An entry to be written.

    The payload is published as it stands (kinds in PRIVATE_KINDS excepted): no personal data, only salted hashes of
    it. ValueError or TypeError for what has no canonical form or no room.
    """
    texts = []
    for name, text, room in (("kind", kind, 60), ("subject", subject, 200)):
        normal = unicodedata.normalize("NFC", text)
        if "\0" in normal or not 0 < len(normal) <= room:
            raise ValueError(f"{name} {normal!r} must have 1 to {room} characters and no NUL")
        texts.append(normal)
    return Entry(kind=texts[0], subject=texts[1], payload=canonical.dumps(payload).decode())
