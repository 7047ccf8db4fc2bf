"""Which party a person speaks for: each party acts on its own side only, by the agency of the person's mandate.

An agency below a party (a department, a branch) acts for that party.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.access import check, permissions
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Forbidden
from tinhso.identity.models import Agency
from tinhso.identity.models.people import Mandate
from tinhso.identity.queries import wholly_succeeded
from tinhso.programme.models import OPERATOR, PROVINCE, Party

SIDE_OF_ROLE = {"programme_province": PROVINCE, "programme_operator": OPERATOR}


@dataclass(frozen=True)
class Standing:
    """For whom somebody acts in one agreement: the side, and its agency with the name it has now."""

    agreement: str
    side: str
    agency_uid: str
    agency_name: str


def _chains(uids: Iterable[str]) -> dict[str, set[str]]:
    """By mandate agency: the agencies somebody there speaks for: itself, those it wholly succeeds, all above these."""
    parents = dict(Agency.objects.known_at().order_by("valid_from").values_list("uid", "parent_uid"))
    chains = {}
    for uid in uids:
        reached, todo = set(), [uid, *wholly_succeeded({uid})]
        while todo:
            if (at := todo.pop()) and at not in reached:
                reached.add(at)
                todo.append(parents.get(at, ""))
        chains[uid] = reached
    return chains


def _mandated(mandates: Iterable[Mandate], chains: dict[str, set[str]], party: Party) -> bool:
    for mandate in mandates:
        of_role = SIDE_OF_ROLE.get(mandate.role)
        if of_role not in (None, party.side):
            continue
        # A mandate bound to no agency speaks for a side only where its role names the side.
        if party.agency_uid in chains[mandate.agency_uid] if mandate.agency_uid else of_role:
            return True
    return False


def _standings(user: Any, right: str, parties: Callable[[], Iterable[Party]]) -> list[Standing]:
    if not getattr(user, "is_authenticated", False):
        return []
    mandates = [mandate for mandate in user.mandates if mandate.role in permissions[right].roles]
    if not mandates:
        return []
    chains = _chains({mandate.agency_uid for mandate in mandates if mandate.agency_uid})
    return [
        Standing(party.agreement, party.side, party.agency_uid, party.name_vi)
        for party in parties()
        if _mandated(mandates, chains, party)
    ]


def standings(user: Any, agreement: str, right: str) -> list[Standing]:
    """The sides of an agreement for which a person holds a right today."""
    parties = Party.objects.as_of(today()).filter(agreement=agreement).order_by("side")
    return _standings(user, right, lambda: parties)


def agreements_of(user: Any, right: str) -> set[str]:
    """The agreements in which a person holds a right today, on either side."""
    return {found.agreement for found in _standings(user, right, lambda: Party.objects.as_of(today()))}


def standing(user: Any, agreement: str, right: str) -> Standing:
    """The side a person acts for. Forbidden when they lack the right, or act for neither party or for both."""
    check(user, right)
    found = standings(user, agreement, right)
    if len(found) != 1:
        raise Forbidden(
            _("Bạn không đại diện cho đúng một bên của thỏa thuận này."),
            place=agreement,
            mend=_("Cần nhiệm vụ tại cơ quan là một bên của thỏa thuận."),
        )
    return found[0]
