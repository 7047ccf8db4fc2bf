"""Plans on the page of a network, and on the page of a place what has been approved for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.access import may
from tinhso.foundation.panels import panel
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.planning.models import Gain, Plan
from tinhso.infrastructure.planning.reading import listed
from tinhso.infrastructure.planning.states import states_of
from tinhso.places.models import COMMUNE, Unit

SHOWN = 5


@panel("infrastructure.network", "planning", "planning/network_panel.html", order=40)
def network_page(request: HttpRequest, network: Network, **subject: Any) -> dict | None:
    """The newest plans the reader may know of, and the way to a new one; nothing where there is neither."""
    plans = listed(Plan.objects.visible_to(request.user).filter(network=network).select_related("network")[:SHOWN])
    return {"plans": plans} if plans or may(request.user, "planning.plan") else None


@panel("places.place", "planning", "planning/place_panel.html", order=24)
def place(request: HttpRequest, unit: Unit, day: date, **subject: Any) -> dict | None:
    """Approved phases that serve a commune, with the day each is due."""
    if unit.level != COMMUNE:
        return None
    gains = Gain.objects.filter(kind="unit", key=unit.code).select_related("phase__result__run__plan").order_by("-pk")
    phases = [gain.phase for gain in gains[:50]]
    states = states_of(phases)
    approved = [(phase, states[phase.pk]) for phase in phases if states[phase.pk].approved]
    return {"phases": approved[:SHOWN]} if approved else None
