"""What is wrong with a definition: every fault with its place (a JSON pointer), in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from tinhso.foundation import canonical
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.government.services.ground.schema import SCHEMA
from tinhso.workdays.rules import Rule

_VALIDATOR = jsonschema_rs.validator_for(SCHEMA)
_TYPES = {
    "string": Text("chuỗi chữ", "text"),
    "integer": Text("số nguyên", "a whole number"),
    "boolean": Text("đúng hoặc sai (true, false)", "true or false"),
    "array": Text("danh sách [ ]", "a list [ ]"),
    "object": Text("nhóm { }", "an object { }"),
}


@dataclass(frozen=True)
class Fault:
    """`place`: JSON pointer into the checked value, "" for the whole. `shape`: a value of the wrong type stands there,
    so that what reads definitions could stumble over it."""

    place: str
    what: Text
    shape: bool = False

    def __str__(self) -> str:
        return f"{self.place or '/'}: {self.what}"


def schema_faults(validator: Any, value: Any) -> Iterator[Fault]:
    """Faults against a schema; what is missing or too much is told at its own place."""
    for error in validator.iter_errors(value):
        place = "".join(f"/{part}" for part in error.instance_path)
        kind = error.kind
        if kind.name == "required":
            yield Fault(f"{place}/{kind.property}", Text("thiếu", "is missing"))
        elif kind.name == "additionalProperties":
            for name in kind.unexpected:
                yield Fault(f"{place}/{name}", Text("không có mục này", "is not known here"))
        else:
            yield Fault(place, _said(error), shape=kind.name == "type")


_SAID: Mapping[str, Callable[[Any], Text]] = {
    "minLength": lambda limit: Text("để trống", "is empty"),
    "maxLength": lambda limit: Text(f"dài quá {limit} chữ", f"is longer than {limit} characters"),
    "minItems": lambda limit: Text(f"cần ít nhất {limit} mục", f"needs at least {limit}"),
    "maxItems": lambda limit: Text(f"nhiều quá {limit} mục", f"has more than {limit}"),
    "minimum": lambda limit: Text(f"nhỏ hơn {limit}", f"is less than {limit}"),
    "maximum": lambda limit: Text(f"lớn hơn {limit}", f"is more than {limit}"),
    "uniqueItems": lambda limit: Text("có mục lặp lại", "repeats an item"),
}


def _said(error: Any) -> Text:
    kind, given = error.kind, error.instance
    if kind.name in _SAID:
        return _SAID[kind.name](getattr(kind, "limit", 0))
    if kind.name == "type":
        wanted = _TYPES.get(kind.types[0], Text(kind.types[0], kind.types[0]))
        return Text(f"cần {wanted.vi}", f"needs to be {wanted.en}")
    if kind.name == "enum":
        known = ", ".join(map(str, kind.options))
        return Text(f"«{given}» không thuộc: {known}", f"“{given}” is none of: {known}")
    if isinstance(given, str) and not given.strip():
        return _SAID["minLength"](0)
    return Text(f"«{given}» viết sai dạng", f"“{given}” is not written as it should be")


def faults(content: Any) -> list[Fault]:
    """Everything wrong with a definition, in the order it stands there."""
    found = list(schema_faults(_VALIDATOR, content))
    return found or list(_inner(content))


def _inner(content: Mapping[str, Any]) -> Iterator[Fault]:
    """What a schema cannot say: keys once, choices with options, tables with columns, a limit that can be counted."""
    for part, name in (("documents", "code"), ("form", "key"), ("fees", "code"), ("steps", "key")):
        yield from _twice(content[part], f"/{part}", name)
    for place, item in enumerate(content["form"]):
        wanted = {"choice": "options", "table": "columns"}.get(item["kind"])
        if wanted and wanted not in item:
            yield Fault(f"/form/{place}/{wanted}", Text("thiếu", "is missing"))
        for part in ("options", "columns"):
            yield from _twice(item.get(part, ()), f"/form/{place}/{part}", "key")
    try:
        canonical.dumps(content)
    except (TypeError, ValueError) as error:
        told = str(error).removeprefix("$")
        yield Fault("", Text(f"có giá trị không ghi được: {told}", f"holds a value that cannot be kept: {told}"))
    try:
        Rule.of(content["limit"])
    except Invalid as refused:
        yield Fault(f"/limit/{refused.place}".rstrip("/"), Text(refused.what, refused.what))


def _twice(items: Any, place: str, name: str) -> Iterator[Fault]:
    seen = set()
    for index, item in enumerate(items):
        if item[name] in seen:
            yield Fault(
                f"{place}/{index}/{name}",
                Text(f"«{item[name]}» đã có ở trên", f"“{item[name]}” stands above already"),
            )
        seen.add(item[name])


def check(content: Mapping[str, Any]) -> None:
    """Invalid names the first thing in a definition that is wrong, with its JSON pointer."""
    for fault in faults(content):
        raise Invalid(str(fault.what), place=fault.place or "/")
