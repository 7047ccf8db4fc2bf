"""Distances and routes on the ground between points in units of 1e-7 degree (WGS 84)."""

import hashlib
import itertools
import math

Point = tuple[int, int]
EARTH_RADIUS_M = 6_371_009
DEGREE_E7_M = math.pi * EARTH_RADIUS_M / 180 / 10_000_000


def metres(a: Point, b: Point) -> int:
    """Distance of two points within a province in whole metres, on the plane that touches the earth between them."""
    north = (b[0] - a[0]) * DEGREE_E7_M
    east = (b[1] - a[1]) * DEGREE_E7_M * math.cos(math.radians((a[0] + b[0]) / 2e7))
    return round(math.hypot(north, east))


def length(route: list[Point]) -> int:
    """Metres along a route."""
    return sum(metres(a, b) for a, b in itertools.pairwise(route))


def draw(seed: str, below: int) -> int:
    """A number in [0, below) that depends on the seed's text alone: the same on every machine and version."""
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) % below


def beside(point: Point, seed: str, nearest_m: int, farthest_m: int) -> Point:
    """A point at a drawn distance and direction from another."""
    away = nearest_m + draw(f"{seed}/away", farthest_m - nearest_m)
    turn = math.radians(draw(f"{seed}/turn", 360))
    lat = point[0] + away * math.cos(turn) / DEGREE_E7_M
    lon = point[1] + away * math.sin(turn) / DEGREE_E7_M / math.cos(math.radians(point[0] / 1e7))
    return round(lat), round(lon)


def route(a: Point, b: Point, detour_percent: int) -> list[Point]:
    """A way from a to b that bends to one side, then to the other, as roads do; longer than the straight line by
    the given percent."""
    # Four equal steps, offset across by h: each is sqrt(1 + (4h/d)^2) times its share of the straight line.
    across = math.sqrt((1 + detour_percent / 100) ** 2 - 1) / 4
    scale = math.cos(math.radians((a[0] + b[0]) / 2e7))
    north, east = b[0] - a[0], (b[1] - a[1]) * scale
    way = [a]
    for step, side in ((0.25, 1), (0.5, 0), (0.75, -1)):
        lat = a[0] + north * step - east * across * side
        lon = a[1] + (east * step + north * across * side) / scale
        way.append((round(lat), round(lon)))
    return [*way, b]
