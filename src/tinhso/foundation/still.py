"""A map as a picture: the same features as SVG, for paper, for readers without JavaScript, and before the map loads."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from django.contrib.staticfiles.finders import find
from django.contrib.staticfiles.storage import staticfiles_storage

from tinhso.foundation.layers import Legend, MapLayer

SVG = "http://www.w3.org/2000/svg"
WIDTH, PAD = 1000, 12
Position = list[float]


@cache
def colours() -> dict[str, dict[str, str]]:
    """Map tokens by theme ("light", "dark"), from the file the style sheet is built from."""
    name = "foundation/map/colours.json"
    return json.loads(Path(find(name) or staticfiles_storage.path(name)).read_text())


def _lines(geometry: dict | None) -> Iterator[tuple[list[Position], bool]]:
    """The lines of a geometry and whether each is closed; a point is a line of one position."""
    if not geometry:
        return
    kind, at = geometry["type"], geometry.get("coordinates", [])
    if kind == "Point":
        yield [at], False
    elif kind == "LineString":
        yield at, False
    elif kind == "MultiLineString":
        yield from ((line, False) for line in at)
    elif kind == "Polygon":
        yield from ((ring, True) for ring in at)
    elif kind == "MultiPolygon":
        yield from ((ring, True) for polygon in at for ring in polygon)
    elif kind == "GeometryCollection":
        for part in geometry.get("geometries", []):
            yield from _lines(part)


class Frame:
    """Longitude and latitude to the picture's plane: equirectangular, true at the middle latitude."""

    def __init__(self, positions: Iterable[Sequence[float]]) -> None:
        lons, lats = zip(*((p[0], p[1]) for p in positions), strict=True)
        self.west, self.north = min(lons), max(lats)
        self.squeeze = math.cos(math.radians((min(lats) + max(lats)) / 2))
        span = max((max(lons) - self.west) * self.squeeze, self.north - min(lats), 1e-4)
        self.scale = (WIDTH - 2 * PAD) / span
        self.width = round((max(lons) - self.west) * self.squeeze * self.scale) + 2 * PAD
        self.height = round((self.north - min(lats)) * self.scale) + 2 * PAD

    def point(self, at: Position) -> tuple[str, str]:
        x = (at[0] - self.west) * self.squeeze * self.scale + PAD
        y = (self.north - at[1]) * self.scale + PAD
        return f"{x:.1f}", f"{y:.1f}"

    def shows(self, line: Sequence[Position]) -> bool:
        """Whether a line's box meets the frame."""
        xs = [(at[0] - self.west) * self.squeeze * self.scale + PAD for at in line]
        ys = [(self.north - at[1]) * self.scale + PAD for at in line]
        return max(xs) >= 0 and min(xs) <= self.width and max(ys) >= 0 and min(ys) <= self.height


def _pattern(name: str, colour: str, edge: str) -> str:
    return (
        f'<pattern id="{name}" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<path d="M0 0h9v9H0z" fill="{edge}"/><path d="M0 0h9v4.5H0z" fill="{colour}"/></pattern>'
    )


def _shape(geometry: dict | None, frame: Frame) -> str:
    parts = []
    for line, closed in _lines(geometry):
        if not frame.shows(line):
            continue
        points = [frame.point(position) for position in line]
        if len(points) == 1:
            x, y = points[0]
            parts.append(f"M{x} {y}h.01")
            continue
        parts.append("M" + "L".join(f"{x} {y}" for x, y in points) + ("z" if closed else ""))
    return "".join(parts)


def draw(
    shown: list[tuple[MapLayer, dict]], title: str, theme: str = "light", focus: Sequence[float] | None = None
) -> bytes:
    """One SVG of several layers' FeatureCollections, the first lowest; features outside the legend are left out.

    `focus` (west, south, east, north): what the picture shows; without it, everything.
    """
    corners = [(focus[0], focus[1]), (focus[2], focus[3])] if focus else None
    every: Sequence[Sequence[float]] = corners or [
        position
        for _layer, collection in shown
        for feature in collection["features"]
        for line, _closed in _lines(feature.get("geometry"))
        for position in line
    ]
    paints = colours()[theme]
    edge = paints["--ts-map-edge"]
    if not every:
        return f'<svg xmlns="{SVG}" viewBox="0 0 16 9"><title>{escape(title)}</title></svg>'.encode()
    frame = Frame(every)
    patterns: list[str] = []
    groups: list[str] = []
    for layer, collection in shown:
        by_class: dict[str, list[str]] = {}
        for feature in collection["features"]:
            shape = _shape(feature.get("geometry"), frame)
            by_class.setdefault(str(feature["properties"].get("class")), []).append(shape)
        for number, item in enumerate(layer.legend):
            if item.value in by_class:
                name = f"p{len(groups)}-{number}"
                colour = paints.get(item.colour, paints["--ts-map-unknown"])
                if item.dashed and layer.kind == "fill":
                    patterns.append(_pattern(name, colour, edge))
                groups.append(_group(layer.kind, item, colour, edge, pattern=name, shapes=by_class[item.value]))
    return (
        f'<svg xmlns="{SVG}" viewBox="0 0 {frame.width} {frame.height}">'
        f"<title>{escape(title)}</title><defs>{''.join(patterns)}</defs>{''.join(groups)}</svg>"
    ).encode()


def _group(kind: str, item: Legend, colour: str, edge: str, *, pattern: str, shapes: list[str]) -> str:
    if kind == "fill":
        fill = f"url(#{pattern})" if item.dashed else colour
        look = f'fill={quoteattr(fill)} fill-rule="evenodd" stroke="{edge}" stroke-width="1.5" stroke-linejoin="round"'
    elif kind == "line":
        look = f'fill="none" stroke="{colour}" stroke-width="{0.8 if item.thin else 1.8}" stroke-linejoin="round"'
        look += ' stroke-dasharray="7 5"' if item.dashed else ""
    else:
        look = f'fill="none" stroke="{colour}" stroke-width="9" stroke-linecap="round"'
    # A phone shows the picture at a third of its size; lines keep theirs.
    kept = ' vector-effect="non-scaling-stroke"' if kind == "line" else ""
    return f"<g {look}>" + "".join(f'<path{kept} d="{shape}"/>' for shape in shapes if shape) + "</g>"
