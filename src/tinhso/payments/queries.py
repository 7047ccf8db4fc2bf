"""Reads that pages and the apps above use."""

from __future__ import annotations

from typing import Any

import segno
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.payments.access import check
from tinhso.payments.codes import OPEN
from tinhso.payments.models import PaymentRequest
from tinhso.payments.vietqr import ACCOUNT, Transfer, write


def requests_of(source_app: str, source_key: str) -> list[PaymentRequest]:
    """What a source asked for, oldest first, with accounts, entries and refunds read once."""
    rows = PaymentRequest.objects.filter(source_app=source_app, source_key=source_key)
    return list(rows.select_related("account").prefetch_related("entries", "refunds__done").order_by("pk"))


def request_to_match(user: Any, reference: str) -> PaymentRequest:
    """The request somebody says money is for; Invalid for none, Forbidden for another agency's."""
    found = PaymentRequest.objects.filter(reference="".join(reference.split()).upper()).first()
    if found is None:
        raise Invalid(_("Không có mã tham chiếu này."), place="reference", mend=_("Chép đúng 12 ký tự."))
    check(user, "payments.match", found.payee_uid)
    return found


def code_of(request: PaymentRequest) -> str:
    """The VietQR text of an open request; "" once it is closed or where there is only cash."""
    if request.state != OPEN or request.account is None:
        return ""
    account = request.account
    return write(Transfer(account.bin, account.number, request.amount, request.purpose, ACCOUNT))


def png_of(code: str) -> str:
    """A code's picture as a data address, for those who pay on the phone that shows it; "" for no code."""
    return segno.make(code, error="m", micro=False).png_data_uri(scale=8, border=4) if code else ""


def svg_of(code: str, label: str) -> SafeString:
    """A code's picture as inline SVG, with its name for those who cannot see it; "" for no code."""
    if not code:
        return SafeString("")
    picture = segno.make(code, error="m", micro=False).svg_inline(scale=5, border=4, title=label, light="#fff")
    return mark_safe(picture)  # noqa: S308 (segno escapes the title; the rest is its own drawing)
