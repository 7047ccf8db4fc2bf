"""Which events the national portal is told of, and by which operation."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tinhso.government.services.dossiers.consequences import consequence
from tinhso.government.services.dossiers.forgetting import forgetting
from tinhso.government.services.models import Dossier, DossierEvent, SyncMessage

WHOLE, PROGRESS = "DongBoHoSoMC", "CapNhatTienDoHoSoMC"
#: Steps inside an agency are progress; whatever changes the dossier's own fields is sent whole.
PROGRESS_KINDS = frozenset({"claimed", "started", "handed_over", "step_completed", "step_returned", "task_opened"})
SILENT_KINDS = frozenset({"noted", "rated"})


@consequence(order=10)
def queue_messages(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Write at most one message for an act, inside its transaction."""
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


@forgetting
def forget_answers(dossiers: Sequence[Dossier]) -> None:
    """What the portal answered may quote what it was sent; messages themselves are made anew each time they leave."""
    SyncMessage.objects.filter(dossier__in=dossiers).update(last_error="")
