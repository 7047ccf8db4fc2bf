"""What a procedure is: documents, form, fees, time limit, steps. Canonical values, checked once, then immutable.

{"name": {vi, en}, "summary": {vi, en}, "field": code, "level": "province|district|commune",
 "audience": ["citizen", …], "online": "full|partial|none", "channels": ["counter", "online", "post"],
 "limit": workdays rule, "legal_basis": [{vi, en}], "events": [life event codes],
 "documents": [{"code", "name": {vi, en}, "kinds": ["original", "certified", "copy", "electronic"],
                "required": bool, "copies": int}],
 "form": [{"key", "label": {vi, en}, "kind", "required": bool, "options": […], "columns": […], "help": {vi, en}}],
 "fees": [{"code", "name": {vi, en}, "amount": đồng}],
 "steps": [{"key", "title": {vi, en}, "role": "officer|leader|clerk", "agency": uid or ""}],
 "result": {"name": {vi, en}, "kind": code}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs

from tinhso.foundation import canonical
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.government.services.process import Step
from tinhso.workdays.rules import Rule

FIELDS = ("text", "long_text", "number", "date", "choice", "yes_no", "table")
COPIES = {
    "original": Text("bản chính", "original"),
    "certified": Text("bản sao chứng thực", "certified copy"),
    "copy": Text("bản sao", "copy"),
    "electronic": Text("bản điện tử", "electronic"),
}
LEVELS = ("province", "district", "commune")
ONLINE = {
    "full": Text("Toàn trình", "Fully online"),
    "partial": Text("Một phần", "Partly online"),
    "none": Text("Trực tiếp", "In person"),
}
_KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
_TEXT = {
    "type": "object",
    "required": ["vi", "en"],
    "properties": {"vi": {"type": "string", "minLength": 1}, "en": {"type": "string", "minLength": 1}},
    "additionalProperties": False,
}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


_OPTION = _object({"key": _KEY, "label": _TEXT})
SCHEMA = _object(
    {
        "name": _TEXT,
        "field": {"type": "string", "minLength": 1},
        "level": {"enum": list(LEVELS)},
        "audience": {"type": "array", "minItems": 1, "items": {"enum": ["citizen", "enterprise", "household"]}},
        "online": {"enum": list(ONLINE)},
        "channels": {"type": "array", "minItems": 1, "items": {"enum": ["counter", "online", "post"]}},
        "limit": {"type": "object", "required": ["unit", "amount"]},
        "legal_basis": {"type": "array", "minItems": 1, "items": _TEXT},
        "documents": {
            "type": "array",
            "items": _object(
                {
                    "code": _KEY,
                    "name": _TEXT,
                    "kinds": {"type": "array", "minItems": 1, "items": {"enum": list(COPIES)}},
                    "required": {"type": "boolean"},
                    "copies": {"type": "integer", "minimum": 1, "maximum": 20},
                }
            ),
        },
        "form": {
            "type": "array",
            "items": _object(
                {"key": _KEY, "label": _TEXT, "kind": {"enum": list(FIELDS)}, "required": {"type": "boolean"}},
                options={"type": "array", "minItems": 1, "items": _OPTION},
                columns={"type": "array", "minItems": 1, "maxItems": 8, "items": _OPTION},
                help=_TEXT,
            ),
        },
        "fees": {
            "type": "array",
            "items": _object(
                {"code": _KEY, "name": _TEXT, "amount": {"type": "integer", "minimum": 0, "maximum": 10**10}}
            ),
        },
        "steps": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20,
            "items": _object(
                {
                    "key": _KEY,
                    "title": _TEXT,
                    "role": {"enum": ["clerk", "officer", "leader"]},
                    "agency": {"type": "string"},
                }
            ),
        },
        "result": _object({"name": _TEXT, "kind": _KEY}),
    },
    summary=_TEXT,
    events={"type": "array", "items": _KEY},
)
_VALIDATOR = jsonschema_rs.validator_for(SCHEMA)


def check(content: Mapping[str, Any]) -> None:
    """Invalid names the first thing in a definition that is wrong, with its JSON pointer."""
    for fault in _VALIDATOR.iter_errors(content):
        raise Invalid(fault.message, place="/" + "/".join(map(str, fault.instance_path)))
    for part in ("documents", "form", "fees", "steps"):
        keys = [item.get("key") or item["code"] for item in content[part]]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise Invalid(str(Text(f"«{twice}» có hai lần.", "Stands twice.")), place=f"/{part}")
    for place, item in enumerate(content["form"]):
        wanted = {"choice": "options", "table": "columns"}.get(item["kind"])
        if wanted and wanted not in item:
            raise Invalid(str(Text(f"{item['kind']}: cần «{wanted}».", f"Needs {wanted}.")), place=f"/form/{place}")
    Rule.of(content["limit"])


@dataclass(frozen=True)
class Definition:
    """One version's content, read once."""

    content: Mapping[str, Any]

    @cached_property
    def name(self) -> Text:
        return text(self.content["name"])

    @cached_property
    def rule(self) -> Rule:
        """How its time limit is counted."""
        return Rule.of(self.content["limit"])

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        return tuple(
            Step(item["key"], text(item["title"]), item["role"], item["agency"]) for item in self.content["steps"]
        )

    @property
    def fee(self) -> int:
        """All its fees together, in đồng."""
        return sum(item["amount"] for item in self.content["fees"])

    @cached_property
    def sha256(self) -> str:
        return canonical.digest(self.content)


def text(pair: Mapping[str, str]) -> Text:
    """A text of a definition in both languages."""
    return Text(pair["vi"], pair["en"])
