"""When an agency is wholly succeeded, its open dossiers and tasks move to the successor, each with its history; when
the register takes the succession back, they return. What is split among several waits for people (`desk`)."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.errors import Conflict
from tinhso.government.services.dossiers.commands import apply
from tinhso.government.services.dossiers.succeeding import in_force, sole_successors, standing, waiting, where_waiting
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import Dossier, DossierEvent
from tinhso.identity.models import AgencySuccession
from tinhso.identity.succession import Succession, on_succession
from tinhso.proof.audit import SYSTEM, Actor

#: Moved in the succession's own transaction; what is beyond follows by schedule, dossier by dossier.
AT_ONCE = 300


def _move(dossiers: Iterable[Dossier], old: str, new: str, actor: Actor, reason: str = "") -> int:
    moved = 0
    for dossier in dossiers:
        act = Act("succeed", {"from": old, "to": new, **({"reason": reason} if reason else {})})
        # A dossier can go the same way twice, when a succession was taken back and recorded again.
        key = f"succession:{dossier.uid}:{dossier.events_count}"
        try:
            moved += not apply(dossier=dossier.pk, act=act, actor=actor, key=key).repeated
        except Conflict:
            continue  # Somebody moved or ended it since it was read.
    return moved


def move_succeeded(*, actor: Actor = SYSTEM, only: set[str] | None = None, limit: int | None = None) -> int:
    """Move what still waits at succeeded agencies; the number of moves. What has moved is not found again."""
    successors = sole_successors()
    wanted = successors.keys() if only is None else successors.keys() & only
    return sum(
        _move(waiting([old]).order_by("pk")[:limit], old, successors[old], actor)
        for old in sorted(where_waiting(wanted))
    )


def return_withdrawn(*, actor: Actor = SYSTEM) -> int:
    """Move back what a succession brought that the register has taken back since; the number of moves.

    Only dossiers the former agency was competent for, and only where that agency works again or has a successor.
    """
    stands = standing()
    withdrawn = AgencySuccession.objects.exclude(superseded_at=None).values_list("predecessor_uid", "successor_uid")
    alive = in_force() | stands.keys()
    moves = DossierEvent.objects.filter(dossier=OuterRef("pk"), kind="succeeded").order_by("-number")
    returned = 0
    for old, new in sorted(set(withdrawn)):
        if new in stands.get(old, ()) or old not in alive:
            continue
        told = canonical.dumps({"from": old, "to": new, "competent": True}).decode()
        rows = waiting([new]).filter(competent_uid=new).annotate(last_move=Subquery(moves.values("data")[:1]))
        reason = _("Danh mục cơ quan đã rút việc kế thừa này.")
        returned += _move(rows.filter(last_move=told).order_by("pk"), new, old, actor, reason)
    return returned


@on_succession("services.dossiers")
def follow(event: Succession) -> None:
    """Move the dossiers of the agencies succeeded by this command, as far as their day has come."""
    move_succeeded(only={link.predecessor_uid for link in event.links}, limit=AT_ONCE)
