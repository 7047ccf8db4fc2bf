"""Plans on the map: exact for those who may see routes, from unit to unit for everyone else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from tinhso.foundation.access import may
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning.reading import PhaseView, PlanView
from tinhso.places.queries import points
from tinhso.places.state import snapshot

Json = dict[str, Any]
# Class of a phase by its status; legends name the same.
CLASSES = {
    "proposed": "planned",
    "planned": "planned",
    "underConstruction": "underConstruction",
    "operational": "operational",
}


def _position(lat_e7: int, lon_e7: int) -> list[float]:
    return [round(lon_e7 / 1e7, 5), round(lat_e7 / 1e7, 5)]


def _feature(kind: str, coordinates: Any, css: str, title: str) -> Json:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {"class": css, "title": title},
    }


def collection(features: Iterable[Json]) -> Json:
    """A GeoJSON FeatureCollection."""
    return {"type": "FeatureCollection", "features": list(features)}


def plan_features(view: PlanView, user: Any, css: str = "") -> list[Json]:
    """The new spans of a plan as this reader may see them; `css` overrides the class by status."""
    if may(user, EXACT):
        return [feature for phase in view.phases for feature in _exact(phase, css)]
    return generalised(view.phases, view.plan.day, css)


def _exact(phase: PhaseView, css: str) -> Iterable[Json]:
    name = css or CLASSES[phase.state.ofds]
    for span in phase.phase.built_spans.all():
        line = [_position(lat, lon) for lat, lon in json.loads(span.points)]
        yield _feature("LineString", line, name, f"{phase.title} · {span.span_id} · {span.length_m} m")


def generalised(phases: Iterable[PhaseView], day: date, css: str = "") -> list[Json]:
    """One straight line per pair of units that a phase joins, between the units' points; a point where a span stays
    within one unit."""
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for phase in phases:
        for span in phase.phase.built_spans.all():
            if span.start_unit and span.end_unit and span.start_unit != span.end_unit:
                pair = (min(span.start_unit, span.end_unit), max(span.start_unit, span.end_unit))
                pairs.setdefault(pair, (css or CLASSES[phase.state.ofds], phase.title))
    units = snapshot(day).by_code
    at = points({units[code].uid for pair in pairs for code in pair if code in units})
    features = []
    for (a, b), (name, title) in sorted(pairs.items()):
        ends = [at.get(units[code].uid) for code in (a, b) if code in units]
        if len(ends) == 2 and ends[0] and ends[1]:
            line = [_position(*ends[0]), _position(*ends[1])]
            features.append(_feature("LineString", line, name, f"{title} · {units[a].name} – {units[b].name}"))
    return features


def bounds(features: Iterable[Json]) -> str:
    """west,south,east,north of lines, for the map's focus; empty where there are none."""
    spots = [spot for feature in features for spot in feature["geometry"]["coordinates"]]
    if not spots:
        return ""
    lons, lats = [spot[0] for spot in spots], [spot[1] for spot in spots]
    return f"{min(lons)},{min(lats)},{max(lons)},{max(lats)}"


def svg(features: list[Json], colours: dict[str, str]) -> str:
    """The lines as a still picture: what readers without scripts see, and print."""
    width, height, margin = 800, 600, 24
    spots = [spot for feature in features for spot in feature["geometry"]["coordinates"]]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
    ground = f'<rect width="{width}" height="{height}" fill="#f4f5f6"/>'
    if not spots:
        return f"{head}{ground}</svg>"
    west, north = min(spot[0] for spot in spots), max(spot[1] for spot in spots)
    wide, high = max(spot[0] for spot in spots) - west, north - min(spot[1] for spot in spots)
    scale = min((width - 2 * margin) / max(wide, 1e-6), (height - 2 * margin) / max(high, 1e-6))
    drawn = []
    for feature in features:
        line = " ".join(
            f"{margin + (lon - west) * scale:.1f},{margin + (north - lat) * scale:.1f}"
            for lon, lat in feature["geometry"]["coordinates"]
        )
        colour = colours.get(feature["properties"]["class"], "#5b6770")
        drawn.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="3"/>')
    return f"{head}{ground}{''.join(drawn)}</svg>"
