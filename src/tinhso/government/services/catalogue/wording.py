"""How the catalogue's codes read, and a definition told for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tinhso.foundation.text import Text
from tinhso.government.services.ground.definition import Definition, text
from tinhso.government.services.ground.life_events import LIFE_EVENTS
from tinhso.government.services.ground.schema import COPIES, ONLINE
from tinhso.identity.models.agencies import LEVELS as AGENCY_LEVELS

LEVELS = {code: AGENCY_LEVELS[code] for code in ("province", "district", "commune")}
AUDIENCES = {
    "citizen": Text("Công dân", "Citizens"),
    "enterprise": Text("Doanh nghiệp, tổ chức", "Enterprises and organisations"),
    "household": Text("Hộ gia đình, hộ kinh doanh", "Households and household businesses"),
}
WAYS = {
    "counter": Text("Trực tiếp tại bộ phận một cửa", "At a one-stop shop"),
    "online": Text("Trực tuyến", "Online"),
    "post": Text("Qua dịch vụ bưu chính", "By post"),
}
ROLES = {
    "clerk": Text("Cán bộ một cửa", "One-stop clerk"),
    "officer": Text("Công chức xử lý", "Handling officer"),
    "leader": Text("Lãnh đạo", "Leader"),
}
KINDS = {
    "text": Text("một dòng chữ", "a line of text"),
    "long_text": Text("đoạn văn", "a longer text"),
    "number": Text("số", "a number"),
    "date": Text("ngày", "a date"),
    "choice": Text("chọn một", "one of several"),
    "yes_no": Text("có hoặc không", "yes or no"),
    "table": Text("bảng", "a table"),
}


def choices(words: Mapping[str, Text]) -> list[tuple[str, str]]:
    """Codes with their words, for a form."""
    return [(code, str(word)) for code, word in words.items()]


def joined(codes: Any, words: Mapping[str, Text]) -> Text:
    """A list of codes in words."""
    known = [words[code] for code in codes]
    return Text(", ".join(word.vi for word in known), ", ".join(word.en for word in known))


def told(definition: Definition) -> dict[str, Any]:
    """What a page shows of a definition, every text in both languages."""
    content = definition.content
    return {
        "summary": text(content["summary"]) if "summary" in content else "",
        "authority": text(content["authority"]) if "authority" in content else "",
        "level": LEVELS[content["level"]],
        "online": ONLINE[content["online"]],
        "audience": joined(content["audience"], AUDIENCES),
        "channels": [WAYS[code] for code in content["channels"]],
        "events": [(code, LIFE_EVENTS[code]) for code in content.get("events", ()) if code in LIFE_EVENTS],
        "conditions": [text(item) for item in content.get("conditions", ())],
        "legal_basis": [text(item) for item in content["legal_basis"]],
        "documents": [
            {
                "name": text(item["name"]),
                "kinds": joined(item["kinds"], COPIES),
                "copies": item["copies"],
                "required": item["required"],
            }
            for item in content["documents"]
        ],
        "fees": [{"name": text(item["name"]), "amount": item["amount"]} for item in content["fees"]],
        "steps": [
            {"title": text(item["title"]), "role": ROLES[item["role"]], "agency": item["agency"]}
            for item in content["steps"]
        ],
        "form": [
            {"label": text(item["label"]), "kind": KINDS[item["kind"]], "required": item["required"]}
            for item in content["form"]
        ],
        "result": text(content["result"]["name"]),
    }
