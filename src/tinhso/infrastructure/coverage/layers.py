"""Coverage on the map: how far the nearest node is where fibre is missing, and where broadband reaches the level."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.foundation.layers import Legend, map_layer
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import Text
from tinhso.infrastructure.coverage.gaps import gaps
from tinhso.infrastructure.coverage.speeds import ENOUGH, STATES, speeds
from tinhso.infrastructure.network.coverage import covered, default_scope, units_day
from tinhso.places.models import Unit
from tinhso.places.queries import cells

NEAR, FAR = 2_000, 5_000
DISTANCES = {
    "on": Text("Đã có cáp quang", "On fibre"),
    "near": Text("Nút gần nhất dưới 2 km", "Nearest node within 2 km"),
    "middle": Text("Từ 2 đến 5 km", "2 to 5 km"),
    "far": Text("Từ 5 km trở lên", "5 km or more"),
    "no_data": Text("Không có dữ liệu", "No data"),
}


def _feature(unit: Unit, geometry: dict, css: str, title: str, day: date) -> dict:
    url = f"{link_to('coverage:sheet', unit.code)}?ngay={day.isoformat()}"
    return {"type": "Feature", "geometry": geometry, "properties": {"class": css, "title": title, "url": url}}


def _distance_class(state: str, metres: int | None) -> str:
    if state == "on":
        return "on"
    if metres is None:
        return "no_data"
    return "near" if metres < NEAR else "middle" if metres < FAR else "far"


@map_layer(
    id="coverage.distance",
    title=Text("Khoảng cách tới nút gần nhất", "Distance to the nearest node"),
    kind="fill",
    legend=(
        Legend("on", DISTANCES["on"], "--ts-map-yes"),
        Legend("near", DISTANCES["near"], "--ts-map-planned", dashed=True),
        Legend("middle", DISTANCES["middle"], "--ts-map-partial", dashed=True),
        Legend("far", DISTANCES["far"], "--ts-map-no", dashed=True),
        Legend("no_data", DISTANCES["no_data"], "--ts-map-unknown", dashed=True),
    ),
    caveat=Text(
        "Khoảng cách đường chim bay từ điểm trung tâm của đơn vị (hoặc phần chưa có cáp) tới nút đang hoạt động.",
        "Straight from the unit's point (or that of its part without fibre) to the nearest working node.",
    ),
    order=50,
)
def distance(day: date, user: Any) -> dict:
    """Each unit without fibre by how far the nearest working node is."""
    scope = default_scope()
    features = []
    if scope is not None:
        found, drawn = covered(scope, day), cells(units_day(scope, day))
        far = {gap.unit.code: gap.distance_m for gap in gaps(scope, day).units}
        for unit in found.units:
            if unit.uid in drawn:
                metres = far.get(unit.code)
                css = _distance_class(found.fibre[unit.code]["state"], metres)
                told = f" ({metres / 1000:.1f} km)" if metres is not None else ""
                features.append(_feature(unit, drawn[unit.uid][0], css, f"{unit.name}: {DISTANCES[css]}{told}", day))
    return {"type": "FeatureCollection", "features": features}


@map_layer(
    id="coverage.service_level",
    title=Text("Băng rộng so với mức dịch vụ", "Broadband against the service level"),
    kind="fill",
    legend=(
        Legend("reached", STATES["reached"], "--ts-map-yes"),
        Legend("below", STATES["below"], "--ts-map-no", dashed=True),
        Legend("no_data", STATES["no_data"], "--ts-map-unknown", dashed=True),
    ),
    caveat=Text(
        f"Theo các lần đo trong 365 ngày; đơn vị có dưới {ENOUGH} lần đo là chưa đủ.",
        f"By the tests of 365 days; a unit with fewer than {ENOUGH} has too few.",
    ),
    order=60,
)
def service_level(day: date, user: Any) -> dict:
    """Each unit by whether its tests reach the level."""
    scope = default_scope()
    features = []
    if scope is not None:
        shown = units_day(scope, day)
        found, drawn = speeds(scope, day), cells(shown)
        for unit in found.units:
            if unit.uid in drawn:
                row = found.rows[unit.code]
                title = f"{unit.name}: {STATES[row['state']]} ({row['good']}/{row['tests']})"
                features.append(_feature(unit, drawn[unit.uid][0], row["state"], title, day))
    return {"type": "FeatureCollection", "features": features}
