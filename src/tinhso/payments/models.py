"""Accounts, requests, what the banks told, what became of the money, refunds. Amounts are whole đồng."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from tinhso.foundation.append_only import AppendOnly, AppendOnlyQuerySet
from tinhso.foundation.text import Text
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current
from tinhso.payments.banks import Bank, banks
from tinhso.payments.codes import CAUSES, ENTRIES, ENTRY_TITLES, OPEN, OUTCOMES, STATES, UNMATCHED, WAYS


class BankAccount(Versioned):
    """The account an agency takes money on, over an interval; `basis`: the decision or contract that names it."""

    agency_uid = models.CharField(max_length=80, db_index=True)
    bin = models.CharField(max_length=6)
    number = models.CharField(max_length=19)
    holder = models.CharField(max_length=200)
    basis = models.CharField(max_length=300)
    demonstration = models.BooleanField(default=False)

    class Meta:
        constraints = [
            one_current("payments_account_once", "agency_uid", "valid_from"),
            interval_ordered("payments_account_interval"),
            models.CheckConstraint(condition=Q(valid_from__isnull=False), name="payments_account_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.bin} {self.number}"

    @property
    def bank(self) -> Bank:
        return banks().get(self.bin) or Bank(self.bin, self.bin, self.bin)


class BankFeed(models.Model):
    """The way a bank tells of money on one account: the key it signs with (encrypted), and whether it is heard."""

    bin = models.CharField(max_length=6)
    number = models.CharField(max_length=19)
    key_sealed = models.TextField()
    enabled = models.BooleanField(default=True)
    last_heard_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bin", "number"], name="payments_feed_once")]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """What the bank names it by in the header X-Tinhso-Account."""
        return f"{self.bin}-{self.number}"


def _of_agencies(rows: Any, user: Any) -> Any:
    """Rows of agencies the person keeps the money of; auditors see all."""
    from tinhso.payments.access import payees

    uids = payees(user)
    return rows if uids is None else rows.filter(payee_uid__in=uids)


class PaymentRequestQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the agencies whose money a person may see."""
        return _of_agencies(self, user)


class PaymentRequest(models.Model):
    """Money somebody is asked to pay to an agency. `state` is what its entries tell (codes.ENTRIES), nothing else.

    `source_app` and `source_key` name what asked (a dossier, say), `source_number` which of its askings it is, all in
    words of the app that asked. `title` says for
    people what it is for; `purpose` is what the payer's bank carries: the reference and words without marks. `account`
    None: the agency had none that day, so cash only.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=12, unique=True)
    payee_uid = models.CharField(max_length=80, db_index=True)
    account = models.ForeignKey(BankAccount, null=True, on_delete=models.PROTECT)
    amount = models.PositiveBigIntegerField()
    purpose = models.CharField(max_length=25)
    title = models.CharField(max_length=200)
    source_app = models.CharField(max_length=20)
    source_key = models.CharField(max_length=80)
    source_number = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, default=OPEN)
    asked_at = models.DateTimeField(db_index=True)
    demonstration = models.BooleanField(default=False)

    objects = PaymentRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_app", "source_key", "source_number"], name="payments_request_asked_once"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_request_amount"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="payments_request_state"),
        ]
        indexes = [models.Index(fields=["payee_uid", "state", "-asked_at"], name="payments_request_list")]

    def __str__(self) -> str:
        return self.reference

    @property
    def state_title(self) -> Text:
        return STATES[self.state]


class BankTransactionQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the agencies whose money a person may see."""
        return _of_agencies(self, user)

    def unmatched(self) -> Self:
        """Money nobody has placed yet."""
        rows = Outcome.objects.filter(transaction=OuterRef("pk"))
        return self.filter(Exists(rows.filter(number=1, kind=UNMATCHED)), ~Exists(rows.filter(number=2)))


class BankTransaction(AppendOnly):
    """Money a bank told of. The bank's own id and the amount make it one: told again, it is the same."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    bin = models.CharField(max_length=6)
    number = models.CharField(max_length=19)
    bank_id = models.CharField(max_length=100)
    amount = models.PositiveBigIntegerField()
    payee_uid = models.CharField(max_length=80, blank=True, db_index=True)
    at = models.DateTimeField(db_index=True)
    received_at = models.DateTimeField()

    objects = BankTransactionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["bin", "number", "bank_id", "amount"], name="payments_transaction_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_transaction_amount"),
        ]

    def __str__(self) -> str:
        return self.bank_id


class BankTransactionText(models.Model):
    """What the payer wrote and who they were: personal data, erasable.

    `erased_at`: the words were erased when their term was over; amount, day, bank's id and outcomes stay.
    """

    transaction = models.OneToOneField(BankTransaction, on_delete=models.PROTECT, related_name="text")
    description = models.CharField(max_length=500, blank=True)
    payer = models.CharField(max_length=200, blank=True)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.transaction_id)


class Outcome(AppendOnly):
    """What became of money: 1 as it arrived (settled or unmatched), 2 what a person decided about unmatched money."""

    transaction = models.ForeignKey(BankTransaction, on_delete=models.PROTECT, related_name="outcomes")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)
    cause = models.CharField(max_length=20, blank=True)
    request = models.ForeignKey(PaymentRequest, null=True, on_delete=models.PROTECT, related_name="outcomes")
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["transaction", "number"], name="payments_outcome_once"),
            models.CheckConstraint(condition=Q(number__in=[1, 2]), name="payments_outcome_number"),
            models.CheckConstraint(condition=Q(kind__in=list(OUTCOMES)), name="payments_outcome_kind"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.transaction_id}/{self.number} {self.kind}"

    @property
    def title(self) -> Text:
        return OUTCOMES[self.kind]

    @property
    def cause_title(self) -> Text | str:
        return CAUSES.get(self.cause, "")


class PaymentEntry(AppendOnly):
    """One thing that happened to a request. `receipt`: the cash receipt's number, or the bank's id."""

    request = models.ForeignKey(PaymentRequest, on_delete=models.PROTECT, related_name="entries")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    way = models.CharField(max_length=4, blank=True)
    receipt = models.CharField(max_length=100, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(db_index=True)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request", "number"], name="payments_entry_once"),
            models.CheckConstraint(condition=Q(kind__in=list(ENTRIES)), name="payments_entry_kind"),
            models.CheckConstraint(condition=Q(way__in=["", *WAYS]), name="payments_entry_way"),
        ]
        ordering = ["number"]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.number} {self.kind}"

    @property
    def title(self) -> Text:
        return ENTRY_TITLES[self.kind]

    @property
    def way_title(self) -> Text | str:
        return WAYS.get(self.way, "")


class RefundQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the agencies whose money a person may see."""
        return _of_agencies(self, user)

    def waiting(self) -> Self:
        """Refunds not done yet."""
        return self.filter(done=None)


class Refund(AppendOnly):
    """Money to be given back: of a request that was paid, or (`transaction`) what a payer sent beyond or in error."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    payee_uid = models.CharField(max_length=80, db_index=True)
    request = models.ForeignKey(PaymentRequest, null=True, on_delete=models.PROTECT, related_name="refunds")
    transaction = models.ForeignKey(BankTransaction, null=True, on_delete=models.PROTECT, related_name="refunds")
    amount = models.PositiveBigIntegerField()
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    objects = RefundQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["request"], name="payments_refund_request_once"),
            models.UniqueConstraint(fields=["transaction"], name="payments_refund_transaction_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_refund_amount"),
            models.CheckConstraint(
                condition=Q(request=None, transaction__isnull=False) | Q(request__isnull=False, transaction=None),
                name="payments_refund_of_one",
            ),
        ]

    def __str__(self) -> str:
        return str(self.uid)

    @property
    def of(self) -> str:
        """The request's reference, or the bank's id of the transaction."""
        return str(self.request or self.transaction)


class RefundDone(AppendOnly):
    """A refund that was paid out: how, by which voucher or bank id, by whom."""

    refund = models.OneToOneField(Refund, on_delete=models.PROTECT, related_name="done")
    way = models.CharField(max_length=4)
    voucher = models.CharField(max_length=100)
    at = models.DateTimeField(db_index=True)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(way__in=list(WAYS)), name="payments_refund_way")]

    def __str__(self) -> str:
        return self.voucher

    @property
    def way_title(self) -> Text:
        return WAYS[self.way]


class ReceiptNumber(models.Model):
    """The last cash receipt's number of an agency in a year; its row is locked while the next is given."""

    payee_uid = models.CharField(max_length=80)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payee_uid", "year"], name="payments_receipt_once")]

    def __str__(self) -> str:
        return f"{self.payee_uid} {self.year}"
