"""Map layers of the territory: communes, districts, outline of the province."""

from datetime import date
from typing import Any

import shapely
from django.urls import reverse

from tinhso.foundation.layers import Legend, map_layer
from tinhso.foundation.text import Text
from tinhso.places.cells import cells
from tinhso.places.models import COMMUNE, DISTRICT, Unit
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.places.state import snapshot, steady

APPROXIMATE = Text(
    "Ranh giới vẽ nét đứt là gần đúng: phần đất gần điểm của xã đó nhất, trong đường bao tỉnh đã giản lược.",
    "Dashed boundaries are approximate: the land nearest to the commune's point, within a simplified outline.",
)


def _feature(geometry: dict, kind: str, unit: Unit, day: date) -> dict:
    return {
        "type": "Feature",
        "id": unit.uid,
        "geometry": geometry,
        "properties": {
            "class": kind,
            "title": unit.name,
            "code": unit.code,
            "url": f"{reverse('places:place', args=[unit.code])}?ngay={day.isoformat()}",
        },
    }


def _collection(features: list[dict]) -> dict:
    return {"type": "FeatureCollection", "features": features}


def _joined(units: list[Unit], day: date) -> tuple[dict, str] | None:
    """One geometry over many communes, approximate unless every part is a boundary."""
    drawn = cells(day)
    parts = [drawn[unit.uid] for unit in units if unit.uid in drawn]
    if not parts:
        return None
    shapes = [shapely.geometry.shape(geometry) for geometry, _kind in parts]
    # Rounded neighbours leave slivers; a hair's breadth closes them.
    joined = shapely.union_all(shapely.buffer(shapes, 2e-5, quad_segs=1))
    kind = "polygon" if all(kind == "polygon" for _geometry, kind in parts) else "cell"
    return shapely.geometry.mapping(shapely.transform(joined, lambda values: values.round(5))), kind


def _lines(colour: str) -> tuple[Legend, Legend]:
    return (
        Legend("polygon", Text("Ranh giới", "Boundary"), colour),
        Legend("cell", Text("Ranh giới gần đúng", "Approximate boundary"), colour, dashed=True),
    )


@map_layer(
    id="places.communes",
    title=Text("Xã, phường, thị trấn", "Communes, wards, townships"),
    kind="line",
    legend=_lines("--ts-map-place"),
    caveat=APPROXIMATE,
    order=80,
)
@steady()
def communes(day: date, user: Any) -> dict:
    """The communes of the signing province in force on a day."""
    drawn = cells(day)
    found = [unit for unit in units_in(SIGNING_PROVINCE, day, COMMUNE) if unit.uid in drawn]
    return _collection([_feature(*drawn[unit.uid], unit, day) for unit in found])


@map_layer(
    id="places.districts",
    title=Text("Huyện, thành phố (đến 30/06/2025)", "Districts (until 30 June 2025)"),
    kind="line",
    legend=_lines("--ts-map-unknown"),
    caveat=APPROXIMATE,
    order=85,
)
@steady()
def districts(day: date, user: Any) -> dict:
    """The districts of the signing province, drawn from their communes."""
    at = snapshot(day)
    features = []
    for unit in units_in(SIGNING_PROVINCE, day, DISTRICT):
        joined = _joined(at.children.get(unit.code, []), day)
        if joined:
            features.append(_feature(*joined, unit, day))
    return _collection(features)


@map_layer(
    id="places.outline",
    title=Text("Đường bao địa bàn ký kết", "Outline of the signing territory"),
    kind="line",
    legend=_lines("--ts-map-place"),
    caveat=APPROXIMATE,
    order=90,
)
@steady()
def outline(day: date, user: Any) -> dict:
    """The territory of the signing province, whatever province governs it on the day."""
    found = units_in(SIGNING_PROVINCE, day, COMMUNE)
    joined = _joined(found, day)
    if joined is None:
        return _collection([])
    geometry, kind = joined
    return _collection([{"type": "Feature", "geometry": geometry, "properties": {"class": kind, "title": ""}}])
