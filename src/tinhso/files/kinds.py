"""What a file is, found in its content: neither its name nor what the sender says of it counts."""

import zipfile
from collections.abc import Callable
from pathlib import Path

ZIP = "application/zip"
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", ZIP),
)
# Office files are ZIP archives told apart by a member; OpenDocument names its type in its first member.
OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
TEXT = "text/plain"
SUFFIX = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    ZIP: ".zip",
    TEXT: ".txt",
    **dict(zip(OFFICE.values(), (".docx", ".xlsx"), strict=True)),
    OPEN_DOCUMENT + "text": ".odt",
    OPEN_DOCUMENT + "spreadsheet": ".ods",
}
# Browsers may guess these out of plain text and run them.
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<script", b"<?xml", b"<body", b"<iframe")
_CONTROL = bytes(set(range(32)) - {9, 10, 13})


def _archive(path: Path) -> str | None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return kind if kind in SUFFIX else None
            return next((kind for member, kind in OFFICE.items() if member in names), ZIP)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError):
        return None


def _text(path: Path) -> str | None:
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as source:
        head = source.read(512).removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if not head or head.startswith(_MARKUP):
            return None
        source.seek(0)
        try:
            while block := source.read(65536):
                if any(byte in _CONTROL for byte in set(block)):
                    return None
                decoder.decode(block)
            decoder.decode(b"", True)
        except UnicodeDecodeError:
            return None
    return TEXT


def detect(path: Path) -> str | None:
    """The media type of a file by its content; None where it is none of the accepted kinds (SUFFIX)."""
    with path.open("rb") as source:
        head = source.read(16)
    for magic, kind in MAGIC:
        if head.startswith(magic):
            return _archive(path) if kind == ZIP else kind
    reader: Callable[[Path], str | None] = _text
    return reader(path)
