"""What a set of cuts takes from whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.resilience.gathered import AGENCY, UNIT
from tinhso.infrastructure.resilience.prepared import prepared_for


@dataclass(frozen=True)
class Impact:
    """Who loses the way to this network's core that they have without the cut.

    `units`: codes of the units of which at least one part loses it, sorted; `parts`: those parts' uids; `agencies`:
    uids, sorted. `people`: persons in them, None where no core is chosen; `uncounted`: codes of those units whose
    persons are not known and so not in `people`. `unknown`: the ids asked about that are no working span or node of
    the network that day: they change nothing. `has_core` False: nothing can be said, all else is empty.
    """

    units: tuple[str, ...]
    parts: tuple[str, ...]
    agencies: tuple[str, ...]
    people: int | None
    uncounted: tuple[str, ...]
    unknown: tuple[str, ...]
    has_core: bool


def impact(
    network: Network,
    day: date,
    *,
    spans: Iterable[str] = (),
    nodes: Iterable[str] = (),
    known_at: datetime | None = None,
) -> Impact:
    """What is lost when these spans and nodes (ids of the file) fail together at the end of a day."""
    ready = prepared_for(network, day, known_at)
    asked_spans, asked_nodes = frozenset(spans), frozenset(nodes)
    unknown = tuple(sorted(asked_spans - ready.span_ids)) + tuple(sorted(asked_nodes - ready.node_ids))
    if not ready.has_core:
        return Impact((), (), (), None, (), unknown, False)
    before, after = ready.reached(), ready.reached(asked_spans, asked_nodes)
    lost = [
        service
        for service in ready.gathered.services
        if not before.isdisjoint(service.nodes) and after.isdisjoint(service.nodes)
    ]
    units = {service.code for service in lost if service.kind == UNIT}
    whole = ready.gathered.whole
    return Impact(
        tuple(sorted(units)),
        tuple(sorted(service.part for service in lost if service.kind == UNIT)),
        tuple(sorted(service.code for service in lost if service.kind == AGENCY)),
        sum(service.people for service in lost) + sum(whole.get(code, 0) for code in units),
        tuple(sorted(units & ready.gathered.uncounted)),
        unknown,
        True,
    )
