"""Which papers an act asks for: rows in its transaction, made later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from tinhso.government.services.dossiers.consequences import consequence
from tinhso.government.services.models import Dossier, DossierEvent, IssuedPaper

PAPERS = {
    "accepted": ("01",),
    "supplements_requested": ("02",),
    "refused": ("03",),
    "reappointed": ("04",),
    "stopped": ("05", "06"),
    "withdrawn": ("05", "06"),
    "finished": ("result", "06"),
}
#: Papers of the one-stop shop that received the dossier; the others are the competent agency's.
RECEIVING = frozenset({"01", "02", "03"})


@consequence(order=20)
def want_papers(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Consequence of an act: which papers are to be made, and nothing more."""
    # Thousands of dossiers a demonstration made up would keep the worker busy: theirs are made when somebody asks.
    told_of_the_past = timezone.now() - timedelta(hours=1)
    IssuedPaper.objects.bulk_create(
        IssuedPaper(
            dossier=dossier,
            form=form,
            event=event.number,
            agency_uid=issuer(dossier, form),
            wanted_at=event.at,
            next_attempt_at=None if dossier.demonstration and event.at < told_of_the_past else event.at,
        )
        for event in events
        for form in PAPERS.get(event.kind, ())
    )


def issuer(dossier: Dossier, form: str) -> str:
    """The agency that issues a form of this dossier."""
    # Supplements asked for while the dossier is handled are the handling agency's to ask.
    receiving = form in RECEIVING and not (form == "02" and dossier.received_at)
    return dossier.received_uid if receiving and dossier.received_uid else dossier.competent_uid
