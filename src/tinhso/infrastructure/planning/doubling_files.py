"""Two-way connection asked of files of other engines (GML, SNDlib native, OFDS); for the command line only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from tinhso.infrastructure.network.ofds.columns import e7
from tinhso.infrastructure.network.ofds.reader import read
from tinhso.infrastructure.solvers.candidates import generated
from tinhso.infrastructure.solvers.double import Malformed, Problem, Site
from tinhso.infrastructure.solvers.formats.gml import read_gml
from tinhso.infrastructure.solvers.formats.sndlib import read_sndlib

FORMATS = {".gml": "gml", ".txt": "sndlib", ".json": "ofds"}
NEAREST, DETOUR_PERMILLE = 8, 1300
STRAIGHT = "straight lines to Delaunay neighbours and the {nearest} nearest nodes, × {detour:.2f}"
LINKS = "the file's links at the cost of opening them with their cheapest module"

Place = tuple[int, int] | None


@dataclass(frozen=True)
class Asked:
    """A problem out of a file, with the names of its nodes; costs count `per_unit` to one `unit` of the file."""

    name: str
    nodes: list[str]
    problem: Problem
    unit: str
    per_unit: int = 1
    skipped: int = 0


class Drawn(NamedTuple):
    """A file's network: ids and names of nodes, spans that stand, spans that lack an end."""

    name: str
    ids: list[str]
    names: list[str]
    spans: list[tuple[int, int]]
    skipped: int = 0


def ask(
    raw: bytes, kind: str, core: Sequence[str], *, nearest: int = NEAREST, from_scratch: bool = False
) -> Iterator[Asked]:
    """The problems of a file: every node is to be joined to the core in two ways.

    `kind` is a value of FORMATS. Without `core` it is the node with most spans in the largest part. `nearest`:
    neighbours each node is offered a straight line to. `from_scratch`: of SNDlib, links with capacity installed are on
    offer like all others.
    """
    if kind == "sndlib":
        yield _sndlib(raw, core, from_scratch)
    elif kind == "gml":
        yield _gml(raw, core, nearest)
    else:
        yield from _ofds(raw, core, nearest)


def _ofds(raw: bytes, core: Sequence[str], nearest: int) -> Iterator[Asked]:
    found = read(raw, repair=True)
    found.require()
    for network in found.networks:
        ids = [node["element_id"] for node in network.nodes]
        number = {name: at for at, name in enumerate(ids)}
        places = [None if node["lat_e7"] is None else (node["lat_e7"], node["lon_e7"]) for node in network.nodes]
        ends = [(number.get(span["start_id"]), number.get(span["end_id"])) for span in network.spans]
        spans = [(one, other) for one, other in ends if one is not None and other is not None]
        names = [node["name"] or node["element_id"] for node in network.nodes]
        yield _straight(Drawn(network.name, ids, names, spans, len(ends) - len(spans)), places, core, nearest)


def _gml(raw: bytes, core: Sequence[str], nearest: int) -> Asked:
    graph = read_gml(raw)
    number = {node.id: at for at, node in enumerate(graph.nodes)}
    places: list[Place] = [
        None if node.latitude is None or node.longitude is None else (e7(node.latitude), e7(node.longitude))
        for node in graph.nodes
    ]
    spans = [(number[edge.source], number[edge.target]) for edge in graph.edges]
    ids = [str(node.id) for node in graph.nodes]
    return _straight(Drawn(graph.label, ids, [node.label for node in graph.nodes], spans), places, core, nearest)


def _straight(drawn: Drawn, places: list[Place], core: Sequence[str], nearest: int) -> Asked:
    offers = generated(places, drawn.spans, [], nearest=nearest, detour_permille=DETOUR_PERMILLE, method="")
    offered = [(offer.a, offer.b, offer.metres) for offer in offers.spans]
    words = STRAIGHT.format(nearest=nearest, detour=DETOUR_PERMILLE / 1000)
    return Asked(drawn.name, drawn.names, _problem(drawn, offered, core, words), "m", skipped=drawn.skipped)


def _sndlib(raw: bytes, core: Sequence[str], from_scratch: bool) -> Asked:
    network = read_sndlib(raw)
    ids = [node.id for node in network.nodes]
    number = {name: at for at, name in enumerate(ids)}
    spans, priced = [], []
    for link in network.links:
        ends = number[link.source], number[link.target]
        if link.capacity and not from_scratch:
            spans.append(ends)
        else:
            priced.append((*ends, link.setup_cost + min((cost for _, cost in link.modules), default=Decimal(0))))
    places = max((-int(cost.normalize().as_tuple().exponent) for *_, cost in priced), default=0)
    per_unit = 10 ** max(0, places)
    offered = [(one, other, int(cost * per_unit)) for one, other, cost in priced]
    return Asked("", ids, _problem(Drawn("", ids, ids, spans), offered, core, LINKS), "", per_unit)


def _problem(drawn: Drawn, offered: list[tuple[int, int, int]], core: Sequence[str], candidate_set: str) -> Problem:
    ids, spans = drawn.ids, drawn.spans
    chosen = [_named(name, drawn) for name in core]
    chosen = chosen or [_busiest(len(ids), spans or [pair[:2] for pair in offered])]
    sites = [Site(name, (at,)) for at, name in enumerate(ids)]
    return Problem.build(len(ids), spans, offered, chosen, sites, candidate_set=candidate_set)


def _named(name: str, drawn: Drawn) -> int:
    for names in (drawn.ids, drawn.names):
        found = [at for at, own in enumerate(names) if own == name]
        if found:
            break
    if len(found) != 1:
        raise Malformed(f"{len(found)} nodes are called {name!r}: give one node's id or a name no other has")
    return found[0]


def _busiest(count: int, spans: Sequence[tuple[int, int]]) -> int:
    """The node with most spans in the part with most nodes; of equals the first."""
    if not count:
        raise Malformed("the file holds no nodes")
    part = np.arange(count)
    for one, other in spans:
        if part[one] != part[other]:
            part[part == part[other]] = part[one]
    degree = np.bincount(np.array([end for pair in spans for end in pair], dtype=np.int64), minlength=count)
    largest = np.bincount(part, minlength=count).argmax()
    return int(np.where(part == largest, degree, -1).argmax())
