"""What a dossier was asked to pay, for programs of its applicant and of its agencies; and the counter's cash."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.errors import problems
from tinhso.government.services.models import Dossier
from tinhso.government.services.paying.following import SOURCE, take_cash
from tinhso.payments.models import PaymentRequest
from tinhso.payments.queries import code_of, requests_of

router = Router(tags=["services"])


class FeeEntryOut(Schema):
    """What happened to a request. `way`: bank or cash, "" where no money moved; `receipt`: the cash receipt's number
    or the bank's id."""

    kind: str
    way: str
    receipt: str
    at: datetime


class FeeRefundOut(Schema):
    amount: int = Field(description="đồng")
    asked_at: datetime
    done_at: datetime | None


class FeeRequestOut(Schema):
    """A request to pay. `code`: the text of its VietQR, "" once it is closed or where only cash is taken."""

    uid: UUID
    reference: str = Field(description="what the transfer must carry")
    amount: int = Field(description="đồng")
    title: str
    state: str = Field(description="open, paid, cancelled or refunded")
    asked_at: datetime
    code: str
    entries: list[FeeEntryOut]
    refunds: list[FeeRefundOut]


class FeesOut(Schema):
    """`payment`: none, due, paid, refund_due or refunded."""

    payment: str
    owed: int = Field(description="đồng")
    paid: int = Field(description="đồng")
    requests: list[FeeRequestOut]


class CashIn(Schema):
    reference: str = Field(max_length=20, description="of the open request")


def _dossier(user: Any, code: str) -> Dossier:
    return get_object_or_404(Dossier.objects.visible_to(user), code=code)


def _told(row: Dossier) -> dict[str, Any]:
    names = ("uid", "reference", "amount", "title", "state", "asked_at")
    return {
        **{name: getattr(row, name) for name in ("payment", "owed", "paid")},
        "requests": [
            {
                **{name: getattr(one, name) for name in names},
                "code": code_of(one),
                "entries": [
                    {name: getattr(entry, name) for name in ("kind", "way", "receipt", "at")}
                    for entry in one.entries.all()
                ],
                "refunds": [
                    {
                        "amount": refund.amount,
                        "asked_at": refund.asked_at,
                        "done_at": refund.done.at if hasattr(refund, "done") else None,
                    }
                    for refund in one.refunds.all()
                ],
            }
            for one in requests_of(SOURCE, str(row.uid))
        ],
    }


@router.get(
    "/dossiers/{code}/payments",
    response=FeesOut,
    summary="What a dossier was asked to pay",
    openapi_extra=problems(404),
)
def payments(request: HttpRequest, code: str) -> dict[str, Any]:
    """For whoever may read the dossier: every request, oldest first, what was paid and what is to be given back."""
    return _told(_dossier(request.auth, code))  # type: ignore[attr-defined]


@router.post(
    "/dossiers/{code}/payments/cash",
    response=FeesOut,
    summary="Take a dossier's fee in cash",
    openapi_extra=problems(403, 404, 409),
)
def cash(request: HttpRequest, code: str, given: CashIn) -> dict[str, Any]:
    """At the counter; sent twice it is taken once. The entry `paid` carries the cash receipt's number."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "services.receive")
    row = _dossier(user, code)
    rows = PaymentRequest.objects.filter(source_app=SOURCE, source_key=str(row.uid))
    take_cash(dossier=row, request=get_object_or_404(rows, reference=given.reference), user=user)
    row.refresh_from_db()
    return _told(row)
