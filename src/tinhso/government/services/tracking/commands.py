"""Papers that people bring after filing: the supplements they were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.government.services.dossiers.commands.apply import Applied, apply
from tinhso.government.services.dossiers.uploads import kept
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import AppliedAct, Dossier, DossierPaper
from tinhso.proof.audit import Actor, command, note, nothing_changed

MOST = 20
OTHER = "other"


@dataclass(frozen=True)
class Given:
    """One file for a paper of the procedure (`document`: its code, or "other"), as an upload with `name` and `read`."""

    document: str
    copy_kind: str
    content: Any


@command("services.give_supplements")
def give_supplements(
    *,
    dossier: Dossier,
    given: Sequence[Given],
    actor: Actor,
    key: str,
    user: Any = None,
    holder: bool = False,
    at: datetime | None = None,
) -> Applied:
    """Store files and hand them in as the supplements asked for; the same `key` hands in once.

    Invalid: no file, too many, or one that is refused; then none is handed in. Refused: nothing was asked for.
    """
    if done := _done(key, dossier):
        return done
    if not 0 < len(given) <= MOST:
        raise Invalid(_("Cần từ 1 đến %(most)d tệp.") % {"most": MOST}, place="papers")
    now = at or timezone.now()
    rows = [_stored(dossier, one, actor, now) for one in given]
    data = {
        "papers": sorted({row.document for row in rows}),
        "files": sorted({row.file.sha256 for row in rows if row.file}),
    }
    applied = apply(
        dossier=dossier.pk, act=Act("supplement", data), actor=actor, key=key, user=user, holder=holder, at=at
    )
    note(target=dossier.code, after={"files": len(rows)})
    return applied


def _done(key: str, dossier: Dossier) -> Applied | None:
    done = AppliedAct.objects.filter(key=key, dossier=dossier).first()
    if done is None:
        return None
    nothing_changed()
    events = dossier.events.filter(number__range=(done.first_event, done.last_event)).order_by("number")
    return Applied(done.dossier, tuple(events), repeated=True)


def _stored(dossier: Dossier, given: Given, actor: Actor, now: datetime) -> DossierPaper:
    try:
        file = kept(actor=actor, content=given.content, name=given.content.name)
    except Invalid as refused:
        raise Invalid(f"{given.content.name}: {refused.what}", place="papers", mend=refused.mend) from refused
    return DossierPaper.objects.create(
        dossier=dossier,
        document=given.document,
        copy_kind=given.copy_kind,
        origin="uploaded",
        **file,
        added_at=now,
    )
