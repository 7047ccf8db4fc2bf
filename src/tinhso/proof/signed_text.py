"""Short texts that a phone checks without a network: a text, the key's name and an ECDSA P-256 signature.

    TEXT~keyid~signature

`keyid` is the first eight hex digits of SHA-256 over the uncompressed public point, `signature` base64url (without
padding) of the 64 bytes r ‖ s over SHA-256 of TEXT (FIPS 186-5; the form WebCrypto takes). P-256, because every
browser has it. Keys lie in TINHSO_VAR/keys/receipt_key (one a line, the first signs, all verify) or in
TINHSO_RECEIPT_KEY.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.proof.keys import read_secret, write_secret
from tinhso.proof.notes import WrongSignature, strict_base64

ENVIRONMENT = "TINHSO_RECEIPT_KEY"
PREFIX = "P256+"
CURVE, HASH, SIZE = ec.SECP256R1(), ec.ECDSA(hashes.SHA256()), 32
SEPARATOR = "~"


class UnknownKey(Invalid):
    """The text names a key that is not ours, or not any more."""

    code = "unknown-key"


def unpadded(raw: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def padded(text: str) -> bytes:
    """The bytes of `unpadded`; Invalid for any other spelling of them."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    if not raw or unpadded(raw) != text:
        raise Invalid(_("Không phải base64url."), place="text")
    return raw


def key_id(point: bytes) -> str:
    """What texts call a key."""
    return hashlib.sha256(point).hexdigest()[:8]


@dataclass(frozen=True, repr=False)
class TextKey:
    """A private key for short texts."""

    scalar: bytes

    @classmethod
    def make(cls) -> TextKey:
        return cls(ec.generate_private_key(CURVE).private_numbers().private_value.to_bytes(SIZE, "big"))

    @classmethod
    def parse(cls, line: str) -> TextKey:
        """Read a line `P256+base64`; Invalid never repeats the secret."""
        raw = strict_base64(line.removeprefix(PREFIX), "key") if line.startswith(PREFIX) else b""
        if len(raw) != SIZE or not any(raw):
            raise Invalid(_("Tệp không chứa khóa P256+…"), place="receipt_key")
        return cls(raw)

    def secret(self) -> str:
        """The line to keep in a file only its owner can read."""
        return PREFIX + base64.b64encode(self.scalar).decode()

    @cached_property
    def private(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self.scalar, "big"), CURVE)

    @cached_property
    def point(self) -> bytes:
        """The public key: 65 bytes, uncompressed."""
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def sign(self, text: str) -> str:
        """The text with key and signature behind it."""
        r, s = decode_dss_signature(self.private.sign(text.encode(), HASH))
        raw = r.to_bytes(SIZE, "big") + s.to_bytes(SIZE, "big")
        return SEPARATOR.join((text, key_id(self.point), unpadded(raw)))


def key_file() -> Path:
    return Path(settings.VAR) / "keys" / "receipt_key"


def text_keys() -> list[TextKey]:
    """Our keys, the signing one first; makes one on first use."""
    if given := os.environ.get(ENVIRONMENT):
        return list(_parsed(given))
    path = key_file()
    if not path.exists():
        write_secret(path, TextKey.make().secret() + "\n", fresh_only=True)
    return list(_parsed(read_secret(path)))


@lru_cache(maxsize=4)
def _parsed(text: str) -> tuple[TextKey, ...]:
    return tuple(TextKey.parse(line) for line in text.split())


def public_keys() -> dict[str, str]:
    """Key id → public point in base64url: what pages and programs verify by."""
    return {key_id(key.point): unpadded(key.point) for key in text_keys()}


def sign_text(text: str) -> str:
    """Sign with the current key."""
    return text_keys()[0].sign(text)


def verified(signed: str, keys: dict[str, str]) -> str:
    """The text that one of the keys signed; Invalid, UnknownKey or WrongSignature say why not."""
    parts = signed.strip().rsplit(SEPARATOR, 2)
    if len(parts) != 3:
        raise Invalid(_("Không phải mã đã ký."), place="text", mend=_("Chép nguyên cả dòng cạnh mã QR."))
    text, name, encoded = parts
    if name not in keys:
        raise UnknownKey(_("Khóa «%(key)s» không phải của tỉnh.") % {"key": name[:20]}, place="text")
    raw = padded(encoded)
    if len(raw) != 2 * SIZE:
        raise WrongSignature(_("Chữ ký không đúng."), place="text")
    signature = encode_dss_signature(int.from_bytes(raw[:SIZE], "big"), int.from_bytes(raw[SIZE:], "big"))
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, padded(keys[name]))
        public.verify(signature, text.encode(), HASH)
    except (InvalidSignature, ValueError) as wrong:
        raise WrongSignature(_("Chữ ký không đúng: nội dung đã bị sửa."), place="text") from wrong
    return text
