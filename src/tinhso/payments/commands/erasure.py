"""The retention rule of what payers wrote: needed until their money is placed, and to answer for it some time after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from tinhso.foundation.dates import stamp
from tinhso.payments.models import BankTransaction, BankTransactionText, Outcome, Refund
from tinhso.proof.audit import Actor, command, note, nothing_changed

AT_ONCE = 500


@command("payments.erase_texts")
def erase_texts(*, before: datetime, actor: Actor) -> int:
    """Erase what payers wrote and who they were, of at most 500 transactions from before a moment; returns how many.

    Amount, day, bank's id, reference and outcomes stay. Money that is unmatched, or still to be given back, keeps its
    words whatever its age: they say whose it is.
    """
    erased = _erase(_settled().filter(transaction__at__lt=before))
    if not erased:
        nothing_changed()
    note(target="payments", after={"before": stamp(before), "erased": erased})
    return erased


@command("payments.erase_texts_of")
def erase_texts_of(*, source_app: str, source_keys: Collection[str], actor: Actor) -> int:
    """Erase the same of the money that came for what a source asked, as the source itself is erased; returns how many.

    What is still to be given back keeps its words until `erase_texts`.
    """
    about = Outcome.objects.filter(request__source_app=source_app, request__source_key__in=source_keys)
    texts, erased = _settled().filter(transaction__in=about.values("transaction")), 0
    while part := _erase(texts):
        erased += part
    if not erased:
        nothing_changed()
    note(target="payments", after={"source": source_app, "erased": erased})
    return erased


def _settled() -> QuerySet[BankTransactionText]:
    """Words not erased yet of money that is placed and owed back to nobody."""
    open_refund = Refund.objects.waiting().filter(
        Q(transaction=OuterRef("transaction")) | Q(request__outcomes__transaction=OuterRef("transaction"))
    )
    unmatched = BankTransaction.objects.unmatched().filter(pk=OuterRef("transaction"))
    return BankTransactionText.objects.filter(~Exists(unmatched), ~Exists(open_refund), erased_at=None)


def _erase(texts: QuerySet[BankTransactionText]) -> int:
    found = list(texts.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
    rows = BankTransactionText.objects.filter(pk__in=found)
    return rows.update(description="", payer="", erased_at=timezone.now())
