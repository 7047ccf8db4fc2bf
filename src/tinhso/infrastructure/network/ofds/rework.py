"""Repairs of what the schema cannot see, each listed: identifiers met twice, ends that lead nowhere, places off the
earth. Made before the checks, in place; nothing a file says is thrown away except coordinates that can be no place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.ofds.earth import on_earth, point
from tinhso.infrastructure.network.ofds.faults import REPAIR, Faults
from tinhso.infrastructure.network.ofds.schema import LISTS

GEOMETRY = {"nodes": "location", "spans": "route"}
OFFERS: dict[str, Callable[[], str]] = {
    "duplicate-id": lambda: _("giữ mã cho bản đầu, đổi mã các bản sau"),
    "dangling-node": lambda: _("thêm một nút chỉ có mã"),
    "off-earth": lambda: _("đổi chỗ kinh độ và vĩ độ nếu quá nửa mạng bị đảo, không thì bỏ hình học này"),
}


def rework(network: dict[str, Any], place: str, faults: Faults) -> None:
    """Make every repair of one network."""
    for name in LISTS:
        _rename(list(_objects(network, name)), f"{place}/{name}", faults)
    _turn(network, place, faults)
    _add_ends(network, place, faults)


def _objects(network: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = network.get(name)
    return ((at, item) for at, item in enumerate(items if isinstance(items, list) else []) if isinstance(item, dict))


def _rename(items: list[tuple[int, dict[str, Any]]], place: str, faults: Faults) -> None:
    """Later elements of an identifier get it with a number; references lead to the first."""
    taken = {item["id"] for _index, item in items if isinstance(item.get("id"), str)}
    if len(taken) == len(items):
        return
    met: set[str] = set()
    for index, item in items:
        old = item.get("id")
        if not isinstance(old, str) or old not in met:
            met.add(str(old))
            continue
        number = next(number for number in range(2, len(items) + 2) if f"{old}-{number}" not in taken)
        item["id"] = f"{old}-{number}"
        taken.add(item["id"])
        said = _("Mã “%(old)s” đã có: đổi thành “%(new)s”.") % {"old": old[:80], "new": item["id"][-80:]}
        faults.add("duplicate-id", f"{place}/{index}/id", said, level=REPAIR)


def _geometries(network: dict[str, Any]) -> Iterator[tuple[str, int, dict[str, Any], list[Any]]]:
    """List, index, element and positions of every geometry of a network."""
    for name, field in GEOMETRY.items():
        for index, item in _objects(network, name):
            shape = item.get(field)
            coordinates = shape.get("coordinates") if isinstance(shape, dict) else None
            if isinstance(coordinates, list):
                yield name, index, item, [coordinates] if name == "nodes" else coordinates


def _turn(network: dict[str, Any], place: str, faults: Faults) -> None:
    """Longitude and latitude change places where more than half of a network lies off the earth and all of it on the
    earth when turned; else geometry with a place off the earth is left out."""
    found = list(_geometries(network))
    places = [where for _name, _index, _item, line in found for position in line if (where := point(position))]
    off = sum(not on_earth(where) for where in places)
    if not off:
        return
    if 2 * off > len(places) and all(on_earth((lat, lon)) for lon, lat in places):
        for _name, _index, _item, line in found:
            for position in line:
                if point(position):
                    position[:2] = position[1::-1]
        said = _("Kinh độ và vĩ độ bị đảo trong cả mạng: đã đổi chỗ ở %(count)d điểm.") % {"count": len(places)}
        faults.add("off-earth", place, said, level=REPAIR)
        return
    for name, index, item, line in found:
        bad = next((where for position in line if (where := point(position)) and not on_earth(where)), None)
        if bad:
            del item[GEOMETRY[name]]
            said = _("Toạ độ [%(lon)s, %(lat)s] không nằm trên trái đất: bỏ hình học này.")
            at = f"{place}/{name}/{index}/{GEOMETRY[name]}"
            faults.add("off-earth", at, said % {"lon": bad[0], "lat": bad[1]}, level=REPAIR)


def _add_ends(network: dict[str, Any], place: str, faults: Faults) -> None:
    """A node that only spans name is added with its identifier, so that those spans still meet."""
    known = {node.get("id") for _index, node in _objects(network, "nodes") if isinstance(node.get("id"), str)}
    for index, span in _objects(network, "spans"):
        for name in ("start", "end"):
            node = span.get(name)
            if isinstance(node, str) and node and node not in known:
                known.add(node)
                network.setdefault("nodes", []).append({"id": node})
                said = _("Không có nút “%(id)s”: thêm một nút chỉ có mã.") % {"id": node[:80]}
                faults.add("dangling-node", f"{place}/spans/{index}/{name}", said, level=REPAIR)
