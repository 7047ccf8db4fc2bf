"""Spans as lines on a map: along the recorded route, else straight between the nodes. Engineers only."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

import orjson

from tinhso.infrastructure.network.models import Span
from tinhso.infrastructure.network.queries import NetworkAt


class Drawn(NamedTuple):
    """A span with its line as [longitude, latitude] in degrees, five decimals."""

    id: str
    name: str
    status: str
    line: list[list[float]]


def position(lat_e7: int, lon_e7: int) -> list[float]:
    """A place in 1e-7 degree as GeoJSON writes it."""
    return [round(lon_e7 / 1e7, 5), round(lat_e7 / 1e7, 5)]


def span_lines(state: NetworkAt, day: date, user: Any, known_at: datetime | None = None) -> Iterator[Drawn]:
    """The spans of a network in force on a day that have a place, as far as a reader may see exact elements."""
    at = {
        node.id: position(node.lat_e7, node.lon_e7)
        for node in state.nodes
        if node.lat_e7 is not None and node.lon_e7 is not None
    }
    rows = Span.objects.visible_to(user).filter(network=state.network).as_of(day, known_at)
    fields = ("element_id", "name", "status", "start_id", "end_id", "data")
    for element, name, status, start, end, data in rows.values_list(*fields).iterator(chunk_size=10_000):
        route = (orjson.loads(data).get("route") or {}).get("coordinates")
        if route:
            yield Drawn(element, name, status, [[round(float(x), 5), round(float(y), 5)] for x, y, *_z in route])
        elif start in at and end in at:
            yield Drawn(element, name, status, [at[start], at[end]])
