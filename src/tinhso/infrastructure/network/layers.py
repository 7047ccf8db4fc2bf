"""Networks on the map: generalised routes for everyone, exact elements for engineers."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.foundation.layers import Legend, map_layer
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.coverage import default_scope, unit_of_part, units_day
from tinhso.infrastructure.network.drawn import position, span_lines
from tinhso.infrastructure.network.models import STATUSES
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.network.situation import Situation, situation
from tinhso.places.queries import points

PLANNED, OTHER = "planned", "other"
# By status, the class of a line or node and its place when several share one line.
CLASSES = {
    "operational": ("operational", 3),
    "underConstruction": ("underConstruction", 2),
    "planned": (PLANNED, 1),
    "proposed": (PLANNED, 1),
}
BUILT = (
    Legend("operational", STATUSES["operational"], "--ts-map-route"),
    Legend("underConstruction", STATUSES["underConstruction"], "--ts-map-partial", dashed=True),
    Legend(PLANNED, STATUSES["planned"], "--ts-map-planned", dashed=True),
    Legend(OTHER, Text("Trạng thái khác", "Other status"), "--ts-map-unknown", dashed=True),
)
DESIGNED = Text(
    "Mạng trình diễn do phần mềm tự thiết kế chỉ được vẽ khi chưa có mạng thật trong phạm vi.",
    "A demonstration network, designed by the program itself, is drawn only while no real one is in the scope.",
)


def _collection(features: list[dict]) -> dict:
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: dict, css: str, title: str) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": {"class": css, "title": title}}


def _class(status: str) -> tuple[str, int]:
    return CLASSES.get(status, (OTHER, 0))


def _now(day: date) -> Situation | None:
    scope = default_scope()
    return situation(scope, day, units_on=units_day(scope, day)) if scope else None


@map_layer(
    id="infrastructure.routes_generalised",
    title=Text("Hướng tuyến cáp (khái quát)", "Cable routes (generalised)"),
    kind="line",
    legend=BUILT,
    caveat=Text(
        f"Đường thẳng nối điểm trung tâm hai đơn vị có ít nhất một đoạn cáp giữa chúng; không phải vị trí cáp. "
        f"{DESIGNED.vi}",
        f"Straight lines between the points of two units with at least one span between them; not where cables lie. "
        f"{DESIGNED.en}",
    ),
    default=True,
    order=20,
)
def generalised(day: date, user: Any) -> dict:
    """One straight line per pair of units, with the furthest status among the spans between them."""
    now = _now(day)
    if now is None:
        return _collection([])
    homes, names = unit_of_part(now), {unit.code: unit.name for unit in now.units}
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for one in now.serving:
        home = {node: homes[place.uid] for node, place in one.placed.items() if place.uid}
        for span in one.state.spans:
            a, b = home.get(span.start_id), home.get(span.end_id)
            if a and b and a != b and span.status != "decommissioned":
                css, rank = _class(span.status)
                pair = (min(a, b), max(a, b))
                best[pair] = max(best.get(pair, (-1, "")), (rank, css))
    uids = {unit.code: unit.uid for unit in now.units}
    at = points(uids.values())
    features = []
    for (a, b), (_rank, css) in sorted(best.items()):
        if uids[a] in at and uids[b] in at:
            line = {"type": "LineString", "coordinates": [position(*at[uids[a]]), position(*at[uids[b]])]}
            features.append(_feature(line, css, f"{names[a]} – {names[b]}"))
    return _collection(features)


@map_layer(
    id="infrastructure.routes_exact",
    title=Text("Tuyến cáp chính xác", "Exact cable routes"),
    kind="line",
    legend=BUILT,
    caveat=DESIGNED,
    permission=EXACT,
    order=30,
)
def exact(day: date, user: Any) -> dict:
    """Every span that touches the scope along its recorded route, else straight between its nodes."""
    now = _now(day)
    features = []
    for one in now.serving if now else ():
        chosen = {span.id for span in one.touching()}
        for span in span_lines(one.state, day, user):
            if span.id in chosen and span.status != "decommissioned":
                label = f"{span.name or span.id} · {STATUSES[span.status]}"
                geometry = {"type": "LineString", "coordinates": span.line}
                features.append(_feature(geometry, _class(span.status)[0], label))
    return _collection(features)


@map_layer(
    id="infrastructure.nodes",
    title=Text("Nút mạng", "Network nodes"),
    kind="circle",
    legend=(Legend("core", Text("Nút lõi", "Core node"), "--ts-map-core"), *BUILT),
    caveat=DESIGNED,
    permission=EXACT,
    order=40,
)
def nodes(day: date, user: Any) -> dict:
    """Every node in the scope, core nodes marked."""
    now = _now(day)
    features = []
    for one in now.serving if now else ():
        core = set(one.state.core or ())
        for node in one.state.nodes:
            if node.id in one.placed and node.lat_e7 is not None and node.lon_e7 is not None:
                spot = {"type": "Point", "coordinates": position(node.lat_e7, node.lon_e7)}
                css = "core" if node.id in core else _class(node.status)[0]
                features.append(_feature(spot, css, f"{node.name or node.id} · {STATUSES[node.status]}"))
    return _collection(features)
