"""What the rows of infrastructure's numbers say, in words for pages. No rule rests on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tinhso.foundation.text import Text
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.network.rules.route_length import NO_PHASE
from tinhso.places.models import QUALITIES

NO_DATA = Text("Không có dữ liệu", "No data")
OUTSIDE = Text("Không thuộc đợt nào", "In no phase")


def agency_names(rows: list[dict[str, Any]], day: date) -> Mapping[str, Text]:
    """The agencies' names as of a day."""
    found = agencies_by_uid((row["key"] for row in rows), day)
    return {uid: Text(one.name, one.name_en or one.name) for uid, one in found.items()}


def phase_names(rows: list[dict[str, Any]], _day: date) -> Mapping[str, Text | str]:
    """The phases' names, as the rows carry them."""
    return {row["key"]: OUTSIDE if row["key"] == NO_PHASE else row["phase"] for row in rows}


ON_FIBRE: dict[str, Any] = {
    "facts": {
        "parts_on": Text("{parts_on}/{parts} phần có cáp quang", "{parts_on} of {parts} parts on fibre"),
        "placed": Text("xác định theo {placed}", "placed by {placed}"),
        "population_year": Text(
            "dân số năm {population_year} ({population_quality})",
            "population of {population_year} ({population_quality})",
        ),
    },
    "values": {
        "state": {
            "on": Text("Có cáp quang", "On fibre"),
            "off": Text("Chưa có cáp quang", "Not on fibre"),
            "partial": Text("Một phần có cáp quang", "Partly on fibre"),
            "no_data": NO_DATA,
        },
        "placed": {
            "code": Text("mã đơn vị", "unit code"),
            "polygon": Text("ranh giới", "boundary"),
            "cell": Text("ô gần đúng", "approximate cell"),
        },
        "population_quality": {code: Text(text.vi.lower(), text.en.lower()) for code, text in QUALITIES.items()},
    },
}
TWO_PATHS: dict[str, Any] = {
    "facts": {
        "parts_two": Text("{parts_two}/{parts} phần có hai đường", "{parts_two} of {parts} parts with two paths"),
    },
    "values": {
        "state": {
            "two": Text("Hai đường độc lập", "Two disjoint paths"),
            "one": Text("Một đường", "One path"),
            "none": Text("Có phần không tới được lõi", "A part cannot reach the core"),
            "no_data": NO_DATA,
            "no_core": Text("Chưa có lõi hoạt động", "No core in service"),
        }
    },
}
AGENCIES: dict[str, Any] = {
    "facts": {"nodes": Text("số nút nối tới: {nodes}", "nodes connected to it: {nodes}")},
    "values": {
        "state": {
            "on": Text("Có đường cáp quang", "Has a fibre line"),
            "off": Text("Chưa có đường cáp quang", "No fibre line"),
            "no_data": NO_DATA,
        }
    },
    "titles": agency_names,
}
LENGTHS: dict[str, Any] = {
    "facts": {
        "spans": Text("{spans} đoạn cáp", "spans: {spans}"),
        "spans_without_length": Text(
            "không rõ chiều dài: {spans_without_length} đoạn", "without a length: {spans_without_length}"
        ),
        "phase": Text("", ""),
    },
    "titles": phase_names,
}
COMPLETE: dict[str, Any] = {
    "facts": {"missing": Text("thiếu {missing}", "lacks {missing}")},
    "values": {
        "missing": {
            "start": Text("nút đầu", "start node"),
            "end": Text("nút cuối", "end node"),
            "status": Text("trạng thái", "status"),
            "route": Text("tuyến", "route"),
            "fibreLength": Text("chiều dài cáp", "fibre length"),
            "transmissionMedium": Text("môi trường truyền", "transmission medium"),
            "deployment": Text("cách lắp đặt", "deployment"),
            "phase": Text("đợt đầu tư", "phase"),
            "fibreCount": Text("số sợi", "fibre count"),
            "readyForServiceDate": Text("ngày sẵn sàng", "ready-for-service date"),
        }
    },
}
