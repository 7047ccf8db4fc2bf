"""Who a network serves on a day, and over what: the working spans, the core, and each service with its nodes.

A service is a part (first-generation unit) of a unit in the scope, or an agency; it is served while any of its nodes
reaches any core node. A unit loses service when any of its parts does, as the rules of `network` count it. A part
that is not resolved, or in which the network has no node, is no service of that network.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from tinhso.identity.models import Agency
from tinhso.infrastructure.network.agencies import forerunners
from tinhso.infrastructure.network.coverage import default_scope, units_day
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.placement import place
from tinhso.infrastructure.network.queries import NetworkAt, SpanAt, network_at
from tinhso.infrastructure.network.rules.on_fibre import OPERATIONAL
from tinhso.places.models import Unit
from tinhso.places.queries import Part, parts_of, populations
from tinhso.places.scopes import units_in

UNIT, AGENCY = "unit", "agency"


class Service(NamedTuple):
    """`code`: the unit's code or the agency's uid; `part`: uid of the part, empty for an agency; `nodes`: ids (numbers
    of the graph, once prepared), sorted; `people`: persons in the part, 0 where they are counted with
    the whole unit or not known."""

    kind: str
    code: str
    part: str
    nodes: tuple[Any, ...]
    people: int


@dataclass(frozen=True)
class Gathered:
    """A network on a day with its services, sorted by kind, code and part.

    `whole`: persons by code of the units whose parts have no numbers of their own: lost when any part is.
    `uncounted`: codes of served units without any number.
    """

    network: Network
    day: date
    spans: list[SpanAt]
    nodes: list[str]
    core: tuple[str, ...] | None
    services: list[Service]
    whole: dict[str, int]
    uncounted: frozenset[str]


def working(state: NetworkAt) -> list[SpanAt]:
    """Operational spans of which both ends are recorded."""
    return [span for span in state.spans if span.status == OPERATIONAL and span.start_id and span.end_id]


def gathered(network: Network, day: date, known_at: datetime | None = None, scope: str | None = None) -> Gathered:
    """A network at the end of a day; units are those in force that day in `scope` (default: the scope shown first)."""
    state = network_at(network, day, known_at)
    spans = working(state)
    nodes = {node.id for node in state.nodes}
    nodes.update(end for span in spans for end in (span.start_id, span.end_id))
    nodes.update(state.core or ())
    chosen = scope or default_scope()
    units = units_in(chosen, units_day(chosen, day), known_at=known_at) if chosen else []
    services, whole, uncounted = _units(state, units, day, known_at)
    return Gathered(
        network,
        day,
        spans,
        sorted(nodes),
        state.core,
        sorted([*services, *_agencies(state, day, known_at)]),
        whole,
        frozenset(uncounted),
    )


def _units(
    state: NetworkAt, units: list[Unit], day: date, known_at: datetime | None
) -> tuple[list[Service], dict[str, int], set[str]]:
    parts = parts_of([unit.uid for unit in units], known_at)
    within = _within(state, parts.values(), day, known_at)
    people = populations({*parts, *(part.uid for found in parts.values() for part in found)}, known_at)
    services, whole, uncounted = [], {}, set()
    for unit in units:
        here = [part.uid for part in parts[unit.uid] if part.resolved]
        served = [uid for uid in here if uid in within]
        apart = all(uid in people for uid in here)
        for uid in served:
            services.append(
                Service(UNIT, unit.code, uid, tuple(sorted(within[uid])), people[uid].persons if apart else 0)
            )
        if served and not apart:
            if known := people.get(unit.uid):
                whole[unit.code] = known.persons
            else:
                uncounted.add(unit.code)
    return services, whole, uncounted


def _within(
    state: NetworkAt, parts: Iterable[list[Part]], day: date, known_at: datetime | None
) -> dict[str, list[str]]:
    """By part uid, the nodes in it; a node lies in one part, that of the earliest units it fits."""
    wanted = {part.uid for found in parts for part in found}
    placed: dict[str, str] = {}
    for since in sorted({_since(uid) for uid in wanted}):
        found = place(state, day, since, known_at)
        placed = {node: where.uid for node, where in found.items() if where.uid in wanted} | placed
    within: dict[str, list[str]] = {}
    for node, uid in placed.items():
        within.setdefault(uid, []).append(node)
    return within


def _since(uid: str) -> date:
    start = uid.partition("@")[2]
    return date.fromisoformat(start) if start else date.min


def _agencies(state: NetworkAt, day: date, known_at: datetime | None) -> list[Service]:
    """Agencies in force, operators aside, by the lines recorded for them or for those they alone succeeded."""
    if not state.connections:
        return []
    counted = Agency.objects.as_of(day, known_at).exclude(kind="operator").values_list("uid", flat=True)
    heirs: dict[str, list[str]] = {}
    for uid, trail in forerunners(counted, day, known_at).items():
        for old in trail:
            heirs.setdefault(old, []).append(uid)
    lines: dict[str, set[str]] = {}
    known = {node.id for node in state.nodes}
    for link in state.connections:
        if link.node_id in known:
            for uid in heirs.get(link.agency_uid, ()):
                lines.setdefault(uid, set()).add(link.node_id)
    return [Service(AGENCY, uid, "", tuple(sorted(nodes)), 0) for uid, nodes in lines.items()]
