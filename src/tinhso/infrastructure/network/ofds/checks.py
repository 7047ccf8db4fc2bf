"""What a schema cannot say: references, identifiers, places on the earth, routes and their nodes. One pass, linear.

Every check of the standard's own tool is here, with the references 0.4 added (owners of medium and support, wayleaves)
which that tool does not follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tinhso.infrastructure.network.ofds.earth import (
    ROUTE_TOLERANCE_M,
    Point,
    distance_m,
    near,
    number,
    on_earth,
    plain,
    point,
)
from tinhso.infrastructure.network.ofds.faults import ERROR, REPAIR, WARNING, Faults, offered
from tinhso.infrastructure.network.ofds.rework import OFFERS, rework
from tinhso.infrastructure.network.ofds.schema import LISTS

LONGEST_KM = 20_000  # half of the earth's circumference
ID_LENGTH = 200
EXTERNAL = {
    "tag:opentelecomdata.net,2022:nodesAPI": "nodes",
    "tag:opentelecomdata.net,2022:nodesFile": "nodes",
    "tag:opentelecomdata.net,2022:spansAPI": "spans",
    "tag:opentelecomdata.net,2022:spansFile": "spans",
}
ENDS = ("start", "end")
# Fields of nodes and spans that refer to another list.
REFERENCES = {
    "phase": "phases",
    "physicalInfrastructureProvider": "organisations",
    "transmissionMediumOwner": "organisations",
    "networkProviders": "organisations",
}
OF_NODES = REFERENCES.keys() | {"supportingInfrastructure"}
OF_SPANS = OF_NODES | {"supplier"}


def objects(network: dict[str, Any], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The elements of a list of a network that are objects, with their index."""
    items = network.get(name)
    return ((at, item) for at, item in enumerate(items if isinstance(items, list) else []) if isinstance(item, dict))


def _agrees(reference: dict[str, Any], known: dict[str, dict[str, Any]]) -> bool:
    """Whether a reference names an original by its name or by none: nearly every one does."""
    identity, name = reference.get("id"), reference.get("name")
    original = known.get(identity) if type(identity) is str else None
    return original is not None and (not name or name == original.get("name"))


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
        if repair:
            rework(network, place, faults)
        _Network(network, place, faults, repair).check()


class _Network:
    """The checks of one network, over indexes built once."""

    def __init__(self, network: dict[str, Any], place: str, faults: Faults, repair: bool) -> None:
        self.network, self.place, self.faults, self.repair = network, place, faults, repair
        self.points: dict[str, Point | None] = {}
        self.used: set[str] = set()
        self.originals: dict[str, dict[str, dict[str, Any]]] = {}
        accuracy = network.get("accuracy")
        self.allowed_m = max(ROUTE_TOLERANCE_M, 2 * float(accuracy) if number(accuracy) and accuracy < 1e6 else 0)

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
        originals = self.originals[name] = {}
        twice: dict[str, list[int]] = {}
        for index, item in objects(self.network, name):
            identity = item.get("id")
            if isinstance(identity, str) and identity:
                if identity in originals:
                    twice.setdefault(identity, []).append(index)
                originals[identity] = item
                if len(identity) > ID_LENGTH:
                    self.faults.add(
                        "id-too-long",
                        f"{self.place}/{name}/{index}/id",
                        _("Mã dài quá %(limit)d ký tự.") % {"limit": ID_LENGTH},
                    )
        first: dict[str, int] = {}
        for index, item in objects(self.network, name) if twice else ():
            if isinstance(item.get("id"), str) and item["id"] in twice:
                first.setdefault(item["id"], index)
        for identity, others in twice.items():
            for index in (first[identity], *others):
                self.faults.add(
                    "duplicate-id",
                    f"{self.place}/{name}/{index}/id",
                    _("Mã “%(id)s” có %(count)d lần.") % {"id": identity[:80], "count": len(others) + 1},
                    offered(OFFERS["duplicate-id"]()),
                    repairable=True,
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
        for index, connection in (
            objects(node, "internationalConnections") if "internationalConnections" in node else ()
        ):
            if not connection.get("country"):
                self.faults.add(
                    "international-country",
                    f"{place}/internationalConnections/{index}",
                    _("Kết nối quốc tế không ghi nước."),
                    _("Thêm mã nước."),
                    level=WARNING,
                )
        if watched := node.keys() & OF_NODES:
            self._common_references(node, place, watched)

    def _span(self, span: dict[str, Any], place: str) -> None:
        ends, nodes = [span.get("start"), span.get("end")], self.originals["nodes"]
        for name, node in zip(ENDS, ends, strict=True):
            if type(node) is str and node in nodes:
                self.used.add(node)
            else:
                self._end(node, f"{place}/{name}", name)
        if isinstance(ends[0], str) and ends[0] and ends[0] == ends[1]:
            self.faults.add(
                "self-loop",
                place,
                _("Đoạn cáp bắt đầu và kết thúc ở cùng nút “%(id)s”.") % {"id": ends[0][:80]},
                offered(_("giữ nguyên nhưng không coi là đường nối")),
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
        if watched := span.keys() & OF_SPANS:
            self._common_references(span, place, watched)
        wayleaves = span.get("wayleaves")
        for index, wayleave in enumerate(wayleaves if isinstance(wayleaves, list) else []):
            if isinstance(wayleave, str) and wayleave not in self.originals["wayleaves"]:
                self._dangling("wayleaves", {"id": wayleave}, f"{place}/wayleaves/{index}")

    def _end(self, node: Any, place: str, name: str) -> None:
        """An end of a span that leads to no node of the network."""
        if node is None:
            said = _("Đoạn cáp không ghi nút ở đầu “%(end)s”.") % {"end": name}
            self.faults.add("open-span", place, said, level=WARNING)
        elif isinstance(node, str) and node:
            self.used.add(node)
            said = _("Không có nút “%(id)s” trong mạng.") % {"id": node[:80]}
            self.faults.add("dangling-node", place, said, offered(OFFERS["dangling-node"]()), repairable=True)

    def _flat(self, coordinates: Any, where: Point | None, place: str) -> None:
        if where and len(coordinates) != 2:
            said = _("Toạ độ có hơn hai số; chỉ kinh độ và vĩ độ được dùng.")
            self.faults.add("extra-dimension", place, said, level=WARNING)

    def _on_earth(self, where: Point, place: str) -> bool:
        if on_earth(where):
            return True
        said = _("Toạ độ [%(lon)s, %(lat)s] không nằm trên trái đất.") % {"lon": where[0], "lat": where[1]}
        self.faults.add("off-earth", place, said, offered(OFFERS["off-earth"]()), repairable=True)
        return False

    def _route(self, span: dict[str, Any], route: dict[str, Any], ends: list[Any], place: str) -> None:
        coordinates = route.get("coordinates")
        coordinates = coordinates if isinstance(coordinates, list) else []
        for index, item in enumerate(coordinates):
            if not plain(item) and (where := point(item)):
                self._flat(item, where, f"{place}/coordinates/{index}")
                if not self._on_earth(where, f"{place}/coordinates/{index}"):
                    return
        known = [self.points.get(end) if isinstance(end, str) else None for end in ends]
        first, last = (point(coordinates[0]), point(coordinates[-1])) if coordinates else (None, None)
        if None in (*known, first, last) or (near(known[0], first) and near(known[1], last)):  # type: ignore[arg-type]
            return
        apart = max(distance_m(known[0], first), distance_m(known[1], last))  # type: ignore[arg-type]
        if apart > self.allowed_m and span.get("directed") is not True:
            apart = min(apart, max(distance_m(known[0], last), distance_m(known[1], first)))  # type: ignore[arg-type]
        if apart > self.allowed_m:
            self.faults.add(
                "route-ends-elsewhere",
                place,
                _("Tuyến không bắt đầu và kết thúc ở hai nút của nó: lệch %(km).1f km.") % {"km": apart / 1000},
                _("Xem lại toạ độ của nút hoặc của tuyến."),
                level=WARNING,
            )

    def _common_references(self, element: dict[str, Any], place: str, watched: set[str]) -> None:
        """References of a node or span; `watched`: those of its fields that hold some."""
        for key in sorted(watched):
            if key == "supportingInfrastructure":
                if isinstance(element[key], dict):
                    self._references(element[key], f"{place}/{key}", "organisations", "owner")
            else:
                self._references(element, place, REFERENCES.get(key, "organisations"), key)

    def _references(self, holder: dict[str, Any], place: str, kind: str, key: str) -> None:
        value, known = holder.get(key), self.originals[kind]
        if isinstance(value, dict):
            if not _agrees(value, known):
                self._reference(value, f"{place}/{key}", kind)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                if isinstance(item, dict) and not _agrees(item, known):
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
                offered(words),
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
