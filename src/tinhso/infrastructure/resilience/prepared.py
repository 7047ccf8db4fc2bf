"""A network made ready for questions, kept as long as nothing it rests on is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache

from tinhso.identity.models import Agency, AgencySuccession
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.situation import version
from tinhso.infrastructure.resilience.gathered import Gathered, gathered
from tinhso.places.models import Population, Unit
from tinhso.places.state import Stamp, stamp_of


@dataclass(frozen=True)
class Prepared:
    """A network on a day, its services, and what reaches the core."""

    gathered: Gathered

    @property
    def has_core(self) -> bool:
        """Whether the operator has chosen a core; without one nothing is known to be lost."""
        return bool(self.gathered.core)

    @cached_property
    def span_ids(self) -> frozenset[str]:
        """Working spans."""
        return frozenset(span.id for span in self.gathered.spans)

    @cached_property
    def node_ids(self) -> frozenset[str]:
        """All nodes."""
        return frozenset(self.gathered.nodes)

    def reached(self, spans: frozenset[str] = frozenset(), nodes: frozenset[str] = frozenset()) -> set[str]:
        """Nodes that reach the core without these spans and nodes."""
        ways: dict[str, list[str]] = {}
        for span in self.gathered.spans:
            if span.id not in spans and not nodes.intersection((span.start_id, span.end_id)):
                ways.setdefault(span.start_id, []).append(span.end_id)
                ways.setdefault(span.end_id, []).append(span.start_id)
        found = set(self.gathered.core or ()) - nodes
        waiting = list(found)
        while waiting:
            for other in ways.get(waiting.pop(), ()):
                if other not in found:
                    found.add(other)
                    waiting.append(other)
        return found


def prepared_for(network: Network, day: date, known_at: datetime | None = None) -> Prepared:
    """A network at the end of a day, as known at a moment (default now), ready for `impact` and the pages."""
    stamp = (version(day), stamp_of(Unit, Population, Agency, AgencySuccession))
    return _prepared(network, day, known_at, stamp)


@lru_cache(maxsize=4)
def _prepared(network: Network, day: date, known_at: datetime | None, stamp: Stamp) -> Prepared:
    return Prepared(gathered(network, day, known_at))
