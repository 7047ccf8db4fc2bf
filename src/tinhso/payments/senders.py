"""How a bank proves that a notification is its own."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import APIKeyHeader

from tinhso.foundation.errors import Problem
from tinhso.identity.limits import client_address, hit
from tinhso.identity.sealing import unseal
from tinhso.identity.signed_bodies import body_of, signed_by
from tinhso.payments.models import BankFeed


class BankSignature(APIKeyHeader):
    """HMAC-SHA256 over timestamp, full stop and the raw body, by the key of the account X-Tinhso-Account names."""

    param_name = "X-Tinhso-Signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> BankFeed:
        """The feed, proven; 401 otherwise, deliberately not saying which part was wrong."""
        body = body_of(request)
        number = request.headers.get("X-Tinhso-Account", "").partition("-")
        feed = BankFeed.objects.filter(bin=number[0], number=number[2], enabled=True).first()
        # A signature is computed for an unknown account too, so that the time taken tells little.
        proven = signed_by(request, unseal(feed.key_sealed) if feed else "0" * 64, body)
        if feed is None or not proven:
            hit("payments-wrong", client_address(request), limit=60, seconds=300)
            raise Problem(
                _("Không xác thực được ngân hàng gửi."),
                place="X-Tinhso-Signature",
                mend=_("Kiểm tra tài khoản, khóa, chữ ký và giờ của máy gửi."),
                status=401,
                code="unauthenticated",
            )
        try:
            hit("payments-feed", feed.code, limit=1200, seconds=60)
        except Problem as problem:
            # Banks drop what is refused with 4xx and repeat what is refused with 5xx.
            raise Problem(
                problem.what, place=feed.code, mend=_("Gửi lại sau một phút."), status=503, code="busy"
            ) from problem
        return feed
