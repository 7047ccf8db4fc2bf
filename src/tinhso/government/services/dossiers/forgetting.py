"""What each floor forgets of dossiers whose term is over, in the transaction that erases them.

The floors above declare it as they declare consequences, and `apps.py` loads them in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from tinhso.government.services.ground.states import FINISHED
from tinhso.government.services.models import Dossier, DossierEvent

Forgetting = Callable[[Sequence[Dossier]], None]
_declared: list[Forgetting] = []
_holding: list[Callable[[], Q]] = []


def holding(function: Callable[[], Q]) -> Callable[[], Q]:
    """Declare which dossiers are still needed whole, however long ago they ended."""
    _holding.append(function)
    return function


def term_over(before: datetime, *, held: bool = False) -> QuerySet[Dossier]:
    """Dossiers to be erased: not only their end lies before a moment, but also the handing over of their result, and
    no floor needs them whole; with `held` those as well that still wait for either."""
    rows = Dossier.objects.filter(ended_at__lt=before, erased_at=None)
    if held:
        return rows
    since = DossierEvent.objects.filter(dossier=OuterRef("pk"), kind="returned", at__gte=before)
    waiting = Q(status=FINISHED) | Q(Exists(since))
    for one in _holding:
        waiting |= one()
    return rows.exclude(waiting)


def forgetting(function: Forgetting) -> Forgetting:
    """Declare what is forgotten of dossiers under lock; doing it again must change nothing."""
    _declared.append(function)
    return function


def forget(dossiers: Sequence[Dossier]) -> None:
    """Let every floor forget what it holds of them."""
    for one in _declared:
        one(dossiers)
