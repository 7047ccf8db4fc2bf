"""The retention rule: some time after its end a dossier forgets whom it was about; its chain holds still."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tinhso.foundation.dates import stamp
from tinhso.government.services.models import Dossier, DossierAnswers, DossierDetail, DossierParty
from tinhso.proof.audit import Actor, command, note, nothing_changed

AT_ONCE = 500
NOBODY = {
    **dict.fromkeys(("name", "folded", "id_number", "phone", "email", "address"), ""),
    "birth_date": None,
}


@command("services.erase_dossiers")
def erase_dossiers(*, before: datetime, actor: Actor) -> int:
    """Erase people, answers and written reasons of at most 500 dossiers that ended before a moment; returns how many.

    Rows, hashes and events stay, so that the chain verifies and counts do not change. An empty salt marks what was
    erased.
    """
    due = Dossier.objects.filter(ended_at__lt=before, answers__erased_at=None).order_by("ended_at", "id")
    found = list(due.values_list("pk", flat=True)[:AT_ONCE])
    if not found:
        nothing_changed()
        return 0
    now = timezone.now()
    DossierParty.objects.filter(dossier__in=found).update(**NOBODY, erased_at=now)
    DossierAnswers.objects.filter(dossier__in=found).update(values="{}", salt="", erased_at=now)
    DossierDetail.objects.filter(event__dossier__in=found).update(values="{}", salt="", actor_name="")
    note(target="dossiers", after={"before": stamp(before), "erased": len(found)})
    return len(found)
