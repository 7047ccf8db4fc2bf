"""Outages on the page of a place: now, over the month, and the last ones."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest

from tinhso.foundation.dates import today
from tinhso.foundation.panels import panel
from tinhso.infrastructure.network.coverage import default_scope
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.elsewhere import kept_of
from tinhso.infrastructure.outages.models import Outage
from tinhso.infrastructure.outages.months import month_of_units
from tinhso.infrastructure.outages.queries import bounds, next_month, ongoing_units, real_first
from tinhso.places.models import COMMUNE, Unit

SHOWN = 5


@panel("places.place", "outages", "outages/place_panel.html", order=30)
def outages(request: HttpRequest, unit: Unit, day: date, **subject: Any) -> dict | None:
    """A commune's outages up to the month of a day; nothing for larger units, or where nothing was ever reported."""
    scope = default_scope()
    if unit.level != COMMUNE or scope is None or not Outage.objects.exists():
        return None
    month = day.replace(day=1)
    told = month_of_units(scope, month)
    row = next((one for one in told.rows if one.subject.uid == unit.uid and one.watched), None)
    rows = real_first(Outage.objects.live().exclude(cause="false_alarm"))
    past = rows.filter(
        impact__affected__kind=codes.UNIT, impact__affected__key=unit.code, started_at__lt=bounds(next_month(month))[0]
    )
    listed = list(past.select_related("network").order_by("-started_at")[:SHOWN])
    now = ongoing_units().get(unit.code, []) if day >= today() else []
    if row is None and not listed and not now:
        return None
    still = kept_of(now)
    return {
        "unit": unit,
        "now": now,
        "kept": bool(now) and all(unit.code in still[one.pk].units for one in now),
        "month": row,
        "start": month,
        "past": listed,
        "demonstration": told.demonstration or any(one.network.demonstration for one in listed),
    }
