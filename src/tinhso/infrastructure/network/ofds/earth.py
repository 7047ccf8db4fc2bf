"""Numbers and places as JSON holds them: longitude and latitude in degrees, distances in metres."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any, TypeGuard

EARTH_RADIUS_M = 6_371_008.8
ROUTE_TOLERANCE_M = 500
NEAR_DEGREES = ROUTE_TOLERANCE_M / 111_200  # so little in longitude and latitude together is within the tolerance
NUMBERS = frozenset({int, float, Decimal})
Point = tuple[float, float]


def number(value: Any) -> TypeGuard[int | float | Decimal]:
    """Whether a value is a JSON number."""
    return type(value) in NUMBERS


def point(value: Any) -> Point | None:
    """(longitude, latitude) of a coordinate list, or None where it is none."""
    if type(value) is list and len(value) >= 2:
        lon, lat = value[0], value[1]
        if type(lon) in NUMBERS and type(lat) in NUMBERS:
            return float(lon), float(lat)
    return None


def on_earth(where: Point) -> bool:
    """Whether (longitude, latitude) in degrees is a place on the earth."""
    return -180 <= where[0] <= 180 and -90 <= where[1] <= 90


def plain(value: Any) -> bool:
    """Whether a value is two numbers that are a place on the earth: nearly every one is."""
    return (
        type(value) is list
        and len(value) == 2
        and type(value[0]) in NUMBERS
        and type(value[1]) in NUMBERS
        and -180 <= value[0] <= 180
        and -90 <= value[1] <= 90
    )


def near(one: Point, other: Point) -> bool:
    """Whether two points are surely within the tolerance; a distance is dear."""
    return abs(one[0] - other[0]) + abs(one[1] - other[1]) <= NEAR_DEGREES


def distance_m(one: Point, other: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    (lon1, lat1), (lon2, lat2) = one, other
    half = math.radians(lat2 - lat1) / 2, math.radians(lon2 - lon1) / 2
    root = math.sin(half[0]) ** 2 + math.cos(math.radians(lat1)) * math.cos(math.radians(lat2)) * math.sin(half[1]) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(root)))
