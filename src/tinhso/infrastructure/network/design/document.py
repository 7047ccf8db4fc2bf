"""A planned network on a day as an Open Fibre Data Standard 0.4 document: what an operator would publish then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from tinhso.infrastructure.network.design.geometry import Point
from tinhso.infrastructure.network.design.plan import AGENCIES_DONE, BEGIN, METHODS, Plan, PlannedNode, PlannedSpan

SCHEMA_LINK = {"href": "https://standard.ofds.info/en/0__4__0/network-schema.json", "rel": "describedby"}
CRS84 = {"name": "urn:ogc:def:crs:OGC::CRS84", "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
OPERATOR = {"id": "operator", "name": "Đơn vị viễn thông (trình diễn)"}


def network_uuid(province: str) -> UUID:
    """The identifier of a province's demonstration network."""
    return uuid5(NAMESPACE_URL, f"urn:tinhso:demonstration-network:{province}")


def publication_days() -> Iterator[date]:
    """The days on which the network is published: the plan, each half-year's end, each month's end in late 2020."""
    yield BEGIN
    for year in range(BEGIN.year, AGENCIES_DONE.year + 1):
        for month, day in ((6, 30), (9, 30), (10, 31), (11, 30), (12, 31)):
            if (month in (9, 10, 11)) <= (year == 2020) and date(year, month, day) <= AGENCIES_DONE:
                yield date(year, month, day)


def status(item: PlannedNode | PlannedSpan, day: date) -> str:
    """The status of a node or span at the end of a day."""
    return "operational" if item.ready <= day else "underConstruction" if item.begun <= day else "planned"


def document(plan: Plan, province: str, name: str, day: date) -> dict[str, Any]:
    """The network package as published on a day."""
    phases = [{"id": str(year), "name": f"Đợt {year}"} for year in sorted(plan.budgets)]
    network: dict[str, Any] = {
        "id": str(network_uuid(province)),
        "name": name,
        "publicationDate": day.isoformat(),
        "crs": CRS84,
        "language": "vi",
        "links": [SCHEMA_LINK],
        "organisations": [{**OPERATOR, "country": "VN", "roles": ["transmissionMediumOwner", "networkProvider"]}],
        "phases": [{**phase, "funders": [OPERATOR]} for phase in phases],
        "contracts": [
            {
                "id": f"budget-{phase['id']}",
                "title": f"Vốn đầu tư {phase['name']} (trình diễn)",
                "value": {"amount": plan.budgets[int(phase["id"])], "currency": "VND"},
                "relatedPhases": [phase],
            }
            for phase in phases
        ],
        "nodes": [_node(node, day) for node in plan.nodes.values()],
        "spans": [_span(span, plan, day) for span in plan.spans.values()],
    }
    return {"networks": [network]}


def _position(point: Point) -> list[float]:
    return [point[1] / 1e7, point[0] / 1e7]


def _node(node: PlannedNode, day: date) -> dict[str, Any]:
    return {
        "id": node.id,
        "name": f"{node.name} · {node.id[2:]}",
        "status": status(node, day),
        "location": {"type": "Point", "coordinates": _position(node.point)},
        "accessPoint": node.kind != "core",
        "power": node.kind != "agency",
        "transmissionMediumOwner": OPERATOR,
        "unitCode": node.unit_code,
    }


def _span(span: PlannedSpan, plan: Plan, day: date) -> dict[str, Any]:
    method = METHODS[span.kind]
    phase = str(span.phase)
    fields: dict[str, Any] = {
        "id": span.id,
        "name": f"{plan.nodes[span.start].id[2:]} – {plan.nodes[span.end].id[2:]}",
        "phase": {"id": phase, "name": f"Đợt {phase}"},
        "status": status(span, day),
        "start": span.start,
        "end": span.end,
        "directed": False,
        "route": {"type": "LineString", "coordinates": [_position(point) for point in span.route]},
        "transmissionMediumOwner": OPERATOR,
        "transmissionMedium": ["fibre"],
        "deployment": [method.deployment],
        "supportingInfrastructure": {"type": method.support},
        "fibreType": "G.652",
        "fibreCount": method.fibres,
        "fibreLength": span.metres / 1000,
        "countries": ["VN"],
    }
    if span.ready <= day:
        fields["readyForServiceDate"] = span.ready.isoformat()
    fields.pop(span.missing, None)
    return fields
