"""Whom work may be given to."""

from __future__ import annotations

from collections.abc import Iterable

from tinhso.foundation.dates import today
from tinhso.government.services.access import doers
from tinhso.government.services.ground.process import Task
from tinhso.government.services.models import Dossier
from tinhso.identity.models import Deputation, RoleGrant, User
from tinhso.identity.models.people import covers


def workers(dossier: Dossier, task: Task) -> list[User]:
    """The people who may do a task: those of its agency in a role it asks for, deputies included, by name."""
    return people_of({task.agency}, doers(dossier, task))


def people_of(agencies: Iterable[str], roles: Iterable[str]) -> list[User]:
    """People who hold one of these roles today for one of these agencies, or for all, of their own or lent."""
    uids, day = {"", *agencies}, today()
    grants = RoleGrant.objects.as_of(day).filter(role__in=roles, agency_uid__in=uids).select_related("user")
    held: dict[int, list[RoleGrant]] = {}
    for grant in grants:
        held.setdefault(grant.user_id, []).append(grant)
    found = {grant.user_id: grant.user for grant in grants}
    lent = Deputation.objects.as_of(day).filter(role__in=roles, agency_uid__in=uids, giver__is_active=True)
    for item in lent.select_related("holder"):
        if covers(held.get(item.giver_id, []), item.role, item.agency_uid):
            found[item.holder_id] = item.holder
    return sorted((one for one in found.values() if one.is_active), key=lambda one: (one.full_name, one.pk))
