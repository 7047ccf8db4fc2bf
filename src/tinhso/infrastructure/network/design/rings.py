"""Rings through given points, and who hangs off them on a spur: 2-opt over a nearest-neighbour tour."""

from collections.abc import Mapping
from dataclasses import dataclass

from tinhso.infrastructure.network.design.geometry import Point, metres


@dataclass(frozen=True)
class Ring:
    """Points in ring order (the last joins the first again), and for each point on a spur where it is tied."""

    around: list[str]
    spurs: dict[str, str]


def tour(points: Mapping[str, Point], start: str) -> list[str]:
    """A short closed tour that begins at `start`: nearest neighbour, then 2-opt until nothing improves."""
    left = set(points) - {start}
    way = [start]
    while left:
        nearest = min(left, key=lambda key: (metres(points[way[-1]], points[key]), key))
        way.append(nearest)
        left.remove(nearest)
    return _untangled(way, points)


def _untangled(way: list[str], points: Mapping[str, Point]) -> list[str]:
    count = len(way)
    at = [points[key] for key in way]
    improved = count > 3
    while improved:
        improved = False
        for i in range(count - 1):
            for j in range(i + 2, count - (i == 0)):
                a, b, c, d = at[i], at[i + 1], at[j], at[(j + 1) % count]
                if metres(a, c) + metres(b, d) < metres(a, b) + metres(c, d):
                    way[i + 1 : j + 1] = reversed(way[i + 1 : j + 1])
                    at[i + 1 : j + 1] = reversed(at[i + 1 : j + 1])
                    improved = True
    return way


def ring_with_spurs(points: Mapping[str, Point], start: str, on_ring_percent: int) -> Ring:
    """A ring through `start` that keeps at least the given share of the points; the others, those for which the ring
    would turn aside the most compared with a spur, are tied to their nearest point of the ring."""
    way = tour(points, start)
    least = max(3, -(-len(points) * on_ring_percent // 100))
    while len(way) > least:
        gains = []
        for index, key in enumerate(way):
            if key == start:
                continue
            before, after = points[way[index - 1]], points[way[(index + 1) % len(way)]]
            aside = metres(before, points[key]) + metres(points[key], after) - metres(before, after)
            spur = min(metres(points[key], points[other]) for other in way if other != key)
            gains.append((aside - spur, key, index))
        gain, _, index = max(gains)
        if gain <= 0:
            break
        way.pop(index)
    way = _untangled(way, points)
    kept = set(way)
    spurs = {
        key: min(way, key=lambda other: (metres(points[key], points[other]), other))
        for key in sorted(points)
        if key not in kept
    }
    return Ring(way, spurs)
