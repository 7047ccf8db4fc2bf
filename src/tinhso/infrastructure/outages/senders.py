"""How a sender proves who it is: bearer token, client certificate, signature over the body; whatever is set for it is
required, all of it."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Problem
from tinhso.identity.limits import client_address, hit
from tinhso.identity.sealing import token_hash, unseal
from tinhso.identity.signed_bodies import signed_by
from tinhso.infrastructure.outages.models import Source


class NotProven(Problem):
    """The sender is unknown, or did not prove who it is; deliberately not said which."""

    status, code = 401, "unauthenticated"


class Busy(Problem):
    """Come again: senders repeat what is refused with 5xx, and drop what is refused with 4xx."""

    status, code = 503, "busy"


def sender_of(request: HttpRequest, slug: str, body: bytes) -> Source:
    """The sender, proven; NotProven otherwise. Wrong tries are counted by address, notifications by sender."""
    source = Source.objects.select_related("network").filter(slug=slug, enabled=True).first()
    # All three are looked at even for an unknown sender, so that the time taken tells little.
    proven = [
        _token(request, source.token_hash if source else "0" * 64),
        _certificate(request, source.certificate_subject if source else ""),
        _signed(request, source.hmac_sealed if source else "", body),
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


def _signed(request: HttpRequest, sealed: str, body: bytes) -> bool:
    return not sealed or signed_by(request, unseal(sealed), body)
