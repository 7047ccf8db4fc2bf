"""Plans on the map: exact for those who may see routes, from unit to unit for everyone else."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.urls import reverse

from tinhso.foundation.access import may
from tinhso.infrastructure.network.coverage import default_scope, units_day
from tinhso.infrastructure.network.drawn import position, span_lines
from tinhso.infrastructure.network.models import STATUSES
from tinhso.infrastructure.network.queries import network_at
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning.asking import STANDING
from tinhso.infrastructure.planning.reading import PhaseView, PlanView
from tinhso.places.queries import cells, points
from tinhso.places.scopes import units_in
from tinhso.places.state import snapshot

Json = dict[str, Any]
# Class of a phase by its status; legends name the same.
CLASSES = {
    "proposed": "planned",
    "planned": "planned",
    "underConstruction": "underConstruction",
    "operational": "operational",
}
# A picture is at least this many degrees (about 5 km) wide and high, its shorter side this share of the longer.
LEAST, SQUAT, MARGIN = 0.05, 0.7, 0.15


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
        line = [position(lat, lon) for lat, lon in json.loads(span.points)]
        yield _feature("LineString", line, name, f"{phase.title} · {span.span_id} · {span.length_m} m")


def generalised(phases: Iterable[PhaseView], day: date, css: str = "") -> list[Json]:
    """One straight line per pair of units that a phase joins, between the units' points."""
    pairs: dict[tuple[str, str], tuple[str, str]] = {}
    for phase in phases:
        for span in phase.phase.built_spans.all():
            if span.start_unit and span.end_unit and span.start_unit != span.end_unit:
                pair = (min(span.start_unit, span.end_unit), max(span.start_unit, span.end_unit))
                pairs.setdefault(pair, (css or CLASSES[phase.state.ofds], phase.title))
    known = snapshot(day).by_code
    at = points({known[code].uid for pair in pairs for code in pair if code in known})
    features = []
    for (a, b), (name, title) in sorted(pairs.items()):
        ends = [at.get(known[code].uid) for code in (a, b) if code in known]
        if len(ends) == 2 and ends[0] and ends[1]:
            line = [position(*ends[0]), position(*ends[1])]
            features.append(_feature("LineString", line, name, f"{title} · {known[a].name} – {known[b].name}"))
    return features


def units(views: Sequence[PlanView]) -> list[Json]:
    """The units the plans are about, those that gain by one of them marked; who they are everybody may know."""
    served = {gain.key for view in views for phase in view.phases for gain in phase.gains if gain.kind == "unit"}
    features = []
    for scope, day in dict.fromkeys((view.plan.scope or default_scope(), view.plan.day) for view in views):
        shown = units_day(scope, day) if scope else day
        drawn = cells(shown)
        for unit in units_in(scope, shown) if scope else ():
            if unit.uid in drawn:
                geometry, _kind = drawn[unit.uid]
                made = _feature(geometry["type"], geometry["coordinates"], "", unit.name)
                made["properties"] |= {
                    "class": "served" if unit.code in served else "unit",
                    "url": f"{reverse('places:place', args=[unit.code])}?ngay={shown.isoformat()}",
                }
                features.append(made)
    return features


def standing(views: Sequence[PlanView], user: Any) -> list[Json]:
    """The cable that stood when the plans were made, as far as this reader may see exact elements."""
    features = []
    for network, day, known_at in dict.fromkeys(
        (view.plan.network, view.plan.day, view.plan.known_at) for view in views
    ):
        state = network_at(network, day, known_at)
        for span in span_lines(state, day, user, known_at):
            if span.status in STANDING:
                title = f"{span.name or span.id} · {STATUSES[span.status]}"
                features.append(_feature("LineString", span.line, "standing", title))
    return features


def _spots(value: Any) -> Iterator[list[float]]:
    if value and isinstance(value[0], float):
        yield value
    else:
        for part in value:
            yield from _spots(part)


def focus(features: Iterable[Json]) -> tuple[float, float, float, float] | None:
    """West, south, east, north of what is drawn with some land about it, not much wider than high nor higher than wide;
    None where there is nothing."""
    spots = [spot for feature in features for spot in _spots(feature["geometry"]["coordinates"])]
    if not spots:
        return None
    west, east = min(spot[0] for spot in spots), max(spot[0] for spot in spots)
    south, north = min(spot[1] for spot in spots), max(spot[1] for spot in spots)
    half_wide = max(east - west, (north - south) * SQUAT, LEAST) * (0.5 + MARGIN)
    half_high = max(north - south, (east - west) * SQUAT, LEAST) * (0.5 + MARGIN)
    x, y = (west + east) / 2, (south + north) / 2
    return round(x - half_wide, 5), round(y - half_high, 5), round(x + half_wide, 5), round(y + half_high, 5)
