"""Signed notes (C2SP signed-note) with Ed25519, and the checkpoints they carry (C2SP tlog-checkpoint).

A note is text ending in a newline, a blank line, then lines "— name base64(keyid4 ‖ signature)". A verifier key is
"name+keyid+base64(0x01 ‖ public key)", a signer key "PRIVATE+KEY+name+keyid+base64(0x01 ‖ seed)"; the key id is
SHA-256(name ‖ "\\n" ‖ 0x01 ‖ public key)[:4]. Needs no database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

ED25519 = b"\x01"
LONGEST_NOTE = 2**20
MOST_SIGNATURES = 100


class Malformed(Invalid):
    """Text that is not a well-formed note, key or checkpoint."""

    code = "malformed-note"


class WrongSignature(Invalid):
    """A signature of a known key does not fit the text."""

    code = "wrong-signature"


def strict_base64(text: str, place: str) -> bytes:
    """Bytes of a base64 text with padding; Malformed for any other spelling of them."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    # Strict: two texts must never stand for one signature.
    if not raw or base64.b64encode(raw).decode() != text:
        raise Malformed(_("Không phải base64."), place=place)
    return raw


def checked_name(name: str) -> str:
    """A key's name: not empty, no blanks, no plus sign, at most 100 characters."""
    blank = any(char.isspace() or unicodedata.category(char) in ("Cc", "Cs", "Zs", "Zl", "Zp") for char in name)
    if not name or blank or "+" in name or len(name) > 100:
        raise Malformed(
            _("Tên khóa không hợp lệ: %(name)r.") % {"name": name[:120]},
            place="name",
            mend=_("Dùng tên như namdinh.gov.vn/kiem-toan: không dấu cách, không dấu +, tối đa 100 ký tự."),
        )
    return name


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes that name a key in a signature line."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


@dataclass(frozen=True)
class Verifier:
    """A public key under its name."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a verifier key; Malformed says what is wrong."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise Malformed(_("Khóa kiểm tra phải có dạng tên+mã+base64."), place="verifier")
        name, given, encoded = parts
        raw = strict_base64(encoded, "verifier")
        if raw[:1] != ED25519 or len(raw) != 33:
            raise Malformed(_("Không phải khóa công khai Ed25519."), place="verifier")
        key = cls(checked_name(name), raw[1:])
        if given != key.id.hex():
            raise Malformed(_("Mã khóa không khớp với khóa."), place="verifier")
        return key

    def fits(self, text: str, signature: bytes) -> bool:
        """Whether a signature is this key's over a text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, repr=False)
class Signer:
    """A private key under its name. Never leaves the machine it was made on."""

    name: str
    seed: bytes

    @classmethod
    def make(cls, name: str) -> Signer:
        """A new key."""
        return cls(checked_name(name), Ed25519PrivateKey.generate().private_bytes_raw())

    @property
    def verifier(self) -> Verifier:
        public = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return Verifier(self.name, public)

    def secret(self) -> str:
        """The text to keep in a file only its owner can read."""
        return f"PRIVATE+KEY+{self.name}+{self.verifier.id.hex()}+{base64.b64encode(ED25519 + self.seed).decode()}"

    @classmethod
    def parse(cls, text: str) -> Signer:
        """Read a signer key; Malformed says what is wrong and never repeats the secret."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise Malformed(_("Tệp không chứa khóa ký PRIVATE+KEY+…"), place="key")
        raw = strict_base64(parts[4], "key")
        if raw[:1] != ED25519 or len(raw) != 33:
            raise Malformed(_("Không phải khóa ký Ed25519."), place="key")
        key = cls(checked_name(parts[2]), raw[1:])
        if key.verifier.id.hex() != parts[3]:
            raise Malformed(_("Mã khóa không khớp với khóa."), place="key")
        return key

    def sign(self, text: str) -> Signature:
        """This key's signature on a text."""
        made = Ed25519PrivateKey.from_private_bytes(self.seed).sign(checked_text(text).encode())
        return Signature(self.name, self.verifier.id, made)


@dataclass(frozen=True)
class Signature:
    """One signature line of a note."""

    name: str
    id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"— {self.name} {base64.b64encode(self.id + self.signature).decode()}"

    @classmethod
    def parse(cls, line: str, place: str = "signature") -> Signature:
        """Read a line "— name base64"; Malformed says what is wrong."""
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—":
            raise Malformed(_("Dòng chữ ký phải có dạng “— tên base64”."), place=place)
        raw = strict_base64(parts[2], place)
        if len(raw) < 5:
            raise Malformed(_("Chữ ký quá ngắn."), place=place)
        return cls(checked_name(parts[1]), raw[:4], raw[4:])


def checked_text(text: str) -> str:
    """A note's text: ends in a newline, no other control characters; Malformed otherwise."""
    if not text.endswith("\n"):
        raise Malformed(_("Văn bản của bản ghi phải kết thúc bằng xuống dòng."), place="text")
    for char in text:
        if (char < " " and char != "\n") or "\ud800" <= char <= "\udfff":
            raise Malformed(_("Văn bản chứa ký tự điều khiển."), place="text")
    return text


@dataclass(frozen=True)
class Note:
    """A text and the signatures on it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(f"{signature}\n" for signature in self.signatures)

    @classmethod
    def parse(cls, source: str) -> Note:
        """Read a signed note; Malformed says what is wrong."""
        if len(source) > LONGEST_NOTE:
            raise Malformed(_("Bản ghi dài quá %(limit)d ký tự.") % {"limit": LONGEST_NOTE}, place="note")
        checked_text(source)
        text, blank, lines = source.rpartition("\n\n")
        if not blank or not lines:
            raise Malformed(
                _("Bản ghi không có chữ ký."), place="note", mend=_("Giữ nguyên cả dòng trống và các dòng “— …”.")
            )
        listed = lines[:-1].split("\n")
        if len(listed) > MOST_SIGNATURES:
            raise Malformed(_("Bản ghi có quá %(limit)d chữ ký.") % {"limit": MOST_SIGNATURES}, place="note")
        signatures = tuple(Signature.parse(line, f"signature {at}") for at, line in enumerate(listed, 1))
        return cls(text + "\n", signatures)

    def verified(self, known: Iterable[Verifier]) -> list[Verifier]:
        """The known keys that signed; unknown ones are passed over. WrongSignature if a known key's does not fit."""
        by_id = {(key.name, key.id): key for key in known}
        signers: dict[Verifier, None] = {}
        for signature in self.signatures:
            key = by_id.get((signature.name, signature.id))
            if key is None:
                continue
            if not key.fits(self.text, signature.signature):
                raise WrongSignature(_("Chữ ký của %(name)s không đúng.") % {"name": key.name}, place=str(key))
            signers[key] = None
        return list(signers)


def sign(text: str, signers: Sequence[Signer]) -> Note:
    """A text signed by each key."""
    return Note(checked_text(text), tuple(signer.sign(text) for signer in signers))


@dataclass(frozen=True)
class State:
    """What a checkpoint says: the log's origin, its number of leaves, its root."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> State:
        """Read a checkpoint's text; Malformed says what is wrong. Further lines (extensions) are passed over."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0]:
            raise Malformed(_("Điểm chốt phải có ba dòng: nguồn, kích thước, gốc."), place="checkpoint")
        if not re.fullmatch(r"0|[1-9][0-9]{0,18}", lines[1]):
            raise Malformed(_("Kích thước không phải số nguyên."), place="checkpoint, 2")
        root = strict_base64(lines[2], "checkpoint, 3")
        if len(root) != 32:
            raise Malformed(_("Gốc không phải SHA-256."), place="checkpoint, 3")
        return cls(lines[0], int(lines[1]), root)
