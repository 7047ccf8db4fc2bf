"""Canonical bytes: one JSON text per value, so that a hash means the same everywhere and for ever.

Objects have ASCII keys, sorted; values are objects, lists, strings (NFC), integers, booleans and null. No floats
(their text differs between systems), no NUL (PostgreSQL refuses it), no spaces; UTF-8. This is RFC 8785 restricted to
integers below 2**53.
"""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence


def _checked(value: object, place: str) -> object:
    match value:
        case None | bool():
            return value
        case int():
            if abs(value) >= 2**53:
                raise ValueError(f"{place}: integer beyond 2^53")
            return value
        case str():
            if "\0" in value:
                raise ValueError(f"{place}: NUL character")
            return unicodedata.normalize("NFC", value)
        case Mapping():
            for key in value:
                if not isinstance(key, str) or not key.isascii():
                    raise TypeError(f"{place}: key {key!r} is not ASCII text")
            return {key: _checked(item, f"{place}.{key}") for key, item in value.items()}
        case Sequence() if not isinstance(value, bytes | bytearray):
            return [_checked(item, f"{place}[{index}]") for index, item in enumerate(value)]
    raise TypeError(f"{place}: no canonical form for {type(value).__name__}")


def dumps(value: object) -> bytes:
    """Canonical bytes of a value; TypeError or ValueError names the place that has none."""
    checked = _checked(value, "$")
    return json.dumps(checked, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, in hex."""
    return hashlib.sha256(dumps(value)).hexdigest()
