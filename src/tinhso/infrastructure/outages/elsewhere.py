"""Whom an outage of one network takes, while another network still serves them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.losses import Losses
from tinhso.infrastructure.outages.models import Affected, Outage
from tinhso.infrastructure.outages.queries import during
from tinhso.infrastructure.resilience.elsewhere import others
from tinhso.infrastructure.resilience.prepared import PreparedNetwork, prepared_for
from tinhso.places.state import steady

Key = tuple[str, str]


@dataclass(frozen=True)
class Kept:
    """Of those an outage cuts off, whom another network serves all the while: codes of units and uids of agencies."""

    units: frozenset[str] = frozenset()
    agencies: frozenset[str] = frozenset()


class _Backed(NamedTuple):
    """A network on a day, and the others that may stand in for it."""

    own: PreparedNetwork
    others: list[PreparedNetwork]


@dataclass
class _Down:
    """An outage of some network and whom it cuts off."""

    network: int
    started_at: datetime
    ended_at: datetime | None
    keys: set[Key] = field(default_factory=set)

    def during(self, start: datetime, end: datetime) -> bool:
        lasts = self.ended_at is None or self.ended_at > start or self.started_at >= start
        return lasts and self.started_at < end


def kept(outage: Outage) -> Kept:
    """The same of one outage."""
    return kept_of([outage])[outage.pk]


def kept_of(outages: Iterable[Outage]) -> dict[int, Kept]:
    """By outage (pk, read with `queries.told_units()`), whom another network with a core serves, and no outage of that
    network meanwhile: networks as known now, on the day of the impact. The statements asked do not grow with the
    outages, but with the days on which a network changed between them.

    A unit is kept when other networks reach every part of it that this one reaches. Told on the safe side: where
    networks share a unit's parts out it counts as cut off."""
    listed = list(outages)
    found = {one.pk: Kept() for one in listed}
    asked = [one for one in listed if one.impact and one.impact.known and not one.impact.degraded]
    if not asked or Network.objects.count() < 2:
        return found
    with steady():
        losses = Losses(asked[0].network)
        losses.look(sorted({one.impact.day for one in asked if one.impact}))
        meanwhile, cut, now = _meanwhile(asked), _cut(asked), timezone.now()
        backed: dict[tuple[int, date], _Backed] = {}
        for one in asked:
            if one.impact is None:
                continue
            day = losses.settled(one.impact.day)
            if (one.network_id, day) not in backed:
                backed[one.network_id, day] = _Backed(prepared_for(one.network, day), others(one.network, day))
            down = [other for other in meanwhile if other.during(one.started_at, one.ended_at or now)]
            found[one.pk] = _kept(backed[one.network_id, day], down, one.impact.unit_codes, cut.get(one.pk, set()))
    return found


def _kept(backed: _Backed, down: list[_Down], units: list[str], offices: set[str]) -> Kept:
    part_code = backed.own.parts[0]
    parts: set[str] = set()
    agencies: set[str] = set()
    for ready in backed.others:
        cut = {key for one in down if one.network == ready.network.pk for key in one.keys}
        served, reached = ready.served
        parts.update(uid for uid in served if uid in part_code and (codes.UNIT, part_code[uid]) not in cut)
        agencies.update(uid for uid in reached if (codes.AGENCY, uid) not in cut)
    told = {part_code[uid] for uid in backed.own.served[0]}
    lacking = {part_code[uid] for uid in backed.own.served[0] if uid not in parts}
    return Kept(frozenset(units) & (told - lacking), frozenset(agencies & offices))


def _meanwhile(asked: list[Outage]) -> list[_Down]:
    """Outages of every network while any of these lasts."""
    start, now = min(one.started_at for one in asked), timezone.now()
    end = max(one.ended_at or now for one in asked)
    rows = during(Outage.objects.live().exclude(cause="false_alarm"), start, end).exclude(impact=None)
    found = {
        impact: _Down(network, started, ended)
        for impact, network, started, ended in rows.values_list("impact", "network", "started_at", "ended_at")
    }
    affected = Affected.objects.filter(impact__in=rows.values("impact"))
    for impact, kind, key in affected.values_list("impact", "kind", "key"):
        if impact in found:
            found[impact].keys.add((kind, key))
    return list(found.values())


def _cut(asked: list[Outage]) -> dict[int, set[str]]:
    """By outage (pk), the agencies it cuts off."""
    by_impact = {one.impact_id: one.pk for one in asked}
    found: dict[int, set[str]] = {}
    rows = Affected.objects.filter(impact__in=list(by_impact), kind=codes.AGENCY)
    for impact, uid in rows.values_list("impact", "key"):
        found.setdefault(by_impact[impact], set()).add(uid)
    return found
