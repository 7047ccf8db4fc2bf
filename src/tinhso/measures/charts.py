"""Charts drawn on the server as SVG geometry: coordinates for templates, no styling."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from tinhso.measures.contract import RATIO
from tinhso.measures.models import Measurement

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 280, 32, 40, 36


@dataclass(frozen=True)
class Dot:
    """One measurement on a chart, in the chart's own units."""

    x: int
    y: int
    measurement: Measurement


@dataclass(frozen=True)
class Chart:
    """A step line over time. `lines` are SVG point lists, broken where there is no data; `changes` are (x, day)."""

    dots: list[Dot]
    lines: list[str]
    ticks: list[tuple[int, Fraction]]
    years: list[tuple[int, int]]
    changes: list[tuple[int, date]]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    top: int = TOP
    base: int = HEIGHT - BOTTOM
    right: int = WIDTH - 12


def _top(measurements: Iterable[Measurement], kind: str) -> Fraction:
    if kind == RATIO:
        return Fraction(1)
    return max([m.fraction or Fraction(0) for m in measurements], default=Fraction(0)) or Fraction(1)


def history(measurements: Sequence[Measurement], changes: Sequence[date]) -> Chart | None:
    """The chart of a series (oldest first), with the days on which the units changed; None when nothing is measured."""
    if not measurements:
        return None
    first, last = measurements[0].as_of, measurements[-1].as_of
    days = max((last - first).days, 1)
    top = _top(measurements, measurements[0].kind)
    inner_width, inner_height = WIDTH - LEFT - 12, HEIGHT - BOTTOM - TOP

    def across(day: date) -> int:
        return LEFT + (day - first).days * inner_width // days

    def up(value: Fraction) -> int:
        return HEIGHT - BOTTOM - int(value / top * inner_height)

    dots, lines, current = [], [], []  # type: ignore[var-annotated]
    for measurement in measurements:
        if measurement.fraction is None:
            lines.append(current)
            current = []
            continue
        dot = Dot(across(measurement.as_of), up(measurement.fraction), measurement)
        # A step: a value stands until the next measurement.
        if current:
            current.append((dot.x, current[-1][1]))
        current.append((dot.x, dot.y))
        dots.append(dot)
    lines.append(current)
    return Chart(
        dots=dots,
        lines=[" ".join(f"{x},{y}" for x, y in line) for line in lines if line],
        ticks=[(up(top * part / 4), top * part / 4) for part in range(5)],
        years=[(across(date(year, 1, 1)), year) for year in range(first.year + 1, last.year + 1)],
        changes=[(across(day), day) for day in changes if first < day <= last],
    )


def spark(measurements: Sequence[Measurement], width: int = 120, height: int = 32) -> str:
    """SVG points of a small step line; empty under two known values."""
    known = [m for m in measurements if m.fraction is not None]
    if len(known) < 2:
        return ""
    first, days = known[0].as_of, max((known[-1].as_of - known[0].as_of).days, 1)
    top = _top(known, known[0].kind)
    points: list[str] = []
    before = 0
    for m in known:
        x = 2 + (m.as_of - first).days * (width - 4) // days
        y = height - 2 - int((m.fraction or Fraction(0)) / top * (height - 4))
        points += [f"{x},{before}", f"{x},{y}"] if points else [f"{x},{y}"]
        before = y
    return " ".join(points)


@dataclass(frozen=True)
class Area:
    """One unit on the map of rows: an SVG path and what it says."""

    path: str
    state: str
    title: str
    code: str


def row_state(row: dict[str, Any], kind: str) -> str:
    """yes, no, partial or unknown: how a unit's row counted."""
    if kind != RATIO:
        return "yes" if row["numerator"] else "no"
    if not row["denominator"]:
        return "unknown"
    if not row["numerator"]:
        return "no"
    return "yes" if row["numerator"] >= row["denominator"] else "partial"


def _rings(geometry: dict[str, Any]) -> Iterable[list]:
    if geometry["type"] == "Polygon":
        yield from geometry["coordinates"]
    elif geometry["type"] == "MultiPolygon":
        for polygon in geometry["coordinates"]:
            yield from polygon
    elif geometry["type"] == "GeometryCollection":
        for part in geometry["geometries"]:
            yield from _rings(part)


def areas(found: Sequence[tuple[dict[str, Any], str, str, str]], width: int = 640) -> tuple[list[Area], int]:
    """(geometry, state, title, code) of units as SVG paths that fit `width`, and the height they need.

    Longitudes are shortened by the cosine of the middle latitude, which is exact enough for a province.
    """
    corners = [point for geometry, *_rest in found for ring in _rings(geometry) for point in ring]
    if not corners:
        return [], 0
    west, east = min(p[0] for p in corners), max(p[0] for p in corners)
    south, north = min(p[1] for p in corners), max(p[1] for p in corners)
    scale = width / max((east - west) * 0.94, 1e-9)

    def text(ring: list) -> str:
        placed = (f"{(x - west) * 0.94 * scale:.1f},{(north - y) * scale:.1f}" for x, y, *_z in ring)
        return "M" + "L".join(dict.fromkeys(placed)) + "Z"

    drawn = [
        Area("".join(text(ring) for ring in _rings(geometry)), state, title, code)
        for geometry, state, title, code in found
    ]
    return drawn, int((north - south) * scale) + 1
