"""Keeping secrets: encrypted where they must be read back, hashed where they are only compared."""

from __future__ import annotations

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict

RECOVERY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"tinhso.identity.totp").derive(secret_key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))


def _keys() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def seal(text: str) -> str:
    """Encrypt with a key derived from the present secret key."""
    return _keys().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """Decrypt with the present key or a former one; Conflict when none fits."""
    try:
        return _keys().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Conflict(
            _("Khóa bí mật của hệ thống đã đổi, không đọc được thiết bị xác thực."),
            mend=_("Quản trị đặt TINHSO_SECRET_KEY_FALLBACKS bằng khóa cũ, hoặc đặt lại xác thực hai bước."),
        ) from error


def reseal(sealed: str) -> str:
    """The same secret under the present key."""
    return _keys().rotate(sealed.encode()).decode()


def token_hash(secret: str) -> str:
    """SHA-256 of a token's 256 random bits: nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_recovery_code() -> str:
    """Ten easily read characters (about 49 bits) in two groups."""
    letters = "".join(secrets.choice(RECOVERY_ALPHABET) for _n in range(10))
    return f"{letters[:5]}-{letters[5:]}"


def recovery_hashes(user_id: int, code: str) -> list[str]:
    """Keyed hashes of a recovery code, however it was typed: under the present secret key, then former ones."""
    bare = "".join(char for char in code.casefold() if char in RECOVERY_ALPHABET)
    return [
        salted_hmac("identity.recovery", f"{user_id}:{bare}", secret=key, algorithm="sha256").hexdigest()
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
