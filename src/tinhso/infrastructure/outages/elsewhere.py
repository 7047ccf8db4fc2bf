"""Whom an outage of one network takes, while another network still serves them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.models import Affected, Outage, OutageImpact
from tinhso.infrastructure.outages.queries import during
from tinhso.infrastructure.resilience.elsewhere import others
from tinhso.infrastructure.resilience.prepared import prepared_for


@dataclass(frozen=True)
class Kept:
    """Codes of units and uids of agencies that another network serves all the while."""

    units: frozenset[str]
    agencies: frozenset[str]


def kept(outage: Outage) -> Kept:
    """Of those an outage cuts off, whom another network with a core serves, and no outage of that network meanwhile.

    A unit is kept when other networks reach every part of it that this one reaches, by the topology that the impact
    was computed from. Told on the safe side: where networks share a unit's parts out it counts as cut off."""
    impact = outage.impact
    backing = others(outage.network, impact.day, impact.known_at) if impact and not impact.degraded else []
    if impact is None or not backing:
        return Kept(frozenset(), frozenset())
    own = prepared_for(outage.network, impact.day, impact.known_at)
    part_code = own.parts[0]
    parts: set[str] = set()
    agencies: set[str] = set()
    for ready in backing:
        down = _down(outage, ready.network.pk)
        served, offices = ready.served
        parts.update(uid for uid in served if uid in part_code and (codes.UNIT, part_code[uid]) not in down)
        agencies.update(uid for uid in offices if (codes.AGENCY, uid) not in down)
    lacking = {part_code[uid] for uid in own.served[0] if uid not in parts}
    return Kept(frozenset(impact.unit_codes) - lacking, frozenset(agencies))


def _down(outage: Outage, network: int) -> set[tuple[str, str]]:
    """Whom outages of another network cut off while this one lasts."""
    meanwhile = during(
        Outage.objects.live().filter(network=network).exclude(cause="false_alarm"),
        outage.started_at,
        outage.ended_at or timezone.now(),
    )
    impacts = OutageImpact.objects.filter(pk__in=meanwhile.values("impact"))
    return set(Affected.objects.filter(impact__in=impacts).values_list("kind", "key"))
