"""How many separate ways join a unit or an agency to the core, over all networks measured on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tinhso.infrastructure.graphs.disjoint import disjoint_ways
from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.resilience.gathered import AGENCY, UNIT, Gathered, Service
from tinhso.infrastructure.resilience.prepared import prepared_for

MOST = 8


@dataclass(frozen=True)
class Ways:
    """Ways to the core that share no span, and that share no node in between; None while no core is chosen. Counted
    up to MOST, which a core node itself has."""

    by_span: int | None
    by_node: int | None

    @property
    def many(self) -> bool:
        """Whether there may be more than were counted."""
        return self.by_span == MOST


def ways(networks: Iterable[Network], day: date, *, unit: str, agencies: Iterable[str] = ()) -> dict[str, Ways]:
    """By "" for the unit with this code, and by agency uid.

    Networks add up. A merged unit has as many ways as the worst of its parts, as the rules of `network` count it.
    """
    wanted = {"": Ways(None, None), **dict.fromkeys(agencies, Ways(None, None))}
    by_part: dict[tuple[str, str], list[int]] = {}
    for network in networks:
        gathered = prepared_for(network, day).gathered
        if gathered.core:
            for service in gathered.services:
                name = "" if (service.kind, service.code) == (UNIT, unit) else service.code
                if name in wanted and (service.kind == AGENCY or not name):
                    found = by_part.setdefault((name, service.part), [0, 0])
                    for index, number in enumerate(_count(gathered, service)):
                        found[index] = min(MOST, found[index] + number)
    for name in {name for name, _part in by_part}:
        numbers = [found for (other, _part), found in by_part.items() if other == name]
        wanted[name] = Ways(min(found[0] for found in numbers), min(found[1] for found in numbers))
    return wanted


def _count(gathered: Gathered, service: Service) -> tuple[int, int]:
    graph = Multigraph.build(gathered.nodes, [(span.id, span.start_id, span.end_id) for span in gathered.spans])
    ends = [graph.node_index[node] for node in service.nodes]
    core = [graph.node_index[node] for node in gathered.core or ()]
    return disjoint_ways(graph, ends, core, "span", MOST), disjoint_ways(graph, ends, core, "node", MOST)
