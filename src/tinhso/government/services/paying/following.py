"""Fees: what a dossier owes is asked for by `payments`, and what was paid or given back there is told to the dossier.

One open request at a time, for the whole amount owed: asking for more replaces it. Money moves in `payments`, the
dossier's payment state in `apply`; each side that hears what it knows already does nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.dispatch import receiver

from tinhso.government.services.dossiers.commands import apply
from tinhso.government.services.dossiers.consequences import consequence
from tinhso.government.services.dossiers.forgetting import forgetting
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import Dossier, DossierEvent
from tinhso.payments import commands as payments
from tinhso.payments.codes import BANK, CASH, OPEN, PAID
from tinhso.payments.models import PaymentEntry, PaymentRequest, Refund
from tinhso.payments.signals import payment_changing, payment_refunded, payment_settled
from tinhso.proof.audit import SYSTEM, Actor

SOURCE = "services"


@consequence(order=30)
def follow_payment(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Let requests and refunds follow from what happened to the dossier."""
    for event in events:
        if follows := _FOLLOWS.get(event.kind):
            follows(dossier, event, Actor(event.actor_code, event.detail.actor_name))


def _ask(dossier: Dossier, event: DossierEvent, actor: Actor) -> None:
    if not dossier.owed:
        return
    _drop(dossier, event, actor)
    payments.ask(
        actor=actor,
        payee_uid=dossier.competent_uid,
        amount=dossier.owed,
        title=f"Lệ phí hồ sơ {dossier.code}",
        words="le phi",
        source_app=SOURCE,
        source_key=str(dossier.uid),
        source_number=event.number,
        demonstration=dossier.demonstration,
        at=event.at,
    )


def _drop(dossier: Dossier, event: DossierEvent, actor: Actor) -> None:
    for request in _requests(dossier, OPEN):
        reason = "Yêu cầu mới thay cho yêu cầu này" if dossier.owed else "Hồ sơ không còn phải nộp"
        payments.cancel(actor=actor, request=request, reason=reason, at=event.at)


def _paid(dossier: Dossier, event: DossierEvent, actor: Actor) -> None:
    # A bank's money closes its request before the dossier hears of it: what is still open was paid at the counter.
    for request in _requests(dossier, OPEN):
        payments.take_cash(actor=actor, request=request, at=event.at)


def _refund(dossier: Dossier, event: DossierEvent, actor: Actor) -> None:
    for request in _requests(dossier, PAID):
        payments.ask_refund(actor=actor, request=request, reason=f"Hồ sơ {dossier.code} dừng lại", at=event.at)


def _refunded(dossier: Dossier, event: DossierEvent, actor: Actor) -> None:
    for refund in _waiting(dossier):
        payments.complete_refund(actor=actor, refund=refund, way=CASH, voucher=dossier.code, at=event.at)


_FOLLOWS: dict[str, Callable[[Dossier, DossierEvent, Actor], None]] = {
    "submitted": _ask,
    "payment_requested": _ask,
    "payment_dropped": _drop,
    "paid": _paid,
    "refund_due": _refund,
    "refunded": _refunded,
}


def _requests(dossier: Dossier, state: str) -> list[PaymentRequest]:
    rows = PaymentRequest.objects.filter(source_app=SOURCE, source_key=str(dossier.uid), state=state)
    return list(rows.order_by("pk"))


def _waiting(dossier: Dossier) -> list[Refund]:
    rows = Refund.objects.waiting().filter(request__source_app=SOURCE, request__source_key=str(dossier.uid))
    return list(rows.select_related("request").order_by("pk"))


def take_cash(*, dossier: Dossier, request: PaymentRequest, user: Any) -> None:
    """The counter takes what a dossier's request asks for; sent twice it is taken once."""
    act = Act("pay", {"reference": request.reference})
    apply(dossier=dossier.pk, act=act, actor=user.actor(), key=f"cash:{request.uid}", user=user)


def _dossier(request: PaymentRequest) -> Dossier | None:
    if request.source_app != SOURCE:
        return None
    return Dossier.objects.select_for_update().get(uid=request.source_key)


@receiver(payment_changing)
def lock_dossier(sender: Any, request: PaymentRequest, **_more: Any) -> None:
    """The dossier's row is locked before the request's, as `apply` does."""
    _dossier(request)


@receiver(payment_settled)
def confirm(sender: Any, request: PaymentRequest, entry: PaymentEntry, **_more: Any) -> None:
    """Tell the dossier that its fee is paid; a refusal of the dossier leaves a bank's money unmatched."""
    dossier = _dossier(request)
    if dossier is None or (entry.way == CASH and dossier.payment != "due"):
        return
    # Money that a person matched came by the bank all the same, and the index counts it so; payments say who matched.
    matched = entry.way == BANK and entry.actor_code.startswith("user:")
    apply(
        dossier=dossier.pk,
        act=Act("pay", {"reference": request.reference}),
        actor=Actor("bank:matched" if matched else entry.actor_code, entry.actor_name),
        key=f"payment:{request.uid}",
        user=None,
        at=entry.at,
    )


@receiver(payment_refunded)
def give_back(sender: Any, request: PaymentRequest, refund: Refund, **_more: Any) -> None:
    """Tell the dossier once everything it paid was given back."""
    dossier = _dossier(request)
    if dossier is None or dossier.payment != "refund_due" or _waiting(dossier):
        return
    done = refund.done
    apply(
        dossier=dossier.pk,
        act=Act("refund", {"reference": done.voucher}),
        actor=Actor(done.actor_code, done.actor_name),
        key=f"refund:{refund.uid}",
        user=None,
        at=done.at,
    )


@forgetting
def forget_payers(dossiers: Sequence[Dossier]) -> None:
    """What payers wrote goes with the dossier their money was for; amounts, references and days stay."""
    payments.erase_texts_of(source_app=SOURCE, source_keys=[str(row.uid) for row in dossiers], actor=SYSTEM)
