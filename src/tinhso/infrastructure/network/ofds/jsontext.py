"""JSON without loss: numbers keep the value they were written with, and broken text is refused with its position.

A number that a double writes back identically is a float; any other (5.6250, twenty digits) stays a Decimal and is
written back as it was. Binary doubles alone would change such coordinates silently.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.foundation.json_faults import json_fault

MAX_NUMBER_LENGTH = 400


class BadJson(Invalid):
    """The file is not JSON that can be kept."""

    code = "bad-json"


def _number(token: str) -> float | Decimal:
    value = float(token)
    if repr(value) == token:
        return value
    if len(token) > MAX_NUMBER_LENGTH or math.isinf(value):
        raise BadJson(_("Số quá lớn: %(token)s…") % {"token": token[:40]}, mend=_("Sửa số này trong tệp nguồn."))
    return Decimal(token)


def _integer(digits: str) -> int | Decimal:
    if len(digits) <= 18 and digits != "-0":
        return int(digits)
    if len(digits) > MAX_NUMBER_LENGTH:
        raise BadJson(_("Số quá lớn: %(token)s…") % {"token": digits[:40]}, mend=_("Sửa số này trong tệp nguồn."))
    return Decimal(digits)


NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")


def number_of(token: str, otherwise: Any = None) -> Any:
    """The value of a number as JSON writes it, or `otherwise` for other text. BadJson where no double can hold it."""
    found = NUMBER.fullmatch(token)
    if not found:
        return otherwise
    return _number(token) if found[1] or found[2] else _integer(token)


def _constant(token: str) -> Any:
    raise BadJson(_("%(token)s không phải là số của JSON.") % {"token": token}, mend=_("Bỏ giá trị này khỏi tệp."))


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadJson(
            _("Một đối tượng có hai trường cùng tên “%(name)s”.") % {"name": twice[:80]},
            mend=_("Giữ lại một trong hai."),
        )
    return made


def loads(raw: bytes) -> Any:
    """The value of a JSON document in UTF-8. BadJson names line and column of what is wrong."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadJson(
            _("Tệp không phải UTF-8."),
            place=_("byte %(at)d") % {"at": error.start},
            mend=_("Lưu lại tệp bằng mã UTF-8."),
        ) from error
    try:
        value = json.loads(
            text, parse_float=_number, parse_int=_integer, parse_constant=_constant, object_pairs_hook=_object
        )
    except json.JSONDecodeError as error:
        fault = json_fault(error, _("Tệp không phải JSON hợp lệ"))
        raise BadJson(fault.what, place=fault.place, mend=fault.mend) from error
    except RecursionError as error:
        raise too_deep() from error
    if any(escaped in text for escaped in ("\\u0000", "\\ud", "\\uD")):
        _refuse_bad_strings(value)
    return value


def too_deep() -> BadJson:
    """The refusal of nesting that no part of the standard needs."""
    return BadJson(_("Tệp lồng nhau quá sâu."), mend=_("Tệp OFDS chỉ cần chưa tới mười tầng."))


def walk(value: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    """Every value inside with its JSON pointer, without recursion."""
    waiting = [(place, value)]
    while waiting:
        here, item = waiting.pop()
        yield here, item
        if isinstance(item, dict):
            waiting += [(f"{here}/{escape(key)}", part) for key, part in item.items()]
        elif isinstance(item, list):
            waiting += [(f"{here}/{index}", part) for index, part in enumerate(item)]


def escape(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def _refuse_bad_strings(value: Any) -> None:
    for place, item in walk(value):
        texts = [item] if isinstance(item, str) else list(item) if isinstance(item, dict) else []
        for text in texts:
            if "\0" in text:
                raise BadJson(_("Văn bản chứa ký tự NUL."), place=place, mend=_("Bỏ \\u0000 khỏi tệp."))
            if any("\ud800" <= char <= "\udfff" for char in text):
                raise BadJson(_("Văn bản chứa nửa ký tự Unicode."), place=place, mend=_("Sửa chuỗi \\ud… này."))


def dumps(value: Any) -> str:
    """Compact text with sorted keys; equal values have equal text. BadJson where the nesting is too deep."""
    try:
        return orjson.dumps(value, default=_as_written, option=orjson.OPT_SORT_KEYS).decode()
    except orjson.JSONEncodeError as error:
        raise too_deep() from error


def _as_written(value: Any) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value).encode())
    raise TypeError(type(value).__name__)
