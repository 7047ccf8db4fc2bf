"""Resilience on the map: units for everyone; what each span and node takes, for engineers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlencode

from tinhso.foundation.layers import Legend, map_layer
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.coverage import PATH_STATES, covered, default_scope, units_day
from tinhso.infrastructure.network.drawn import position, span_lines
from tinhso.infrastructure.network.models import Node
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.network.situation import Serving, situation
from tinhso.infrastructure.resilience.losses import NODE, SPAN, losses
from tinhso.infrastructure.resilience.prepared import PreparedNetwork, prepared_for
from tinhso.places.queries import cells

WEAK, SAFE = "weak", "safe"
DESIGNED = Text(
    "Mạng trình diễn do phần mềm tự thiết kế chỉ được vẽ khi chưa có mạng thật trong phạm vi.",
    "A demonstration network, designed by the program itself, is drawn only while no real one is in the scope.",
)


def _collection(features: list[dict]) -> dict:
    return {"type": "FeatureCollection", "features": features}


def _feature(geometry: dict, css: str, title: str, **more: Any) -> dict:
    return {"type": "Feature", "geometry": geometry, "properties": {"class": css, "title": title, **more}}


@map_layer(
    id="resilience.paths",
    title=Text("Số đường độc lập về lõi", "Disjoint paths to the core"),
    kind="fill",
    legend=(
        Legend("two", PATH_STATES["two"], "--ts-map-yes"),
        Legend("one", PATH_STATES["one"], "--ts-map-partial", dashed=True),
        Legend("none", PATH_STATES["none"], "--ts-map-no", dashed=True),
        Legend("no_core", PATH_STATES["no_core"], "--ts-map-unknown", dashed=True),
        Legend("no_data", PATH_STATES["no_data"], "--ts-map-unknown", dashed=True),
    ),
    caveat=Text(
        "Hai đường không chung đoạn cáp vẫn có thể chung cống hay chung cầu. Nơi chưa nạp ranh giới, đơn vị được vẽ "
        "bằng ô gần đúng.",
        "Two paths that share no span may still share a duct or a bridge. Where no boundary is loaded a unit is drawn "
        "as an approximate cell.",
    ),
    order=15,
)
def paths(day: date, user: Any) -> dict:
    """Each unit by whether it keeps its way to the core when any one span is cut."""
    scope = default_scope()
    if scope is None:
        return _collection([])
    found, drawn = covered(scope, day), cells(units_day(scope, day))
    features = []
    for unit in found.units:
        if unit.uid in drawn:
            row = found.paths[unit.code]
            share = f" ({row['parts_two']}/{row['parts']})" if row["parts"] > 1 else ""
            address = link_to("places:place", unit.code)
            more = {"url": f"{address}?ngay={day.isoformat()}"} if address else {}
            title = f"{unit.name}: {PATH_STATES[row['state']]}{share}"
            features.append(_feature(drawn[unit.uid][0], row["state"], title, **more))
    return _collection(features)


def _serving(day: date) -> Iterator[tuple[Serving, PreparedNetwork]]:
    scope = default_scope()
    now = situation(scope, day, units_on=units_day(scope, day)) if scope else None
    for one in now.serving if now else ():
        yield one, prepared_for(one.state.network, day)


def _about(ready: PreparedNetwork, kind: str, number: int) -> str:
    every = losses(ready, kind)
    told = (int(every.units[number]), int(every.agencies[number]), int(every.people[number]))
    return str(
        Text(
            f"cắt {told[0]} đơn vị, {told[1]} cơ quan, {told[2]} người",
            f"takes {told[0]} units, {told[1]} agencies, {told[2]} people",
        )
    )


def _address(one: Serving, day: date, **chosen: str) -> str:
    return f"{link_to('resilience:cut_here', one.state.network.uuid)}?{urlencode({'ngay': day.isoformat(), **chosen})}"


@map_layer(
    id="resilience.spans",
    title=Text("Đoạn cáp: đứt thì ai mất", "Spans: who is lost with each"),
    kind="line",
    legend=(
        Legend(WEAK, Text("Đứt một mình là có người mất", "Alone takes someone"), "--ts-map-no"),
        Legend(SAFE, Text("Còn đường khác", "Another way remains"), "--ts-map-route"),
    ),
    caveat=DESIGNED,
    permission=EXACT,
    order=35,
)
def spans(day: date, user: Any) -> dict:
    """Every working span that touches the scope, along its route or straight; leads to "cut here"."""
    features = []
    for one, ready in _serving(day):
        index, every = ready.graph.span_index, losses(ready, SPAN)
        chosen = {span.id for span in one.touching() if span.id in index}
        for span in span_lines(one.state, day, user):
            if span.id not in chosen:
                continue
            number, title = index[span.id], span.name or span.id
            weak = bool(every.units[number] or every.agencies[number])
            if weak:
                title = f"{title} · {_about(ready, SPAN, number)}"
            geometry = {"type": "LineString", "coordinates": span.line}
            features.append(_feature(geometry, WEAK if weak else SAFE, title, url=_address(one, day, doan=span.id)))
    return _collection(features)


@map_layer(
    id="resilience.nodes",
    title=Text("Nút: hỏng thì ai mất", "Nodes: who is lost with each"),
    kind="circle",
    legend=(
        Legend(WEAK, Text("Hỏng là nút khác mất theo", "Other nodes are lost with it"), "--ts-map-no"),
        Legend(SAFE, Text("Không nút nào khác mất theo", "No other node is lost with it"), "--ts-map-route"),
    ),
    caveat=DESIGNED,
    permission=EXACT,
    order=45,
)
def nodes(day: date, user: Any) -> dict:
    """Every node in the scope that reaches the core; leads to "cut here"."""
    features = []
    for one, ready in _serving(day):
        index, ids = ready.graph.node_index, ready.graph.node_ids
        weak = {ids[number] for number in ready.rooted.articulation.tolist()}
        names = dict(
            Node.objects.visible_to(user).filter(network=one.state.network).as_of(day).values_list("element_id", "name")
        )
        for node in one.state.nodes:
            placed = node.id in one.placed and node.lat_e7 is not None and node.lon_e7 is not None
            if not placed or node.id not in names or ready.rooted.place[index[node.id]] < 0:
                continue
            told = f" · {_about(ready, NODE, index[node.id])}" if node.id in weak else ""
            spot = {"type": "Point", "coordinates": position(node.lat_e7, node.lon_e7)}  # type: ignore[arg-type]
            css = WEAK if node.id in weak else SAFE
            title = f"{names[node.id] or node.id}{told}"
            features.append(_feature(spot, css, title, url=_address(one, day, nut=node.id)))
    return _collection(features)
