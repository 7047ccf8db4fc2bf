"""Coverage on the page of a place: the way to its sheet, and broadband in a line."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.panels import panel
from tinhso.infrastructure.coverage.speeds import STATES, TONES, speeds_of
from tinhso.places.models import COMMUNE, Unit


@panel("places.place", "broadband", "coverage/panel.html", order=24)
def broadband(request: HttpRequest, unit: Unit, day: date, **subject: Any) -> dict | None:
    """Broadband measured in a commune; nothing for a district or province."""
    if unit.level != COMMUNE:
        return None
    found = speeds_of([unit], day)
    row = found.rows[unit.code]
    return {
        "speed": row,
        "level": found.level,
        "made_up": found.demonstration and row["tests"] > 0,
        "speed_label": STATES[row["state"]],
        "speed_tone": TONES[row["state"]],
    }
