"""Plans as Open Fibre Data Standard documents: on their own, or drawn into the network they are for."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.ofds.export import export_json
from tinhso.infrastructure.network.ofds.geojson import to_geojson
from tinhso.infrastructure.network.ofds.jsontext import dumps, loads
from tinhso.infrastructure.network.ofds.schema import CRS84, SCHEMA_0_4
from tinhso.infrastructure.planning.models import METHODS, PlannedNode, PlannedPhase, PlannedSpan, PlanResult
from tinhso.infrastructure.planning.models.works import SurveyedSpan
from tinhso.infrastructure.planning.states import states_of

Json = dict[str, Any]
LINK = {"href": SCHEMA_0_4, "rel": "describedby"}
FIBRES = 48


@dataclass
class AsBuilt:
    """What was built other than planned: by span id, the surveyed facts; spans left out are not drawn."""

    day: date
    surveyed: Mapping[str, SurveyedSpan] = field(default_factory=dict)

    def left_out(self, span_id: str) -> bool:
        row = self.surveyed.get(span_id)
        return row is not None and not row.built


def phase_ref(phase: PlannedPhase, prefix: str) -> Json:
    """How spans and nodes name their phase."""
    return {"id": f"{prefix}-{phase.number}", "name": phase_name(phase)}


def phase_name(phase: PlannedPhase) -> str:
    """The phase's name in the network: the plan's title and its number."""
    return f"{phase.result.run.plan.title} – {phase.number}"


def _position(point: Iterable[int]) -> list[float]:
    lat, lon = point
    return [lon / 1e7, lat / 1e7]


def node_json(node: PlannedNode, status: str, phase: Json) -> Json:
    """A planned node as the standard writes it."""
    made: Json = {
        "id": node.node_id,
        "status": status,
        "phase": phase,
        "location": {"type": "Point", "coordinates": _position((node.lat_e7, node.lon_e7))},
        "accessPoint": node.kind == "site",
    }
    if node.name:
        made["name"] = node.name
    if node.unit_code:
        made["unitCode"] = node.unit_code
    return made


def span_json(span: PlannedSpan, status: str, phase: Json, built: AsBuilt | None = None) -> Json:
    """A planned span as the standard writes it, as surveyed where it was."""
    row = built.surveyed.get(span.span_id) if built else None
    points = json.loads(row.points if row and row.points else span.points)
    metres = row.length_m if row and row.length_m is not None else span.length_m
    method = METHODS[row.method if row and row.method else span.method]
    made: Json = {
        "id": span.span_id,
        "status": status,
        "phase": phase,
        "start": span.start_id,
        "end": span.end_id,
        "route": {"type": "LineString", "coordinates": [_position(point) for point in points]},
        "transmissionMedium": ["fibre"],
        "deployment": [method.deployment],
        "fibreCount": row.fibre_count if row and row.fibre_count else FIBRES,
    }
    if metres:
        made["fibreLength"] = metres / 1000
    if method.support:
        made["supportingInfrastructure"] = {"type": method.support}
    if built:
        made["readyForServiceDate"] = built.day.isoformat()
    return made


def document(result: PlanResult, prefix: str) -> Json:
    """A plan as a network package of its own, each phase with the status it has reached. Its ends in the network it
    is for come along as nodes without a status."""
    plan = result.run.plan
    phases = list(result.phases.prefetch_related("nodes", "built_spans"))
    states = states_of(phases)
    nodes: list[Json] = []
    spans: list[Json] = []
    for phase in phases:
        reference, status = phase_ref(phase, prefix), states[phase.pk].ofds
        nodes += [node_json(node, status, reference) for node in phase.nodes.all()]
        spans += [span_json(span, status, reference) for span in phase.built_spans.all()]
    known = {node["id"] for node in nodes}
    ends: dict[str, list[float]] = {}
    for span in spans:
        line = span["route"]["coordinates"]
        ends.setdefault(span["start"], line[0])
        ends.setdefault(span["end"], line[-1])
    nodes += [
        {"id": name, "location": {"type": "Point", "coordinates": where}}
        for name, where in ends.items()
        if name not in known
    ]
    network: Json = {
        "id": str(uuid5(NAMESPACE_URL, f"urn:tinhso:plan:{result.run.uid}")),
        "name": plan.title,
        "publicationDate": result.run.ended_at.date().isoformat() if result.run.ended_at else plan.day.isoformat(),
        "crs": CRS84,
        "links": [LINK],
    }
    lists = {"phases": [phase_ref(phase, prefix) for phase in phases], "nodes": nodes, "spans": spans}
    return {"networks": [network | {name: items for name, items in lists.items() if items}]}


def geojson(result: PlanResult, prefix: str) -> Json:
    """The same as one GeoJSON feature collection."""
    return to_geojson(document(result, prefix))


def drawn_into(
    network: Network, day: date, phase: PlannedPhase, *, prefix: str, status: str, built: AsBuilt | None = None
) -> bytes:
    """The network as of a day with a phase in it: what a new reading of that day says. Elements of the phase that it
    holds already are written anew; spans left out are taken away, and with them nodes that only they would join."""
    package = loads("".join(export_json([network], day)).encode())
    whole = package["networks"][0]
    reference = phase_ref(phase, prefix)
    spans = [span for span in phase.built_spans.all() if not (built and built.left_out(span.span_id))]
    ends = {end for span in spans for end in (span.start_id, span.end_id)}
    nodes = [node_json(node, status, reference) for node in phase.nodes.all() if node.node_id in ends]
    ours = {
        "phases": {reference["id"]},
        "nodes": {node.node_id for node in phase.nodes.all()},
        "spans": {span.span_id for span in phase.built_spans.all()},
    }
    new = {
        "phases": [reference],
        "nodes": nodes,
        "spans": [span_json(span, status, reference, built) for span in spans],
    }
    for name, items in new.items():
        kept = [item for item in whole.get(name, ()) if item["id"] not in ours[name]]
        whole[name] = kept + items
        if not whole[name]:
            del whole[name]
    return dumps(package).encode()
