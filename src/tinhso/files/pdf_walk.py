"""What a PDF does of its own accord: `pdf_walk.py < file.pdf` prints one word. Run confined
(foundation/confined.py), since the files are strangers'; imports nothing of ours.
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader

QUIET, LOCKED, BROKEN = "quiet", "locked", "broken"
SCRIPT, LAUNCH, ATTACHED, MEDIA = "script", "launch", "attached", "media"
AUTOMATIC, SENDING, XFA = "automatic", "sending", "xfa"
ACTIONS = {
    "/JavaScript": SCRIPT,
    "/Launch": LAUNCH,
    "/GoToE": ATTACHED,
    "/SubmitForm": SENDING,
    "/ImportData": SENDING,
    "/Rendition": MEDIA,
    "/RichMediaExecute": MEDIA,
    "/Movie": MEDIA,
    "/Sound": MEDIA,
}
KEYS = {
    "/JS": SCRIPT,
    "/JavaScript": SCRIPT,
    "/EmbeddedFiles": ATTACHED,
    "/EF": ATTACHED,
    "/RichMediaContent": MEDIA,
    "/RichMediaSettings": MEDIA,
    "/AA": AUTOMATIC,
    "/XFA": XFA,
}
SUBTYPES = {
    "/FileAttachment": ATTACHED,
    **dict.fromkeys(("/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"), MEDIA),
}
# What an older revision hides from the newest one is still in the file.
_RAW = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia)\b")
_RAW_WORDS = {b"JavaScript": SCRIPT, b"Launch": LAUNCH, b"EmbeddedFile": ATTACHED, b"RichMedia": MEDIA}
MOST_OBJECTS = 200_000
# Parsers of broken files fail in every way there is.
FAILURES = (
    *(misc.PdfError, ValueError, TypeError, LookupError, AttributeError),
    *(RecursionError, NotImplementedError, AssertionError, OSError),
)


def deed(pdf: bytes) -> str:
    """What the file does by itself, QUIET where it does nothing, LOCKED or BROKEN where that cannot be told."""
    if found := _RAW.search(pdf):
        return _RAW_WORDS[found[1]]
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        return LOCKED if reader.encrypted else _active_part(reader) or QUIET
    except FAILURES:
        return BROKEN


def _active_part(reader: PdfFileReader) -> str | None:
    """The first part that acts, anywhere in what the document's root reaches."""
    seen: set[tuple[int, int]] = set()
    todo: list[Any] = [reader.root]
    count = 0
    while todo:
        item = todo.pop()
        if isinstance(item, generic.IndirectObject):
            place = (item.idnum, item.generation)
            if place in seen:
                continue
            seen.add(place)
            item = reader.get_object(item.reference)
        count += 1
        if count > MOST_OBJECTS * 10 or len(seen) > MOST_OBJECTS:
            raise ValueError("too many objects")
        if isinstance(item, generic.DictionaryObject):
            if (what := _acts(item)) is not None:
                return what
            todo.extend(value for _key, value in dict.items(item))
        elif isinstance(item, generic.ArrayObject):
            todo.extend(list.__iter__(item))
    return None


def _acts(item: generic.DictionaryObject) -> str | None:
    for key in KEYS.keys() & set(item):
        # An empty tree of names is what some programs leave behind.
        if _value(item, key):
            return KEYS[key]
    for key, words in (("/S", ACTIONS), ("/Subtype", SUBTYPES)):
        word = _value(item, key)
        if isinstance(word, generic.NameObject) and word in words:
            return words[str(word)]
    opening = _value(item, "/OpenAction")
    # A place to open at is harmless and common.
    if isinstance(opening, generic.DictionaryObject) and _value(opening, "/S") != "/GoTo":
        return _acts(opening) or AUTOMATIC
    return None


def _value(item: generic.DictionaryObject, key: str) -> Any:
    """The value itself, wherever in the file it lies; `get` would answer with the place."""
    try:
        return item[key]
    except KeyError:
        return None


if __name__ == "__main__":
    sys.stdout.write(deed(sys.stdin.buffer.read()))
