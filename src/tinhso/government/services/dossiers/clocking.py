"""A dossier's time limit: its events in the words of the clock, and the answer. No date is reckoned here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.models import Dossier, DossierEvent
from tinhso.workdays import clock
from tinhso.workdays.clock import Due
from tinhso.workdays.explain import Line, explain
from tinhso.workdays.queries import by_hash

#: Events that move the clock, and what the clock calls them.
CLOCK = {
    "accepted": "received",
    "supplements_requested": "supplements_requested",
    "supplemented": "supplements_received",
    "payment_requested": "payment_requested",
    "paid": "paid",
    "suspended": "suspended",
    "resumed": "resumed",
    "reappointed": "reappointed",
}


def clock_events(events: Iterable[DossierEvent]) -> list[clock.Event]:
    """The clock's events: those from valid reception on."""
    told: list[clock.Event] = []
    waiting: set[str] = set()
    for event in events:
        kind = CLOCK.get(event.kind)
        if kind is None or (not told and kind != "received"):
            continue
        if begun := clock.STARTS.get(kind):
            waiting.add(begun)
        elif ended := clock.ENDS.get(kind):
            # A fee paid while nothing waited for it moves no clock.
            if ended not in waiting:
                continue
            waiting.discard(ended)
        to = json.loads(event.data).get("to") if kind == clock.REAPPOINTED else None
        told.append(clock.Event(kind, event.at, datetime.fromisoformat(to).astimezone(VIETNAM) if to else None))
    return told


def due_of(dossier: Dossier) -> Due | None:
    """When the dossier is due by the rules it was received under; None while no limit runs."""
    told = clock_events(dossier.events.filter(kind__in=CLOCK).order_by("number"))
    if not told:
        return None
    return clock.due(told, dossier.version.definition.rule, by_hash(dossier.calendar_sha256))


def explanation(
    dossier: Dossier, until: int | None = None, events: Iterable[DossierEvent] | None = None
) -> tuple[Due, list[Line]] | None:
    """The due date with every day of it explained, as of event number `until`; None while no limit runs.

    `events`: the dossier's in their order, where they have been read already.
    """
    found = dossier.events.filter(kind__in=CLOCK).order_by("number") if events is None else events
    told = clock_events(event for event in found if until is None or event.number <= until)
    if not told:
        return None
    return explain(told, dossier.version.definition.rule, by_hash(dossier.calendar_sha256))
