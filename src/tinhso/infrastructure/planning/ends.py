"""What the ends of planned spans are called: nodes of the network, places to build, junctions, each with its unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.coverage import units_day
from tinhso.infrastructure.network.models import Node
from tinhso.infrastructure.planning.models import Plan, PlannedNode, PlannedSpan
from tinhso.places.queries import in_chunks
from tinhso.places.state import snapshot


@dataclass(frozen=True)
class End:
    """An end of a span: its id, its name, and its unit's where the name does not hold it already."""

    id: str
    name: str
    unit: str


@dataclass(frozen=True)
class EndedSpan:
    """A planned span and what it joins."""

    span: PlannedSpan
    start: End
    end: End


def node_names(plan: Plan, ids: Iterable[str]) -> dict[str, str]:
    """Names of the network's nodes as the plan knew them, by id; those without one are left out."""
    found: dict[str, str] = {}
    for chunk in in_chunks(ids):
        rows = Node.objects.filter(network=plan.network, element_id__in=chunk).as_of(plan.day, plan.known_at)
        found.update(rows.exclude(name="").values_list("element_id", "name"))
    return found


def ended(plan: Plan, spans: Iterable[PlannedSpan]) -> list[EndedSpan]:
    """Spans of a plan with their ends by name."""
    listed = list(spans)
    ids = {end for span in listed for end in (span.start_id, span.end_id)}
    names = node_names(plan, ids)
    for chunk in in_chunks(ids):
        planned = PlannedNode.objects.filter(phase__result__run__plan=plan, node_id__in=chunk)
        for node_id, name, kind in planned.values_list("node_id", "name", "kind"):
            names[node_id] = name or (_("Điểm nối") if kind == "junction" else "")
    units = snapshot(units_day(plan.scope, plan.day) if plan.scope else plan.day).by_code

    def told(node_id: str, code: str) -> End:
        unit = units[code].name if code in units else ""
        name = names.get(node_id, "") or unit or node_id
        return End(node_id, name, "" if unit.casefold() in name.casefold() else unit)

    return [EndedSpan(span, told(span.start_id, span.start_unit), told(span.end_id, span.end_unit)) for span in listed]
