"""Reads over agencies in time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from tinhso.identity.models import Agency, AgencySuccession


def agency_at(uid: str, day: date, known_at: datetime | None = None) -> Agency | None:
    """An agency as of a day; None when it was not in force."""
    return Agency.objects.as_of(day, known_at).filter(uid=uid).first()


def agencies_by_uid(uids: Iterable[str], day: date | None = None) -> dict[str, Agency]:
    """Agencies by uid: as of a day, or each one's latest version when no day is given."""
    rows = Agency.objects.known_at() if day is None else Agency.objects.as_of(day)
    return {row.uid: row for row in rows.filter(uid__in=set(uids)).order_by("valid_from")}


def agencies_in(scope_code: str, day: date, level: str | None = None, known_at: datetime | None = None) -> list[Agency]:
    """Agencies seated in a scope on a day, sorted by name; `level` province, district or commune keeps only those."""
    from tinhso.places.scopes import units_in

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
    """Agencies whose one successor, directly or through others, is among these.

    One split among several is left out: what each of them takes over must be handed over by name.
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
    return found - wanted


def follow(uid: str, day: date, known_at: datetime | None = None) -> list[Agency]:
    """Who an agency is on a day: itself while in force, else its successors then, sorted by name."""
    successors: dict[str, set[str]] = {}
    for old, new in _links(known_at, day):
        successors.setdefault(old, set()).add(new)
    reached, todo = {uid}, [uid]
    while todo:
        for new in successors.get(todo.pop(), ()):
            if new not in reached:
                reached.add(new)
                todo.append(new)
    return list(Agency.objects.as_of(day, known_at).filter(uid__in=reached).order_by("sort_key", "uid"))
