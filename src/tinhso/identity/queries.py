"""Reads over agencies in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Model, Q

from tinhso.foundation.access import ROLES
from tinhso.foundation.dates import today
from tinhso.identity.models import (
    Agency,
    AgencySuccession,
    ApiToken,
    Deputation,
    RoleGrant,
    TotpDevice,
    User,
)
from tinhso.identity.models.agencies import LEVELS
from tinhso.places.models import COMMUNE, DISTRICT, Unit
from tinhso.places.scopes import units_in

DEMO_PASSWORD = "tinhso-demo"  # noqa: S105 (known to all, refused in production)


def agency_at(uid: str, day: date, known_at: datetime | None = None) -> Agency | None:
    """An agency as of a day; None when it was not in force."""
    return Agency.objects.as_of(day, known_at).filter(uid=uid).first()


def agencies_by_uid(uids: Iterable[str], day: date | None = None) -> dict[str, Agency]:
    """Agencies by uid: as of a day, or each one's latest version when no day is given."""
    rows = Agency.objects.known_at() if day is None else Agency.objects.as_of(day)
    return {row.uid: row for row in rows.filter(uid__in=set(uids)).order_by("valid_from")}


def agencies_in(scope_code: str, day: date, level: str | None = None, known_at: datetime | None = None) -> list[Agency]:
    """Agencies seated in a scope on a day, sorted by name; `level` province, district or commune keeps only those."""
    codes = {unit.code for unit in units_in(scope_code, day, level=3, known_at=known_at)}
    rows = Agency.objects.as_of(day, known_at).order_by("sort_key", "uid")
    if level is not None:
        rows = rows.filter(level=level)
    return [row for row in rows if row.seat_unit_code in codes]


def _links(known_at: datetime | None = None, day: date | None = None) -> list[tuple[str, str]]:
    rows = AgencySuccession.objects.known_at(known_at)
    if day is not None:
        rows = rows.filter(valid_from__lte=day)
    return list(rows.values_list("predecessor_uid", "successor_uid"))


def wholly_succeeded(uids: Iterable[str]) -> set[str]:
    """Agencies that ended and whose one successor, directly or through others, is among these.

    One split among several is left out: what each of them takes over must be handed over by name. So is one that
    passed on a part and goes on.
    """
    successors: dict[str, set[str]] = {}
    predecessors: dict[str, set[str]] = {}
    wanted = set(uids)
    if not wanted:
        return set()
    for old, new in _links():
        successors.setdefault(old, set()).add(new)
        predecessors.setdefault(new, set()).add(old)
    found: set[str] = set()
    todo = list(wanted)
    while todo:
        for old in predecessors.get(todo.pop(), ()):
            if len(successors[old]) == 1 and old not in found:
                found.add(old)
                todo.append(old)
    if found:
        found -= set(Agency.objects.as_of(today()).filter(uid__in=found).values_list("uid", flat=True))
    return found - wanted


def follow(uid: str, day: date, known_at: datetime | None = None) -> list[Agency]:
    """Who an agency is on a day: itself while in force, else its successors then, sorted by name."""
    return follow_all({uid}, day, known_at)[uid]


def follow_all(uids: Iterable[str], day: date, known_at: datetime | None = None) -> dict[str, list[Agency]]:
    """`follow` for many agencies at once, by uid."""
    successors: dict[str, set[str]] = {}
    for old, new in _links(known_at, day):
        successors.setdefault(old, set()).add(new)
    reached = {uid: _reached(uid, successors) for uid in uids}
    rows = Agency.objects.as_of(day, known_at).filter(uid__in=set().union(*reached.values()))
    found = list(rows.order_by("sort_key", "uid"))
    return {uid: [row for row in found if row.uid in among] for uid, among in reached.items()}


def _reached(uid: str, successors: dict[str, set[str]]) -> set[str]:
    reached, todo = {uid}, [uid]
    while todo:
        fresh = successors.get(todo.pop(), set()) - reached
        reached |= fresh
        todo += fresh
    return reached


class DemoAccount(NamedTuple):
    """A demonstration account as the sign-in page and `tinhso serve` list it."""

    username: str
    password: str
    role: str


def demo_accounts() -> list[DemoAccount]:
    """The demonstration accounts present, each once a role, in order of the roles; none in production."""
    if settings.PRODUCTION:
        return []
    order = list(ROLES)
    grants = RoleGrant.objects.as_of(today()).filter(user__demonstration=True, user__is_active=True)
    held = set(grants.order_by().values_list("role", "user__username"))
    rows = sorted(held, key=lambda row: (order.index(row[0]), row[1]))
    return [DemoAccount(username, DEMO_PASSWORD, str(ROLES[role])) for role, username in rows]


def history_of(uid: str) -> tuple[list[Agency], list[AgencySuccession], list[AgencySuccession]]:
    """An agency's versions in order of time, where it came from and what became of it."""
    versions = list(Agency.objects.known_at().filter(uid=uid))
    links = list(AgencySuccession.objects.known_at().filter(Q(successor_uid=uid) | Q(predecessor_uid=uid)))
    links.sort(key=lambda link: (link.valid_from or date.min, link.predecessor_uid, link.successor_uid))
    return (
        sorted(versions, key=lambda row: row.valid_from or date.min),
        [link for link in links if link.successor_uid == uid],
        [link for link in links if link.predecessor_uid == uid],
    )


def _told(row: Model, *without: str) -> dict:
    told = {}
    for item in row._meta.concrete_fields:
        if item.attname in without:
            continue
        value = getattr(row, item.attname)
        told[item.attname] = value.isoformat() if hasattr(value, "isoformat") else value
    return told


def full_export() -> dict:
    """People, mandates and agencies with their whole history; never a password, a secret or a hash of one."""
    bookkeeping = ("batch", "superseded_batch", "folded", "sort_key")
    return {
        "people": [_told(row, "password") for row in User.objects.order_by("id")],
        "second_factors": list(TotpDevice.objects.exclude(confirmed_at=None).values_list("user_id", flat=True)),
        "grants": [_told(row, *bookkeeping) for row in RoleGrant.objects.order_by("id")],
        "deputations": [_told(row, *bookkeeping) for row in Deputation.objects.order_by("id")],
        "tokens": [_told(row, "secret_hash") for row in ApiToken.objects.order_by("id")],
        "agencies": [_told(row, *bookkeeping) for row in Agency.objects.order_by("id")],
        "successions": [_told(row, *bookkeeping) for row in AgencySuccession.objects.order_by("id")],
    }


def agencies_seated(unit: Unit, day: date) -> list[Agency]:
    """A commune's seated agencies, sorted by level and name; a district's or province's own agencies."""
    if unit.level == COMMUNE:
        rows = list(Agency.objects.as_of(day).filter(seat_unit_code=unit.code))
    else:
        rows = agencies_in(f"unit:{unit.code}", day, level="district" if unit.level == DISTRICT else "province")
    order = list(LEVELS)
    return sorted(rows, key=lambda row: (order.index(row.level), row.sort_key, row.uid))
