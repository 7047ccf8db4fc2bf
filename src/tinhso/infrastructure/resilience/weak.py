"""The weak points of a network as engineers read them: elements, pairs and groups with what each would take."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from tinhso.infrastructure.graphs.loss import pairs
from tinhso.infrastructure.network.models import Network, Node, Span
from tinhso.infrastructure.resilience.elsewhere import Elsewhere
from tinhso.infrastructure.resilience.impact import Impact, impact_on, numbered_impact
from tinhso.infrastructure.resilience.losses import SPAN, Longs, losses, taking
from tinhso.infrastructure.resilience.models import SharedRiskGroup
from tinhso.infrastructure.resilience.prepared import PreparedNetwork
from tinhso.places.queries import in_chunks

PAIRS_SHOWN = 20


@dataclass(frozen=True)
class Element:
    """A span or node with what it takes alone; `ends`: the names of a span's nodes; `length_m` None where unknown;
    `people_cut`: people whom no other network serves either."""

    kind: str
    id: str
    name: str
    ends: tuple[str, ...]
    length_m: int | None
    units: int
    agencies: int
    people: int
    people_cut: int


def weak_numbers(ready: PreparedNetwork, kind: str, unit: str = "") -> Longs:
    """Numbers of the bridges (or of the nodes whose loss takes the core from another node) that take a service, worst
    first; with `unit`, those that take that unit or a part of it."""
    worst = losses(ready, kind).worst()
    if kind != SPAN:
        worst = worst[np.isin(worst, ready.rooted.articulation)]
    return worst[np.isin(worst, taking(ready, kind, unit))] if unit else worst


def elements(ready: PreparedNetwork, kind: str, numbers: Sequence[int], day: date, other: Elsewhere) -> list[Element]:
    """Elements by number, in the order given, with what each takes alone; `other`: what other networks serve."""
    ids = ready.graph.span_ids if kind == SPAN else ready.graph.node_ids
    every = losses(ready, kind, other.parts)
    chosen = [ids[number] for number in numbers]
    if kind == SPAN:
        names = span_names(ready.network, chosen, day)
        ends = {end for number in numbers for end in _ends(ready, number)}
        known = node_names(ready.network, ends, day)
    else:
        names, known = node_names(ready.network, chosen, day), {}
    return [
        Element(
            kind,
            ids[number],
            names.get(ids[number], ""),
            tuple(known.get(end, "") or end for end in _ends(ready, number)) if kind == SPAN else (),
            int(ready.lengths[number]) if kind == SPAN and ready.lengths[number] >= 0 else None,
            int(every.units[number]),
            int(every.agencies[number]),
            int(every.people[number]),
            int(every.people_cut[number]),
        )
        for number in numbers
    ]


def _ends(ready: PreparedNetwork, number: int) -> tuple[str, str]:
    graph = ready.graph
    return graph.node_ids[graph.a[number]], graph.node_ids[graph.b[number]]


def span_names(network: Network, ids: Iterable[str], day: date) -> dict[str, str]:
    """Names of spans by id, as recorded."""
    return _names(Span, network, ids, day)


def span_ends(ready: PreparedNetwork, ids: Iterable[str], day: date) -> dict[str, str]:
    """The nodes that spans join, by name."""
    joined = {name: _ends(ready, ready.graph.span_index[name]) for name in ids}
    known = node_names(ready.network, {end for pair in joined.values() for end in pair}, day)
    return {name: " – ".join(known.get(end, "") or end for end in pair) for name, pair in joined.items()}


def node_names(network: Network, ids: Iterable[str], day: date) -> dict[str, str]:
    """Names of nodes by id, as recorded."""
    return _names(Node, network, ids, day)


def _names(model: Any, network: Network, ids: Iterable[str], day: date) -> dict[str, str]:
    found: dict[str, str] = {}
    for chunk in in_chunks(sorted(set(ids))):
        rows = model.objects.filter(network=network, element_id__in=chunk).as_of(day)
        found.update(rows.values_list("element_id", "name"))
    return found


@dataclass(frozen=True)
class Pair:
    """Two spans that only together take a service, what each joins, and what they take."""

    ids: tuple[str, str]
    names: tuple[str, str]
    ends: tuple[str, str]
    impact: Impact


def worst_pairs(ready: PreparedNetwork, day: date, limit: int = PAIRS_SHOWN, unit: str = "") -> tuple[list[Pair], int]:
    """The worst pairs of spans by people, of those that take a service no single one of them takes, and how many pairs
    of spans part the network. With `unit`, those that take that unit, among the worst."""
    if not ready.has_core:
        return [], 0
    found = pairs(ready.loss, limit if not unit else limit * 20, "people")
    ids = ready.graph.span_ids
    listed = []
    for one, two in zip(found.first.tolist(), found.second.tolist(), strict=True):
        lost = numbered_impact(ready, [one, two])
        if (lost.units or lost.agencies) and (not unit or unit in lost.units):
            listed.append(((ids[one], ids[two]), lost))
        if len(listed) == limit:
            break
    chosen = {name for pair, _lost in listed for name in pair}
    names, ends = span_names(ready.network, chosen, day), span_ends(ready, chosen, day)

    def told(name: str) -> tuple[str, str]:
        return names.get(name, "") or name, ends[name]

    rows = [(pair, [told(name) for name in pair], lost) for pair, lost in listed]
    return [Pair(pair, (one[0], two[0]), (one[1], two[1]), lost) for pair, (one, two), lost in rows], found.total


def groups_with_impact(
    ready: PreparedNetwork, groups: Iterable[SharedRiskGroup], unit: str = ""
) -> list[tuple[SharedRiskGroup, Impact]]:
    """What each group would take if all of it failed, worst first."""
    told = [(group, impact_on(ready, spans=group.span_ids, nodes=group.node_ids)) for group in groups]
    told = [(group, lost) for group, lost in told if not unit or unit in lost.units]
    return sorted(told, key=lambda row: (-(row[1].people or 0), -len(row[1].units), row[0].code))
