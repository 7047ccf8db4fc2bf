"""The hash chain of a dossier: every event names the one before it, so none can be changed or lost unseen."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tinhso.foundation import canonical
from tinhso.foundation.dates import stamp
from tinhso.government.services.models import DossierEvent


def record_hash(
    *,
    dossier: str,
    number: int,
    kind: str,
    at: datetime,
    actor: str,
    data: Mapping[str, Any],
    detail: str,
    previous: str,
) -> str:
    """SHA-256 over the canonical record of one event."""
    return canonical.digest(
        {
            "dossier": dossier,
            "number": number,
            "kind": kind,
            "at": stamp(at),
            "actor": actor,
            "data": data,
            "detail": detail,
            "previous": previous,
        }
    )


def seal(values: Mapping[str, Any]) -> tuple[str, str, str]:
    """(salt, canonical text, salted SHA-256) of what may be erased one day."""
    salt = secrets.token_hex(16)
    text = canonical.dumps(values).decode()
    return salt, text, hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def broken_at(uid: str, events: Iterable[DossierEvent]) -> int | None:
    """The number of the first event that does not follow from those before it; None when the chain holds."""
    previous, expected = "", 1
    for event in events:
        told = record_hash(
            dossier=uid,
            number=expected,
            kind=event.kind,
            at=event.at,
            actor=event.actor_code,
            data=json.loads(event.data),
            detail=event.detail_hash,
            previous=previous,
        )
        if (event.number, event.previous, event.hash) != (expected, previous, told):
            return expected
        previous, expected = event.hash, expected + 1
    return None
