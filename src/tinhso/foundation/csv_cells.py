"""Cells of CSV files that people open in spreadsheets: no text is run as a formula, and reading gives it back."""

from __future__ import annotations

import re

_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_NEEDS = re.compile(r"'*[=+\-@\t\r\n]")


def guarded(value: str | int) -> str | int:
    """A text that a spreadsheet would take for a formula (OWASP: CSV injection), behind an apostrophe; else unchanged.

    Texts that already look guarded get one more, so that `unguarded` is exact.
    """
    return f"'{value}" if isinstance(value, str) and _NEEDS.match(value) else value


def unguarded(text: str) -> str:
    """What `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text
