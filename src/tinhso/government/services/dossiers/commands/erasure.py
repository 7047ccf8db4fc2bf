"""The retention rule: some time after its end a dossier forgets whom it was about; its chain holds still.

What stays: code, states, times and agencies, events with the hashes of what was said and given, facts, rows of papers.
"""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from tinhso.files.disposal import release
from tinhso.foundation.dates import stamp
from tinhso.government.services.dossiers.forgetting import forget, term_over
from tinhso.government.services.models import Dossier, DossierAnswers, DossierDetail, DossierPaper, DossierParty
from tinhso.proof.audit import Actor, command, note, nothing_changed

AT_ONCE = 500
NOBODY = {
    **dict.fromkeys(("name", "folded", "id_number", "phone", "email", "address"), ""),
    "birth_date": None,
}


@command("services.erase_dossiers")
def erase_dossiers(*, before: datetime, actor: Actor, held: bool = False) -> int:
    """Erase all that is personal of at most 500 dossiers that ended before a moment; returns how many.

    Those not handed over or not told to the portal yet only with `held` (`forgetting.term_over`).

    People, answers, written reasons, files nobody else uses, and what the floors above hold (`forgetting`). Rows,
    hashes and events stay, so that the chain verifies and counts do not change. An empty salt marks what was erased.
    Bytes of files go after the commit (`files.disposal`).
    """
    due = term_over(before, held=held).order_by("ended_at", "id")
    found = list(due.select_for_update(of=("self",))[:AT_ONCE])
    if not found:
        nothing_changed()
        return 0
    now = timezone.now()
    DossierParty.objects.filter(dossier__in=found).update(**NOBODY, erased_at=now)
    DossierAnswers.objects.filter(dossier__in=found).update(values="{}", salt="", erased_at=now)
    DossierDetail.objects.filter(event__dossier__in=found).update(values="{}", salt="", actor_name="")
    papers = DossierPaper.objects.filter(dossier__in=found)
    # Under lock: whoever gives one of them again at this moment either comes first, or finds it gone.
    files = set(papers.select_for_update().exclude(file=None).values_list("file", flat=True))
    papers.update(file=None, name="")
    release(files=files, actor=actor)
    forget(found)
    Dossier.objects.filter(pk__in=[row.pk for row in found]).update(erased_at=now)
    note(target="dossiers", after={"before": stamp(before), "erased": len(found)})
    return len(found)
