"""The API of payments: where banks tell of money, and reads for those who keep it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router, Schema
from pydantic import AwareDatetime, Field, field_validator

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import problems
from tinhso.payments import api_money
from tinhso.payments.codes import STATES
from tinhso.payments.commands import Told, receive
from tinhso.payments.models import BankFeed, BankTransaction, PaymentRequest
from tinhso.payments.reconciling import reconcile
from tinhso.payments.senders import BankSignature
from tinhso.payments.vietqr import AMOUNT_MOST
from tinhso.proof.audit import Actor

router = Router(tags=["payments"])
router.add_router("", api_money.router)
PER_PAGE, MOST_UNMATCHED = 100, 500
OLDEST = datetime(2020, 1, 1, tzinfo=timezone.get_default_timezone())


class CreditIn(Schema):
    """Money that arrived: the bank's own `id`, whole đồng, when, what the payer wrote, and who they are."""

    id: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^\S+$")]
    amount: Annotated[int, Field(strict=True, gt=0, le=AMOUNT_MOST)]
    at: AwareDatetime
    description: Annotated[str, Field(max_length=500)] = ""
    payer: Annotated[str, Field(max_length=200)] = ""

    @field_validator("at")
    @classmethod
    def _plausible(cls, at: datetime) -> datetime:
        if not OLDEST <= at <= timezone.now() + timedelta(days=1):
            raise ValueError("2020-01-01 … now")
        return at


class CreditsIn(Schema):
    transactions: Annotated[list[CreditIn], Field(min_length=1, max_length=500)]


class CreditOut(Schema):
    """`outcome` settled, unmatched (with its `cause`), matched or returning; `repeated`: told before."""

    id: str
    outcome: str
    cause: str
    repeated: bool


class CreditsOut(Schema):
    results: list[CreditOut]


@router.post(
    "/notifications",
    response=CreditsOut,
    auth=BankSignature(),
    summary="Money that arrived, told by a bank",
    openapi_extra=problems(503),
)
def notifications(request: HttpRequest, given: CreditsIn) -> dict[str, Any]:
    """Signed by the account's key (headers X-Tinhso-Account, X-Tinhso-Timestamp, X-Tinhso-Signature). Every credit is
    kept once, however often it is told; what fits no request is kept as unmatched."""
    feed: BankFeed = request.auth  # type: ignore[attr-defined]
    actor = Actor(f"bank:{feed.code}", f"{feed.bin}")
    results = []
    for one in given.transactions:
        done = receive(actor=actor, feed=feed, told=Told(one.id, one.amount, one.at, one.description, one.payer))
        outcome = done.outcome
        results.append({"id": one.id, "outcome": outcome.kind, "cause": outcome.cause, "repeated": done.repeated})
    return {"results": results}


class RequestOut(Schema):
    uid: UUID
    reference: str
    payee: str
    amount: int
    title: str
    state: Literal["open", "paid", "cancelled", "refunded"]
    asked_at: datetime
    demonstration: bool


class RequestsOut(Schema):
    count: int
    items: list[RequestOut]


@router.get("/requests", response=RequestsOut, summary="Payment requests", openapi_extra=problems(403))
def list_requests(
    request: HttpRequest,
    state: Literal["", "open", "paid", "cancelled", "refunded"] = "",
    reference: Annotated[str, Query(max_length=20, description="one request, as its transfer names it")] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> dict[str, Any]:
    """Requests of the agencies whose money one keeps, latest first, 100 a page."""
    check(request.user, "payments.read")
    rows = PaymentRequest.objects.visible_to(request.user).order_by("-asked_at", "-pk")
    if state in STATES:
        rows = rows.filter(state=state)
    if reference:
        rows = rows.filter(reference=reference.strip().upper())
    shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    return {"count": rows.count(), "items": [{**_facts(row), "payee": row.payee_uid} for row in shown]}


def _facts(row: PaymentRequest) -> dict[str, Any]:
    names = ("uid", "reference", "amount", "title", "state", "asked_at", "demonstration")
    return {name: getattr(row, name) for name in names}


class UnmatchedOut(Schema):
    uid: UUID
    bank_id: str
    account: str
    payee: str
    amount: int
    at: datetime
    cause: str


@router.get("/unmatched", response=list[UnmatchedOut], summary="Unmatched money", openapi_extra=problems(403))
def list_unmatched(request: HttpRequest, page: Annotated[int, Query(ge=1, le=10_000)] = 1) -> list[dict[str, Any]]:
    """Money of the agencies one keeps that fits nothing, oldest first, 500 a page."""
    check(request.user, "payments.read")
    rows = BankTransaction.objects.visible_to(request.user).unmatched().order_by("at", "pk")
    shown = rows.prefetch_related("outcomes")[(page - 1) * MOST_UNMATCHED : page * MOST_UNMATCHED]
    return [
        {
            "uid": row.uid,
            "bank_id": row.bank_id,
            "account": f"{row.bin}-{row.number}",
            "payee": row.payee_uid,
            "amount": row.amount,
            "at": row.at,
            "cause": row.outcomes.all()[0].cause,
        }
        for row in shown
    ]


class MovementOut(Schema):
    """`amount` in đồng, negative where money was paid out."""

    at: datetime
    payee_uid: str
    way: str
    voucher: str
    reference: str
    amount: int
    outcome: str


@router.get("/reconciliation", response=list[MovementOut], summary="A day's money", openapi_extra=problems(403))
def reconciliation(request: HttpRequest, day: date | None = None, payee: str = "") -> list[dict[str, Any]]:
    """Bank credits, cash receipts and refunds of a day (default today), as far as one may see them."""
    check(request.user, "payments.read")
    wanted = day or today()
    if not OLDEST.date() <= wanted <= today():
        return []
    return [vars(line) for line in reconcile(request.user, wanted, payee[:80]).lines]
