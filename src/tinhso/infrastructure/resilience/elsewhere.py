"""Who loses one network's core and is still served by another: two operators in one commune back each other.

Told part by part: a unit is still served when another network in use that day, with a core, reaches every part of it
that was lost. A demonstration network never stands in for a real one, nor a real one for it. The others are taken as
intact: what is down there is for `outages` to say.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.queries import networks_at
from tinhso.infrastructure.resilience.impact import Impact
from tinhso.infrastructure.resilience.prepared import PreparedNetwork, prepared_for


@dataclass(frozen=True)
class Elsewhere:
    """What networks other than one serve on a day: uids of parts and of agencies. `networks`: how many there are."""

    networks: int
    parts: frozenset[str]
    agencies: frozenset[str]


@dataclass(frozen=True)
class Still:
    """Of an impact: codes of units and uids of agencies that another network still serves, and the people cut off
    altogether, None where not known."""

    units: frozenset[str]
    agencies: frozenset[str]
    people_cut: int | None


def others(network: Network, day: date, known_at: datetime | None = None) -> list[PreparedNetwork]:
    """The other networks in use at the end of a day that have a core."""
    same = [
        other
        for other in networks_at(day, known_at)
        if other.pk != network.pk and other.demonstration == network.demonstration
    ]
    return [ready for other in same if (ready := prepared_for(other, day, known_at)).has_core]


def elsewhere(network: Network, day: date, known_at: datetime | None = None) -> Elsewhere:
    """What the other networks serve when all of them works."""
    found = [ready.served for ready in others(network, day, known_at)]
    empty: frozenset[str] = frozenset()
    return Elsewhere(
        len(found), empty.union(*(parts for parts, _ in found)), empty.union(*(agencies for _, agencies in found))
    )


def still_served(ready: PreparedNetwork, lost: Impact, other: Elsewhere) -> Still:
    """Who of those that lose a network keeps another."""
    part_code, people = ready.parts
    cut = [part for part in lost.parts if part not in other.parts]
    units = {part_code[part] for part in cut}
    known = None if lost.people is None else sum(people[part] for part in cut)
    return Still(
        frozenset(lost.units) - units,
        other.agencies.intersection(lost.agencies),
        None if known is None else known + sum(ready.whole.get(code, 0) for code in units),
    )
