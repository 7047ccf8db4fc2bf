"""Pages of resilience: results by unit for everyone, weak points and "cut here" for engineers."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Max, Min, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tinhso.foundation.access import public, requires
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.network.coverage import PATH_STATES, default_scope, tone
from tinhso.infrastructure.network.models import Network, Node, Span
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.resilience.asked import crumbs, day_of, elements_of, network_of, units_of
from tinhso.infrastructure.resilience.elsewhere import Still, elsewhere, still_served
from tinhso.infrastructure.resilience.impact import Impact, impact_on
from tinhso.infrastructure.resilience.losses import NODE, SPAN
from tinhso.infrastructure.resilience.models import SharedRiskGroup
from tinhso.infrastructure.resilience.prepared import PreparedNetwork, prepared_for
from tinhso.infrastructure.resilience.public import availabilities, unit_results
from tinhso.infrastructure.resilience.weak import (
    elements,
    groups_with_impact,
    node_names,
    span_names,
    weak_numbers,
    worst_pairs,
)
from tinhso.places.scopes import scope_title
from tinhso.places.state import steady

PER_PAGE, FOUND = 25, 20


@public
@steady()
def units(request: HttpRequest) -> HttpResponse:
    """How many separate ways lead from every unit to the core, and who hangs on a single span."""
    way = crumbs(None, (_("Độ bền mạng"), ""))
    scope, day = request.GET.get("pham-vi") or default_scope(), day_of(request)
    if scope is None:
        return render(request, "resilience/units.html", {"crumbs": way, "day": day})
    found = unit_results(scope, day)
    measured, up = availabilities(scope, day)
    listed = [
        {
            "unit": unit,
            "url": link_to("places:place", unit.code),
            "paths": found.covered.paths[unit.code],
            "label": PATH_STATES[found.covered.paths[unit.code]["state"]],
            "tone": tone(found.covered.paths[unit.code]["state"]),
            "behind": found.behind[unit.code],
            "up": up.get(unit.code),
        }
        for unit in found.covered.units
    ]
    context = {
        "crumbs": way,
        "day": day,
        "scope": scope,
        "scope_title": scope_title(scope),
        "found": found,
        "states": [(PATH_STATES[state], tone(state), count) for state, count in sorted(found.states.items())],
        "rows": listed,
        "measured": measured,
    }
    return render(request, "resilience/units.html", context)


@requires(EXACT)
@steady()
def weak_points(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What every span, node, pair of spans and shared risk of a network would take, worst first."""
    network, day = network_of(request, uuid), day_of(request)
    ready, unit = prepared_for(network, day), request.GET.get("xa", "").strip()
    known, other = units_of(day), elsewhere(network, day)
    sections = {}
    for kind, name in ((SPAN, "doan"), (NODE, "nut")):
        numbers = weak_numbers(ready, kind, unit)
        page = Paginator(numbers.tolist(), PER_PAGE).get_page(request.GET.get(f"trang-{name}"))
        rows = elements(ready, kind, list(page), day, other)
        sections[kind] = {"page": page, "rows": rows, "param": f"trang-{name}"}
    listed, total = worst_pairs(ready, day, unit=unit)
    groups = SharedRiskGroup.objects.visible_to(request.user).filter(network=network).as_of(day)
    context = {
        "network": network,
        "day": day,
        "ready": ready,
        "elsewhere": other,
        "unit": unit,
        "unit_name": known[unit].name if unit in known else "",
        "units": [known[code] for code in sorted(ready.unit_services, key=lambda code: known[code].sort_key)],
        "spans": sections[SPAN],
        "nodes": sections[NODE],
        "pairs": [(pair, still_served(ready, pair.impact, other)) for pair in listed],
        "pairs_total": total,
        "groups": [
            (group, lost, still_served(ready, lost, other)) for group, lost in groups_with_impact(ready, groups, unit)
        ],
        "crumbs": crumbs(network, (_("Điểm yếu của mạng"), "")),
    }
    return render(request, "resilience/weak_points.html", context)


@requires(EXACT)
@steady()
def cut_here(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Who loses the core if the spans and nodes chosen fail together."""
    network, day = network_of(request, uuid), day_of(request)
    spans, nodes = elements_of(request, "doan"), elements_of(request, "nut")
    ready = prepared_for(network, day)
    asked = request.GET.get("tim", "").strip()[:200]
    context = {
        "network": network,
        "day": day,
        "ready": ready,
        "asked": asked,
        "focus": _bounds(network, spans, nodes, day),
        "chosen": _chosen(ready, spans, nodes, day),
        "found": _search(ready, asked, day, {*spans, *nodes}) if asked else [],
        "crumbs": crumbs(
            network,
            (_("Điểm yếu của mạng"), link_to("resilience:weak_points", network.uuid)),
            (_("Nếu đứt tại đây"), ""),
        ),
    }
    if spans or nodes:
        lost = impact_on(ready, spans=spans, nodes=nodes)
        other = elsewhere(network, day)
        still = still_served(ready, lost, other)
        context |= {"lost": lost, "elsewhere": other, "still": still, **concerned(lost, still, day)}
    return render(request, "resilience/cut_here.html", context)


def _bounds(network: Network, spans: list[str], nodes: list[str], day: date) -> str:
    """west,south,east,north of what was chosen, of the whole network while nothing is; empty where nothing has a
    place."""
    rows = Node.objects.filter(network=network).as_of(day)
    ends = Span.objects.filter(network=network, element_id__in=spans).as_of(day).values_list("start_id", "end_id")
    chosen = {*nodes, *(end for pair in ends for end in pair)}
    if chosen:
        rows = rows.filter(element_id__in=chosen)
    sides = (Min("lon_e7"), Min("lat_e7"), Max("lon_e7"), Max("lat_e7"))
    edges = rows.aggregate(**dict(zip(("west", "south", "east", "north"), sides, strict=True))).values()
    return ",".join(f"{edge / 1e7:.5f}" for edge in edges if edge is not None)


def concerned(lost: Impact, still: Still, day: date) -> dict[str, Any]:
    """The units and agencies of an impact, by name, and whether another network still serves them."""
    known, agencies = units_of(day), agencies_by_uid(lost.agencies, day)
    return {
        "lost_units": [
            (known[code], link_to("places:place", code), code in still.units) for code in lost.units if code in known
        ],
        "lost_agencies": [(uid, agencies.get(uid), uid in still.agencies) for uid in lost.agencies],
    }


def _chosen(ready: PreparedNetwork, spans: list[str], nodes: list[str], day: date) -> list[dict[str, Any]]:
    graph, network = ready.graph, ready.network
    names = {"doan": span_names(network, spans, day), "nut": node_names(network, nodes, day)}
    listed = [("doan", name, name in graph.span_index) for name in spans]
    listed += [("nut", name, name in graph.node_index) for name in nodes]
    return [
        {"param": param, "id": name, "name": names[param].get(name, ""), "known": known}
        for param, name, known in listed
    ]


def _search(ready: PreparedNetwork, asked: str, day: date, chosen: set[str]) -> list[dict[str, Any]]:
    """Working spans and nodes whose name or id holds what was typed."""
    found = []
    match = Q(element_id__icontains=asked) | Q(name__icontains=asked)
    models: tuple[tuple[str, Any, dict[str, int], Network], ...] = (
        ("doan", Span, ready.graph.span_index, ready.network),
        ("nut", Node, ready.graph.node_index, ready.network),
    )
    for param, model, index, network in models:
        rows = model.objects.filter(match, network=network).as_of(day).order_by("element_id")
        if param == "doan":
            rows = rows.filter(status="operational")
        listed = [row for row in rows.values_list("element_id", "name")[: FOUND * 2] if row[0] in index]
        found += [{"param": param, "id": name, "name": title} for name, title in listed if name not in chosen][:FOUND]
    return found
