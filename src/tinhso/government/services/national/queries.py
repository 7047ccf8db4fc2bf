"""The synchronisation as far as a person may see its dossiers: pages and the API ask the same."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from tinhso.government.services.ground.states import SYNC
from tinhso.government.services.models import Dossier, SyncMessage, SyncRun


def states(user: Any) -> dict[str, int]:
    """How many dossiers are in each synchronisation state; demonstration dossiers never leave and are not counted."""
    rows = Dossier.objects.visible_to(user).filter(demonstration=False)
    return dict.fromkeys(SYNC, 0) | dict(rows.order_by().values_list("sync").annotate(Count("pk")))


def messages(user: Any) -> Any:
    """Every message about dossiers the person may read."""
    return SyncMessage.objects.filter(dossier__in=Dossier.objects.visible_to(user)).select_related("dossier")


def findings(user: Any, run: SyncRun) -> Any:
    """What a comparison found: dossiers the person may read, and those only the portal knows."""
    mine = Dossier.objects.visible_to(user)
    return run.findings.filter(Q(kind="unknown") | Q(code__in=mine.values("code")))
