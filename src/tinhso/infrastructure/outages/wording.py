"""What the rows of outages' numbers say, in words for pages. No rule rests on it."""

from __future__ import annotations

from typing import Any

from tinhso.foundation.text import Text

REPAIR: dict[str, Any] = {
    "facts": {
        "outages": Text("số sự cố: {outages}", "outages: {outages}"),
        "minutes": Text("tổng số phút: {minutes}", "minutes altogether: {minutes}"),
    },
    "values": {"state": {"counted": Text("Đã tính", "Counted")}},
    "titles": lambda rows, day: {"mean": Text("Trung bình", "Mean")},
}
TOLD: dict[str, Any] = {
    "facts": {
        "agencies": Text("cơ quan bị ảnh hưởng: {agencies}", "agencies affected: {agencies}"),
        "agencies_told": Text("được báo đúng hạn: {agencies_told}", "told in time: {agencies_told}"),
    },
    "values": {"state": {"in_time": Text("Báo đúng hạn", "Told in time"), "late": Text("Báo chậm", "Told late")}},
    "titles": lambda rows, day: {row["key"]: row["key"] for row in rows},
}
AVAILABILITY: dict[str, Any] = {
    "facts": {
        "unplanned_seconds": Text("sự cố: {unplanned_seconds} giây", "outages: {unplanned_seconds} seconds"),
        "planned_seconds": Text("bảo trì: {planned_seconds} giây", "maintenance: {planned_seconds} seconds"),
    },
    "values": {
        "state": {
            "whole": Text("Không gián đoạn", "Not interrupted"),
            "cut": Text("Có gián đoạn", "Interrupted"),
            "no_data": Text("Không có dữ liệu", "No data"),
        }
    },
}
