"""What the desk does around acts: read by whom, files kept with a dossier, one act on many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.utils import timezone

from tinhso.files.stored import Readable
from tinhso.foundation.dates import VIETNAM, today
from tinhso.foundation.errors import Problem
from tinhso.government.services.access import check
from tinhso.government.services.dossiers.commands.apply import Applied, apply
from tinhso.government.services.dossiers.commands.particulars import check_papers
from tinhso.government.services.dossiers.uploads import kept
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import AppliedAct, Dossier, DossierPaper
from tinhso.proof.audit import Actor, command, note, nothing_changed
from tinhso.proof.models import AuditRecord

READ = "services.read_dossier"


@command(READ)
def _note_reading(*, dossier: Dossier, actor: Actor) -> None:
    note(target=dossier.code)


def note_reading(user: Any, dossier: Dossier) -> None:
    """Leave an audit record that somebody read another's personal data: once per person, dossier and day."""
    if dossier.owner_id == user.pk:
        return
    since = datetime.combine(today(), time(), VIETNAM)
    known = AuditRecord.objects.filter(target=dossier.code, at__gte=since, verb=READ, actor_code=user.actor().code)
    if not known.exists():
        _note_reading(dossier=dossier, actor=user.actor())


@command("services.attach_file")
def attach_file(
    *,
    dossier: int,
    content: Readable,
    name: str,
    document: str,
    issued: bool,
    actor: Actor,
    user: Any,
    key: str,
    expected: int | None = None,
) -> Applied:
    """Keep a file with a dossier and tell so in its history; the same key again keeps nothing twice.

    `document`: the required document it is ("" for another); `issued`: it is what the agency issued.
    """
    row = Dossier.objects.select_for_update(of=("self",)).select_related("version").get(pk=dossier)
    if done := AppliedAct.objects.filter(key=key, dossier=row, verb="attach").first():
        nothing_changed()
        events = row.events.filter(number__range=(done.first_event, done.last_event))
        return Applied(row, tuple(events.order_by("number")), repeated=True)
    # Whoever may not attach must not be able to make the server keep anything.
    check(user, row, "attach")
    check_papers(row, [document] if document else [])
    given = kept(actor=actor, content=content, name=name)
    stored = given["file"]
    DossierPaper.objects.create(
        dossier=row,
        document=document,
        copy_kind="electronic",
        origin="issued" if issued else "scanned",
        **given,
        added_at=timezone.now(),
    )
    data = {"file": str(stored.uid), "sha256": stored.sha256, "paper": document}
    note(target=row.code, after={"file": str(stored.uid)})
    return apply(dossier=row.pk, act=Act("attach", data), actor=actor, key=key, user=user, expected=expected)


@dataclass(frozen=True)
class Wanted:
    """One dossier of a bulk act, as the sender saw it, and the act's particulars for it."""

    dossier: Dossier
    data: Mapping[str, Any]
    expected: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of one of many: `refused` says why not."""

    dossier: Dossier
    refused: Problem | None = None


def apply_to_many(*, verb: str, wanted: Iterable[Wanted], user: Any, key: str) -> list[Outcome]:
    """One act on many dossiers, each in its own transaction: one refused leaves the others done."""

    def act(one: Wanted) -> Applied:
        return apply(
            dossier=one.dossier.pk,
            act=Act(verb, one.data),
            actor=user.actor(),
            key=f"{key}:{one.dossier.pk}",
            user=user,
            expected=one.expected,
        )

    return each_by_itself(wanted, act)


def each_by_itself(wanted: Iterable[Wanted], act: Callable[[Wanted], Applied]) -> list[Outcome]:
    """Act on one after the other and tell what became of each."""
    told = []
    for one in wanted:
        try:
            told.append(Outcome(act(one).dossier))
        except Problem as refused:
            told.append(Outcome(one.dossier, refused))
    return told
