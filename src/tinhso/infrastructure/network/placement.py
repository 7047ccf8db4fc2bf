"""Which unit a node lies in, and how we know: by the code the file names, else a boundary, else an approximate cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import Node
from tinhso.infrastructure.network.queries import NetworkAt
from tinhso.places.queries import locate
from tinhso.places.state import snapshot

CODE, POLYGON, CELL, OUTSIDE, NOWHERE = "code", "polygon", "cell", "outside", "nowhere"
METHODS = {
    CODE: Text("mã đơn vị ghi trong dữ liệu", "unit code named in the data"),
    POLYGON: Text("ranh giới", "boundary"),
    CELL: Text("ô gần đúng quanh điểm trung tâm", "approximate cell around the unit's point"),
    OUTSIDE: Text("ngoài các đơn vị đã nạp", "outside the units loaded"),
    NOWHERE: Text("không có tọa độ", "no coordinates"),
}


class Placed(NamedTuple):
    """A node's unit (None: outside, or without coordinates) and one of METHODS."""

    uid: str | None
    method: str


def place(state: NetworkAt, day: date, units_on: date, known_at: datetime | None = None) -> Mapping[str, Placed]:
    """By node id, its commune-level unit among those in force on `units_on`.

    A code counts as that of the unit which carried it when the node was recorded so; where another unit has taken
    the code over since, the coordinates decide.
    """
    at = snapshot(units_on, known_at)
    named = Node.objects.filter(network=state.network).as_of(day, known_at).exclude(unit_code="")
    placed: dict[str, Placed] = {}
    for node, code, since in named.values_list("element_id", "unit_code", "valid_from"):
        unit = at.by_code.get(code)
        if unit and (unit.valid_to is None or since is None or unit.valid_to > since):
            placed[node] = Placed(unit.uid, CODE)
    left = [node for node in state.nodes if node.id not in placed]
    points = [(node.id, (node.lat_e7, node.lon_e7)) for node in left if node.lat_e7 is not None]
    found = locate([point for _, point in points], units_on, known_at)
    for (node, _), where in zip(points, found, strict=True):
        placed[node] = Placed(where.uid, where.method)
    return {node.id: placed.get(node.id, Placed(None, NOWHERE)) for node in state.nodes}
