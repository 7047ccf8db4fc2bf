"""Coverage on the map: which units are on fibre, how far the nearest node is from the others, and broadband."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.foundation.layers import Legend, map_layer
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import Text
from tinhso.infrastructure.coverage.gaps import gaps
from tinhso.infrastructure.coverage.speeds import ENOUGH, STATES, speeds
from tinhso.infrastructure.network.coverage import FIBRE_STATES, covered, default_scope, units_day
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


def _feature(geometry: dict, css: str, title: str, url: str) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": {"class": css, "title": title, "url": url}}


def _distance_class(state: str, metres: int | None) -> str:
    if state == "on":
        return "on"
    if metres is None:
        return "no_data"
    return "near" if metres < NEAR else "middle" if metres < FAR else "far"


def _link(page: str, unit: Unit, day: date) -> str:
    return f"{link_to(page, unit.code)}?ngay={day.isoformat()}"


@map_layer(
    id="infrastructure.communes_on_fibre",
    title=Text("Đơn vị cấp xã có cáp quang", "Communes on fibre"),
    kind="fill",
    legend=(
        Legend("on", FIBRE_STATES["on"], "--ts-map-yes"),
        Legend("partial", FIBRE_STATES["partial"], "--ts-map-partial", dashed=True),
        Legend("off", FIBRE_STATES["off"], "--ts-map-no", dashed=True),
        Legend("no_data", FIBRE_STATES["no_data"], "--ts-map-unknown", dashed=True),
    ),
    caveat=Text(
        "Nơi chưa nạp ranh giới, đơn vị được vẽ bằng ô gần đúng. Trước ngày đầu tiên có dữ liệu địa bàn, bản đồ dùng "
        "các đơn vị của ngày ấy.",
        "Where no boundary is loaded a unit is drawn as an approximate cell. Before the first day with units, those "
        "of that day are drawn.",
    ),
    default=True,
    order=10,
)
def communes(day: date, user: Any) -> dict:
    """Each unit by whether it is on fibre; a merged one shows how many of its parts are."""
    scope = default_scope()
    if scope is None:
        return {"type": "FeatureCollection", "features": []}
    found, drawn = covered(scope, day), cells(units_day(scope, day))
    features = []
    for unit in found.units:
        if unit.uid in drawn:
            row = found.fibre[unit.code]
            share = f" ({row['parts_on']}/{row['parts']})" if row["parts"] > 1 else ""
            title = f"{unit.name}: {FIBRE_STATES[row['state']]}{share}"
            features.append(_feature(drawn[unit.uid][0], row["state"], title, _link("places:place", unit, day)))
    return {"type": "FeatureCollection", "features": features}


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
                title = f"{unit.name}: {DISTANCES[css]}{told}"
                features.append(_feature(drawn[unit.uid][0], css, title, _link("coverage:sheet", unit, day)))
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
                features.append(_feature(drawn[unit.uid][0], row["state"], title, _link("coverage:sheet", unit, day)))
    return {"type": "FeatureCollection", "features": features}
