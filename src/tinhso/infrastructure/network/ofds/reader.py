"""From the bytes of a file to networks ready to be recorded: read, convert, validate, mend, check. No database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.files.imports import ImportRefused
from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.models import CONTRACT, HEAD, ORDER, ORGANISATION, PHASE, WAYLEAVE
from tinhso.infrastructure.network.ofds.checks import check
from tinhso.infrastructure.network.ofds.columns import line_lengths, node_columns, span_columns
from tinhso.infrastructure.network.ofds.convert_0_3 import convert
from tinhso.infrastructure.network.ofds.earth import distance_m, point
from tinhso.infrastructure.network.ofds.faults import ERROR, Fault, Faults
from tinhso.infrastructure.network.ofds.formats import load
from tinhso.infrastructure.network.ofds.jsontext import dumps
from tinhso.infrastructure.network.ofds.repair import mend
from tinhso.infrastructure.network.ofds.schema import LISTS

RECORD_KINDS = {"phases": PHASE, "organisations": ORGANISATION, "contracts": CONTRACT, "wayleaves": WAYLEAVE}
AT_ONCE = 2_000  # spans measured together
Row = dict[str, Any]
Say = Callable[[str], None]


def max_bytes() -> int:
    """The largest file taken, in bytes (setting OFDS_MAX_MB, megabytes)."""
    return int(settings.OFDS_MAX_MB) * 10**6


@dataclass
class ReadNetwork:
    """One network of a file, as rows of the tables: keys and columns, without network and validity."""

    uuid: UUID
    name: str
    operator: str
    state_on: date | None
    nodes: list[Row] = field(default_factory=list)
    spans: list[Row] = field(default_factory=list)
    records: list[Row] = field(default_factory=list)


@dataclass
class ReadFile:
    """A file as read: its networks (none where it has errors) and everything there is to say about it."""

    sha256: str
    networks: list[ReadNetwork]
    faults: list[Fault]
    errors: int
    repairable: int

    def require(self) -> None:
        """Raise ImportRefused with every finding when the file has errors."""
        if self.errors:
            raise ImportRefused(list(self.faults))


def refuse_size(size: int) -> None:
    """Refuse a file larger than the limit."""
    if size > max_bytes():
        raise Invalid(
            _("Tệp %(size)d MB lớn hơn giới hạn %(limit)d MB.")
            % {"size": -(-size // 10**6), "limit": max_bytes() // 10**6},
            mend=_("Tách tệp theo từng mạng, hoặc tăng TINHSO_OFDS_MAX_MB."),
            code="too-large",
        )


def read(raw: bytes, *, repair: bool = False, limit: int = 0, say: Say = lambda text: None) -> ReadFile:
    """Read an OFDS 0.3 or 0.4 network package: JSON, the GeoJSON this program writes, CSV tables in a zip, GeoPackage.

    BadJson or Invalid when nothing can be read; every other fault is in the result, with its JSON pointer and, for
    tables, its row. With `repair`, what can be mended is mended and listed. `limit`: bytes a zip may unpack to
    (default: the largest file).
    """
    refuse_size(len(raw))
    faults = Faults()
    say(_("Đọc tệp"))
    package, origin = load(raw, faults, limit or max_bytes())
    if not faults.count(ERROR):
        convert(package, faults)
        say(_("Đối chiếu lược đồ 0.4"))
        package = mend(package, faults, repair=repair)
        say(_("Kiểm tra tham chiếu và toạ độ"))
        # What the schema still refuses may lack the lists that repairs write to: then the rest is only named.
        check(package, faults, repair=repair and not faults.count(ERROR))
        if origin:
            faults.kept = [replace(fault, place=origin.tell(fault.place, package)) for fault in faults.kept]
    networks: list[ReadNetwork] = []
    if not faults.count(ERROR):
        say(_("Chuẩn bị bản ghi"))
        networks = [_network(network) for network in package["networks"]]  # empties them: the tree is the larger half
    repairable = sum(fault.repairable for fault in faults.kept)
    return ReadFile(hashlib.sha256(raw).hexdigest(), networks, faults.all(), faults.count(ERROR), repairable)


def _network(network: dict[str, Any]) -> ReadNetwork:
    publisher = network.get("publisher")
    operator = publisher.get("name") if isinstance(publisher, dict) else None
    found = ReadNetwork(
        uuid=UUID(network["id"]),
        name=str(network.get("name") or network["id"])[:300],
        operator=str(operator or _sole_operator(network))[:300],
        state_on=_day(network.get("collectionDate")) or _day(network.get("publicationDate")),
    )
    head = {key: value for key, value in network.items() if key not in LISTS}
    found.records.append({"kind": HEAD, "element_id": HEAD, "name": found.name, "data": dumps(head)})
    for name in LISTS:
        if network.get(name):
            order = dumps([item["id"] for item in network[name]])
            found.records.append({"kind": ORDER, "element_id": name, "name": "", "data": order})
    for name, kind in RECORD_KINDS.items():
        for item in network.get(name, ()):
            label = str(item.get("name") or item.get("title") or "")[:300]
            found.records.append({"kind": kind, "element_id": item["id"], "name": label, "data": dumps(item)})
    places: dict[str, tuple[float, float]] = {}
    for node in drained(network.get("nodes", [])):
        where = point(node.get("location", {}).get("coordinates"))
        if where:
            places[node["id"]] = where
        found.nodes.append({"element_id": node["id"], "data": dumps(node), **node_columns(node)})
    found.spans = list(_spans(network.get("spans", []), places))
    return found


def _spans(spans: list[dict[str, Any]], places: dict[str, tuple[float, float]]) -> Iterator[Row]:
    waiting = drained(spans)
    while some := list(islice(waiting, AT_ONCE)):
        lines = [[point(item) for item in span.get("route", {}).get("coordinates", ())] for span in some]
        for span, route_m in zip(some, line_lengths(lines), strict=True):  # type: ignore[arg-type]
            start, end = places.get(span.get("start", "")), places.get(span.get("end", ""))
            straight = round(distance_m(start, end)) if start and end else None
            yield {"element_id": span["id"], "data": dumps(span), **span_columns(span, route_m, straight)}


def drained(items: list[Any]) -> Iterator[Any]:
    """The items of a list, each let go of once it is read; the list is empty afterwards."""
    items.reverse()
    while items:
        yield items.pop()


def _sole_operator(network: dict[str, Any]) -> str:
    """The name of the only organisation, where a network names one and no publisher."""
    organisations = network.get("organisations", ())
    return organisations[0].get("name", "") if len(organisations) == 1 else ""


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None
