"""How much of the time each element of a network works, by what is recorded of it or of its sort."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import orjson
from django.db.models import Q

from tinhso.infrastructure.graphs.availability import up
from tinhso.infrastructure.network.models import Network, Node, Span
from tinhso.infrastructure.network.rules.on_fibre import OPERATIONAL
from tinhso.infrastructure.resilience.models import (
    DEPLOYMENT,
    MEDIUM,
    NODE,
    NODE_TYPE,
    NODES,
    SPAN,
    SPANS,
    Reliability,
)

Recorded = dict[tuple[str, str, bool], Reliability]


@dataclass(frozen=True)
class Rates:
    """By id of working spans and of nodes: parts per 10^9 of the time that it works, None where nothing recorded
    fits, or only a rate per kilometre for a span of unknown length."""

    spans: dict[str, int | None]
    nodes: dict[str, int | None]

    @property
    def missing_spans(self) -> int:
        return sum(share is None for share in self.spans.values())

    @property
    def missing_nodes(self) -> int:
        return sum(share is None for share in self.nodes.values())

    @property
    def complete(self) -> bool:
        """Whether every element has a rate: without that no availability is told."""
        return not self.missing_spans and not self.missing_nodes


def rates_on(network: Network, day: date, known_at: datetime | None = None) -> Rates:
    """Rates at the end of a day, as known at a moment (default now). The nearest record fits, one of the network before
    one of every network; of several sorts that fit alike, the least favourable."""
    current = Reliability.objects.as_of(day, known_at).filter(Q(network=network) | Q(network=None))
    recorded = {(row.target, row.subject, row.network_id is not None): row for row in current}
    targets = {target for target, _subject, _own in recorded}
    # Sorts are read from the element's text only where something is recorded of them.
    span_text = ("data",) if DEPLOYMENT in targets else ()
    node_text = ("data",) if NODE_TYPE in targets else ()
    spans = Span.objects.filter(network=network, status=OPERATIONAL).exclude(Q(start_id="") | Q(end_id=""))
    span_rows = spans.as_of(day, known_at).values_list("element_id", "length_m", "medium", *span_text)
    node_rows = Node.objects.filter(network=network).as_of(day, known_at).values_list("element_id", *node_text)
    found: dict[str, int | None] = {}
    for element, length, medium, *data in span_rows.iterator(chunk_size=10_000):
        sorts = [
            (SPAN, [element]),
            (DEPLOYMENT, _codes(data, "deployment")),
            (MEDIUM, medium.split(",")),
            (SPANS, [""]),
        ]
        found[element] = _fitting(recorded, sorts, length)
    nodes: dict[str, int | None] = {}
    for element, *data in node_rows.iterator(chunk_size=10_000):
        nodes[element] = _fitting(recorded, [(NODE, [element]), (NODE_TYPE, _codes(data, "type")), (NODES, [""])], None)
    return Rates(found, nodes)


def _codes(data: Iterable[str], name: str) -> list[str]:
    given = [orjson.loads(text).get(name) for text in data]
    return [code for codes in given if isinstance(codes, list) for code in codes if isinstance(code, str)]


def _fitting(recorded: Recorded, sorts: list[tuple[str, list[str]]], length: int | None) -> int | None:
    for target, subjects in sorts:
        for own in (True, False):
            rows = [recorded[target, subject, own] for subject in subjects if (target, subject, own) in recorded]
            shares = [share_of(row, length) for row in rows if length is not None or not row.per_km]
            if shares:
                return min(shares)
    return None


def share_of(row: Reliability, length_m: int | None) -> int:
    """Parts per 10^9 of the time that an element works: MTBF / (MTBF + MTTR), a rate per kilometre over its length."""
    mtbf, mttr = row.mtbf_hours * 60, row.mttr_minutes
    if row.per_km:
        assert length_m is not None
        mtbf, mttr = mtbf * 1000, mttr * length_m
    return up(mtbf, mttr)
