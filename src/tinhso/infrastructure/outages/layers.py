"""Outages on the map, unit by unit: never an element, never a route."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from tinhso.foundation.dates import end_of, today
from tinhso.foundation.layers import Legend, map_layer
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.coverage import default_scope, units_day
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.elsewhere import kept_of
from tinhso.infrastructure.outages.models import Outage
from tinhso.infrastructure.outages.notices import when
from tinhso.infrastructure.outages.queries import during, real_first, told_units
from tinhso.places.queries import cells
from tinhso.places.scopes import units_in

DOWN, TODAY, UP = "down", "today", "up"
BACKED = Text("Một mạng gián đoạn, còn mạng khác phục vụ", "One network interrupted, another still serves")
TITLES = {
    DOWN: Text("Đang mất kết nối", "Cut off now"),
    TODAY: Text("Có gián đoạn trong ngày", "Interrupted that day"),
    UP: Text("Không gián đoạn", "Not interrupted"),
}


@map_layer(
    id="outages.units",
    title=Text("Sự cố", "Outages"),
    kind="fill",
    legend=(
        Legend(DOWN, TITLES[DOWN], "--ts-map-no"),
        Legend(TODAY, TITLES[TODAY], "--ts-map-partial", dashed=True),
        Legend(UP, TITLES[UP], "--ts-map-yes"),
    ),
    caveat=Text(
        "Theo cảnh báo đã nhận, ở mức đơn vị hành chính; nơi mạng không gửi cảnh báo được vẽ như không gián đoạn.",
        "By the alarms received, unit by unit; where no network reports, a unit is drawn as not interrupted.",
    ),
    order=15,
)
def units(day: date, user: Any) -> dict:
    """Each unit by whether an outage cut it off at the end of the day (today: now), or during it."""
    scope = default_scope()
    if scope is None:
        return {"type": "FeatureCollection", "features": []}
    end = end_of(day)
    moment = timezone.now() if day == today() else end
    rows = during(real_first(Outage.objects.live().exclude(cause="false_alarm")), end - timedelta(days=1), end)
    states: dict[str, str] = {}
    due: dict[str, datetime] = {}
    backed: set[str] = set()
    listed = list(rows.select_related("impact", "network").prefetch_related(told_units()))
    kept = kept_of(listed)
    for outage in listed:
        still = outage.started_at <= moment and (outage.ended_at is None or outage.ended_at >= moment)
        for code in outage.impact.unit_codes if outage.impact else ():
            if still and code in kept[outage.pk].units:
                backed.add(code)
                states.setdefault(code, TODAY)
            elif states.get(code) != DOWN:
                states[code] = DOWN if still else TODAY
            if still and outage.expected_at and not outage.overdue:
                due[code] = max(outage.expected_at, due.get(code, outage.expected_at))
    drawn = cells(units_day(scope, day))
    features = []
    for unit in units_in(scope, units_day(scope, day)):
        if unit.uid in drawn:
            state = states.get(unit.code, UP)
            said = BACKED if state == TODAY and unit.code in backed else TITLES[state]
            back = f" · {codes.ENTRIES[codes.EXPECTED]}: {when(due[unit.code])}" if unit.code in due else ""
            properties = {"class": state, "title": f"{unit.name}: {said}{back}"}
            if address := link_to("places:place", unit.code):
                properties["url"] = f"{address}?ngay={day.isoformat()}"
            features.append({"type": "Feature", "geometry": drawn[unit.uid][0], "properties": properties})
    return {"type": "FeatureCollection", "features": features}
