"""Filing online without a draft, as programs do."""

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
class Sent:
    """One paper: its code, kind of copy, name to show and readable content."""

    document: str
    copy_kind: str
    name: str
    content: Any


@dataclass(frozen=True)
class Online:
    """What a citizen files in one go."""

    version: ProcedureVersion
    applicant_kind: str
    applicant: Party
    representative: Party | None
    competent_uid: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    papers: Sequence[Sent] = ()


@command("services.file_online")
def file_online(*, given: Online, actor: Actor, key: str, user: Any, at: datetime | None = None) -> Applied:
    """Store the papers and file; the same `key` files once. Invalid names a paper that is refused."""
    now = at or timezone.now()
    papers: list[DossierPaper] = []
    if AppliedAct.objects.filter(key=key).exists():
        nothing_changed()
    else:
        papers = [_paper(index, one, actor, now) for index, one in enumerate(given.papers)]
    filing = Filing(
        version=given.version,
        channel="online",
        applicant_kind=given.applicant_kind,
        applicant=given.applicant,
        representative=given.representative,
        competent_uid=given.competent_uid,
        received_uid=given.competent_uid,
        answers=given.answers,
        papers=papers,
        owner=user,
    )
    applied = file_dossier(filing=filing, actor=actor, key=key, user=user, at=at)
    note(target=applied.dossier.code, after={"channel": "online"})
    return applied


def _paper(index: int, sent: Sent, actor: Actor, now: datetime) -> DossierPaper:
    try:
        file = kept(actor=actor, content=sent.content, name=sent.name)
    except Invalid as refused:
        raise Invalid(f"{sent.name}: {refused.what}", place=f"papers.{index}", mend=refused.mend) from refused
    return DossierPaper(document=sent.document, copy_kind=sent.copy_kind, origin="uploaded", added_at=now, **file)
