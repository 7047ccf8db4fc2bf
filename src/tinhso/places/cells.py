"""Approximate cells: where no boundary is loaded, a place belongs to the nearest point of a unit in force that day.

The cells are the Voronoi cells of the communes' points, clipped to the outline of the province (also of a former
province whose land it is), or where none is loaded to the hull of the points. They are an approximation and every use
says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Literal

import numpy as np
import shapely

from tinhso.places.models import COMMUNE, PROVINCE, Unit, UnitGeometry, code_of
from tinhso.places.state import Snapshot, Stamp, generation, geometry_stamp, snapshot, steady

# A point this near an outline (in degrees, about 3 km) belongs to it: outlines are coarse.
NEAR = 0.03


Method = Literal["polygon", "cell", "outside"]


@dataclass(frozen=True)
class Located:
    """The unit a place lies in, and how we know: its boundary, its approximate cell, or no unit loaded there."""

    uid: str | None
    method: Method


@dataclass(frozen=True)
class Tessellation:
    """Boundaries and cells of the communes in force, each with its index."""

    polygons: dict[str, shapely.Geometry]
    cells: dict[str, shapely.Geometry]
    polygon_tree: shapely.STRtree
    cell_tree: shapely.STRtree


def _shapes(uids: set[str] | None, known_at: datetime | None, level_digits: int) -> dict[str, shapely.Geometry]:
    rows = UnitGeometry.objects.known_at(known_at).filter(kind=UnitGeometry.POLYGON).exclude(quality="suspect")
    found = [
        (uid, text)
        for uid, text in rows.values_list("unit_uid", "geojson")
        if len(code_of(uid)) == level_digits and (uids is None or uid in uids)
    ]
    shapes = shapely.from_geojson([text for _uid, text in found]) if found else []
    return {uid: shape for (uid, _text), shape in zip(found, shapes, strict=True)}


def _province_code(unit: Unit, at: Snapshot) -> str:
    top: Unit | None = unit
    while top is not None and top.level > PROVINCE:
        unit, top = top, at.by_code.get(code_of(top.parent_uid))
    return top.code if top else unit.code


def _regions(at: Snapshot, known_at: datetime | None) -> list[shapely.Geometry]:
    """Outlines of provinces in force first, then of former ones where no present outline covers their land."""
    outlines = _shapes(None, known_at, 2)
    present = [outlines[uid] for uid in sorted(outlines) if uid in at.by_uid]
    covered = shapely.union_all(present) if present else None
    former = [outlines[uid] for uid in sorted(outlines) if uid not in at.by_uid]
    return present + [shape if covered is None else shapely.difference(shape, covered) for shape in former]


def _voronoi(points: np.ndarray, region: shapely.Geometry | None) -> list[shapely.Geometry]:
    """Cells of (lon, lat) points inside a region; longitudes are shrunk so that "nearest" is nearest on the ground."""
    shrink = np.array([np.cos(np.radians(points[:, 1].mean())), 1.0])
    flat = points * shrink
    cloud = shapely.MultiPoint(flat)
    spacing = 0.02
    if len(flat) > 1:
        tree = shapely.STRtree(shapely.points(flat))
        _pairs, gaps = tree.query_nearest(shapely.points(flat), exclusive=True, return_distance=True)
        spacing = max(float(np.median(gaps)), 0.005)
    if region is None:
        area = cloud.convex_hull.buffer(spacing)
    else:
        area = shapely.transform(region, lambda values: values * shrink)
        outliers = shapely.points(flat)[~shapely.contains_xy(area, flat)]
        if len(outliers):
            area = shapely.union_all([area, *shapely.buffer(outliers, spacing / 2)])
    shapely.prepare(area)
    if len(flat) == 1:
        found = [area]
    else:
        found = shapely.get_parts(shapely.voronoi_polygons(cloud, extend_to=area, ordered=True))
        found = shapely.intersection(found, area)
    return [shapely.transform(cell, lambda values: values / shrink) for cell in found]


def _cells_of(at: Snapshot, known_at: datetime | None) -> dict[str, shapely.Geometry]:
    places: dict[tuple[int, int], str] = {}
    rows = UnitGeometry.objects.known_at(known_at).filter(kind=UnitGeometry.POINT).exclude(quality="suspect")
    for uid, lat, lon in rows.order_by("unit_uid").values_list("unit_uid", "lat_e7", "lon_e7"):
        unit = at.by_uid.get(uid)
        if unit is not None and unit.level == COMMUNE and lat is not None and lon is not None:
            places.setdefault((lon, lat), uid)
    if not places:
        return {}
    uids = list(places.values())
    points = np.array(list(places), dtype=float) / 1e7
    regions = _regions(at, known_at)
    groups: dict[str, list[int]] = defaultdict(list)
    home = {}
    if regions:
        tree = shapely.STRtree(regions)
        nearest = tree.query_nearest(shapely.points(points), max_distance=NEAR, all_matches=False)
        home = dict(zip(nearest[0].tolist(), nearest[1].tolist(), strict=True))
    for index, uid in enumerate(uids):
        groups[f"region:{home[index]}" if index in home else _province_code(at.by_uid[uid], at)].append(index)
    cells: dict[str, shapely.Geometry] = {}
    for group, members in groups.items():
        region = regions[int(group.removeprefix("region:"))] if group.startswith("region:") else None
        found = _voronoi(points[members], region)
        if region is None and regions:
            known = shapely.union_all(regions)
            found = [shapely.difference(cell, known) if cell.intersects(known) else cell for cell in found]
        cells.update({uids[index]: cell for index, cell in zip(members, found, strict=True)})
    return {uid: cell for uid, cell in cells.items() if not cell.is_empty}


@lru_cache(maxsize=6)
def _tessellation(stamp: Stamp, since: date, known_at: datetime | None) -> Tessellation:
    at = snapshot(since, known_at)
    communes = {unit.uid for unit in at.units if unit.level == COMMUNE}
    polygons = dict(sorted(_shapes(communes, known_at, 5).items()))
    cells = dict(sorted(_cells_of(at, known_at).items()))
    return Tessellation(
        polygons, cells, shapely.STRtree(list(polygons.values())), shapely.STRtree(list(cells.values()))
    )


def tessellation(day: date, known_at: datetime | None = None) -> Tessellation:
    """Boundaries and cells of the communes in force at the end of a day; kept until something is recorded."""
    return _tessellation(geometry_stamp(), generation(day), known_at)


def _as_geojson(shape: shapely.Geometry) -> dict:
    return shapely.geometry.mapping(shapely.transform(shape, lambda values: values.round(5)))


@lru_cache(maxsize=6)
def _drawn(stamp: Stamp, since: date, known_at: datetime | None) -> dict[str, tuple[dict, str]]:
    found = _tessellation(stamp, since, known_at)
    bounded = list(found.polygons.values())
    drawn = {uid: (_as_geojson(shape), "polygon") for uid, shape in found.polygons.items()}
    for uid, cell in found.cells.items():
        if uid in drawn:
            continue
        taken = found.polygon_tree.query(cell, predicate="intersects") if bounded else []
        rest = shapely.difference(cell, shapely.union_all([bounded[index] for index in taken])) if len(taken) else cell
        if not rest.is_empty:
            drawn[uid] = (_as_geojson(rest), "cell")
    return drawn


@steady()
def cells(day: date, known_at: datetime | None = None) -> dict[str, tuple[dict, str]]:
    """GeoJSON geometry of every commune in force, and "polygon" or "cell" (approximate). Treat as read-only."""
    return _drawn(geometry_stamp(), generation(day), known_at)


def _hits(tree: shapely.STRtree, shapes: dict[str, shapely.Geometry], places: np.ndarray) -> dict[int, str]:
    """By the number of the place: the unit whose shape covers it; of several (coarse outlines overlap), the one whose
    middle is nearest."""
    if not len(tree.geometries):
        return {}
    uids, geometries = list(shapes), list(shapes.values())
    found: dict[int, tuple[float, str]] = {}
    for place, shape in tree.query(places, predicate="intersects").T.tolist():
        distance = places[place].distance(geometries[shape].centroid)
        if place not in found or (distance, uids[shape]) < found[place]:
            found[place] = (distance, uids[shape])
    return {place: uid for place, (_distance, uid) in found.items()}


def _climb(uid: str, level: int, at: Snapshot) -> str | None:
    unit = at.by_uid.get(uid)
    while unit is not None and unit.level > level:
        unit = at.by_code.get(code_of(unit.parent_uid))
    return unit.uid if unit is not None and unit.level == level else None


@steady()
def locate(
    coords: Sequence[tuple[int, int]], day: date, known_at: datetime | None = None, level: int = COMMUNE
) -> list[Located]:
    """Where (lat, lon) pairs in 1e-7 degree lie, in order.

    A commune's boundary decides; between coarse boundaries, and where none is loaded, its approximate cell. For a
    higher level the commune's parent answers.
    """
    if not coords:
        return []
    found = tessellation(day, known_at)
    at = snapshot(day, known_at)
    places = shapely.points(np.array([(lon / 1e7, lat / 1e7) for lat, lon in coords]))
    by_polygon = _hits(found.polygon_tree, found.polygons, places)
    rest = [number for number in range(len(places)) if number not in by_polygon]
    in_rest = _hits(found.cell_tree, found.cells, places[rest]) if rest else {}
    by_cell = {rest[number]: uid for number, uid in in_rest.items()}
    located = []
    for number in range(len(places)):
        uid = by_polygon.get(number)
        method: Method = "polygon"
        if uid is None:
            uid, method = by_cell.get(number), "cell"
        above = _climb(uid, level, at) if uid else None
        located.append(Located(above, method) if above else Located(None, "outside"))
    return located
