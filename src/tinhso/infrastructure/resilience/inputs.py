"""From a situation to the plain inputs of the rules. Elements bear public names; no coordinates are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tinhso.identity.models import Agency
from tinhso.infrastructure.network import inputs as network_inputs
from tinhso.infrastructure.network.pseudonyms import pseudonyms
from tinhso.infrastructure.network.situation import Situation
from tinhso.infrastructure.resilience.gathered import working
from tinhso.infrastructure.resilience.models import SharedRiskGroup
from tinhso.infrastructure.resilience.rates import rates_on
from tinhso.places.queries import populations

Inputs = dict[str, Any]


def paths(now: Situation) -> Inputs:
    """Inputs of rules.two_node_disjoint_paths: those of two span-disjoint paths."""
    return network_inputs.two_disjoint_paths(now)


def people(now: Situation, known_at: datetime | None = None) -> Inputs:
    """Inputs of rules.people_behind_single_span: units with their people, and their parts' where all have numbers."""
    found = paths(now)
    uids = {part.uid for parts in now.parts.values() for part in parts} | {unit.uid for unit in now.units}
    known = populations(sorted(uids), known_at)
    numbers = {uid: at.persons for uid, at in known.items()}
    by_code = {unit.code: unit for unit in now.units}
    for unit in found["units"]:
        own = known.get(by_code[unit["unit"]].uid)
        unit["people"] = own.persons if own else None
        unit["year"] = own.year if own else None
        for part in unit["parts"]:
            part["people"] = numbers.get(part["part"])
    return found


def risks(now: Situation, day: date, known_at: datetime | None = None) -> Inputs:
    """Inputs of rules.people_behind_single_risk: those of people behind a single span, and the shared risks in force
    on a day by public names. What a risk is called tells a place, and is left out."""
    listed: list[Inputs] = []
    for one in now.serving:
        groups = list(SharedRiskGroup.objects.filter(network=one.state.network).as_of(day, known_at))
        named = pseudonyms(f"{one.state.network.uuid}/risk", [group.code for group in groups])
        for group in groups:
            spans = sorted(one.span_names[span] for span in group.span_ids if span in one.span_names)
            nodes = sorted(one.node_names[node] for node in group.node_ids if node in one.node_names)
            listed.append({"risk": named[group.code], "spans": spans, "nodes": nodes})
    return people(now, known_at) | {"risks": sorted(listed, key=lambda risk: risk["risk"])}


def agencies(now: Situation, counted: Iterable[Agency], day: date, known_at: datetime | None = None) -> Inputs:
    """Inputs of rules.agencies_two_paths: operators aside, each agency with the nodes that serve it, and all spans."""
    listed = list(counted)
    lines = network_inputs.agencies_on_fibre(now, listed, day, known_at)
    found = paths(now)
    level = {agency.uid: agency.level for agency in listed}
    return {
        "networks": found["networks"],
        "agencies": [agency | {"level": level[agency["agency"]]} for agency in lines["agencies"]],
        "connections": lines["connections"],
        "spans": found["spans"],
        "core": found["core"],
    }


def _rates(now: Situation, day: date, known_at: datetime | None) -> Inputs:
    """Working spans and the nodes they join, the core and the nodes asked for among them, with their rates."""
    spans, works = [], []
    for one in now.serving:
        rates = rates_on(one.state.network, day, known_at)
        nodes, ends = one.node_names, set(one.state.core or ())
        for span in working(one.state):
            spans.append(
                {
                    "span": one.span_names[span.id],
                    "ends": [nodes[span.start_id], nodes[span.end_id]],
                    "up": rates.spans.get(span.id),
                }
            )
            ends.update((span.start_id, span.end_id))
        works += [{"node": nodes[end], "up": rates.nodes.get(end)} for end in ends]
    return {
        "spans": sorted(spans, key=lambda span: span["span"]),
        "works": sorted(works, key=lambda node: node["node"]),
    }


def availability(now: Situation, day: date, known_at: datetime | None = None) -> Inputs:
    """Inputs of rules.availability: units with their people, working spans and nodes with the share they work."""
    return people(now, known_at) | _rates(now, day, known_at)


def agencies_availability(
    now: Situation, counted: Iterable[Agency], day: date, known_at: datetime | None = None
) -> Inputs:
    """Inputs of rules.agencies_availability."""
    return agencies(now, counted, day, known_at) | _rates(now, day, known_at)
