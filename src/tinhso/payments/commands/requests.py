"""Asking for money, taking it, and no longer asking."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.payments import references
from tinhso.payments.codes import CASH, ENTRIES, OPEN
from tinhso.payments.models import BankAccount, PaymentEntry, PaymentRequest, ReceiptNumber
from tinhso.payments.signals import payment_changing, payment_settled
from tinhso.payments.vietqr import AMOUNT_MOST, PURPOSE_MOST, plain
from tinhso.proof.audit import Actor, command, note, nothing_changed


@command("payments.ask")
def ask(
    *,
    actor: Actor,
    payee_uid: str,
    amount: int,
    title: str,
    source_app: str,
    source_key: str,
    source_number: int = 1,
    words: str = "",
    demonstration: bool = False,
    at: datetime | None = None,
) -> PaymentRequest:
    """Ask for an amount in đồng, to be paid to an agency. The same source again answers with the request it made.

    `title` says what for, to people; `words` go into the bank's purpose behind the reference, as far as there is room.
    Conflict: this source asked for another amount before.
    """
    if not 0 < amount <= AMOUNT_MOST:
        raise Invalid(_("Số tiền là số đồng nguyên lớn hơn 0, nhiều nhất 13 chữ số."), place="amount")
    source = {"source_app": source_app, "source_key": source_key, "source_number": source_number}
    if asked := PaymentRequest.objects.filter(**source).first():
        if (asked.amount, asked.payee_uid) != (amount, payee_uid):
            raise Conflict(_("Nơi này đã yêu cầu số tiền khác."), place="source_key", code="key-used")
        nothing_changed()
        return asked
    now = at or timezone.now()
    reference = references.fresh()
    request = PaymentRequest.objects.create(
        reference=reference,
        payee_uid=payee_uid,
        account=BankAccount.objects.as_of(now.astimezone(VIETNAM).date()).filter(agency_uid=payee_uid).first(),
        amount=amount,
        purpose=f"{reference} {plain(words)}"[:PURPOSE_MOST].strip(),
        title=" ".join(title.split())[:200],
        **source,
        asked_at=now,
        demonstration=demonstration,
    )
    enter(request, "asked", actor, now)
    note(target=f"payment:{reference}", after={"amount": amount, "payee": payee_uid, "source": source_app})
    return request


@command("payments.cancel")
def cancel(*, actor: Actor, request: PaymentRequest, reason: str, at: datetime | None = None) -> PaymentRequest:
    """No longer ask. Money that still comes under its reference is kept as unmatched. Conflict unless it is open."""
    row = locked(request)
    _open(row)
    enter(row, "cancelled", actor, at or timezone.now(), reason=reason)
    note(target=f"payment:{row.reference}", after={"state": row.state})
    return row


@command("payments.take_cash")
def take_cash(*, actor: Actor, request: PaymentRequest, at: datetime | None = None) -> PaymentEntry:
    """The whole amount was paid at the counter: gives the receipt its number. Conflict unless the request is open."""
    now = at or timezone.now()
    row = locked(request)
    entry = settle(row, CASH, _receipt(row.payee_uid, now), actor, now)
    note(target=f"payment:{row.reference}", after={"state": row.state, "receipt": entry.receipt})
    return entry


def locked(request: PaymentRequest) -> PaymentRequest:
    """The request's row under lock, after whoever asked has locked its own."""
    payment_changing.send(PaymentRequest, request=request)
    return PaymentRequest.objects.select_for_update().get(pk=request.pk)


def settle(
    row: PaymentRequest, way: str, receipt: str, actor: Actor, at: datetime, *, reason: str = ""
) -> PaymentEntry:
    """Inside a command, on a locked row: it is paid, and whoever asked hears so."""
    _open(row)
    entry = enter(row, "paid", actor, at, way=way, receipt=receipt, reason=reason)
    payment_settled.send(PaymentRequest, request=row, entry=entry)
    return entry


def enter(
    row: PaymentRequest, kind: str, actor: Actor, at: datetime, *, way: str = "", receipt: str = "", reason: str = ""
) -> PaymentEntry:
    """Append an entry to a locked request and let its state follow."""
    entry = PaymentEntry.objects.create(
        request=row,
        number=row.entries.count() + 1,
        kind=kind,
        way=way,
        receipt=receipt,
        reason=reason[:500],
        at=at,
        actor_code=actor.code,
        actor_name=actor.name[:200],
    )
    if (state := ENTRIES[kind]) and state != row.state:
        row.state = state
        row.save(update_fields=["state"])
    return entry


def _open(row: PaymentRequest) -> None:
    if row.state != OPEN:
        raise Conflict(
            _("Khoản %(reference)s: %(state)s.") % {"reference": row.reference, "state": row.state_title},
            place=row.reference,
            mend=_("Tải lại trang để xem tình trạng mới."),
        )


def _receipt(payee_uid: str, at: datetime) -> str:
    """The next number of the agency's cash receipts in the year: 2026/000123."""
    year = at.astimezone(VIETNAM).year
    ReceiptNumber.objects.get_or_create(payee_uid=payee_uid, year=year)
    row = ReceiptNumber.objects.select_for_update().get(payee_uid=payee_uid, year=year)
    ReceiptNumber.objects.filter(pk=row.pk).update(last=F("last") + 1)
    return f"{year}/{row.last + 1:06}"
