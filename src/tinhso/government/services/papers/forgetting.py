"""What is left of issued papers when a dossier's term is over: number, hashes, dates, reference and code."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from tinhso.files.disposal import discard_later
from tinhso.foundation import canonical
from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.dossiers.forgetting import forgetting
from tinhso.government.services.models import Dossier, IssuedPaper

#: What a paper said that names nobody: a printed code and its number can still be found again.
KEPT = ("reference", "place_date", "qr")


@forgetting
def forget_papers(dossiers: Sequence[Dossier]) -> None:
    """Papers of the dossiers keep what names nobody; so do registers that list them, to be made anew without names."""
    _forget(IssuedPaper.objects.filter(dossier__in=dossiers, erased_at=None))
    listed: dict[str, set[str]] = {}
    for row in dossiers:
        if row.received_at is not None:
            day = row.received_at.astimezone(VIETNAM).date().isoformat()
            listed.setdefault(row.received_uid, set()).update((day, day[:7]))
    for agency_uid, periods in listed.items():
        registers = IssuedPaper.objects.filter(dossier=None, agency_uid=agency_uid, period__in=periods)
        # A register not made yet will be made without them.
        _forget(registers.filter(erased_at=None), unmade=False)


def _forget(rows: QuerySet[IssuedPaper], *, unmade: bool = True) -> None:
    now, hashes = timezone.now(), set[str]()
    # Under lock before it is read: a paper being made is waited for, one not begun finds the names gone.
    for row in list(rows.select_for_update(of=("self",))):
        if not row.content and not unmade:
            continue
        hashes |= {row.unsigned_sha256, row.sealed_sha256} - {""}
        if row.content:
            said = json.loads(row.content)
            row.content = canonical.dumps({name: said[name] for name in KEPT}).decode()
        row.erased_at, row.next_attempt_at, row.last_error = now, None, ""
        row.save(update_fields=["content", "erased_at", "next_attempt_at", "last_error"])
    discard_later(hashes)
