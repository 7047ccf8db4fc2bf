"""Whom work may be given to."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.db.models import QuerySet

from tinhso.foundation.dates import today
from tinhso.government.services.access import doers
from tinhso.government.services.ground.process import Task
from tinhso.government.services.models import Dossier
from tinhso.identity.models import Deputation, RoleGrant, User
from tinhso.identity.models.people import covers

#: An actor's code that names a person.
PERSON = re.compile(r"user:([1-9][0-9]{0,17})")


def workers(dossier: Dossier, task: Task) -> list[User]:
    """The people who may do a task: those of its agency in a role it asks for, deputies included, by name."""
    return people_of({task.agency}, doers(dossier, task))


def works(holder: str, dossier: Dossier, task: Task) -> bool:
    """Whether `user:…` is one of the workers; most hold the role themselves, which one row tells."""
    if not (named := PERSON.fullmatch(holder)):
        return False
    person = int(named[1])
    own = _grants({task.agency}, doers(dossier, task)).filter(user_id=person, user__is_active=True)
    return own.exists() or person in {worker.pk for worker in workers(dossier, task)}


def _grants(agencies: Iterable[str], roles: Iterable[str]) -> QuerySet[RoleGrant]:
    return RoleGrant.objects.as_of(today()).filter(role__in=roles, agency_uid__in={"", *agencies})


def people_of(agencies: Iterable[str], roles: Iterable[str]) -> list[User]:
    """People who hold one of these roles today for one of these agencies, or for all, of their own or lent."""
    uids, day = {"", *agencies}, today()
    grants = _grants(uids, roles).select_related("user")
    held: dict[int, list[RoleGrant]] = {}
    for grant in grants:
        held.setdefault(grant.user_id, []).append(grant)
    found = {grant.user_id: grant.user for grant in grants}
    lent = Deputation.objects.as_of(day).filter(role__in=roles, agency_uid__in=uids, giver__is_active=True)
    for item in lent.select_related("holder"):
        if covers(held.get(item.giver_id, []), item.role, item.agency_uid):
            found[item.holder_id] = item.holder
    return sorted((one for one in found.values() if one.is_active), key=lambda one: (one.full_name, one.pk))
