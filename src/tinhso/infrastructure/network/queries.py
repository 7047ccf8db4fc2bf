"""Reading a whole network as of a day, as known at a moment: four statements, plain tuples, no model instances."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple

from tinhso.infrastructure.network.models import AgencyConnection, CoreChoice, Network, Node, Span
from tinhso.infrastructure.network.rules.on_fibre import OPERATIONAL


class NodeAt(NamedTuple):
    """A node in force. Coordinates in 1e-7 degree or None; `unit_code` only where the file names it."""

    id: str
    name: str
    status: str
    lat_e7: int | None
    lon_e7: int | None
    unit_code: str
    phase_id: str
    access_point: bool | None


class SpanAt(NamedTuple):
    """A span in force; `length_m` metres or None; `medium` comma-joined codes, empty where unknown."""

    id: str
    start_id: str
    end_id: str
    status: str
    length_m: int | None
    length_basis: str
    phase_id: str
    medium: str


class ConnectionAt(NamedTuple):
    """An agency served by a node, and how that is known."""

    agency_uid: str
    node_id: str
    basis: str


@dataclass(frozen=True)
class NetworkAt:
    """A network at the end of a day. `core`: the nodes that the operator chose and that are in service that day, None
    where there is none."""

    network: Network
    nodes: list[NodeAt]
    spans: list[SpanAt]
    connections: list[ConnectionAt]
    core: tuple[str, ...] | None


def networks_at(day: date, known_at: datetime | None = None) -> Iterator[Network]:
    """Networks in use that have nodes on a day, by UUID."""
    present = Node.objects.as_of(day, known_at).values("network")
    return iter(Network.objects.filter(pk__in=present).order_by("uuid"))


def _core(chosen: Iterable[str], status: Mapping[str, str]) -> list[str]:
    """The core among the nodes chosen, by the status of those that are there: a core node is one in service."""
    return [node for node in chosen if status.get(node) == OPERATIONAL]


def idle_core(network: Network, nodes: list[str], day: date) -> list[str]:
    """Which of the nodes chosen are no core on a day."""
    there = Node.objects.filter(network=network, element_id__in=nodes).as_of(day)
    core = set(_core(nodes, dict(there.values_list("element_id", "status"))))
    return [node for node in nodes if node not in core]


def network_at(network: Network, day: date, known_at: datetime | None = None) -> NetworkAt:
    """Everything of a network in force at the end of a day, as known at a moment (default now), sorted by id."""

    def rows(model: Any, shape: Any, fields: tuple[str, ...]) -> list:
        # Sorted here: databases differ in how they order text.
        found = model.objects.filter(network=network).as_of(day, known_at).values_list(*fields)
        return sorted(map(shape._make, found.iterator(chunk_size=10_000)), key=itemgetter(0, 1))

    nodes = ("element_id", "name", "status", "lat_e7", "lon_e7", "unit_code", "phase_id", "access_point")
    spans = ("element_id", "start_id", "end_id", "status", "length_m", "length_basis", "phase_id", "medium")
    chosen = CoreChoice.objects.filter(network=network).as_of(day, known_at).values_list("nodes", flat=True).first()
    named: list[str] = json.loads(chosen or "[]")
    found = rows(Node, NodeAt, nodes)
    return NetworkAt(
        network,
        found,
        rows(Span, SpanAt, spans),
        rows(AgencyConnection, ConnectionAt, ("agency_uid", "node_id", "basis")),
        tuple(_core(named, {node.id: node.status for node in found})) or None,
    )
