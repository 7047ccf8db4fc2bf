"""On which account an agency takes money, and with which key its bank signs."""

from __future__ import annotations

import secrets
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity.models import Agency
from tinhso.identity.sealing import seal
from tinhso.payments.banks import bank_named
from tinhso.payments.models import BankAccount, BankFeed
from tinhso.payments.vietqr import Transfer, write
from tinhso.proof.audit import Actor, command, note, nothing_changed


def _line(text: str, place: str, most: int) -> str:
    found = " ".join(text.split())
    if not found or len(found) > most:
        raise Invalid(_("Cần từ 1 đến %(most)d ký tự.") % {"most": most}, place=place)
    return found


@command("payments.set_account")
def set_account(
    *,
    actor: Actor,
    agency_uid: str,
    bank: str,
    number: str,
    holder: str,
    basis: str,
    valid_from: date,
    demonstration: bool = False,
) -> BankAccount:
    """From a day on an agency takes money on this account (`bank`: BIN or short name), until the day of a later one
    where there is one already. What held before stays on record; requests keep the account they were made with."""
    if not Agency.objects.known_at().filter(uid=agency_uid).exists():
        raise Invalid(
            _("Không có cơ quan «%(uid)s».") % {"uid": agency_uid[:80]},
            place="agency_uid",
            mend=_("Chép đúng mã cơ quan."),
        )
    facts = {"bin": bank_named(bank).bin, "number": "".join(number.split()), "holder": _line(holder, "holder", 200)}
    facts["basis"] = _line(basis, "basis", 300)
    # The writer of codes knows what an account number may be.
    write(Transfer(facts["bin"], facts["number"]))
    owners = BankAccount.objects.known_at().filter(bin=facts["bin"], number=facts["number"])
    if owners.filter(valid_to=None).exclude(agency_uid=agency_uid).exists():
        raise Conflict(
            _("Tài khoản này đang là của cơ quan khác."), place="number", mend=_("Kết thúc ở cơ quan kia trước.")
        )
    rows = BankAccount.objects.filter(agency_uid=agency_uid).known_at().select_for_update()
    before = rows.valid_on(valid_from).first()
    if before and before.valid_from == valid_from and all(getattr(before, name) == facts[name] for name in facts):
        nothing_changed()
        return before
    later = rows.filter(valid_from__gt=valid_from).order_by("valid_from").first()
    moment = timezone.now()
    if before:
        _close(before, valid_from, moment)
    made = BankAccount.objects.create(
        agency_uid=agency_uid,
        valid_from=valid_from,
        valid_to=later.valid_from if later else None,
        recorded_at=moment,
        demonstration=demonstration,
        **facts,
    )
    note(
        target=f"account:{agency_uid}",
        before={"account": str(before) if before else None},
        after={"account": str(made), "from": valid_from.isoformat(), "basis": made.basis},
    )
    return made


@command("payments.end_account")
def end_account(*, actor: Actor, account: BankAccount, valid_to: date, reason: str) -> None:
    """From a day on the agency takes money on this account no more; money that still comes is kept as unmatched."""
    row = BankAccount.objects.select_for_update().get(pk=account.pk)
    if row.superseded_at is not None or (row.valid_to is not None and row.valid_to <= valid_to):
        raise Conflict(_("Tài khoản này đã kết thúc hoặc đã sửa."), place="valid_to", mend=_("Tải lại trang."))
    why = _line(reason, "reason", 300)
    _close(row, valid_to, timezone.now())
    note(target=f"account:{row.agency_uid}", after={"account": str(row), "to": valid_to.isoformat(), "reason": why})


def _close(row: BankAccount, day: date, moment) -> None:
    BankAccount.objects.filter(pk=row.pk).supersede(moment)
    if row.valid_from is not None and row.valid_from < day:
        kept = row.again(valid_to=day)
        kept.recorded_at = moment
        kept.save()


@command("payments.renew_key")
def renew_key(*, actor: Actor, bin: str, number: str) -> str:
    """A new key for the bank to sign notifications of this account with, told this once; the former ends at once."""
    if not BankAccount.objects.known_at().filter(bin=bin, number=number).exists():
        raise Invalid(_("Không cơ quan nào nhận tiền vào tài khoản này."), place="number")
    key = secrets.token_hex(32)
    feed, fresh = BankFeed.objects.update_or_create(
        bin=bin, number=number, defaults={"key_sealed": seal(key), "enabled": True}
    )
    note(target=f"feed:{feed.code}", after={"key": "first" if fresh else "renewed"})
    return key


@command("payments.set_feed")
def set_feed(*, actor: Actor, feed: BankFeed, enabled: bool) -> None:
    """Hear a bank's notifications of an account, or hear them no more."""
    row = BankFeed.objects.select_for_update().get(pk=feed.pk)
    if row.enabled == enabled:
        nothing_changed()
        return
    row.enabled = enabled
    row.save(update_fields=["enabled"])
    note(target=f"feed:{row.code}", before={"enabled": not enabled}, after={"enabled": enabled})
