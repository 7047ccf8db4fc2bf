"""Rate limits that hold across web processes: fixed-window counters in a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from tinhso.foundation.errors import TooMany
from tinhso.identity.models import RateLimit


def _key(name: str, subject: str) -> str:
    return salted_hmac("identity.limits", f"{name}\n{subject}", algorithm="sha256").hexdigest()


def hit(name: str, subject: str, *, limit: int, seconds: int) -> int:
    """Count one try; TooMany past `limit` in a window of `seconds`. Call it outside a transaction that may roll back.

    One statement, so that two processes can never both read the old count.
    """
    now = int(timezone.now().timestamp())
    start = now - now % seconds
    ends = datetime.fromtimestamp(start + seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_ratelimit (key_hash, window_start, expires_at, count) VALUES (%s, %s, %s, 1) "
            "ON CONFLICT (key_hash, window_start) DO UPDATE SET count = identity_ratelimit.count + 1 RETURNING count",
            [_key(name, subject), start, connection.ops.adapt_datetimefield_value(ends)],
        )
        count: int = cursor.fetchone()[0]
    if count > limit:
        minutes = -(-(start + seconds - now) // 60)
        raise TooMany(_("Đã thử quá nhiều lần."), mend=_("Thử lại sau %(minutes)d phút.") % {"minutes": minutes})
    return count


def forgive(name: str, subject: str) -> None:
    """Forget the tries after a success."""
    RateLimit.objects.filter(key_hash=_key(name, subject)).delete()


def purge(moment: datetime | None = None) -> int:
    """Forget windows that ended; returns how many."""
    ended = (moment or timezone.now()) - timedelta(minutes=1)
    return RateLimit.objects.filter(expires_at__lt=ended).delete()[0]


def client_address(request: HttpRequest) -> str:
    """The client's address: from X-Forwarded-For only as far as the configured proxies wrote it."""
    peer = request.META.get("REMOTE_ADDR", "")
    if settings.TRUSTED_PROXIES:
        hops = [hop.strip() for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if hop.strip()]
        if len(hops) >= settings.TRUSTED_PROXIES:
            return hops[-settings.TRUSTED_PROXIES]
    return peer
