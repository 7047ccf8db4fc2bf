"""From a situation to the plain inputs of the rules. Elements bear public names; no coordinates are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tinhso.identity.models import Agency
from tinhso.infrastructure.network.agencies import forerunners
from tinhso.infrastructure.network.queries import SpanAt
from tinhso.infrastructure.network.situation import Serving, Situation
from tinhso.places.models import Unit
from tinhso.places.queries import PopulationAt

Inputs = dict[str, Any]


def networks(now: Situation) -> list[Inputs]:
    """The measured networks."""
    return [
        {"network": str(one.state.network.uuid), "demonstration": one.state.network.demonstration}
        for one in now.serving
    ]


def _parts(now: Situation, unit: Unit) -> list[Inputs]:
    return [{"part": part.uid, "resolved": part.resolved} for part in now.parts[unit.uid]]


def _nodes(now: Situation) -> list[Inputs]:
    listed = []
    for one in now.serving:
        for node in one.state.nodes:
            if where := one.placed.get(node.id):
                name = one.node_names[node.id]
                listed.append({"node": name, "part": where.uid, "status": node.status, "placed": where.method})
    return sorted(listed, key=lambda node: node["node"])


def spans(one: Serving, chosen: list[SpanAt]) -> list[Inputs]:
    """Spans as rules see them: name, status, and the ends that the record names."""
    names, nodes = one.span_names, one.node_names
    return [
        {
            "span": names[span.id],
            "status": span.status,
            "ends": [nodes[end] for end in (span.start_id, span.end_id) if end],
        }
        for span in chosen
    ]


def _sorted(listed: list[Inputs]) -> list[Inputs]:
    return sorted(listed, key=lambda span: span["span"])


def on_fibre(now: Situation, people: dict[str, PopulationAt] | None = None) -> Inputs:
    """Inputs of rules.on_fibre: each unit weighs 1, or its persons where `people` is given."""
    units = []
    for unit in now.units:
        weight: int | None = 1
        facts: Inputs = {}
        if people is not None:
            known = people.get(unit.uid)
            weight = known.persons if known else None
            facts = {"population_year": known.year, "population_quality": known.quality} if known else {}
        units.append({"unit": unit.code, "weight": weight, "parts": _parts(now, unit), "facts": facts})
    touching = [span for one in now.serving for span in spans(one, one.touching())]
    return {"networks": networks(now), "units": units, "nodes": _nodes(now), "spans": _sorted(touching)}


def two_disjoint_paths(now: Situation) -> Inputs:
    """Inputs of rules.two_disjoint_paths: all spans, since a path may leave the scope."""
    return {
        "networks": networks(now),
        "units": [{"unit": unit.code, "parts": _parts(now, unit)} for unit in now.units],
        "nodes": _nodes(now),
        "spans": _sorted([span for one in now.serving for span in spans(one, one.state.spans)]),
        "core": sorted(one.node_names[node] for one in now.serving for node in one.state.core or ()),
    }


def agencies_on_fibre(
    now: Situation, agencies: Iterable[Agency], day: date, known_at: datetime | None = None
) -> Inputs:
    """Inputs of rules.agencies_on_fibre: operators aside, each agency with the nodes that serve it or served those it
    took over, and the spans that end there."""
    counted = [agency for agency in agencies if agency.kind != "operator"]
    heirs: dict[str, list[str]] = {}
    for uid, trail in forerunners([agency.uid for agency in counted], day, known_at).items():
        for old in trail:
            heirs.setdefault(old, []).append(uid)
    connections, ending = [], []
    for one in now.serving:
        nodes = set()
        for link in one.state.connections:
            for uid in heirs.get(link.agency_uid, ()):
                if name := one.node_names.get(link.node_id):
                    nodes.add(link.node_id)
                    connections.append({"agency": uid, "node": name})
        ending += spans(one, [span for span in one.state.spans if span.start_id in nodes or span.end_id in nodes])
    return {
        "networks": networks(now),
        "agencies": [{"agency": agency.uid, "unit": agency.seat_unit_code} for agency in counted],
        "connections": sorted(connections, key=lambda link: (link["agency"], link["node"])),
        "spans": _sorted(ending),
    }
