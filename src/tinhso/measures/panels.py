"""Figures on the pages of lower apps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.panels import panel
from tinhso.measures.figures import unit_figures
from tinhso.places.models import COMMUNE


@panel("places.place", "figures", "measures/place_panel.html", order=20)
def figures_of_unit(request: HttpRequest, *, unit: Any, day: date, **subject: Any) -> dict | None:
    """The rows of the latest measurements that speak of this commune."""
    found = unit_figures(unit.code, day) if unit is not None and unit.level == COMMUNE else []
    return {"figures": found} if found else None
