"""What banks tell of: each credit is kept once, finds its request, or waits for a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Conflict, Invalid, Problem
from tinhso.foundation.templatetags.tinhso import money
from tinhso.payments import references
from tinhso.payments.codes import BANK, CANCELLED, MATCHED, OPEN, RETURNING, SETTLED, UNMATCHED
from tinhso.payments.commands.requests import locked, settle
from tinhso.payments.models import (
    BankAccount,
    BankFeed,
    BankTransaction,
    BankTransactionText,
    Outcome,
    PaymentRequest,
    Refund,
)
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass(frozen=True)
class Told:
    """One credit as the bank tells of it; `amount` in đồng."""

    bank_id: str
    amount: int
    at: datetime
    description: str = ""
    payer: str = ""


@dataclass(frozen=True)
class Received:
    """What became of it now, or (`repeated`) when it was first told."""

    transaction: BankTransaction
    outcome: Outcome
    repeated: bool


@command("payments.receive")
def receive(*, actor: Actor, feed: BankFeed, told: Told, moment: datetime | None = None) -> Received:
    """Keep a credit and settle the request it names. Whatever does not fit is kept as unmatched with the cause."""
    now = moment or timezone.now()
    row, fresh = BankTransaction.objects.get_or_create(
        bin=feed.bin,
        number=feed.number,
        bank_id=told.bank_id,
        amount=told.amount,
        defaults={"payee_uid": _payee(feed, told.at), "at": told.at, "received_at": now},
    )
    BankFeed.objects.filter(pk=feed.pk).update(last_heard_at=now)
    if not fresh:
        nothing_changed()
        return Received(row, row.outcomes.latest("number"), repeated=True)
    BankTransactionText.objects.create(transaction=row, description=told.description[:500], payer=told.payer[:200])
    cause, request = _place(row, told.description)
    if request and not cause:
        try:
            with transaction.atomic():
                settle(request, BANK, row.bank_id, actor, now)
        except Problem:
            cause = "refused"
    outcome = _decide(row, 1, UNMATCHED if cause else SETTLED, actor, now, cause=cause, request=request)
    note(target=f"bank:{row.uid}", after={"outcome": outcome.kind, "cause": cause, "amount": row.amount})
    return Received(row, outcome, repeated=False)


@command("payments.match")
def match(
    *,
    actor: Actor,
    transactions: Sequence[UUID],
    request: PaymentRequest,
    reason: str,
    at: datetime | None = None,
) -> PaymentRequest:
    """A person says which request unmatched money is for. Several credits may make up the amount; what is beyond it
    goes onto the list of refunds. Invalid: together too little. Conflict: placed meanwhile, or the request not open."""
    now, why = at or timezone.now(), _reason(reason)
    row = locked(request)
    rows = _unplaced(transactions)
    total = sum(one.amount for one in rows)
    if total < row.amount:
        raise Invalid(
            _("Tổng %(total)s chưa đủ %(amount)s.") % {"total": money(total), "amount": money(row.amount)},
            place="transactions",
            mend=_("Chọn thêm khoản tiền, hoặc trả lại người chuyển."),
        )
    beyond = total - row.amount
    if beyond >= rows[-1].amount:
        raise Invalid(_("Có khoản tiền thừa trọn vẹn."), place="transactions", mend=_("Bỏ khoản ấy ra."))
    settle(row, BANK, " ".join(one.bank_id for one in rows)[:100], actor, now, reason=why)
    for one in rows:
        _decide(one, 2, MATCHED, actor, now, request=row, reason=why)
    if beyond:
        _give_back(rows[-1], beyond, why, actor, now)
    note(target=f"payment:{row.reference}", after={"state": row.state, "matched": [str(one.uid) for one in rows]})
    return row


@command("payments.return_money")
def return_money(*, actor: Actor, transaction: BankTransaction, reason: str, at: datetime | None = None) -> Refund:
    """Unmatched money goes back to whoever sent it: onto the list of refunds."""
    now, why = at or timezone.now(), _reason(reason)
    (row,) = _unplaced([transaction.uid])
    _decide(row, 2, RETURNING, actor, now, reason=why)
    refund = _give_back(row, row.amount, why, actor, now)
    note(target=f"bank:{row.uid}", after={"outcome": RETURNING, "amount": row.amount})
    return refund


def _payee(feed: BankFeed, at: datetime) -> str:
    """Whose account it is on that day, or was last."""
    rows = BankAccount.objects.known_at().filter(bin=feed.bin, number=feed.number)
    day = at.astimezone(VIETNAM).date()
    account = rows.valid_on(day).first() or rows.order_by("-valid_from").first()
    return account.agency_uid if account else ""


def _place(row: BankTransaction, description: str) -> tuple[str, PaymentRequest | None]:
    """Which request money is for, locked, and why it cannot be settled ("" where it can)."""
    told = BankTransaction.objects.filter(bin=row.bin, number=row.number, bank_id=row.bank_id)
    named = PaymentRequest.objects.filter(reference__in=references.found_in(description)).order_by("pk")
    if len(found := list(named[:2])) != 1:
        return ("several_references" if found else "unknown_reference"), None
    request = locked(found[0])
    account = request.account
    if told.exclude(pk=row.pk).exists():
        return "contradicts", request
    if account is None or (account.bin, account.number) != (row.bin, row.number):
        return "other_account", request
    if request.state != OPEN:
        return ("cancelled" if request.state == CANCELLED else "already_paid"), request
    if row.amount != request.amount:
        return ("too_little" if row.amount < request.amount else "too_much"), request
    return "", request


def _decide(
    row: BankTransaction,
    number: int,
    kind: str,
    actor: Actor,
    at: datetime,
    *,
    cause: str = "",
    request: PaymentRequest | None = None,
    reason: str = "",
) -> Outcome:
    return Outcome.objects.create(
        transaction=row,
        number=number,
        kind=kind,
        cause=cause,
        request=request,
        reason=reason,
        at=at,
        actor_code=actor.code,
        actor_name=actor.name[:200],
    )


def _unplaced(uids: Sequence[UUID]) -> list[BankTransaction]:
    """These transactions under lock, largest first; Conflict where one is not unmatched (any more)."""
    rows = list(BankTransaction.objects.select_for_update().filter(uid__in=set(uids)).order_by("pk"))
    waiting = set(
        BankTransaction.objects.unmatched().filter(pk__in=[row.pk for row in rows]).values_list("pk", flat=True)
    )
    if not rows or len(rows) < len(set(uids)) or len(waiting) < len(rows):
        raise Conflict(
            _("Khoản tiền này đã có người xử lý."), place="transactions", mend=_("Tải lại danh sách chưa khớp.")
        )
    return sorted(rows, key=lambda row: (-row.amount, row.pk))


def _give_back(row: BankTransaction, amount: int, reason: str, actor: Actor, at: datetime) -> Refund:
    return Refund.objects.create(
        payee_uid=row.payee_uid,
        transaction=row,
        amount=amount,
        reason=reason,
        asked_at=at,
        actor_code=actor.code,
        actor_name=actor.name[:200],
    )


def _reason(text: str) -> str:
    why = " ".join(text.split())
    if not why or len(why) > 500:
        raise Invalid(_("Cần nêu lý do, không quá 500 ký tự."), place="reason")
    return why
