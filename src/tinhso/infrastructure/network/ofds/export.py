"""Writing a network back as it was on a day, as known at a moment: the same JSON values, in the same order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.models import (
    CONTRACT,
    HEAD,
    ORDER,
    ORGANISATION,
    PHASE,
    WAYLEAVE,
    Network,
    Node,
    Record,
    Span,
)
from tinhso.infrastructure.network.ofds.csvtables import to_csv
from tinhso.infrastructure.network.ofds.geojson import to_geojson
from tinhso.infrastructure.network.ofds.gpkg import to_gpkg
from tinhso.infrastructure.network.ofds.jsontext import dumps, loads

KINDS = {PHASE: "phases", ORGANISATION: "organisations", CONTRACT: "contracts", WAYLEAVE: "wayleaves"}


def export_json(networks: Iterable[Network], day: date, known_at: datetime | None = None) -> Iterator[str]:
    """A 0.4 network package, piece by piece: stored texts are passed on, never parsed. Networks without a state on
    that day are left out."""
    yield '{"networks":['
    first = True
    for network in networks:
        pieces = _network(network, day, known_at)
        head = next(pieces, None)
        if head is None:
            continue
        yield head if first else f",{head}"
        yield from pieces
        first = False
    yield "]}"


def export_geojson(networks: Iterable[Network], day: date, known_at: datetime | None = None) -> Iterator[str]:
    """The convenience form of the same package."""
    yield dumps(to_geojson(loads("".join(export_json(networks, day, known_at)).encode())))


def export(form: str, networks: Iterable[Network], day: date, known_at: datetime | None = None) -> Iterator[bytes]:
    """The same package in a format of `formats.FORMATS`, piece by piece where the format allows."""
    match form:
        case "json" | "geojson":
            write = export_json if form == "json" else export_geojson
            yield from (piece.encode() for piece in write(networks, day, known_at))
        case _:
            package = loads("".join(export_json(networks, day, known_at)).encode())
            if not package["networks"]:
                raise Invalid(_("Không mạng nào có hiện trạng vào ngày này."), place="as_of", status=404)
            yield to_csv(package) if form == "csv" else to_gpkg(package)


def _network(network: Network, day: date, known_at: datetime | None) -> Iterator[str]:
    records = Record.objects.filter(network=network).as_of(day, known_at)
    texts: dict[str, dict[str, str]] = {}
    orders: dict[str, list[str]] = {}
    head = None
    for kind, element_id, data in records.order_by("element_id").values_list("kind", "element_id", "data"):
        if kind == HEAD:
            head = data
        elif kind == ORDER:
            orders[element_id] = json.loads(data)
        else:
            texts.setdefault(KINDS[kind], {})[element_id] = data
    if head is None:
        return
    yield head[:-1]
    for name, model in (("nodes", Node), ("spans", Span)):
        rows: Any = model.objects.filter(network=network).as_of(day, known_at).order_by("element_id")
        texts[name] = dict(rows.values_list("element_id", "data").iterator(chunk_size=10_000))
    for name in sorted(texts):
        if texts[name]:
            place = {identity: at for at, identity in enumerate(orders.get(name, ()))}
            listed = sorted(texts[name], key=lambda identity: (place.get(identity, len(place)), identity))
            yield f',"{name}":['
            for start in range(0, len(listed), 1000):
                chunk = ",".join(texts[name][identity] for identity in listed[start : start + 1000])
                yield f",{chunk}" if start else chunk
            yield "]"
    yield "}"
