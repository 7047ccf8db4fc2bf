"""Placement and core on a network's page."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.panels import panel
from tinhso.infrastructure.network.coverage import default_scope, units_day
from tinhso.infrastructure.network.models import CoreChoice, Network
from tinhso.infrastructure.network.placement import METHODS, OUTSIDE
from tinhso.infrastructure.network.queries import idle_core
from tinhso.infrastructure.network.situation import located


@panel("infrastructure.network", "placement", "infrastructure/placement_panel.html", order=20)
def placement(request: HttpRequest, network: Network, day: date, **subject: Any) -> dict | None:
    """How a network's nodes were placed in units, which lie outside those loaded, and the core in force."""
    scope = default_scope()
    found = located(network, day, units_day(scope, day) if scope else day)
    counts = Counter(place.method for place in found.values())
    choice = CoreChoice.objects.filter(network=network).as_of(day).first()
    chosen: list[str] = json.loads(choice.nodes) if choice else []
    return {
        "methods": [(title, counts[method]) for method, title in METHODS.items() if counts[method]],
        "outside": counts[OUTSIDE],
        "nodes": len(found),
        "core": None if choice is None or choice.withdrawn else choice,
        "core_nodes": len(chosen),
        "core_idle": len(idle_core(network, chosen, day)) if chosen else 0,
    }
