"""Who would be cut by planned work: alone, and together with everything else that is down or planned then."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tinhso.foundation.dates import VIETNAM
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.losses import Losses
from tinhso.infrastructure.outages.models import MaintenanceWindow, Outage, OutageElement
from tinhso.infrastructure.outages.queries import coming_windows
from tinhso.infrastructure.outages.rules.spells import Element
from tinhso.infrastructure.resilience.impact import Impact

#: Of so many coming windows it is worked out whom they would cut off.
MOST = 20


@dataclass(frozen=True)
class Cut:
    """`alone`: lost by this work by itself. `total`: at worst, with what else is down then; `together`: codes of the
    units lost only because of the others. `windows` and `outages` are those others."""

    alone: Impact
    total: Impact
    together: tuple[str, ...]
    windows: tuple[MaintenanceWindow, ...]
    outages: tuple[Outage, ...]


def cut_by(window: MaintenanceWindow) -> Cut:
    """Who a recorded window would cut off."""
    elements = [(one.element_kind, one.element) for one in window.elements.all()]
    return would_cut(window.network, elements, window.starts_at, window.ends_at, but=window)


def coming_for(agencies: Collection[str]) -> list[MaintenanceWindow]:
    """Approved windows to come that would cut off one of these agencies, the next first."""
    wanted = set(agencies)
    return [one for one in coming_windows()[:MOST] if wanted and wanted & set(cut_by(one).total.agencies)]


def would_cut(
    network: Network,
    elements: Iterable[Element],
    starts_at: datetime,
    ends_at: datetime,
    *,
    but: MaintenanceWindow | None = None,
) -> Cut:
    """Who work on these elements would cut off. Taken together are other approved or proposed windows that overlap it
    and, where it is to come, elements that are down now."""
    own = frozenset(elements)
    losses, day = Losses(network), starts_at.astimezone(VIETNAM).date()
    rows = MaintenanceWindow.objects.filter(
        network=network, state__in=(codes.APPROVED, codes.PROPOSED), starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    windows = list(rows.exclude(pk=but.pk if but else None).prefetch_related("elements"))
    down = OutageElement.objects.filter(outage__network=network, outage__state=codes.OPEN, ends_at=None).select_related(
        "outage"
    )
    ongoing = list(down) if ends_at > timezone.now() else []
    others = {(one.element_kind, one.element) for window in windows for one in window.elements.all()}
    others |= {(one.element_kind, one.element) for one in ongoing}
    alone, total = losses.lost(day, own), losses.lost(day, own | others)
    without = losses.lost(day, others - own)
    units = tuple(code for code in total.units if code not in set(without.units))
    agencies = tuple(uid for uid in total.agencies if uid not in set(without.agencies))
    people = None if total.people is None else total.people - (without.people or 0)
    total = Impact(units, total.parts, agencies, people, total.uncounted, total.unknown, total.has_core)
    together = tuple(code for code in units if code not in set(alone.units))
    return Cut(alone, total, together, tuple(windows), tuple({one.outage for one in ongoing}))
