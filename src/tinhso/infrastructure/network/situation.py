"""The state that rules, maps and pages share: units of a scope, the networks that serve it, their nodes placed.

Measured are the networks in use that have a node within the scope on that day. As soon as one of them is a real
network, demonstration networks are left out, so that a designed figure never adds to a real one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from tinhso.infrastructure.network.models import AgencyConnection, CoreChoice, Network, Node, Reading, Span
from tinhso.infrastructure.network.placement import Placed, place
from tinhso.infrastructure.network.pseudonyms import pseudonyms
from tinhso.infrastructure.network.queries import NetworkAt, SpanAt, network_at
from tinhso.places.models import ScopeSegment, Unit, UnitLink
from tinhso.places.queries import Part, parts_of
from tinhso.places.scopes import units_in
from tinhso.places.state import Stamp, geometry_stamp, stamp_of

# Network, stamp of what was written, day of its last change, moment of knowing.
Key = tuple[int, Stamp, date, datetime | None]


@dataclass(frozen=True)
class Serving:
    """A measured network with its nodes that lie in the scope's parts."""

    state: NetworkAt
    placed: Mapping[str, Placed]

    @cached_property
    def node_names(self) -> dict[str, str]:
        """Public names of all its nodes."""
        spans = self.state.spans
        ids = {node.id for node in self.state.nodes}
        ids.update(span.start_id for span in spans)
        ids.update(span.end_id for span in spans)
        ids.update(self.state.core or ())
        return pseudonyms(f"{self.state.network.uuid}/node", ids)

    @cached_property
    def span_names(self) -> dict[str, str]:
        """Public names of all its spans."""
        return pseudonyms(f"{self.state.network.uuid}/span", [span.id for span in self.state.spans])

    def touching(self) -> list[SpanAt]:
        """Spans with at least one end in the scope."""
        return [span for span in self.state.spans if span.start_id in self.placed or span.end_id in self.placed]


@dataclass(frozen=True)
class Situation:
    """A scope on a day. `parts` gives, by unit uid, the first-generation units it is made of."""

    units: list[Unit]
    parts: dict[str, list[Part]]
    serving: list[Serving]


def situation(scope: str, day: date, known_at: datetime | None = None, units_on: date | None = None) -> Situation:
    """The situation at the end of a day; `units_on` takes the units in force on another day instead. Read-only: kept
    for the next indicator of the same scope and moment."""
    return _situation(scope, units_on or day, known_at, day, version(day)[1])


@lru_cache(maxsize=2)
def _situation(scope: str, units_on: date, known_at: datetime | None, day: date, stamp: Stamp) -> Situation:
    return situation_of(units_in(scope, units_on, known_at=known_at), day, known_at)


def situation_of(units: list[Unit], day: date, known_at: datetime | None = None) -> Situation:
    """The situation of given units at the end of a day."""
    parts = parts_of([unit.uid for unit in units], known_at)
    wanted = {part.uid for found in parts.values() for part in found}
    part_days = sorted({_since(uid) for uid in wanted})
    written, drawn = _network_stamp(), geometry_stamp()
    serving = []
    for network in Network.objects.order_by("uuid") if wanted else ():
        key = (network.pk, written, _turn(network.pk, written, day), known_at)
        placed: dict[str, Placed] = {}
        for since in part_days:
            found = _placed(key, since, drawn)
            placed = {node: where for node, where in found.items() if where.uid in wanted} | placed
        if placed:
            serving.append(Serving(_state(key), placed))
    if any(not one.state.network.demonstration for one in serving):
        serving = [one for one in serving if not one.state.network.demonstration]
    return Situation(units, parts, serving)


def located(network: Network, day: date, units_on: date) -> Mapping[str, Placed]:
    """Where every node of a network lies among the units in force on `units_on`, as known now."""
    written = _network_stamp()
    return _placed((network.pk, written, _turn(network.pk, written, day), None), units_on, geometry_stamp())


def version(day: date) -> tuple[date, Stamp]:
    """The last day up to `day` on which a network in use changes, and a stamp of all that is written: where both are
    equal, so is every result for the same units."""
    return versions([day])[0]


def versions(days: Sequence[date]) -> list[tuple[date, Stamp]]:
    """The versions of several days, asking the database once."""
    written = _network_stamp()
    networks = list(Network.objects.order_by("pk").values_list("pk", flat=True))
    stamp = (tuple(networks), written, geometry_stamp(), stamp_of(UnitLink, ScopeSegment))
    return [(max((_turn(network, written, day) for network in networks), default=date.min), stamp) for day in days]


def _network_stamp() -> Stamp:
    # Nodes and spans are written with a reading only, so that the large tables need not be asked.
    return stamp_of(Reading, AgencyConnection, CoreChoice)


def _since(uid: str) -> date:
    start = uid.partition("@")[2]
    return date.fromisoformat(start) if start else date.min


@lru_cache(maxsize=64)
def _turns(network: int, written: Stamp) -> list[date]:
    """The days on which anything in a network changes."""
    days: set[date | None] = set()
    for model in (Node, Span, AgencyConnection, CoreChoice):
        for pair in model.objects.filter(network=network).values_list("valid_from", "valid_to").distinct():
            days.update(pair)
    return sorted(day for day in days if day)


def _turn(network: int, written: Stamp, day: date) -> date:
    """The last such day up to a day: the network is the same on all days until the next."""
    turns = _turns(network, written)
    place = bisect_right(turns, day)
    return turns[place - 1] if place else date.min


@lru_cache(maxsize=8)
def _state(key: Key) -> NetworkAt:
    network, _written, day, known_at = key
    return network_at(Network.objects.get(pk=network), day, known_at)


@lru_cache(maxsize=16)
def _placed(key: Key, units_on: date, drawn: Stamp) -> Mapping[str, Placed]:
    return place(_state(key), key[2], units_on, key[3])
