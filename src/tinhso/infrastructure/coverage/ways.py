"""How many separate ways join a unit or an agency to the core, over all networks measured on a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tinhso.infrastructure.graphs.disjoint import disjoint_ways
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.resilience.gathered import AGENCY, UNIT
from tinhso.infrastructure.resilience.prepared import prepared_for

MOST = 8
KINDS: tuple[Literal["span", "node"], ...] = ("span", "node")


@dataclass(frozen=True)
class Ways:
    """Ways to the core that share no span, and that share no node in between; None while no core is in service. Counted
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
        ready = prepared_for(network, day)
        core = ready.rooted.core.tolist()
        for service in ready.services if core else ():
            name = "" if (service.kind, service.code) == (UNIT, unit) else service.code
            if name in wanted and (service.kind == AGENCY or not name):
                ends = service.nodes
                found = by_part.setdefault((name, service.part), [0, 0])
                for index, kind in enumerate(KINDS):
                    found[index] = min(MOST, found[index] + disjoint_ways(ready.graph, ends, core, kind, MOST))
    for name in {name for name, _part in by_part}:
        numbers = [found for (other, _part), found in by_part.items() if other == name]
        wanted[name] = Ways(min(found[0] for found in numbers), min(found[1] for found in numbers))
    return wanted
