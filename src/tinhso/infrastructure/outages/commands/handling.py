"""What people do about an outage: each act is a line of its history."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.models import Outage, OutageEntry
from tinhso.infrastructure.outages.notices import Told, announce, when
from tinhso.proof.audit import Actor, command, note, nothing_changed

LONGEST = 5000
#: Service is not promised back further ahead than this: a later moment is a slip of the pen.
FURTHEST = timedelta(days=30)


def _locked(outage: Outage, *, closed: bool = False) -> Outage:
    """The outage, its row held; Conflict where it no longer counts, or is closed and must not be."""
    # Only this table: its impact may be absent, and PostgreSQL locks no row that an outer join may leave out.
    found = Outage.objects.select_for_update().get(pk=outage.pk)
    if not found.live:
        raise Conflict(
            _("Sự cố này đã gộp hoặc đã rút."), place=found.code, mend=_("Mở sự cố đang có hiệu lực rồi làm lại.")
        )
    if found.state == codes.CLOSED and not closed:
        raise Conflict(_("Sự cố đã đóng."), place=found.code, mend=_("Mở lại sự cố trước."))
    return found


def _text(text: str, place: str = "text") -> str:
    found = text.replace("\r\n", "\n").strip()
    if not found or len(found) > LONGEST:
        raise Invalid(
            _("Cần từ 1 đến %(most)d ký tự.") % {"most": LONGEST}, place=place, mend=_("Ghi nội dung rồi gửi lại.")
        )
    return found


def _say(
    actor: Actor, outage: Outage, kind: str, *, text: str = "", cause: str = "", at: datetime | None = None
) -> OutageEntry:
    moment = timezone.now()
    return OutageEntry.objects.create(
        outage=outage,
        kind=kind,
        at=at or moment,
        recorded_at=moment,
        actor_code=actor.code,
        actor_name=actor.name[:200],
        text=text,
        cause=cause,
    )


@command("outages.set_cause")
def set_cause(*, actor: Actor, outage: Outage, cause: str, text: str = "") -> Outage:
    """Why it happened, by the code list; `text` for the operator's own people."""
    outage = _locked(outage)
    if cause not in codes.CAUSES:
        raise Invalid(
            _("Không có nguyên nhân “%(cause)s”.") % {"cause": cause[:40]}, place="cause", mend=", ".join(codes.CAUSES)
        )
    text = _text(text) if text.strip() else ""
    if outage.cause == cause and not text:
        nothing_changed()
        return outage
    before, outage.cause = outage.cause, cause
    outage.save(update_fields=["cause"])
    _say(actor, outage, codes.CAUSE, cause=cause, text=text)
    note(target=f"outage:{outage.uid}", before={"cause": before}, after={"cause": cause, "text": text})
    return outage


@command("outages.add_works")
def add_works(*, actor: Actor, outage: Outage, text: str) -> OutageEntry:
    """What is being done."""
    outage = _locked(outage)
    entry = _say(actor, outage, codes.WORKS, text=_text(text))
    note(target=f"outage:{outage.uid}", after={"works": entry.text})
    return entry


@command("outages.expect")
def expect_back(*, actor: Actor, outage: Outage, at: datetime | None, text: str = "") -> Outage:
    """When service is expected back, for everyone to see; None takes the last word back. `text` is for the operator's
    own people."""
    outage = _locked(outage)
    if outage.state != codes.OPEN:
        raise Conflict(_("Mọi phần tử đã hoạt động lại."), place=outage.code, mend=_("Tải lại trang."))
    moment = timezone.now()
    if at is not None and not moment < at <= moment + FURTHEST:
        raise Invalid(
            _("Giờ dự kiến phải sau lúc này và trong %(days)d ngày tới.") % {"days": FURTHEST.days},
            place="expected_at",
            mend=_("Sửa giờ dự kiến; để trống nếu chưa biết."),
        )
    text = _text(text) if text.strip() else ""
    if outage.expected_at == at and not text:
        nothing_changed()
        return outage
    before, outage.expected_at = outage.expected_at, at
    outage.save(update_fields=["expected_at"])
    _say(actor, outage, codes.EXPECTED, text="\n".join(part for part in (when(at), text) if part))
    note(
        target=f"outage:{outage.uid}",
        before={"expected": before.isoformat() if before else None},
        after={"expected": at.isoformat() if at else None, "text": text},
    )
    return outage


@command("outages.close")
def close_outage(*, actor: Actor, outage: Outage, text: str = "") -> Outage:
    """Nothing more is to be done: all elements are up and the cause is known or said to be unknown."""
    outage = _locked(outage)
    if outage.state == codes.OPEN:
        raise Conflict(
            _("Còn phần tử gián đoạn."),
            place=outage.code,
            mend=_("Chờ tín hiệu trở lại, hoặc nhập sự kiện “có tín hiệu lại” bằng CSV."),
        )
    if not outage.cause:
        raise Conflict(_("Chưa ghi nguyên nhân."), place="cause", mend=_("Ghi nguyên nhân, kể cả “Chưa rõ”."))
    outage.state = codes.CLOSED
    outage.save(update_fields=["state"])
    _say(actor, outage, codes.CLOSE, text=_text(text) if text.strip() else "")
    note(target=f"outage:{outage.uid}", before={"state": codes.RESTORED}, after={"state": codes.CLOSED})
    return outage


@command("outages.reopen")
def reopen_outage(*, actor: Actor, outage: Outage, text: str) -> Outage:
    """Take up a closed outage again, saying why."""
    outage = _locked(outage, closed=True)
    if outage.state != codes.CLOSED:
        raise Conflict(_("Sự cố chưa đóng."), place=outage.code, mend=_("Tải lại trang."))
    reason = _text(text)
    outage.state = codes.RESTORED
    outage.save(update_fields=["state"])
    _say(actor, outage, codes.REOPENED, text=reason)
    note(target=f"outage:{outage.uid}", before={"state": codes.CLOSED}, after={"state": codes.RESTORED, "why": reason})
    return outage


@command("outages.write_report")
def write_report(*, actor: Actor, outage: Outage, text: str) -> OutageEntry:
    """What happened, what was done, how it will not happen again. The last one counts, the others stay."""
    outage = _locked(outage, closed=True)
    entry = _say(actor, outage, codes.REPORT, text=_text(text))
    note(target=f"outage:{outage.uid}", after={"report": entry.text})
    return entry


@command("outages.tell")
def tell_outage(*, actor: Actor, outage: Outage, text: str = "") -> Told:
    """Tell the affected agencies that have not been told of its present state; repeating it tells nobody twice."""
    outage = _locked(outage, closed=True)
    told = announce(actor, outage=outage, text=_text(text) if text.strip() else "")
    if not told.sent:
        nothing_changed()
        return told
    _say(actor, outage, codes.TOLD, text=_("Số cơ quan: %(number)d") % {"number": len(told.sent)})
    note(target=f"outage:{outage.uid}", after={"agencies": sorted(told.sent)})
    return told
