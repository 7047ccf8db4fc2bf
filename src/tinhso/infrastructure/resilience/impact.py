"""What a set of cuts takes from whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.infrastructure.graphs.loss import cut
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.resilience.gathered import AGENCY, UNIT
from tinhso.infrastructure.resilience.prepared import PreparedNetwork, prepared_for


@dataclass(frozen=True)
class Impact:
    """Who loses the way to this network's core that they have without the cut.

    `units`: codes of the units of which at least one part loses it, sorted; `parts`: those parts' uids; `agencies`:
    uids, sorted. `people`: persons in them, None where no core is in service; `uncounted`: codes of those units whose
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
    return impact_on(prepared_for(network, day, known_at), spans=spans, nodes=nodes)


def impact_on(ready: PreparedNetwork, *, spans: Iterable[str] = (), nodes: Iterable[str] = ()) -> Impact:
    """The same upon a network made ready: for many questions about one day."""
    span_numbers, unknown_spans = _numbers(ready.graph.span_index, spans)
    node_numbers, unknown_nodes = _numbers(ready.graph.node_index, nodes)
    unknown = (*unknown_spans, *unknown_nodes)
    if not ready.has_core:
        return Impact((), (), (), None, (), unknown, False)
    return numbered_impact(ready, span_numbers, node_numbers, unknown)


def numbered_impact(
    ready: PreparedNetwork, spans: Iterable[int] = (), nodes: Iterable[int] = (), unknown: tuple[str, ...] = ()
) -> Impact:
    """The same by the numbers of the prepared graph."""
    lost = cut(ready.loss, spans, nodes)
    services = [ready.services[number] for number in lost.services.tolist()]
    units = {service.code for service in services if service.kind == UNIT}
    return Impact(
        tuple(sorted(units)),
        tuple(sorted(service.part for service in services if service.kind == UNIT)),
        tuple(sorted(service.code for service in services if service.kind == AGENCY)),
        lost.weights["people"] + sum(ready.whole.get(code, 0) for code in units),
        tuple(sorted(units & ready.uncounted)),
        unknown,
        True,
    )


def _numbers(index: dict[str, int], ids: Iterable[str]) -> tuple[list[int], list[str]]:
    asked = sorted(set(ids))
    return [index[name] for name in asked if name in index], [name for name in asked if name not in index]
