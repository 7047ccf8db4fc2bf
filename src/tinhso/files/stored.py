"""Stored files: bytes under their SHA-256, never under a name somebody typed."""

import fcntl
import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.guard import clean
from tinhso.files.kinds import SUFFIX, detect
from tinhso.files.models import Release, StoredFile
from tinhso.foundation.errors import Erased, Invalid, Problem
from tinhso.proof.audit import Actor, command, note

MAX_BYTES = 20 * 2**20
BLOCK = 2**18


class Readable(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


class FileMissing(Problem):
    """The bytes of a stored file are gone or are no longer what was stored."""

    status, code = 500, "file-missing"


def location(sha256: str) -> Path:
    """Where content with this SHA-256 lies."""
    if not re.fullmatch("[0-9a-f]{64}", sha256):
        raise ValueError("not a SHA-256 in hex")
    return Path(settings.MEDIA_ROOT) / sha256[:2] / sha256[2:4] / sha256


@contextmanager
def alone() -> Iterator[None]:
    """Nobody else adds or deletes bytes meanwhile; the lock ends with the process that holds it.

    Whoever keeps bytes again makes them young under it, so that they cannot go between being found and being named.
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def label(name: str) -> str:
    """A name fit to show and to offer for saving: no folders, no control characters, at most 120 characters."""
    base = PurePosixPath(name.replace("\\", "/")).name
    kept = "".join(char for char in unicodedata.normalize("NFC", base) if unicodedata.category(char)[0] != "C")
    kept = kept.strip(" .") or _("tệp")
    stem, dot, suffix = kept.rpartition(".")
    return f"{stem[: 119 - len(suffix)]}{dot}{suffix}" if dot and len(suffix) <= 10 else kept[:120]


def _take(content: Readable, limit: int, into: Path) -> tuple[str, int]:
    tally, size = hashlib.sha256(), 0
    with into.open("wb") as target:
        while block := content.read(BLOCK):
            size += len(block)
            if size > limit:
                raise Invalid(
                    _("Tệp lớn hơn %(limit)d MB.") % {"limit": limit // 2**20},
                    place="file",
                    mend=_("Nén hoặc chia nhỏ tệp rồi gửi lại."),
                )
            tally.update(block)
            target.write(block)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        raise Invalid(_("Tệp rỗng."), place="file", mend=_("Chọn một tệp có nội dung."))
    return tally.hexdigest(), size


@dataclass(frozen=True)
class Kept:
    """Bytes that are kept: their SHA-256 in hex, size and media type."""

    sha256: str
    size: int
    kind: str


def keep(content: Readable, limit: int = MAX_BYTES, *, guarded: bool = False) -> Kept:
    """Keep bytes under their SHA-256, for tables that guard them by rules of their own.

    Content is read once, in blocks, up to `limit` bytes; bytes already kept are not written twice. Invalid: empty,
    too large, or none of the accepted kinds. `guarded`: from strangers, so it is scanned and cleaned first
    (`guard.py`), and what is kept is the clean file.
    """
    root = Path(settings.MEDIA_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=root, prefix="incoming-")
    os.close(handle)
    path = Path(temporary)
    try:
        sha256, size = _take(content, limit, path)
        kind = detect(path)
        if kind is None:
            raise Invalid(
                _("Không nhận loại tệp này."),
                place="file",
                mend=_("Gửi một trong các loại: %(kinds)s.") % {"kinds": ", ".join(sorted(SUFFIX.values()))},
            )
        if guarded:
            clean(path, kind)
            with path.open("rb") as source:
                sha256 = hashlib.file_digest(source, "sha256").hexdigest()
            size = path.stat().st_size
        kept = location(sha256)
        kept.parent.mkdir(parents=True, exist_ok=True)
        path.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        with alone():
            # Also where they lie already: they are young again, so nobody deletes them before they have a row.
            path.replace(kept)
    finally:
        path.unlink(missing_ok=True)
    return Kept(sha256, size, kind)


def fetch(sha256: str) -> bytes:
    """Kept bytes, whole. FileMissing when they are gone or are no longer what was kept."""
    path = location(sha256)
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise FileMissing(_("Nội dung tệp không còn nguyên vẹn."), place=sha256)
    return content


@command("files.store")
def store(
    *,
    actor: Actor,
    content: Readable,
    name: str,
    public: bool,
    limit: int = MAX_BYTES,
    guarded: bool = False,
    personal: bool = False,
) -> StoredFile:
    """Keep a file's bytes and say what it is (`keep`).

    `personal`: about a person, to be erased one day. The row, which stays, then bears neither the name it was sent
    under nor that of whoever sent it; the caller keeps them where they can be erased (`label`).
    """
    kept = keep(content, limit, guarded=guarded)
    stored = StoredFile.objects.create(
        sha256=kept.sha256,
        size=kept.size,
        content_type=kept.kind,
        name=f"tep{SUFFIX[kept.kind]}" if personal else label(name),
        public=public,
        actor_code=actor.code,
        actor_name="" if personal else actor.name,
    )
    after = {"sha256": kept.sha256, "size": kept.size, "kind": kept.kind, "public": public}
    note(target=str(stored.uid), after=after)
    return stored


def read(stored: StoredFile) -> Iterator[bytes]:
    """The bytes, in blocks. Erased: released. FileMissing: gone, or their size differs from what was stored."""
    if released := Release.objects.filter(file=stored).first():
        day = f"{timezone.localtime(released.at):%d/%m/%Y}"
        raise Erased(_("Tệp này đã xóa theo thời hạn lưu vào ngày %(day)s.") % {"day": day})
    path = location(stored.sha256)
    if not path.is_file() or path.stat().st_size != stored.size:
        raise FileMissing(_("Nội dung tệp không còn nguyên vẹn."), place=str(stored.uid))
    return _blocks(path)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def intact(stored: StoredFile) -> bool:
    """Whether the bytes kept still have the SHA-256 under which they were stored."""
    tally = hashlib.sha256()
    try:
        for block in read(stored):
            tally.update(block)
    except (FileMissing, Erased):
        return False
    return tally.hexdigest() == stored.sha256
