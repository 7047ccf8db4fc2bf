"""How a sender proves who it is: bearer token, client certificate, signature over the body; whatever is set for it is
required, all of it."""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Problem
from tinhso.identity.limits import client_address, hit
from tinhso.identity.sealing import token_hash, unseal
from tinhso.infrastructure.outages.models import Source

LARGEST = 2**20
#: A signed body is taken this long before and after its timestamp; repeats within it change nothing anyway.
REPLAY_SECONDS = 300
SIGNATURE = re.compile(r"sha256=([0-9a-f]{64})")
TIMESTAMP = re.compile(r"\d{1,12}")


class NotProven(Problem):
    """The sender is unknown, or did not prove who it is; deliberately not said which."""

    status, code = 401, "unauthenticated"


class Busy(Problem):
    """Come again: senders repeat what is refused with 5xx, and drop what is refused with 4xx."""

    status, code = 503, "busy"


def body_of(request: HttpRequest) -> bytes:
    """The body, at most 1 MiB; the length is checked before anything is read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdigit() or int(length) > LARGEST:
        raise Problem(
            _("Thông báo lớn hơn %(most)d KiB.") % {"most": LARGEST // 1024},
            place="body",
            mend=_("Đặt max_alerts nhỏ hơn hoặc chia nhóm cảnh báo."),
            status=413,
            code="too-large",
        )
    return request.body


def sender_of(request: HttpRequest, slug: str, body: bytes) -> Source:
    """The sender, proven; NotProven otherwise. Wrong tries are counted by address, notifications by sender."""
    source = Source.objects.select_related("network").filter(slug=slug, enabled=True).first()
    # All three are looked at even for an unknown sender, so that the time taken tells little.
    proven = [
        _token(request, source.token_hash if source else "0" * 64),
        _certificate(request, source.certificate_subject if source else ""),
        _signature(request, source.hmac_sealed if source else "", body),
    ]
    if source is None or not all(proven):
        hit("outages-wrong", client_address(request), limit=60, seconds=300)
        raise NotProven(
            _("Không xác thực được nguồn gửi."),
            place="Authorization",
            mend=_("Kiểm tra mã nguồn, mã truy cập, chứng thư, chữ ký và giờ của máy gửi."),
        )
    try:
        hit("outages-sender", slug, limit=600, seconds=60)
    except Problem as problem:
        raise Busy(problem.what, place=slug, mend=_("Gửi lại sau một phút.")) from problem
    return source


def _token(request: HttpRequest, kept: str) -> bool:
    if not kept:
        return True
    scheme, _blank, token = request.headers.get("Authorization", "").partition(" ")
    given = token_hash(token.strip()) if scheme.lower() == "bearer" else ""
    return hmac.compare_digest(kept, given)


def _certificate(request: HttpRequest, kept: str) -> bool:
    if not kept:
        return True
    header = settings.CLIENT_SUBJECT_HEADER
    if not header or request.META.get("REMOTE_ADDR", "") not in settings.PROXY_ADDRESSES:
        return False
    return hmac.compare_digest(kept.encode(), request.headers.get(header, "").strip().encode())


def signature(key: str, timestamp: str, body: bytes) -> str:
    """What the header X-Tinhso-Signature holds: HMAC-SHA256 over timestamp, full stop, body."""
    return "sha256=" + hmac.digest(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hex()


def _signature(request: HttpRequest, sealed: str, body: bytes, now: datetime | None = None) -> bool:
    if not sealed:
        return True
    stamp = request.headers.get("X-Tinhso-Timestamp", "")
    given = request.headers.get("X-Tinhso-Signature", "")
    if not TIMESTAMP.fullmatch(stamp) or not SIGNATURE.fullmatch(given):
        return False
    if abs((now or timezone.now()).timestamp() - int(stamp)) > REPLAY_SECONDS:
        return False
    return hmac.compare_digest(signature(unseal(sealed), stamp, body), given)
