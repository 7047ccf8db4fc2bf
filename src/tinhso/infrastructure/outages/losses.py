"""Who is cut off while certain elements are down: the topology's answer, asked once per day on which it is the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from tinhso.identity.models import Agency, AgencySuccession
from tinhso.infrastructure.network.models import Network, Reading
from tinhso.infrastructure.network.situation import versions
from tinhso.infrastructure.outages.codes import NODE, SPAN
from tinhso.infrastructure.outages.rules.spells import Element
from tinhso.infrastructure.resilience.impact import Impact, impact, numbered_impact
from tinhso.infrastructure.resilience.prepared import prepared_for
from tinhso.places.models import Population, Unit
from tinhso.places.state import Stamp, generation, stamp_of


@dataclass(frozen=True)
class Served:
    """Whom the network reaches with nothing down: codes of units (those of which a part is reached), uids of
    agencies."""

    units: frozenset[str]
    agencies: frozenset[str]


class Losses:
    """Questions about one network as known at a moment. What the answers rest on is looked at once, when this is made:
    keep one for a request, not longer."""

    def __init__(self, network: Network, known_at: datetime | None = None) -> None:
        self._network, self._known_at = network, known_at
        self._agencies = stamp_of(Agency, AgencySuccession)
        self._rest = stamp_of(Unit, Population)
        self._days: dict[date, tuple[date, Stamp]] = {}

    def settled(self, day: date) -> date:
        """The last day up to a day on which anything changed that losses rest on: they are the same since."""
        return self._on(day)[0]

    def _on(self, day: date) -> tuple[date, Stamp]:
        if day not in self._days:
            self.look([day])
        return self._days[day]

    def look(self, days: Sequence[date]) -> None:
        """Look at several days at once, before asking about each."""
        agencies = _agency_days(self._agencies)
        for day, (changed, written) in zip(days, versions(days), strict=True):
            since = max(changed, generation(day), _last(day, agencies))
            self._days[day] = since, (written, self._rest, self._agencies)

    def lost(self, day: date, down: Iterable[Element]) -> Impact:
        """Who loses service while these elements are down together."""
        since, stamp = self._on(day)
        return _lost(self._network, since, frozenset(down), self._known_at, stamp)

    def served(self, day: date) -> Served:
        """Whom the network reaches when all works."""
        since, stamp = self._on(day)
        return _served(self._network, since, self._known_at, stamp)


def _last(day: date, days: tuple[date, ...]) -> date:
    place = bisect_right(days, day)
    return days[place - 1] if place else date.min


@lru_cache(maxsize=4)
def _agency_days(stamp: Stamp) -> tuple[date, ...]:
    days: set[date | None] = set()
    for model in (Agency, AgencySuccession):
        for pair in model.objects.values_list("valid_from", "valid_to").distinct():
            days.update(pair)
    return tuple(sorted(day for day in days if day))


@lru_cache(maxsize=4096)
def _lost(network: Network, day: date, down: frozenset[Element], known_at: datetime | None, stamp: Stamp) -> Impact:
    spans = [element for kind, element in down if kind == SPAN]
    nodes = [element for kind, element in down if kind == NODE]
    return impact(network, day, spans=spans, nodes=nodes, known_at=known_at)


@lru_cache(maxsize=64)
def _served(network: Network, day: date, known_at: datetime | None, stamp: Stamp) -> Served:
    ready = prepared_for(network, day, known_at)
    # Without its core nodes nobody is served: whoever that takes service from has it.
    everyone = numbered_impact(ready, nodes=ready.rooted.core)
    return Served(frozenset(everyone.units), frozenset(everyone.agencies))


def reading_of(network: Network, day: date) -> str:
    """SHA-256 of the file whose state is in force on a day, empty where none is."""
    rows = Reading.objects.known_at().filter(network=network, valid_from__lte=day).order_by("-valid_from")
    return rows.values_list("source_sha256", flat=True).first() or ""
