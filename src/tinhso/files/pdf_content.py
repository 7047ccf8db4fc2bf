"""PDF files that do things of their own accord are refused, with the name of what they do and how to mend it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pyhanko.pdf_utils import generic, misc
from pyhanko.pdf_utils.reader import PdfFileReader

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text

SCRIPT = Text("mã JavaScript", "JavaScript")
LAUNCH = Text("lệnh mở chương trình", "a command that starts programs")
ATTACHED = Text("tệp nhúng bên trong", "embedded files")
MEDIA = Text("âm thanh, phim hay nội dung động", "sound, video or rich media")
AUTOMATIC = Text("hành động tự chạy", "actions that run by themselves")
SENDING = Text("hành động gửi hay nhập dữ liệu", "actions that send or import data")
XFA = Text("biểu mẫu XFA", "an XFA form")
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
SUBTYPES = {"/FileAttachment": ATTACHED, "/RichMedia": MEDIA, "/Movie": MEDIA, "/Sound": MEDIA, "/Screen": MEDIA}
# What an older revision hides from the newest one is still in the file.
_RAW = re.compile(rb"/(JavaScript|Launch|EmbeddedFile|RichMedia)\b")
_RAW_TEXTS = {b"JavaScript": SCRIPT, b"Launch": LAUNCH, b"EmbeddedFile": ATTACHED, b"RichMedia": MEDIA}
MOST_OBJECTS = 200_000
# Parsers of broken files fail in every way there is; a refusal of ours passes through.
BROKEN = (
    *(misc.PdfError, ValueError, TypeError, LookupError, AttributeError),
    *(RecursionError, NotImplementedError, AssertionError, OSError),
)


def refuse_active(path: Path) -> None:
    """Invalid where a PDF is broken, encrypted, or holds anything that acts by itself."""
    with path.open("rb") as source:
        if found := _RAW.search(source.read()):
            raise _active(_RAW_TEXTS[found[1]])
        source.seek(0)
        try:
            reader = PdfFileReader(source, strict=False)
            if reader.encrypted:
                raise Invalid(
                    _("Tệp PDF có mật khẩu hoặc bị khóa."),
                    place="file",
                    mend=_("Mở tệp, in lại thành PDF không có mật khẩu rồi gửi."),
                )
            if (what := _active_part(reader)) is not None:
                raise _active(what)
        except BROKEN as bad:
            raise Invalid(
                _("Tệp PDF hỏng, không đọc được."), place="file", mend=_("Xuất hoặc quét lại tệp rồi gửi.")
            ) from bad


def _active(what: Text) -> Invalid:
    return Invalid(
        _("Tệp PDF chứa %(what)s nên không được nhận.") % {"what": what},
        place="file",
        mend=_("Mở tệp, chọn in rồi lưu thành PDF mới (hoặc chụp ảnh trang giấy), và gửi tệp mới đó."),
    )


def _active_part(reader: PdfFileReader) -> Text | None:
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


def _acts(item: generic.DictionaryObject) -> Text | None:
    for key in KEYS.keys() & set(item):
        # An empty tree of names is what some programs leave behind.
        if item.get(key):
            return KEYS[key]
    if (action := item.get("/S")) in ACTIONS and not isinstance(action, generic.DictionaryObject):
        return ACTIONS[str(action)]
    if (subtype := item.get("/Subtype")) in SUBTYPES and "/Rect" in item:
        return SUBTYPES[str(subtype)]
    opening = item.get("/OpenAction")
    # A place to open at is harmless and common.
    if isinstance(opening, generic.DictionaryObject) and opening.get("/S") != "/GoTo":
        return AUTOMATIC
    return None
