"""Giving money back: asked once, done once."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.payments.codes import PAID, WAYS
from tinhso.payments.commands.requests import enter, locked
from tinhso.payments.models import PaymentRequest, Refund, RefundDone
from tinhso.payments.signals import payment_refunded
from tinhso.proof.audit import Actor, command, note, nothing_changed


@command("payments.ask_refund")
def ask_refund(*, actor: Actor, request: PaymentRequest, reason: str, at: datetime | None = None) -> Refund:
    """Put a paid request onto the list of refunds; asked again it stays there once. Conflict unless it is paid."""
    row = locked(request)
    if asked := row.refunds.first():
        nothing_changed()
        return asked
    if row.state != PAID:
        raise Conflict(
            _("Khoản %(reference)s: %(state)s.") % {"reference": row.reference, "state": row.state_title},
            place=row.reference,
        )
    why = " ".join(reason.split())[:500]
    if not why:
        raise Invalid(_("Cần nêu lý do."), place="reason")
    now = at or timezone.now()
    refund = Refund.objects.create(
        payee_uid=row.payee_uid,
        request=row,
        amount=row.amount,
        reason=why,
        asked_at=now,
        actor_code=actor.code,
        actor_name=actor.name[:200],
    )
    enter(row, "refund_asked", actor, now, reason=why)
    note(target=f"payment:{row.reference}", after={"refund": str(refund.uid), "amount": refund.amount})
    return refund


@command("payments.complete_refund")
def complete_refund(*, actor: Actor, refund: Refund, way: str, voucher: str, at: datetime | None = None) -> RefundDone:
    """Money was paid out, in cash or by bank, under a voucher's number or the bank's id. Conflict: done before."""
    if way not in WAYS:
        raise Invalid.among(way, WAYS, place="way")
    told = " ".join(voucher.split())
    if not told or len(told) > 100:
        raise Invalid(_("Cần số phiếu chi hoặc mã giao dịch, không quá 100 ký tự."), place="voucher")
    request = locked(refund.request) if refund.request else None
    row = Refund.objects.select_for_update().get(pk=refund.pk)
    if RefundDone.objects.filter(refund=row).exists():
        raise Conflict(_("Khoản này đã hoàn trả."), place="refund", mend=_("Tải lại danh sách hoàn trả."))
    now = at or timezone.now()
    done = RefundDone.objects.create(
        refund=row, way=way, voucher=told, at=now, actor_code=actor.code, actor_name=actor.name[:200]
    )
    if request:
        enter(request, "refunded", actor, now, way=way, receipt=told)
        payment_refunded.send(PaymentRequest, request=request, refund=row)
    note(target=f"refund:{row.uid}", after={"way": way, "voucher": told, "amount": row.amount})
    return done
