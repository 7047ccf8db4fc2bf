"""Where new cable could run: straight lines between neighbouring points, or the roads and ducts of a file.

Points are (latitude, longitude) in 1e-7 degree, lengths whole metres. Generated lines are those of the Delaunay
triangulation, whose edges hold the Euclidean minimum spanning tree (Shamos and Hoey 1975), and of each point to its
nearest neighbours, which a second way often needs. Roads become a graph: lines that share a point meet there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import shapely

from tinhso.infrastructure.solvers.room import room_for_code

Point = tuple[int, int]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EARTH_RADIUS_M = 6_371_008.8
CROSSINGS = ("river", "road", "rail")
# Two points of a file closer than this (0.1 m) are one: exporters round the same crossroads differently.
GRAIN_E7 = 10
# Up to so many distances are simply all computed; a search tree takes most of a second to load.
PLAINLY = 20_000_000
# Along a road, where a place may be joined to it.
STEP_M = 250.0
SECOND_ENTRY_M = 100


class Offer(NamedTuple):
    """A candidate span between two nodes; `crossed` counts rivers, roads and railways."""

    a: int
    b: int
    metres: int
    method: str
    crossed: tuple[int, int, int]
    points: tuple[Point, ...]


class Road(NamedTuple):
    """A line of a file. An empty method is the price list's usual one; `metres` None: along its points."""

    method: str
    metres: int | None
    points: tuple[Point, ...]


class Obstacle(NamedTuple):
    """A line that costs to cross: river, road or rail."""

    crossing: str
    points: tuple[Point, ...]


@dataclass
class Offers:
    """Candidate spans, and the junctions they bring: node numbers go on from those of the given places."""

    spans: list[Offer] = field(default_factory=list)
    junctions: list[Point] = field(default_factory=list)


def metres_between(a: Sequence[Point] | Floats, b: Sequence[Point] | Floats) -> Floats:
    """Great-circle metres between points taken pairwise."""
    first = np.radians(np.asarray(a, np.float64).reshape(-1, 2) / 1e7)
    second = np.radians(np.asarray(b, np.float64).reshape(-1, 2) / 1e7)
    half = (
        np.sin((second[:, 0] - first[:, 0]) / 2) ** 2
        + np.cos(first[:, 0]) * np.cos(second[:, 0]) * np.sin((second[:, 1] - first[:, 1]) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.clip(half, 0.0, 1.0)))


def line_metres(points: Sequence[Point]) -> float:
    """Great-circle metres along a line."""
    return float(metres_between(points[:-1], points[1:]).sum()) if len(points) > 1 else 0.0


def flat(places: Sequence[Point]) -> Floats:
    """Metres east and north of the middle, near enough to tell who is nearest within a country."""
    table = np.radians(np.asarray(places, np.float64).reshape(-1, 2) / 1e7)
    middle = table.mean(axis=0) if len(table) else np.zeros(2)
    east = (table[:, 1] - middle[1]) * np.cos(middle[0])
    return np.column_stack((east, table[:, 0] - middle[0])) * EARTH_RADIUS_M


def _gathered(places: Sequence[Point | None]) -> tuple[list[Point], list[int], list[tuple[int, int]]]:
    """Distinct points with the first place at each, and that place paired with every other at the same point."""
    first: dict[Point, int] = {}
    same = []
    for number, where in enumerate(places):
        if where is not None and first.setdefault(where, number) != number:
            same.append((first[where], number))
    return list(first), list(first.values()), same


def neighbours(points: Sequence[Point], nearest: int) -> list[tuple[int, int]]:
    """Pairs of distinct points: Delaunay edges and each point's nearest, sorted, each once."""
    count = len(points)
    if count < 2:
        return []
    where = flat(points)
    asked = min(nearest, count - 1) if count > 3 else count - 1
    near = list(nearby(where, where, asked + 1))
    found = np.column_stack((np.repeat(np.arange(count), [len(some) for some in near]), np.concatenate(near)))
    if count > 3:
        found = np.concatenate([found, _triangulated(where)])
    pairs = np.sort(found, axis=1)
    return [(one, other) for one, other in np.unique(pairs, axis=0).tolist() if one != other]


def _triangulated(where: Floats) -> Ints:
    """The edges of the Delaunay triangulation, or, of points all on one line, those between neighbours on it."""
    lines = shapely.delaunay_triangles(shapely.MultiPoint(where), only_edges=True)
    corners = shapely.get_coordinates(lines)
    order = np.lexsort((where[:, 1], where[:, 0]))
    if not len(corners):
        return np.column_stack((order[:-1], order[1:]))
    in_order = where[order, 0] + 1j * where[order, 1]
    return order[np.searchsorted(in_order, corners[:, 0] + 1j * corners[:, 1])].reshape(-1, 2)


def nearby(points: Floats, where: Floats, count: int, within: float = np.inf) -> Iterator[Ints]:
    """For each place of `where` its `count` nearest points within so many metres, the nearest first."""
    count = min(count, len(points))
    if len(points) * len(where) > PLAINLY:
        room_for_code()
        from scipy.spatial import cKDTree

        _far, found = cKDTree(points).query(where, k=[*range(1, count + 1)], distance_upper_bound=within)
        yield from (near[near < len(points)] for near in found)
        return
    for place in where:
        far = ((points - place) ** 2).sum(axis=1)
        some = np.flatnonzero(far <= min(np.partition(far, count - 1)[count - 1], within**2))
        yield some[np.argsort(far[some], kind="stable")][:count]


def generated(
    places: Sequence[Point | None],
    joined: Iterable[tuple[int, int]],
    obstacles: Sequence[Obstacle],
    *,
    nearest: int,
    detour_permille: int,
    method: str,
) -> Offers:
    """Straight lines between neighbouring places, lengthened by the detour factor.

    Places already joined by a span (`joined`) get no line beside it: a second cable along the same way falls with the
    first.
    """
    points, first, same = _gathered(places)
    taken = {(min(a, b), max(a, b)) for a, b in joined}
    pairs = [(first[a], first[b]) for a, b in neighbours(points, nearest)]
    wanted = [pair for pair in (*pairs, *same) if (min(pair), max(pair)) not in taken]
    ends = [(places[a], places[b]) for a, b in wanted]
    lengths = metres_between([a for a, _ in ends], [b for _, b in ends])
    crossed = crossings([(a, b) for a, b in ends], obstacles)
    offers = Offers()
    for (a, b), line, metres, over in zip(wanted, ends, lengths.tolist(), crossed, strict=True):
        along = -(-round(metres) * detour_permille // 1000)
        offers.spans.append(Offer(a, b, along, method, over, line))  # type: ignore[arg-type]
    return offers


def crossings(lines: Sequence[Sequence[Point]], obstacles: Sequence[Obstacle]) -> list[tuple[int, int, int]]:
    """How many obstacles of each kind every line meets; one that meets the same obstacle twice crosses it once."""
    counts = np.zeros((len(lines), len(CROSSINGS)), np.int64)
    if lines and obstacles:
        tree = shapely.STRtree([_shape(obstacle.points) for obstacle in obstacles])
        hits = tree.query([_shape(line) for line in lines], predicate="intersects")
        kinds = np.array([CROSSINGS.index(obstacle.crossing) for obstacle in obstacles])
        np.add.at(counts, (hits[0], kinds[hits[1]]), 1)
    return [tuple(row) for row in counts.tolist()]


def _shape(points: Sequence[Point]) -> shapely.LineString:
    return shapely.LineString([(lon / 1e7, lat / 1e7) for lat, lon in points])


def along_roads(
    places: Sequence[Point | None],
    roads: Sequence[Road],
    obstacles: Sequence[Obstacle],
    *,
    reach_m: int,
    entries: int,
    detour_permille: int,
    method: str,
) -> Offers:
    """The roads as a graph, with every place joined to the nearest points of a road within reach.

    A place gets up to `entries` ways in, at least 100 m apart: with one way in nobody can have two.
    """
    lines = [_stepped(road) for road in roads]
    at = _Vertices(places)
    paths = [[at.number(point) for point in line] for line in lines]
    on_road = {vertex for path in paths for vertex in path if vertex < len(places)}
    entered = list(_entries(places, on_road, at, reach_m, entries))
    uses: dict[int, int] = defaultdict(int)
    for path in paths:
        for vertex in path[1:-1]:
            uses[vertex] += 2
        uses[path[0]] += 1
        uses[path[-1]] += 1
    kept = {vertex for vertex, count in uses.items() if count != 2} | {vertex for _place, vertex in entered}
    kept |= set(range(len(places))) | {path[end] for path in paths for end in (0, -1)}
    pieces: list[tuple[list[int], Road, float]] = []
    for path, line, road in zip(paths, lines, roads, strict=True):
        whole = line_metres(line)
        scale = road.metres / whole if road.metres is not None and whole else 1.0
        pieces += [(piece, road, scale) for piece in _split(path, kept)]
    offers = Offers()
    numbers = _Numbers(len(places), offers.junctions)
    for piece, road, scale in pieces:
        points = tuple(at.points[vertex] for vertex in piece)
        a, b = (numbers.of(vertex, at.points[vertex]) for vertex in (piece[0], piece[-1]))
        if a != b:
            offers.spans.append(
                Offer(a, b, round(line_metres(points) * scale), road.method or method, (0, 0, 0), points)
            )
    for place, vertex in entered:
        start, end = places[place], at.points[vertex]
        far = -(-round(line_metres((start, end))) * detour_permille // 1000)  # type: ignore[arg-type]
        offers.spans.append(Offer(place, numbers.of(vertex, end), far, method, (0, 0, 0), (start, end)))  # type: ignore[arg-type]
    _points, _first, same = _gathered(places)
    offers.spans += [Offer(a, b, 0, method, (0, 0, 0), (places[a], places[b])) for a, b in same]  # type: ignore[arg-type]
    crossed = crossings([span.points for span in offers.spans], obstacles)
    offers.spans = [span._replace(crossed=over) for span, over in zip(offers.spans, crossed, strict=True)]
    return offers


class _Vertices:
    """Points of roads by number; a point where a place stands is that place."""

    def __init__(self, places: Sequence[Point | None]) -> None:
        self.points: list[Point] = [where or (0, 0) for where in places]
        self.known: dict[Point, int] = {}
        for number, where in enumerate(places):
            if where is not None:
                self.known.setdefault(_grain(where), number)
        self.first = len(places)

    def number(self, point: Point) -> int:
        found = self.known.setdefault(_grain(point), len(self.points))
        if found == len(self.points):
            self.points.append(point)
        return found


class _Numbers:
    """Node numbers of the vertices that candidate spans end at: places keep theirs, junctions follow."""

    def __init__(self, places: int, junctions: list[Point]) -> None:
        self.places, self.junctions = places, junctions
        self.known: dict[int, int] = {}

    def of(self, vertex: int, point: Point) -> int:
        if vertex < self.places:
            return vertex
        if vertex not in self.known:
            self.known[vertex] = self.places + len(self.junctions)
            self.junctions.append(point)
        return self.known[vertex]


def _grain(point: Point) -> Point:
    return round(point[0] / GRAIN_E7), round(point[1] / GRAIN_E7)


def _stepped(road: Road) -> list[Point]:
    """The road's points, with further ones where they lie more than a step apart."""
    points = [road.points[0]]
    lengths = metres_between(road.points[:-1], road.points[1:])
    for (a, b), metres in zip(pairwise(road.points), lengths.tolist(), strict=True):
        steps = max(1, int(np.ceil(metres / STEP_M)))
        points += [(a[0] + (b[0] - a[0]) * k // steps, a[1] + (b[1] - a[1]) * k // steps) for k in range(1, steps)]
        points.append(b)
    return points


def _split(path: list[int], kept: set[int]) -> Iterator[list[int]]:
    start = 0
    for place in range(1, len(path)):
        if path[place] in kept:
            yield path[start : place + 1]
            start = place


def _entries(
    places: Sequence[Point | None], on_road: set[int], at: _Vertices, reach_m: int, entries: int
) -> Iterator[tuple[int, int]]:
    """Which vertices of roads each place that is not on one is joined to."""
    if len(at.points) == at.first:
        return
    here = flat([*at.points[at.first :], *(where or (0, 0) for where in places)])
    roads = len(at.points) - at.first
    outside = [number for number, where in enumerate(places) if where is not None and number not in on_road]
    for number, found in zip(outside, nearby(here[:roads], here[roads:][outside], 32, reach_m * 1.05), strict=True):
        taken: list[int] = []
        for vertex in found.tolist():
            if len(taken) == entries:
                break
            if all(np.hypot(*(here[vertex] - here[other])) >= SECOND_ENTRY_M for other in taken):
                taken.append(vertex)
                yield number, at.first + vertex
