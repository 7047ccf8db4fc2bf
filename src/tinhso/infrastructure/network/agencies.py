"""The lines of an agency: those recorded for it, and those it took over whole from the agencies it succeeded."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from tinhso.identity.models import AgencySuccession


def forerunners(uids: Iterable[str], day: date, known_at: datetime | None = None) -> dict[str, set[str]]:
    """By agency, itself and every agency that it alone succeeded, directly or through others, up to a day.

    An agency that was split passes its lines to no successor: which of them moved into the building is not known.
    """
    after: dict[str, list[str]] = {}
    links = AgencySuccession.objects.known_at(known_at).filter(valid_from__lte=day)
    for old, new in links.values_list("predecessor_uid", "successor_uid"):
        after.setdefault(old, []).append(new)
    before: dict[str, list[str]] = {}
    for old, successors in after.items():
        if len(successors) == 1:
            before.setdefault(successors[0], []).append(old)

    def trail(uid: str) -> set[str]:
        found, waiting = {uid}, [uid]
        while waiting:
            fresh = [old for old in before.get(waiting.pop(), ()) if old not in found]
            found.update(fresh)
            waiting += fresh
        return found

    return {uid: trail(uid) for uid in uids}
