"""What stops a file from being read: what is wrong, on which line, and how to mend it."""

from __future__ import annotations


class Unreadable(ValueError):
    """A broken file. `line` counts from 1; 0 where the fault is no line's."""

    def __init__(self, what: str, *, line: int = 0, mend: str = "") -> None:
        place = f"line {line}" if line else ""
        super().__init__(" · ".join(part for part in (place, what, mend) if part))
        self.what, self.line, self.mend = what, line, mend


def decoded(raw: bytes) -> str:
    """Text of a file: UTF-8, with or without its mark, else ISO 8859-1, which GML prescribes."""
    if b"\0" in raw:
        raise Unreadable(
            "the file holds NUL bytes", line=raw[: raw.index(b"\0")].count(b"\n") + 1, mend="give plain text"
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")
