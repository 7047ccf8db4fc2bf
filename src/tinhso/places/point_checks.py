"""Points that cannot be right: geocoders give a namesake far away, a whole district, or one point to two units.

A suspect point is imported and marked, never counted with: a unit is then placed by its boundary or by codes alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np
import shapely
from django.utils.translation import gettext as _

KM_PER_DEGREE = 111.2
E7_PER_DEGREE = 1e7


@dataclass(frozen=True)
class Placed:
    """A unit's point (lat, lon in 1e-7 degree), the group it should lie among, and its own box if it has one."""

    code: str
    name: str
    group: str
    point: tuple[int, int]
    box: tuple[int, int, int, int] | None = None  # south, west, north, east
    origins: tuple[tuple[int, int, int, int], ...] = ()  # boxes of all the units it came from, where all are sound
    area: float | None = None  # square kilometres, as the source says
    shared: bool = False  # a unit it came from went to others too


@dataclass(frozen=True)
class Doubt:
    """Why a point is doubted; `suspect` when it is not to be counted with."""

    code: str
    reason: str
    suspect: bool


def kilometres(one: tuple[int, int], other: tuple[int, int]) -> float:
    """Distance between two (lat, lon) in 1e-7 degree, on a plane good enough within a province."""
    lat = (one[0] - other[0]) / E7_PER_DEGREE
    lon = (one[1] - other[1]) / E7_PER_DEGREE * math.cos(math.radians(one[0] / E7_PER_DEGREE))
    return math.hypot(lat, lon) * KM_PER_DEGREE


def _area(box: tuple[int, int, int, int]) -> float:
    south, west, north, east = box
    return kilometres((south, west), (north, west)) * kilometres((south, west), (south, east))


def _flat(points: Sequence[tuple[int, int]]) -> np.ndarray:
    """Points as kilometres east and north, for neighbours."""
    array = np.array(points, dtype=float) / E7_PER_DEGREE * KM_PER_DEGREE
    shrink = math.cos(math.radians(array[:, 0].mean() / KM_PER_DEGREE))
    return np.column_stack([array[:, 1] * shrink, array[:, 0]])


def _shared(placed: Sequence[Placed]) -> Iterable[Doubt]:
    """Two units within 150 m of each other: the geocoder answered one name for both."""
    points = shapely.points(_flat([item.point for item in placed]))
    tree = shapely.STRtree(points)
    others: dict[int, str] = {}
    for one, other in tree.query(points, predicate="dwithin", distance=0.15).T.tolist():
        if one != other:
            others.setdefault(one, placed[other].name)
    for index, name in others.items():
        yield Doubt(placed[index].code, _("trùng điểm với “%(name)s”") % {"name": name}, True)


def _of_group(items: Sequence[Placed]) -> Iterable[Doubt]:
    boxes = [_area(item.box) for item in items if item.box]
    usual_box = median(boxes) if boxes else 0.0
    for item in items:
        if item.box is None:
            continue
        south, west, north, east = item.box
        slack = 10_000
        if not (south - slack <= item.point[0] <= north + slack and west - slack <= item.point[1] <= east + slack):
            yield Doubt(item.code, _("nằm ngoài khung bao của chính đơn vị"), True)
        elif len(boxes) >= 4 and _area(item.box) > max(9 * usual_box, 60.0):
            told = {"area": round(_area(item.box)), "usual": round(usual_box)}
            yield Doubt(item.code, _("khung bao %(area)d km² trong khi thường là %(usual)d km²") % told, True)
    if len(items) < 4:
        return
    flat = _flat([item.point for item in items])
    apart = np.hypot(*(flat[:, None, :] - flat[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(apart, np.inf)
    nearest = apart.min(axis=1)
    middle = np.median(flat, axis=0)
    off = np.hypot(*(flat - middle).T)
    usual_off, usual_near = float(np.median(off)), float(np.median(nearest))
    for index, item in enumerate(items):
        far = off[index] > max(3 * usual_off, 5.0)
        alone = nearest[index] > max(4 * usual_near, 3.0)
        if far or alone:
            yield Doubt(
                item.code,
                _("cách các đơn vị cùng cấp trên %(off)d km, đơn vị gần nhất %(near)d km")
                % {"off": round(off[index]), "near": round(nearest[index])},
                bool(far and alone),
            )


def _outside(point: tuple[int, int], box: tuple[int, int, int, int]) -> float:
    """Kilometres from a point to a box; 0 inside."""
    south, west, north, east = box
    return kilometres(point, (min(max(point[0], south), north), min(max(point[1], west), east)))


def _from_origins(items: Iterable[Placed]) -> Iterable[Doubt]:
    for item in items:
        off = min((_outside(item.point, box) for box in item.origins), default=0.0)
        if off > 0.5:
            yield Doubt(item.code, _("cách các đơn vị tiền thân %(off)d km") % {"off": round(off) or 1}, off > 1.0)


def area_doubts(placed: Iterable[Placed]) -> dict[str, str]:
    """Areas that cannot be right: larger than the boxes of the units they came from, or a small part of them."""
    found = {}
    for item in placed:
        if item.area is None or not item.origins:
            continue
        boxes = sum(_area(box) for box in item.origins)
        if item.area > 1.4 * boxes or (item.area < 0.25 * boxes and not item.shared):
            told = {"area": round(item.area, 1), "boxes": round(boxes, 1)}
            found[item.code] = _("diện tích %(area)s km², khung bao các đơn vị tiền thân %(boxes)s km²") % told
    return found


def doubts(placed: Sequence[Placed]) -> dict[str, Doubt]:
    """The gravest doubt about each point that has one."""
    groups: dict[str, list[Placed]] = defaultdict(list)
    for item in placed:
        groups[item.group].append(item)
    found: dict[str, Doubt] = {}
    told = [*_shared(placed)] if placed else []
    told += [doubt for items in groups.values() for doubt in _of_group(items)]
    told += _from_origins(placed)
    for doubt in told:
        if doubt.code not in found or (doubt.suspect and not found[doubt.code].suspect):
            found[doubt.code] = doubt
    return found
