"""What the rows of resilience's numbers say, in words for pages. No rule rests on it."""

from __future__ import annotations

from typing import Any

from tinhso.foundation.text import Text
from tinhso.identity.models.agencies import LEVELS
from tinhso.infrastructure.network.wording import NO_DATA, TWO_PATHS, agency_names

NO_CORE = Text("Chưa có lõi hoạt động", "No core in service")
UNIT_PATHS = TWO_PATHS
AGENCY_PATHS: dict[str, Any] = {
    "facts": {
        "level": Text("{level}", "{level}"),
        "nodes": Text("số nút nối tới: {nodes}", "nodes connected to it: {nodes}"),
    },
    "values": {
        "state": {
            "two": Text("Hai đường độc lập", "Two disjoint paths"),
            "one": Text("Một đường", "One path"),
            "none": Text("Không nối tới lõi", "Not joined to the core"),
            "no_core": NO_CORE,
        },
        "level": {code: Text(text.vi.lower(), text.en.lower()) for code, text in LEVELS.items()},
    },
    "titles": agency_names,
}
BEHIND: dict[str, Any] = {
    "facts": {
        "parts_behind": Text(
            "{parts_behind}/{parts} phần sau một đoạn cáp duy nhất", "{parts_behind} of {parts} parts behind one span"
        ),
        "unreached": Text("{unreached} người chưa nối tới lõi", "people not joined to the core: {unreached}"),
    },
    "values": {
        "state": {
            "some": Text("Có người sau một đoạn cáp duy nhất", "People behind a single span"),
            "none": Text("Không ai sau một đoạn cáp duy nhất", "Nobody behind a single span"),
            "no_data": NO_DATA,
            "no_core": NO_CORE,
        }
    },
}
BEHIND_RISK: dict[str, Any] = {
    "facts": {
        "parts_behind": Text(
            "{parts_behind}/{parts} phần sau một rủi ro duy nhất", "{parts_behind} of {parts} parts behind one risk"
        ),
        "shared_only": Text(
            "{shared_only} người chỉ vì nhóm rủi ro chung, không vì riêng đoạn cáp nào",
            "people behind a shared risk though behind no single span: {shared_only}",
        ),
        "risks": Text("số nhóm rủi ro chung đã ghi: {risks}", "shared risks recorded: {risks}"),
        "unreached": BEHIND["facts"]["unreached"],
    },
    "values": {
        "state": {
            "some": Text("Có người sau một rủi ro duy nhất", "People behind a single risk"),
            "none": Text("Không ai sau một rủi ro duy nhất", "Nobody behind a single risk"),
            "no_data": NO_DATA,
            "no_core": NO_CORE,
        }
    },
}
METHODS = {
    "exact": Text("Tính chính xác", "Exact"),
    "simulated": Text("Mô phỏng", "Simulated"),
    "unreached": Text("Chưa nối tới lõi", "Not joined to the core"),
    "no_rates": Text("Chưa ghi đủ độ tin cậy", "Reliability not fully recorded"),
    "no_data": NO_DATA,
    "no_core": NO_CORE,
}
AVAILABILITY: dict[str, Any] = {
    "facts": {
        "parts_reached": Text(
            "{parts_reached}/{parts} phần nối tới lõi", "{parts_reached} of {parts} parts joined to the core"
        ),
        "people": Text("{people} người", "people: {people}"),
        "interval": Text("khoảng tin cậy {interval}", "confidence interval {interval}"),
    },
    "values": {"state": METHODS},
}
AGENCY_AVAILABILITY: dict[str, Any] = {
    "facts": {
        "level": Text("{level}", "{level}"),
        "interval": Text("khoảng tin cậy {interval}", "confidence interval {interval}"),
    },
    "values": {"state": METHODS, "level": AGENCY_PATHS["values"]["level"]},
    "titles": agency_names,
}
