"""What still waits at agencies that others have succeeded, and the move to one of them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import QuerySet

from tinhso.foundation.dates import today
from tinhso.government.services.ground.process import VERBS
from tinhso.government.services.models import Dossier, DossierTask
from tinhso.identity.models import Agency, AgencySuccession

OPEN = VERBS["succeed"].statuses


def waiting(uids: Collection[str]) -> QuerySet[Dossier]:
    """Dossiers not over yet that one of these agencies is competent for or has an open task in."""
    competent = Dossier.objects.filter(competent_uid__in=uids, status__in=OPEN).values("pk")
    tasks = DossierTask.objects.filter(agency_uid__in=uids, closed_at=None).values("dossier")
    # Apart, each part is read by its own index.
    return Dossier.objects.filter(pk__in=competent.union(tasks))


def where_waiting(uids: Collection[str]) -> set[str]:
    """Those of these agencies at which any dossier waits."""
    competent = Dossier.objects.filter(competent_uid__in=uids, status__in=OPEN).values_list("competent_uid", flat=True)
    tasks = DossierTask.objects.filter(agency_uid__in=uids, closed_at=None).values_list("agency_uid", flat=True)
    return {*competent.order_by().distinct(), *tasks.order_by().distinct()}


def standing() -> dict[str, set[str]]:
    """Who carries on from whom as of today, by the former agency."""
    found: dict[str, set[str]] = {}
    for link in AgencySuccession.objects.known_at().filter(valid_from__lte=today()):
        found.setdefault(link.predecessor_uid, set()).add(link.successor_uid)
    return found


def sole_successors() -> dict[str, str]:
    """Agencies that ended and have one successor as of today; what waits at them moves by itself."""
    working = in_force()
    return {old: next(iter(new)) for old, new in standing().items() if len(new) == 1 and old not in working}


def undecided() -> set[str]:
    """Agencies that have ended and have several successors or none: what waits at them nobody can act on until
    people decide who takes it."""
    register = Agency.objects.known_at().values_list("uid", flat=True).order_by().distinct()
    return set(register) - in_force() - sole_successors().keys()


def in_force() -> set[str]:
    """Every agency that works today."""
    return set(Agency.objects.as_of(today()).values_list("uid", flat=True))
