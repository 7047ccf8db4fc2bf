"""What a leaf stands for: the canonical bytes of its entry."""

import json
from datetime import datetime

from tinhso.foundation.dates import stamp
from tinhso.proof.models import Entry

_quote = json.JSONEncoder(ensure_ascii=False).encode


def leaf_data(kind: str, subject: str, payload: str, recorded_at: datetime) -> bytes:
    """The bytes a leaf stands for: canonical {"kind", "payload", "recorded_at", "subject"}.

    Joined as text, because the payload is canonical already; equal to canonical.dumps of the parsed object.
    """
    return (
        f'{{"kind":{_quote(kind)},"payload":{payload},"recorded_at":"{stamp(recorded_at)}","subject":{_quote(subject)}}}'
    ).encode()


def entry_data(entry: Entry) -> bytes:
    """The bytes the entry's leaf stands for."""
    return leaf_data(entry.kind, entry.subject, entry.payload, entry.recorded_at)
