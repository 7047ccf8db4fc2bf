"""One request, one credit, refunds, and what people decide about them, by the rules of the pages."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.pagination import paginate
from pydantic import Field

from tinhso.foundation.access import check as check_right
from tinhso.foundation.access import may
from tinhso.foundation.errors import Invalid, problems
from tinhso.foundation.paging import Pages
from tinhso.payments import commands
from tinhso.payments.access import check
from tinhso.payments.codes import WAYS
from tinhso.payments.models import BankTransaction, PaymentRequest, Refund
from tinhso.payments.queries import code_of, request_to_match

router = Router(tags=["payments"])


class RequestEntryOut(Schema):
    """`way`: bank or cash, "" where no money moved; `receipt`: the cash receipt's number, or the bank's id."""

    number: int
    kind: str
    way: str
    receipt: str
    reason: str
    at: datetime
    who: str


class RequestFullOut(Schema):
    """A request and everything that happened to it. `code`: the text of its VietQR, "" once it is closed or where only
    cash is taken; `purpose`: what the transfer carries; `credits`: uids of the bank's credits placed on it."""

    uid: UUID
    reference: str
    payee: str
    account: str = Field(description="BIN and number, empty where only cash is taken")
    amount: int = Field(description="đồng")
    title: str
    purpose: str
    state: Literal["open", "paid", "cancelled", "refunded"]
    asked_at: datetime
    demonstration: bool
    code: str
    entries: list[RequestEntryOut]
    credits: list[UUID]


class CreditOutcomeOut(Schema):
    """What became of a credit: 1 as it arrived, 2 what a person decided. `request`: reference, "" for none."""

    number: int
    kind: str
    cause: str
    request: str
    reason: str
    at: datetime
    who: str


class CreditFullOut(Schema):
    """`description` and `payer`: only for those who match money, null for others and once erased."""

    uid: UUID
    bank_id: str
    account: str
    payee: str
    amount: int = Field(description="đồng")
    at: datetime
    received_at: datetime
    description: str | None
    payer: str | None
    outcomes: list[CreditOutcomeOut]


class RefundOut(Schema):
    """`of`: the request's reference, or the bank's id of the credit; `way`, `voucher` and `done_at` once paid out."""

    uid: UUID
    payee: str
    of: str
    amount: int = Field(description="đồng")
    reason: str
    asked_at: datetime
    done_at: datetime | None
    way: str
    voucher: str


class MatchIn(Schema):
    """`others`: further unmatched credits that make up the amount together."""

    reference: str = Field(max_length=20, description="of the request the money is for")
    others: list[UUID] = Field([], max_length=50)
    reason: str = Field(max_length=500)


class ReturnIn(Schema):
    reason: str = Field(max_length=500)


class RefundDoneIn(Schema):
    way: Literal[tuple(WAYS)]  # type: ignore[valid-type]
    voucher: str = Field(max_length=100, description="number of the voucher, or the bank's id of the transfer")


def _keeper(request: HttpRequest, right: str = "payments.read") -> Any:
    user: Any = request.auth  # type: ignore[attr-defined]
    check_right(user, right)
    return user


@router.get(
    "/requests/{uid}",
    response=RequestFullOut,
    summary="One payment request",
    openapi_extra=problems(403, 404),
)
def read_request(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """Of the agencies whose money one keeps: its state, its code while it is open, and its history."""
    user = _keeper(request)
    row = get_object_or_404(PaymentRequest.objects.visible_to(user).select_related("account"), uid=uid)
    names = ("uid", "reference", "amount", "title", "purpose", "state", "asked_at", "demonstration")
    entries = ("number", "kind", "way", "receipt", "reason", "at")
    placed = row.outcomes.order_by("at", "pk").values_list("transaction__uid", flat=True)
    return {
        **{name: getattr(row, name) for name in names},
        "payee": row.payee_uid,
        "account": f"{row.account.bin}-{row.account.number}" if row.account else "",
        "code": code_of(row),
        "entries": [
            {**{name: getattr(one, name) for name in entries}, "who": one.actor_name} for one in row.entries.all()
        ],
        "credits": list(dict.fromkeys(placed)),
    }


def _credit(user: Any, uid: UUID) -> BankTransaction:
    return get_object_or_404(BankTransaction.objects.visible_to(user).select_related("text"), uid=uid)


def _credit_out(user: Any, row: BankTransaction) -> dict[str, Any]:
    names = ("number", "kind", "cause", "reason", "at")
    text = getattr(row, "text", None)
    shown = text if text and not text.erased_at and may(user, "payments.match") else None
    return {
        **{name: getattr(row, name) for name in ("uid", "bank_id", "amount", "at", "received_at")},
        "account": f"{row.bin}-{row.number}",
        "payee": row.payee_uid,
        "description": shown.description if shown else None,
        "payer": shown.payer if shown else None,
        "outcomes": [
            {
                **{name: getattr(one, name) for name in names},
                "request": one.request.reference if one.request else "",
                "who": one.actor_name,
            }
            for one in row.outcomes.select_related("request")
        ],
    }


@router.get(
    "/transactions/{uid}",
    response=CreditFullOut,
    summary="Money a bank told of",
    openapi_extra=problems(403, 404),
)
def read_transaction(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """What became of it and who decided so."""
    user = _keeper(request)
    return _credit_out(user, _credit(user, uid))


@router.post(
    "/transactions/{uid}/match",
    response=CreditFullOut,
    summary="Say which request unmatched money is for",
    openapi_extra=problems(403, 404, 409),
)
def match(request: HttpRequest, uid: UUID, given: MatchIn) -> dict[str, Any]:
    """What is beyond the amount goes onto the list of refunds; 409 where somebody placed it before."""
    user = _keeper(request, "payments.match")
    row = _credit(user, uid)
    check(user, "payments.match", row.payee_uid)
    others = list(BankTransaction.objects.visible_to(user).filter(uid__in=given.others, payee_uid=row.payee_uid))
    if len(others) < len(set(given.others)):
        raise Invalid(_("Không có khoản tiền này."), place="others")
    commands.match(
        actor=user.actor(),
        transactions=[row.uid, *(one.uid for one in others)],
        request=request_to_match(user, given.reference),
        reason=given.reason,
    )
    return _credit_out(user, row)


@router.post(
    "/transactions/{uid}/return",
    response=RefundOut,
    summary="Send unmatched money back",
    openapi_extra=problems(403, 404, 409),
)
def give_back(request: HttpRequest, uid: UUID, given: ReturnIn) -> dict[str, Any]:
    """Onto the list of refunds, to be paid out."""
    user = _keeper(request, "payments.match")
    row = _credit(user, uid)
    check(user, "payments.match", row.payee_uid)
    return _refund(commands.return_money(actor=user.actor(), transaction=row, reason=given.reason))


def _refund(row: Refund) -> dict[str, Any]:
    done = getattr(row, "done", None)
    return {
        **{name: getattr(row, name) for name in ("uid", "amount", "reason", "asked_at", "of")},
        "payee": row.payee_uid,
        "done_at": done.at if done else None,
        "way": done.way if done else "",
        "voucher": done.voucher if done else "",
    }


@router.get("/refunds", response=list[RefundOut], summary="Refunds", openapi_extra=problems(403))
@paginate(Pages, told=_refund)
def list_refunds(
    request: HttpRequest, done: bool = Query(False, description="those paid out, the latest first")
) -> Any:
    """Money to be given back, oldest first, of the agencies whose money one keeps."""
    rows = Refund.objects.visible_to(_keeper(request)).select_related("request", "transaction", "done")
    return rows.exclude(done=None).order_by("-done__at", "-pk") if done else rows.waiting().order_by("asked_at", "pk")


@router.post(
    "/refunds/{uid}/done",
    response=RefundOut,
    summary="Say that a refund was paid out",
    openapi_extra=problems(403, 404, 409),
)
def refund_done(request: HttpRequest, uid: UUID, given: RefundDoneIn) -> dict[str, Any]:
    """In cash or by bank; 409 where it was before."""
    user = _keeper(request, "payments.refund")
    rows = Refund.objects.visible_to(user).select_related("request", "transaction")
    row = get_object_or_404(rows, uid=uid)
    check(user, "payments.refund", row.payee_uid)
    commands.complete_refund(actor=user.actor(), refund=row, way=given.way, voucher=given.voucher)
    return _refund(rows.select_related("done").get(pk=row.pk))
