"""Reports from every door, their elements found, as the pure engine takes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from django.db.models import Q

from tinhso.infrastructure.network.models import Network, Node, Span
from tinhso.infrastructure.outages.codes import NODE, SPAN
from tinhso.infrastructure.outages.models import Alias, Event, FileEvent
from tinhso.infrastructure.outages.rules import spells
from tinhso.infrastructure.outages.rules.spells import Element, Report
from tinhso.places.queries import in_chunks

IGNORED = ""
FILE = 0


def seconds(moment: datetime) -> int:
    """Whole seconds since 1970, cut."""
    return int(moment.timestamp() // 1)


def at(second: int) -> datetime:
    """The moment of a second."""
    return datetime.fromtimestamp(second, UTC)


class Names:
    """Which element a reported name means: an identifier, else what an alias says, else a name that only one has."""

    def __init__(self, network: Network, known_at: datetime | None = None) -> None:
        self._ids: dict[str, set[str]] = {}
        self._named: dict[str, dict[str, str]] = {}
        for kind, model in ((SPAN, Span), (NODE, Node)):
            rows = set(model.objects.filter(network=network).known_at(known_at).values_list("element_id", "name"))
            self._ids[kind] = {element for element, _name in rows}
            bearers = Counter(name for _element, name in rows if name)
            self._named[kind] = {name: element for element, name in rows if bearers[name] == 1}
        aliases = Alias.objects.filter(network=network).known_at(known_at)
        self._alias = {
            (kind, name): element for kind, name, element in aliases.values_list("element_kind", "reported", "element")
        }

    def find(self, kind: str, name: str) -> str | None:
        """The element's id; IGNORED where an alias says it is none; None where nobody knows."""
        if name in self._ids[kind]:
            return name
        if (kind, name) in self._alias:
            return self._alias[kind, name]
        return self._named[kind].get(name)

    def has(self, kind: str, element: str) -> bool:
        """Whether the network has, or had, an element of this id."""
        return element in self._ids[kind]


class Unmatched(NamedTuple):
    """A reported name nobody knows, how often and when last it was reported."""

    element_kind: str
    element: str
    reports: int
    last: datetime


@dataclass(frozen=True)
class Heard:
    """All reports of a network: those whose element is found, and the names that are not."""

    reports: list[Report]
    unmatched: list[Unmatched]


FIELDS = ("element_kind", "element", "change", "fingerprint", "starts_at", "ends_at")


def heard(network: Network, known_at: datetime | None = None) -> Heard:
    """Every report of a network, as known at a moment (default now)."""
    names = Names(network, known_at)
    events = Event.objects.filter(network=network)
    if known_at is not None:
        events = events.filter(received_at__lte=known_at)
    files = FileEvent.objects.filter(network=network).known_at(known_at)
    rows = [
        *events.order_by("id").values_list("source_id", "received_at", *FIELDS),
        *((FILE, *row) for row in files.order_by("id").values_list("recorded_at", *FIELDS)),
    ]
    reports: list[Report] = []
    strangers: dict[tuple[str, str], list[datetime]] = {}
    for source, received, kind, name, change, fingerprint, starts, ends in rows:
        element = names.find(kind, name)
        if element is None:
            strangers.setdefault((kind, name), []).append(received)
        elif element != IGNORED:
            reports.append(
                Report(
                    spells.EVERY if source == FILE and starts is None else (source, fingerprint, name),
                    (kind, element),
                    change,
                    None if starts is None else seconds(starts),
                    None if ends is None else seconds(ends),
                    seconds(received),
                )
            )
    unmatched = [Unmatched(kind, name, len(times), max(times)) for (kind, name), times in sorted(strangers.items())]
    return Heard(reports, unmatched)


def touches(
    network: Network, elements: Iterable[Element], known_at: datetime | None = None
) -> dict[Element, set[Hashable]]:
    """By element, what it hangs together with: a span with its two nodes, a node with the spans that end there."""
    wanted = set(elements)
    found: dict[Element, set[Hashable]] = {element: {element} for element in wanted}
    rows = Span.objects.filter(network=network).known_at(known_at)
    for chunk in in_chunks(sorted({element for _kind, element in wanted}), 300):
        near = rows.filter(Q(element_id__in=chunk) | Q(start_id__in=chunk) | Q(end_id__in=chunk))
        for span, start, end in near.values_list("element_id", "start_id", "end_id"):
            ends = [(NODE, node) for node in (start, end) if node]
            if (SPAN, span) in wanted:
                found[SPAN, span].update(ends)
            for node in ends:
                if node in wanted:
                    found[node].add((SPAN, span))
    return found


def groups(network: Network, known_at: datetime | None = None) -> list[list[spells.Spell]]:
    """The outages of a network as its reports tell them."""
    listed = spells.spells(spells.interruptions(heard(network, known_at).reports))
    return spells.outages(listed, touches(network, (spell.element for spell in listed), known_at))
