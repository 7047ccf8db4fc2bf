"""How much of a month each unit and agency was reachable, measured from what was reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import Min

from tinhso.foundation.dates import VIETNAM, end_of
from tinhso.foundation.versioned import Versioned
from tinhso.identity.models import Agency
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.losses import Losses
from tinhso.infrastructure.outages.models import Event, FileEvent, MaintenanceWindow, Source
from tinhso.infrastructure.outages.reports import at, heard, seconds
from tinhso.infrastructure.outages.rules.spells import Element, Interval, interruptions
from tinhso.places.models import Unit


class Cut(NamedTuple):
    """A subject was cut off from `start` to `end` (seconds); `planned`: approved work alone would have done it."""

    subject: str
    start: int
    end: int
    planned: bool


@dataclass(frozen=True)
class Watched:
    """One network over a time. `since`: from when on it is reported about (seconds; None: never within it)."""

    network: Network
    since: int | None
    units: frozenset[str]
    agencies: frozenset[str]
    cuts: tuple[Cut, ...]


def watched_since(network: Network, known_at: datetime | None = None) -> datetime | None:
    """When reports about a network begin: its first sender was registered, or the first reported interruption."""
    events = Event.objects.filter(network=network)
    files = FileEvent.objects.filter(network=network).known_at(known_at)
    sources = Source.objects.filter(network=network)
    if known_at is not None:
        events, sources = events.filter(received_at__lte=known_at), sources.filter(created_at__lte=known_at)
    firsts = [
        sources.aggregate(first=Min("created_at"))["first"],
        events.aggregate(first=Min("starts_at"))["first"],
        files.aggregate(first=Min("starts_at"))["first"],
    ]
    return min((first for first in firsts if first), default=None)


def windows_at(network: Network, known_at: datetime | None = None) -> list[tuple[int, int, frozenset[Element]]]:
    """Approved maintenance as known at a moment: from, to, elements."""
    rows = MaintenanceWindow.objects.filter(network=network).prefetch_related("elements", "entries")
    found = []
    for window in rows:
        said = [one for one in window.entries.all() if known_at is None or one.recorded_at <= known_at]
        if said and said[-1].state == codes.APPROVED:
            elements = frozenset((one.element_kind, one.element) for one in window.elements.all())
            found.append((seconds(window.starts_at), seconds(window.ends_at), elements))
    return found


def watch(network: Network, start: datetime, end: datetime, known_at: datetime | None = None) -> Watched:
    """Who was cut off from a network between two moments."""
    losses = Losses(network, known_at)
    first, last = seconds(start), seconds(end)
    begun = watched_since(network, known_at)
    since = None if begun is None or begun >= end else max(first, seconds(begun))
    served = losses.served((end - timedelta(microseconds=1)).astimezone(VIETNAM).date())
    if since is None:
        return Watched(network, None, served.units, served.agencies, ())
    down = _within(interruptions(heard(network, known_at).reports), since, last)
    planned = windows_at(network, known_at)
    cuts: dict[tuple[str, bool], list[tuple[int, int]]] = defaultdict(list)
    for begin, finish in _pieces(down, planned, losses, since, last):
        now = frozenset(
            element
            for element, listed in down.items()
            if any(one[0] <= begin and (one[1] is None or one[1] > begin) for one in listed)
        )
        if now:
            day = at(begin).astimezone(VIETNAM).date()
            works = frozenset().union(*(part for opens, ends, part in planned if opens <= begin < ends))
            lost, meant = losses.lost(day, now), losses.lost(day, works)
            known = {*meant.units, *meant.agencies}
            for subject in (*lost.units, *lost.agencies):
                cuts[subject, subject in known].append((begin, finish))
    return Watched(network, since, served.units, served.agencies, tuple(sorted(_joined(cuts))))


def _within(down: dict[Element, list[Interval]], first: int, last: int) -> dict[Element, list[Interval]]:
    found = {
        element: [one for one in listed if one[0] < last and (one[1] is None or one[1] > first)]
        for element, listed in down.items()
    }
    return {element: listed for element, listed in found.items() if listed}


def _joined(cuts: dict[tuple[str, bool], list[tuple[int, int]]]) -> Iterable[Cut]:
    for (subject, planned), pieces in cuts.items():
        begin, finish = pieces[0]
        for start, end in pieces[1:]:
            if start == finish:
                finish = end
            else:
                yield Cut(subject, begin, finish, planned)
                begin, finish = start, end
        yield Cut(subject, begin, finish, planned)


def _pieces(
    down: dict[Element, list[Interval]],
    planned: list[tuple[int, int, frozenset[Element]]],
    losses: Losses,
    first: int,
    last: int,
) -> Iterable[tuple[int, int]]:
    """The times between two changes of anything: elements, maintenance, topology."""
    marks = {first, last}
    for listed in down.values():
        marks.update(mark for one in listed for mark in one if mark is not None)
    for opens, ends, _elements in planned:
        marks.update((opens, ends))
    day = at(first).astimezone(VIETNAM).date()
    while (midnight := seconds(end_of(day))) < last:
        if losses.settled(day + timedelta(days=1)) != losses.settled(day):
            marks.add(midnight)
        day += timedelta(days=1)
    ordered = sorted(mark for mark in marks if first <= mark <= last)
    return pairwise(ordered)


def in_force(row: Versioned, first: int, last: int) -> tuple[int, int]:
    """The part of a time in which a unit or agency exists; begin and end are equal where it does not."""

    def begin(day: date | None, default: int) -> int:
        return default if day is None else seconds(end_of(day - timedelta(days=1)))

    start = min(max(first, begin(row.valid_from, first)), last)
    return start, max(start, min(last, begin(row.valid_to, last)))


def reach_inputs(
    networks: Iterable[Network],
    subjects: Sequence[Unit] | Sequence[Agency],
    start: datetime,
    end: datetime,
    known_at: datetime | None = None,
) -> dict[str, Any]:
    """Inputs of rules.reachable between two moments for these units, or agencies, as served by these networks."""
    first, last = seconds(start), max(seconds(start), seconds(end))
    keys = {key_of(one): in_force(one, first, last) for one in subjects}
    listed, cuts = [], []
    for network in networks:
        seen, name = watch(network, start, max(start, end), known_at), str(network.uuid)
        served = sorted((seen.units | seen.agencies) & keys.keys())
        listed.append({"network": name, "demonstration": network.demonstration, "from": seen.since, "units": served})
        cuts += [
            {"network": name, "unit": cut.subject, "from": cut.start, "to": cut.end, "planned": cut.planned}
            for cut in seen.cuts
            if cut.subject in keys
        ]
    units = [{"unit": key, "from": begin, "to": finish} for key, (begin, finish) in sorted(keys.items())]
    return {"networks": listed, "units": units, "cuts": cuts}


def key_of(subject: Unit | Agency) -> str:
    """A unit's code, an agency's uid."""
    return subject.code if isinstance(subject, Unit) else subject.uid
