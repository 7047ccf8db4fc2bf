"""Bodies that machines sign: HMAC-SHA256 over timestamp, full stop and the raw body, in two headers.

X-Tinhso-Timestamp: seconds since 1970; X-Tinhso-Signature: "sha256=" and the MAC in hexadecimal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Problem

LARGEST = 2**20
#: A signed body is taken this long before and after its timestamp; whoever takes it must bear repeats within it.
REPLAY_SECONDS = 300
SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)


def body_of(request: HttpRequest, mend: str = "") -> bytes:
    """The body, at most 1 MiB; the length is checked before anything is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        raise Problem(
            _("Thông báo lớn hơn %(most)d KiB.") % {"most": LARGEST // 1024},
            place="body",
            mend=mend or _("Chia thành nhiều thông báo."),
            status=413,
            code="too-large",
        )
    return request.body


def signature(key: str, timestamp: str, body: bytes) -> str:
    """What the header X-Tinhso-Signature holds."""
    return "sha256=" + hmac.digest(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hex()


def signed_by(request: HttpRequest, key: str, body: bytes, now: datetime | None = None) -> bool:
    """Whether the body was signed with the key, just now."""
    stamp = request.headers.get("X-Tinhso-Timestamp", "")
    given = request.headers.get("X-Tinhso-Signature", "")
    if not TIMESTAMP.fullmatch(stamp) or not SIGNATURE.fullmatch(given):
        return False
    if abs((now or timezone.now()).timestamp() - int(stamp)) > REPLAY_SECONDS:
        return False
    return hmac.compare_digest(signature(key, stamp, body), given)
