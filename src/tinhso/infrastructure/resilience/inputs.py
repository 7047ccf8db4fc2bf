"""From a situation to the plain inputs of the rules. Elements bear public names; no coordinates are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from tinhso.identity.models import Agency
from tinhso.infrastructure.network import inputs as network_inputs
from tinhso.infrastructure.network.situation import Situation
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
