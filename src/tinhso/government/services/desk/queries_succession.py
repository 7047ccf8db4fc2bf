"""Dossiers of agencies that ended without one successor: where they wait, who may take them, who should."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.access import may
from tinhso.foundation.dates import today
from tinhso.government.services.access import assignable
from tinhso.government.services.dossiers.succeeding import undecided, waiting, where_waiting
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.models import Dossier
from tinhso.identity.models import Agency
from tinhso.identity.queries import agencies_by_uid, follow_all

PAGE = 50


@dataclass(frozen=True)
class Ended:
    """An agency that ended. `heirs`: its successors in force today; `mine`: those of them the reader may choose."""

    agency: Agency
    heirs: tuple[Agency, ...]
    mine: tuple[Agency, ...]
    waiting: int


def ended(user: Any, uid: str = "") -> list[Ended]:
    """Ended agencies at which dossiers wait and which concern a person, by name; with `uid` that one at most.

    Whoever may assign to any sees all, also those for which the register names no successor.
    """
    wanted = undecided() & {uid} if uid else undecided()
    places = where_waiting(wanted)
    heirs, agencies = follow_all(places, today()), agencies_by_uid(places)
    all_of_them = may(user, "identity.import_agencies")
    found = []
    for place in places:
        allowed = assignable(user, (heir.uid for heir in heirs[place]))
        if allowed or all_of_them:
            mine = tuple(heir for heir in heirs[place] if heir.uid in allowed)
            found.append(Ended(agencies[place], tuple(heirs[place]), mine, waiting([place]).count()))
    return sorted(found, key=lambda one: (one.agency.sort_key, one.agency.uid))


def page_of(uid: str, after: int = 0) -> tuple[list[Dossier], int]:
    """What waits at an agency, the oldest first, and the mark by which the next page begins (0 at the end)."""
    rows = waiting([uid]).filter(pk__gt=after).select_related("version__procedure").order_by("pk")
    found = list(rows[: PAGE + 1])
    return (found[:PAGE], found[PAGE - 1].pk) if len(found) > PAGE else (found, 0)


def proposed(dossiers: Sequence[Dossier], heirs: Sequence[Agency]) -> dict[int, str]:
    """The successor each dossier plainly falls to, by its number; none where the choice is open.

    Plain is: the only successor competent for its procedure today, or the only one of those that is or has followed
    the office where the dossier was received or the person helped.
    """
    day = today()
    places = follow_all({uid for row in dossiers for uid in (row.received_uid, row.helped_uid) if uid}, day)
    competent: dict[int, set[str]] = {}
    told = {}
    for row in dossiers:
        if row.version_id not in competent:
            competent[row.version_id] = {one.uid for one in competent_agencies(row.version.definition, day)}
        able = {heir.uid for heir in heirs}
        able = able & competent[row.version_id] or able
        here = {one.uid for uid in (row.received_uid, row.helped_uid) for one in places.get(uid, ())}
        for choice in (able, able & here):
            if len(choice) == 1:
                told[row.pk] = next(iter(choice))
                break
    return told
