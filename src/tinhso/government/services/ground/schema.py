"""The JSON Schema of a procedure's definition (definition.py says what each part means)."""

from __future__ import annotations

from typing import Any

from tinhso.foundation.text import Text
from tinhso.government.services.ground.life_events import LIFE_EVENTS
from tinhso.workdays.rules import PAUSES, UNITS

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
AUDIENCES = ("citizen", "enterprise", "household")
WAYS = ("counter", "online", "post")
ROLES = ("clerk", "officer", "leader")
_KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
_TIME = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_DAY = {"type": "string", "pattern": "^([0-9]{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}


def _words(most: int = 2000) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most, "pattern": r"\S"}


def _object(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **optional},
        "additionalProperties": False,
    }


def _text(most: int = 2000) -> dict[str, Any]:
    return _object({"vi": _words(most), "en": _words(most)})


def _list(items: dict[str, Any], least: int = 0, most: int = 100) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": least, "maxItems": most}


def _set(values: Any, least: int = 1) -> dict[str, Any]:
    return {"type": "array", "items": {"enum": list(values)}, "minItems": least, "uniqueItems": True}


_OPTION = _object({"key": _KEY, "label": _text(300)})
_PERIOD = _object({"start": _DAY, "end": _DAY, "vi": _words(), "en": _words()})
SCHEMA = _object(
    {
        "name": _text(500),
        "field": {"type": "string", "minLength": 1},
        "level": {"enum": list(LEVELS)},
        "audience": _set(AUDIENCES),
        "online": {"enum": list(ONLINE)},
        "channels": _set(WAYS),
        "limit": _object(
            {"unit": {"enum": list(UNITS)}, "amount": {"type": "integer", "minimum": 0}},
            cut_off={"anyOf": [{"const": ""}, _TIME]},
            pauses=_set(PAUSES, 0),
            supplements={"type": "integer", "minimum": 0, "maximum": 10},
            excluded=_list(_PERIOD),
        ),
        "legal_basis": _list(_text(), 1),
        "documents": _list(
            _object(
                {
                    "code": _KEY,
                    "name": _text(),
                    "kinds": _set(COPIES),
                    "required": {"type": "boolean"},
                    "copies": {"type": "integer", "minimum": 1, "maximum": 20},
                }
            )
        ),
        "form": _list(
            _object(
                {"key": _KEY, "label": _text(300), "kind": {"enum": list(FIELDS)}, "required": {"type": "boolean"}},
                options=_list(_OPTION, 1),
                columns=_list(_OPTION, 1, 8),
                help=_text(),
            )
        ),
        "fees": _list(
            _object({"code": _KEY, "name": _text(), "amount": {"type": "integer", "minimum": 0, "maximum": 10**10}})
        ),
        "steps": _list(
            _object({"key": _KEY, "title": _text(300), "role": {"enum": list(ROLES)}, "agency": {"type": "string"}}),
            1,
            20,
        ),
        "result": _object({"name": _text(), "kind": _KEY}),
    },
    summary=_text(),
    authority=_text(300),
    conditions=_list(_text()),
    events=_set(LIFE_EVENTS, 0),
)
