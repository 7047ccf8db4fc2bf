from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.panels import panel
from tinhso.identity.queries import agencies_seated
from tinhso.places.models import Unit


@panel("places.place", "identity.agencies", "identity/place_panel.html", order=60)
def seated(request: HttpRequest, *, unit: Unit, day: date, **subject: Any) -> dict | None:
    """Agencies of a unit: those seated in a commune, or those of the unit's own level."""
    return {"agencies": agencies_seated(unit, day)}
