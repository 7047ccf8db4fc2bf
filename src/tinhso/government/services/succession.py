"""When an agency is wholly succeeded, its open dossiers and tasks move to the successor, each with its history."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from tinhso.foundation.dates import today
from tinhso.government.services.dossiers.commands import apply
from tinhso.government.services.ground.process import VERBS, Act
from tinhso.government.services.models import Dossier, DossierTask
from tinhso.identity.models import AgencySuccession
from tinhso.identity.succession import Succession, on_succession
from tinhso.proof.audit import SYSTEM, Actor

#: Moved in the succession's own transaction; what is beyond follows by schedule, dossier by dossier.
AT_ONCE = 300


def waiting(uid: str) -> QuerySet[Dossier]:
    """Dossiers not over yet that an agency is competent for or has an open task in."""
    tasks = DossierTask.objects.filter(dossier=OuterRef("pk"), agency_uid=uid, closed_at=None)
    open_rows = Dossier.objects.filter(status__in=VERBS["succeed"].statuses)
    return open_rows.filter(Q(competent_uid=uid) | Q(Exists(tasks)))


def sole_successors() -> dict[str, str]:
    """Who carries on from whom as of today; an agency split among several has nobody until people decide."""
    found: dict[str, set[str]] = {}
    for link in AgencySuccession.objects.known_at().filter(valid_from__lte=today()):
        found.setdefault(link.predecessor_uid, set()).add(link.successor_uid)
    return {old: new.pop() for old, new in found.items() if len(new) == 1}


def move_succeeded(*, actor: Actor = SYSTEM, only: set[str] | None = None, limit: int | None = None) -> int:
    """Move what still waits at succeeded agencies; the number of moves. What has moved is not found again."""
    moved = 0
    for old, new in sorted(sole_successors().items()):
        if only is not None and old not in only:
            continue
        for dossier in waiting(old).order_by("pk")[:limit]:
            key = f"succession:{old}:{new}:{dossier.uid}"
            apply(dossier=dossier.pk, act=Act("succeed", {"from": old, "to": new}), actor=actor, key=key)
            moved += 1
    return moved


@on_succession("services.dossiers")
def follow(event: Succession) -> None:
    """Move the dossiers of the agencies succeeded by this command, as far as their day has come."""
    move_succeeded(only={link.predecessor_uid for link in event.links}, limit=AT_ONCE)
