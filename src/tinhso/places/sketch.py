"""A small map drawn by the server: a unit among its neighbours, as SVG paths that need no script."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import shapely

from tinhso.places.cells import cells
from tinhso.places.models import COMMUNE, Unit, code_of
from tinhso.places.queries import points
from tinhso.places.state import Snapshot, snapshot

WIDTH = 480


@dataclass(frozen=True)
class Area:
    """One commune of the sketch: its path, whether the page is about it, and whether its shape is approximate."""

    unit: Unit
    path: str
    own: bool
    approximate: bool


@dataclass(frozen=True)
class Sketch:
    """Paths in a box of `width` by `height`; `points` are the units' own points."""

    width: int
    height: int
    areas: list[Area]
    points: list[tuple[int, int]]
    approximate: bool


def _communes(unit: Unit, at: Snapshot) -> list[Unit]:
    """The communes in a unit, itself if it is one."""
    found = [unit]
    while found and found[0].level < COMMUNE:
        found = [child for parent in found for child in at.children.get(parent.code, [])]
    return found


def sketch(unit: Unit, day: date) -> Sketch | None:
    """The unit within the unit above it, or alone at the top; None where nothing of it is placed."""
    at, drawn = snapshot(day), cells(day)
    own = {commune.uid for commune in _communes(unit, at)}
    around: Sequence[Unit] = _communes(at.by_code.get(code_of(unit.parent_uid), unit), at)
    shapes = {item.uid: shapely.geometry.shape(drawn[item.uid][0]) for item in around if item.uid in drawn}
    if not own.intersection(shapes):
        return None
    west, south, east, north = shapely.total_bounds(list(shapes.values()))
    shrink = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * shrink, 1e-6)

    def at_pixel(lon: float, lat: float) -> tuple[int, int]:
        return round((lon - west) * shrink * scale), round((north - lat) * scale)

    def path(shape: shapely.Geometry) -> str:
        rings = [ring for part in shapely.get_parts(shape) if part.geom_type == "Polygon" for ring in _rings(part)]
        lines = (" L".join(f"{x} {y}" for x, y in dict.fromkeys(at_pixel(*pair) for pair in ring)) for ring in rings)
        return " ".join(f"M{line} Z" for line in lines if line)

    areas = [
        Area(item, path(shapes[item.uid]), item.uid in own, drawn[item.uid][1] == "cell")
        for item in around
        if item.uid in shapes
    ]
    areas.sort(key=lambda area: area.own)
    marks = points(own) if len(own) == 1 else {}
    return Sketch(
        WIDTH,
        round((north - south) * scale),
        areas,
        [at_pixel(lon / 1e7, lat / 1e7) for lat, lon in marks.values()],
        any(area.approximate for area in areas),
    )


def _rings(part: shapely.Polygon) -> list[list[tuple[float, float]]]:
    return [[(x, y) for x, y in ring.coords] for ring in (part.exterior, *part.interiors)]
