"""Validation against the official 0.4 package schema (shipped unchanged beside this module)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import jsonschema_rs
from django.utils.translation import gettext_lazy

from tinhso.infrastructure.network.ofds.jsontext import escape, too_deep

SCHEMA_0_4 = "https://standard.ofds.info/en/0__4__0/network-schema.json"
CRS84 = {"name": "urn:ogc:def:crs:OGC::CRS84", "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
LISTS = ("nodes", "spans", "phases", "organisations", "contracts", "wayleaves")


class Breach(NamedTuple):
    """One rule of the schema broken: the keyword, the path, what the keyword wants."""

    keyword: str
    path: tuple[str | int, ...]
    wants: Any
    text: str

    @property
    def place(self) -> str:
        return pointer(self.path)


def pointer(path: tuple[str | int, ...]) -> str:
    """A path as a JSON pointer; the whole document is "/"."""
    return "".join(f"/{escape(str(part))}" for part in path) or "/"


@cache
def schema() -> dict[str, Any]:
    """The schema document."""
    return json.loads(Path(__file__).with_name("schema").joinpath("network-package-schema-0.4.json").read_bytes())


@cache
def _validator() -> Any:
    # Values are masked: one message may otherwise carry the whole file.
    return jsonschema_rs.validator_for(schema(), validate_formats=True, mask="…")


@cache
def codelist(list_name: str, field: str) -> frozenset[str]:
    """The closed codelist of a field of an element, e.g. ("nodes", "status")."""
    network = schema()["properties"]["networks"]["items"]["properties"]
    found = network[list_name]["items"]["properties"][field]
    return frozenset(found.get("enum") or found["items"]["enum"])


def breaches(package: Any) -> Iterator[Breach]:
    """Every rule of the schema a package breaks. Numbers may be int, float or Decimal."""
    try:
        for error in _validator().iter_errors(package):
            keyword, wants = error.kind.name, _wants(error.kind)
            yield Breach(keyword, tuple(error.instance_path), wants, _said(keyword, wants, error.message))
    except ValueError as error:
        raise too_deep() from error


def _wants(kind: Any) -> Any:
    for name in ("property", "types", "options", "expected_value", "format", "unexpected", "limit", "pattern"):
        if hasattr(kind, name):
            return getattr(kind, name)
    return None


SAID = {
    "required": gettext_lazy("Thiếu trường bắt buộc “%(wants)s”."),
    "minLength": gettext_lazy("Văn bản rỗng."),
    "minItems": gettext_lazy("Danh sách có ít hơn %(wants)s phần tử."),
    "minProperties": gettext_lazy("Đối tượng rỗng."),
    "type": gettext_lazy("Sai kiểu dữ liệu: cần %(wants)s."),
    "enum": gettext_lazy("Giá trị không có trong danh mục mã của chuẩn."),
    "const": gettext_lazy("Giá trị phải đúng là %(wants)s."),
    "format": gettext_lazy("Sai định dạng: cần %(wants)s."),
    "additionalProperties": gettext_lazy("Có trường không được phép: %(wants)s."),
    "uniqueItems": gettext_lazy("Danh sách có phần tử lặp lại."),
    "pattern": gettext_lazy("Chỉ liên kết đầu tiên được mang quan hệ “describedby”."),
}


def _said(keyword: str, wants: Any, otherwise: str) -> str:
    if keyword not in SAID:
        return otherwise
    told = ", ".join(map(str, wants)) if isinstance(wants, list | tuple | set) else str(wants)
    return str(SAID[keyword]) % {"wants": told[:200]}
