"""What a schema cannot say: references, identifiers, places on the earth, routes and their nodes. One pass, linear.

Every check of the standard's own tool is here, with the references 0.4 added (owners of medium and support, wayleaves)
which that tool does not follow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.ofds.faults import ERROR, REPAIR, WARNING, Faults
from tinhso.infrastructure.network.ofds.schema import LISTS

EARTH_RADIUS_M = 6_371_008.8
ROUTE_TOLERANCE_M = 500
LONGEST_KM = 20_000  # half of the earth's circumference
ID_LENGTH = 200
EXTERNAL = {
    "tag:opentelecomdata.net,2022:nodesAPI": "nodes",
    "tag:opentelecomdata.net,2022:nodesFile": "nodes",
    "tag:opentelecomdata.net,2022:spansAPI": "spans",
    "tag:opentelecomdata.net,2022:spansFile": "spans",
}
NUMBERS = frozenset({int, float, Decimal})
Point = tuple[float, float]


def objects(network: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The elements of a list of a network that are objects, with their index."""
    items = network.get(name)
    return ((at, item) for at, item in enumerate(items if isinstance(items, list) else []) if isinstance(item, dict))


def number(value: Any) -> TypeGuard[int | float | Decimal]:
    """Whether a value is a JSON number."""
    return type(value) in NUMBERS


def point(value: Any) -> Point | None:
    """(longitude, latitude) of a coordinate list, or None where it is none."""
    if type(value) is list and len(value) >= 2:
        lon, lat = value[0], value[1]
        if type(lon) in NUMBERS and type(lat) in NUMBERS:
            return float(lon), float(lat)
    return None


def on_earth(where: Point) -> bool:
    """Whether (longitude, latitude) in degrees is a place on the earth."""
    return -180 <= where[0] <= 180 and -90 <= where[1] <= 90


def distance_m(one: Point, other: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    (lon1, lat1), (lon2, lat2) = one, other
    half = math.radians(lat2 - lat1) / 2, math.radians(lon2 - lon1) / 2
    root = math.sin(half[0]) ** 2 + math.cos(math.radians(lat1)) * math.cos(math.radians(lat2)) * math.sin(half[1]) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(root)))


def check(package: Any, faults: Faults, *, repair: bool) -> None:
    """Note every fault of a package's networks. With `repair`, references are mended in place and listed."""
    networks = package.get("networks") if isinstance(package, dict) else None
    seen: dict[str, int] = {}
    for index, network in enumerate(networks if isinstance(networks, list) else []):
        if not isinstance(network, dict):
            continue
        place = f"/networks/{index}"
        identity = network.get("id")
        if isinstance(identity, str) and seen.setdefault(identity.lower(), index) != index:
            faults.add("duplicate-id", f"{place}/id", _("Mạng %(id)s có hai lần trong tệp.") % {"id": identity[:80]})
        _Network(network, place, faults, repair).check()


class _Network:
    """The checks of one network, over indexes built once."""

    def __init__(self, network: dict[str, Any], place: str, faults: Faults, repair: bool) -> None:
        self.network, self.place, self.faults, self.repair = network, place, faults, repair
        self.points: dict[str, Point | None] = {}
        self.used: set[str] = set()
        self.originals: dict[str, dict[str, dict[str, Any]]] = {}

    def check(self) -> None:
        self._external()
        for name in LISTS:
            self._identifiers(name)
        for index, node in objects(self.network, "nodes"):
            self._node(node, f"{self.place}/nodes/{index}")
        for index, span in objects(self.network, "spans"):
            self._span(span, f"{self.place}/spans/{index}")
        for index, phase in objects(self.network, "phases"):
            self._references(phase, f"{self.place}/phases/{index}", "organisations", "funders")
        for index, contract in objects(self.network, "contracts"):
            self._references(contract, f"{self.place}/contracts/{index}", "phases", "relatedPhases")
        for index, wayleave in objects(self.network, "wayleaves"):
            self._references(wayleave, f"{self.place}/wayleaves/{index}", "organisations", "grantor")
        self._unused()
        for name in ("nodes", "spans"):
            self._missing(name, "status", _("chưa ghi trạng thái: tính là “không rõ”, không được đếm"))
        self._missing("nodes", "location", _("không có toạ độ: không lên bản đồ, không gắn được với địa bàn"))

    def _external(self) -> None:
        for index, link in objects(self.network, "links"):
            what = EXTERNAL.get(str(link.get("rel")))
            if what:
                self.faults.add(
                    f"external-{what}",
                    f"{self.place}/links/{index}",
                    _("Một phần dữ liệu (%(what)s) để ở nơi khác: %(href)s.")
                    % {"what": what, "href": str(link.get("href"))[:200]},
                    _("Tải về, ghép vào cùng một tệp và bỏ liên kết này; hệ thống không tự tải từ mạng."),
                )

    def _identifiers(self, name: str) -> None:
        places: dict[str, list[int]] = {}
        originals = self.originals[name] = {}
        for index, item in objects(self.network, name):
            identity = item.get("id")
            if isinstance(identity, str) and identity:
                places.setdefault(identity, []).append(index)
                originals[identity] = item
                if len(identity) > ID_LENGTH:
                    self.faults.add(
                        "id-too-long",
                        f"{self.place}/{name}/{index}/id",
                        _("Mã dài quá %(limit)d ký tự.") % {"limit": ID_LENGTH},
                    )
        for identity, indexes in places.items():
            if len(indexes) > 1:
                for index in indexes:
                    self.faults.add(
                        "duplicate-id",
                        f"{self.place}/{name}/{index}/id",
                        _("Mã “%(id)s” có %(count)d lần.") % {"id": identity[:80], "count": len(indexes)},
                        _("Mỗi phần tử cần một mã riêng; chỉ nguồn dữ liệu biết bản nào đúng."),
                    )

    def _node(self, node: dict[str, Any], place: str) -> None:
        where = None
        if isinstance(node.get("location"), dict):
            coordinates = node["location"].get("coordinates")
            where = point(coordinates)
            self._flat(coordinates, where, f"{place}/location/coordinates")
            if where and not self._on_earth(where, f"{place}/location/coordinates"):
                where = None
        if isinstance(node.get("id"), str):
            self.points[node["id"]] = where
        for index, connection in objects(node, "internationalConnections"):
            if not connection.get("country"):
                self.faults.add(
                    "international-country",
                    f"{place}/internationalConnections/{index}",
                    _("Kết nối quốc tế không ghi nước."),
                    _("Thêm mã nước."),
                    level=WARNING,
                )
        self._common_references(node, place)

    def _span(self, span: dict[str, Any], place: str) -> None:
        ends = [span.get("start"), span.get("end")]
        for name, node in zip(("start", "end"), ends, strict=True):
            if not isinstance(node, str) or not node:
                if node is None:
                    self.faults.add(
                        "open-span",
                        f"{place}/{name}",
                        _("Đoạn cáp không ghi nút ở đầu “%(end)s”.") % {"end": name},
                        level=WARNING,
                    )
                continue
            self.used.add(node)
            if node not in self.originals["nodes"]:
                self.faults.add(
                    "dangling-node",
                    f"{place}/{name}",
                    _("Không có nút “%(id)s” trong mạng.") % {"id": node[:80]},
                    _("Thêm nút này vào tệp hoặc sửa mã."),
                )
        if isinstance(ends[0], str) and ends[0] and ends[0] == ends[1]:
            self.faults.add(
                "self-loop",
                place,
                _("Đoạn cáp bắt đầu và kết thúc ở cùng nút “%(id)s”.") % {"id": ends[0][:80]},
                _("Có thể tự sửa khi nhập (--repair): %(words)s")
                % {"words": _("giữ nguyên nhưng không coi là đường nối")},
                level=WARNING if self.repair else ERROR,
                repairable=not self.repair,
            )
        if isinstance(span.get("route"), dict):
            self._route(span, span["route"], ends, f"{place}/route")
        length = span.get("fibreLength")
        if number(length) and not 0 <= length <= LONGEST_KM:
            self.faults.add(
                "implausible-length",
                f"{place}/fibreLength",
                _("Độ dài %(length)s km không thể đúng (đơn vị là km); dùng độ dài của tuyến thay.")
                % {"length": str(length)[:30]},
                level=WARNING,
            )
        self._common_references(span, place)
        self._references(span, place, "organisations", "supplier")
        wayleaves = span.get("wayleaves")
        for index, wayleave in enumerate(wayleaves if isinstance(wayleaves, list) else []):
            if isinstance(wayleave, str) and wayleave not in self.originals["wayleaves"]:
                self._dangling("wayleaves", {"id": wayleave}, f"{place}/wayleaves/{index}")

    def _flat(self, coordinates: Any, where: Point | None, place: str) -> None:
        if where and len(coordinates) != 2:
            said = _("Toạ độ có hơn hai số; chỉ kinh độ và vĩ độ được dùng.")
            self.faults.add("extra-dimension", place, said, level=WARNING)

    def _on_earth(self, where: Point, place: str) -> bool:
        if on_earth(where):
            return True
        lon, lat = where
        swapped = -180 <= lat <= 180 and -90 <= lon <= 90
        self.faults.add(
            "off-earth",
            place,
            _("Toạ độ [%(lon)s, %(lat)s] không nằm trên trái đất.") % {"lon": lon, "lat": lat},
            _("Có lẽ kinh độ và vĩ độ bị đảo: thứ tự là [kinh độ, vĩ độ].") if swapped else _("Sửa toạ độ, đơn vị độ."),
        )
        return False

    def _route(self, span: dict[str, Any], route: dict[str, Any], ends: list[Any], place: str) -> None:
        coordinates = route.get("coordinates")
        coordinates = coordinates if isinstance(coordinates, list) else []
        line = [point(item) for item in coordinates]
        for index, where in enumerate(line):
            if where and (len(coordinates[index]) != 2 or not on_earth(where)):
                self._flat(coordinates[index], where, f"{place}/coordinates/{index}")
                if not self._on_earth(where, f"{place}/coordinates/{index}"):
                    return
        known = [self.points.get(end) if isinstance(end, str) else None for end in ends]
        first, last = (line[0], line[-1]) if line else (None, None)
        if None in (*known, first, last):
            return
        accuracy = self.network.get("accuracy")
        allowed = max(ROUTE_TOLERANCE_M, 2 * float(accuracy) if number(accuracy) and accuracy < 1e6 else 0)
        apart = max(distance_m(known[0], first), distance_m(known[1], last))  # type: ignore[arg-type]
        if apart > allowed and span.get("directed") is not True:
            apart = min(apart, max(distance_m(known[0], last), distance_m(known[1], first)))  # type: ignore[arg-type]
        if apart > allowed:
            self.faults.add(
                "route-ends-elsewhere",
                place,
                _("Tuyến không bắt đầu và kết thúc ở hai nút của nó: lệch %(km).1f km.") % {"km": apart / 1000},
                _("Xem lại toạ độ của nút hoặc của tuyến."),
                level=WARNING,
            )

    def _common_references(self, element: dict[str, Any], place: str) -> None:
        self._references(element, place, "phases", "phase")
        for key in ("physicalInfrastructureProvider", "transmissionMediumOwner", "networkProviders"):
            self._references(element, place, "organisations", key)
        support = element.get("supportingInfrastructure")
        if isinstance(support, dict):
            self._references(support, f"{place}/supportingInfrastructure", "organisations", "owner")

    def _references(self, holder: dict[str, Any], place: str, kind: str, key: str) -> None:
        value = holder.get(key)
        if isinstance(value, dict):
            self._reference(value, f"{place}/{key}", kind)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict):
                    self._reference(item, f"{place}/{key}/{index}", kind)

    def _reference(self, reference: dict[str, Any], place: str, kind: str) -> None:
        identity, name = reference.get("id"), reference.get("name")
        if not isinstance(identity, str) or not identity:
            return
        original = self.originals[kind].get(identity)
        if original is None:
            self._dangling(kind, reference, f"{place}/id")
        elif name and name != original.get("name"):
            code = "reference-name" if original.get("name") else "reference-name-unset"
            said = _("Tên “%(name)s” khác tên của phần tử được nhắc tới: “%(original)s”.") % {
                "name": str(name)[:80],
                "original": str(original.get("name") or "")[:80],
            }
            self.faults.add(code, f"{place}/name", said, level=REPAIR if self.repair else WARNING)
            if self.repair and original.get("name"):
                reference["name"] = original["name"]
            elif self.repair:
                original["name"] = name

    def _dangling(self, kind: str, reference: dict[str, Any], place: str) -> None:
        said = _("Không có “%(id)s” trong %(kind)s.") % {"id": str(reference["id"])[:80], "kind": kind}
        words = _("thêm một bản ghi chỉ có mã và tên đã nhắc tới")
        if self.repair:
            added = {key: reference[key] for key in ("id", "name") if reference.get(key)}
            self.network.setdefault(kind, []).append(added)
            self.originals[kind][str(reference["id"])] = added
            self.faults.add(f"dangling-{kind}", place, f"{said} {words}", level=REPAIR)
        else:
            self.faults.add(
                f"dangling-{kind}",
                place,
                said,
                _("Có thể tự sửa khi nhập (--repair): %(words)s") % {"words": words},
                repairable=True,
            )

    def _unused(self) -> None:
        for index, node in objects(self.network, "nodes"):
            if isinstance(node.get("id"), str) and node["id"] not in self.used:
                self.faults.add(
                    "unused-node",
                    f"{self.place}/nodes/{index}",
                    _("Không đoạn cáp nào nối tới nút này."),
                    level=WARNING,
                )

    def _missing(self, name: str, field: str, said: str) -> None:
        lacking = [index for index, item in objects(self.network, name) if field not in item]
        if lacking:
            self.faults.add(
                f"missing-{field}",
                f"{self.place}/{name}/{lacking[0]}",
                _("%(count)d %(what)s %(said)s.") % {"count": len(lacking), "what": name, "said": said},
                level=WARNING,
            )
