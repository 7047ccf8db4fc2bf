"""Time-based one-time passwords: RFC 6238 over RFC 4226, SHA-1, six digits, thirty seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from urllib.parse import quote

PERIOD, DIGITS = 30, 6


def new_secret() -> str:
    """160 random bits in base32, as authenticators read them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int, *, digits: int = DIGITS, algorithm: str = "sha1") -> str:
    """The code of one time step (RFC 4226, section 5.3)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    tally = hmac.new(key, step.to_bytes(8, "big"), getattr(hashlib, algorithm)).digest()
    offset = tally[-1] & 15
    number = int.from_bytes(tally[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(seconds: float | None = None) -> int:
    """The time step of a moment in seconds since 1970; now when none is given."""
    return int(time.time() if seconds is None else seconds) // PERIOD


def matching_step(secret: str, code: str, *, after: int = 0, now: float | None = None) -> int | None:
    """The step a code belongs to, one step of clock drift allowed either way; steps up to `after` are used up."""
    given = code.replace(" ", "")
    found = None
    for step in range(step_at(now) - 1, step_at(now) + 2):
        if hmac.compare_digest(code_at(secret, step).encode(), given.encode()) and step > after:
            found = step
    return found


def address(secret: str, account: str, issuer: str) -> str:
    """The otpauth:// address authenticators read from a QR code."""
    label = quote(f"{issuer}:{account}")
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={PERIOD}"
