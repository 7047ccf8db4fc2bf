"""Filing for somebody at the counter or out of the post: the clerk types, scans may follow later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from tinhso.foundation.errors import Invalid
from tinhso.government.services.dossiers.commands.apply import Applied
from tinhso.government.services.dossiers.commands.filing import Filing, Party, file_dossier
from tinhso.government.services.dossiers.uploads import kept
from tinhso.government.services.models import AppliedAct, DossierPaper, ProcedureVersion
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass(frozen=True)
class Handed:
    """A paper handed over: in which kind of copy, and its scans (uploads; none: to be scanned later)."""

    document: str
    copy_kind: str
    scans: Sequence[Any] = ()


@dataclass(frozen=True)
class AtCounter:
    """What a clerk filed. `received_uid`: the clerk's agency, anywhere in the province (Decree 118/2025)."""

    version: ProcedureVersion
    channel: str
    applicant_kind: str
    applicant: Party
    representative: Party | None
    competent_uid: str
    received_uid: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    papers: Sequence[Handed] = ()


@command("services.file_at_counter")
def file_at_counter(*, given: AtCounter, actor: Actor, key: str, user: Any, at: datetime | None = None) -> Applied:
    """Store the scans and file; the same `key` files once. Invalid names a scan that is refused; nothing is filed."""
    now = at or timezone.now()
    papers: list[DossierPaper] = []
    if AppliedAct.objects.filter(key=key).exists():
        nothing_changed()
    else:
        papers = [row for handed in given.papers for row in _rows(handed, actor, now)]
    filing = Filing(
        version=given.version,
        channel=given.channel,
        applicant_kind=given.applicant_kind,
        applicant=given.applicant,
        representative=given.representative,
        competent_uid=given.competent_uid,
        received_uid=given.received_uid,
        helped_uid=given.received_uid,
        answers=given.answers,
        papers=papers,
    )
    applied = file_dossier(filing=filing, actor=actor, key=key, user=user, at=at)
    note(target=applied.dossier.code, after={"channel": given.channel})
    return applied


def _rows(handed: Handed, actor: Actor, now: datetime) -> list[DossierPaper]:
    about = {"document": handed.document, "copy_kind": handed.copy_kind, "origin": "scanned", "added_at": now}
    rows = []
    for scan in handed.scans:
        try:
            file = kept(actor=actor, content=scan, name=scan.name)
        except Invalid as refused:
            place = f"{handed.document}__files"
            raise Invalid(f"{scan.name}: {refused.what}", place=place, mend=refused.mend) from refused
        rows.append(DossierPaper(**file, **about))
    return rows or [DossierPaper(**about)]
