"""Reading a GeoJSON FeatureCollection one feature at a time, so that memory is bounded by the largest feature."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.json_faults import json_words

MAX_VALUE_CHARS = 16 * 2**20
CHUNK_CHARS = 2**16


class BadJSON(ValueError):
    """The text is not the JSON expected; the message says why and at which character."""


def _no_constant(name: str) -> None:
    raise BadJSON(_("%(name)s không phải là số của JSON") % {"name": name})


class _Reader:
    """Decodes one JSON value after another from a file, reading on while a value is incomplete."""

    def __init__(self, path: Path) -> None:
        self.file = path.open(encoding="utf-8-sig")
        self.buffer, self.at, self.dropped, self.ended = "", 0, 0, False
        self.decoder = json.JSONDecoder(parse_constant=_no_constant)

    def more(self) -> bool:
        self.dropped += self.at
        self.buffer = self.buffer[self.at :]
        self.at = 0
        # Growing by its own size keeps repeated attempts on one long value linear in total.
        read = self.file.read(max(CHUNK_CHARS, len(self.buffer)))
        self.ended = not read
        self.buffer += read
        return bool(read)

    def fail(self, why: str) -> BadJSON:
        return BadJSON(_("%(why)s (ký tự thứ %(at)d)") % {"why": why, "at": self.dropped + self.at + 1})

    def peek(self) -> str:
        while True:
            while self.at < len(self.buffer):
                if not self.buffer[self.at].isspace():
                    return self.buffer[self.at]
                self.at += 1
            if not self.more():
                return ""

    def expect(self, wanted: str) -> str:
        found = self.peek()
        if not found or found not in wanted:
            told = {"wanted": " ".join(wanted), "found": found or _("hết tệp")}
            raise self.fail(_("cần %(wanted)s nhưng gặp %(found)s") % told)
        self.at += 1
        return found

    def value(self) -> Any:
        self.peek()
        while True:
            try:
                value, end = self.decoder.raw_decode(self.buffer, self.at)
                # A number at the end of what was read may go on: "1" of "1.5", "1" of "1e+5".
                if end + 2 < len(self.buffer) or self.ended:
                    self.at = end
                    return value
                self.more()
            except json.JSONDecodeError as error:
                if len(self.buffer) - self.at > MAX_VALUE_CHARS:
                    raise self.fail(_("một giá trị quá dài hoặc hỏng")) from error
                if not self.more():
                    self.at = error.pos
                    raise self.fail(": ".join(json_words(error.msg)).rstrip(".")) from error
            except RecursionError as error:
                raise self.fail(_("lồng nhau quá sâu")) from error


def features(path: Path, head: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The features of a FeatureCollection; its other members are put into `head`. BadJSON, UnicodeError."""
    reader = _Reader(path)
    with reader.file:
        reader.expect("{")
        if reader.peek() == "}":
            return
        while True:
            name = reader.value()
            reader.expect(":")
            if name == "features":
                reader.expect("[")
                if reader.peek() == "]":
                    reader.expect("]")
                else:
                    while True:
                        yield reader.value()
                        if reader.expect(",]") == "]":
                            break
            else:
                head[str(name)] = reader.value()
            if reader.expect(",}") == "}":
                break
        if reader.peek():
            raise reader.fail(_("còn chữ sau khi tập hợp đã hết"))
