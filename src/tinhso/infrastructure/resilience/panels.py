"""Resilience on the page of a place, as everyone may know it, and on a network's page for engineers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.access import may
from tinhso.foundation.panels import panel
from tinhso.infrastructure.network.coverage import PATH_STATES, default_scope, tone
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.resilience.public import availabilities, unit_results
from tinhso.places.models import COMMUNE, Unit


@panel("places.place", "resilience", "resilience/place_panel.html", order=22)
def place(request: HttpRequest, unit: Unit, day: date, **subject: Any) -> dict | None:
    """A commune by itself, a district or province by the count of its communes."""
    found = unit_results(f"unit:{unit.code}", day)
    if not found.covered.units:
        return None
    scope = default_scope()
    up = availabilities(scope, day)[1].get(unit.code) if scope and unit.level == COMMUNE else None
    states = [(PATH_STATES[state], tone(state), count) for state, count in sorted(found.states.items())]
    return {"found": found, "states": states, "single": unit.level == COMMUNE, "up": up}


@panel("infrastructure.network", "resilience", "resilience/network_panel.html", order=30)
def network_page(request: HttpRequest, network: Network, day: date, **subject: Any) -> dict | None:
    """The ways to weak points; nothing for those who may not see exact routes."""
    return {} if may(request.user, EXACT) else None
