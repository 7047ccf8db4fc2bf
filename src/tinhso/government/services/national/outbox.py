"""Which events the national portal is told of, and by which operation."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.db.models import Q

from tinhso.government.services.dossiers.consequences import consequence
from tinhso.government.services.dossiers.forgetting import forgetting, holding
from tinhso.government.services.models import Dossier, DossierEvent, SyncMessage
from tinhso.government.services.national.portal_client import configured

WHOLE, PROGRESS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"
#: Steps inside an agency are progress; whatever changes the dossier's own fields is sent whole.
PROGRESS_KINDS = frozenset({"claimed", "started", "handed_over", "step_completed", "step_returned", "task_opened"})
SILENT_KINDS = frozenset({"noted", "rated"})


@consequence(order=10)
def queue_messages(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Write at most one message for an act, inside its transaction."""
    if dossier.erased_at:
        return  # Sent whole it would take the person's name away over there.
    told = [event for event in events if event.kind not in SILENT_KINDS]
    if not told:
        return
    whole = any(event.kind not in PROGRESS_KINDS or "status" in json.loads(event.data) for event in told)
    last = told[-1]
    SyncMessage.objects.create(
        key=f"{dossier.code}/{last.number}",
        dossier=dossier,
        event=last.number,
        operation=WHOLE if whole else PROGRESS,
        created_at=last.at,
        next_attempt_at=last.at,
    )
    # The row is locked, so what it was read as is what it is.
    if dossier.sync != "pending":
        Dossier.objects.filter(pk=dossier.pk).update(sync="pending")
        dossier.sync = "pending"


@holding
def untold() -> Q:
    """What the portal has to be told of names the person; where there is no portal, nobody waits for it."""
    return Q(demonstration=False) & ~Q(sync="sent") if configured() else Q(pk=None)


@forgetting
def forget_answers(dossiers: Sequence[Dossier]) -> None:
    """What the portal answered may quote what it was sent. Messages are made anew each time they leave, so those that
    have not left never will."""
    messages = SyncMessage.objects.filter(dossier__in=dossiers)
    messages.filter(sent_at=None).delete()
    messages.update(last_error="")
