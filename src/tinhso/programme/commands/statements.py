"""What the parties state: claims, appraisals, and the evidence put forward for them."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.stored import Readable, store
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.measures.contract import RATIO, indicators
from tinhso.programme.models import Appraisal, Claim, Commitment, EvidenceLink
from tinhso.programme.sides import Standing
from tinhso.programme.values import parse_value
from tinhso.proof.audit import Actor, command, note
from tinhso.proof.log import append


def _commitment(by: Standing, uid: str) -> Commitment:
    row = Commitment.objects.known_at().filter(uid=uid, agreement=by.agreement).order_by("valid_from").last()
    if row is None:
        raise Invalid(_("Không có cam kết này trong thỏa thuận."), place=uid)
    return row


def _value(row: Commitment, text: str) -> tuple[int, int]:
    """A stated value as an exact fraction; Invalid where a share lies outside 0 … 100 %."""
    numerator, denominator = parse_value(text)
    measured_by = indicators.get(row.indicator)
    if measured_by is not None and measured_by.kind == RATIO and not 0 <= numerator <= denominator:
        raise Invalid(
            _("Tỷ lệ phải từ 0 đến 100 %%, không phải %(value)s.") % {"value": text.strip()},
            place="value",
            mend=_("Ghi dạng 95,5 % hoặc 214/226."),
        )
    return numerator, denominator


def _said(kind: str, said: Claim | Appraisal, commitment: str, extra: dict) -> None:
    append(
        kind,
        f"commitment:{commitment}",
        {
            "commitment": commitment,
            "side": said.side,
            "agency": said.agency_uid,
            "numerator": said.numerator,
            "denominator": said.denominator,
            **extra,
        },
    )


@command("programme.claim")
def claim(
    *,
    actor: Actor,
    by: Standing,
    commitment: str,
    value: str,
    as_of: date,
    reason: str,
    upload: tuple[Readable, str] | None = None,
    demonstration: bool = False,
) -> Claim:
    """A party says what it achieved as of a day, with a file and its name as evidence where there is one.

    Of several claims of one party, the one for the latest day counts; of one day, the one made last.

    Invalid: a day that has not come, no words on how the value was reached, a value that cannot be read exactly.
    """
    row = _commitment(by, commitment)
    if as_of > today():
        raise Invalid(_("Chưa đến ngày %(day)s.") % {"day": as_of}, place="as_of", mend=_("Chọn một ngày đã qua."))
    if not reason.strip():
        raise Invalid(_("Cần nói căn cứ của kết quả báo cáo."), place="reason", mend=_("Ghi nguồn và cách tính."))
    numerator, denominator = _value(row, value)
    said = Claim.objects.create(
        commitment=row.uid,
        side=by.side,
        agency_uid=by.agency_uid,
        agency_name=by.agency_name,
        numerator=numerator,
        denominator=denominator,
        as_of=as_of,
        reason=reason.strip(),
        actor_code=actor.code,
        actor_name=actor.name,
        demonstration=demonstration,
    )
    _said("claim", said, row.uid, {"as_of": as_of.isoformat()})
    note(
        target=f"commitment:{row.uid}",
        after={"claim": said.pk, "side": by.side, "value": value.strip(), "as_of": as_of.isoformat()},
    )
    if upload is not None:
        attach_evidence(actor=actor, by=by, commitment=row.uid, content=upload[0], name=upload[1], claim=said)
    return said


def refuse_own_claim(by: Standing, claim: Claim) -> None:
    """Forbidden where a side would appraise what it claimed itself."""
    if claim.side == by.side:
        raise Forbidden(
            _("Không bên nào tự thẩm định kết quả của mình."),
            place=f"claim:{claim.pk}",
            mend=_("Bên còn lại của thỏa thuận thẩm định."),
        )


@command("programme.appraise")
def appraise(
    *, actor: Actor, by: Standing, claim: Claim, value: str, reason: str, demonstration: bool = False
) -> Appraisal:
    """The other party says what it grants of a claim, and why. Nobody appraises their own claim."""
    row = _commitment(by, claim.commitment)
    refuse_own_claim(by, claim)
    if not reason.strip():
        raise Invalid(_("Thẩm định cần lý do."), place="reason", mend=_("Nói đã xem bằng chứng nào và kết luận gì."))
    numerator, denominator = _value(row, value)
    said = Appraisal.objects.create(
        claim=claim,
        side=by.side,
        agency_uid=by.agency_uid,
        agency_name=by.agency_name,
        numerator=numerator,
        denominator=denominator,
        reason=reason.strip(),
        actor_code=actor.code,
        actor_name=actor.name,
        demonstration=demonstration,
    )
    _said("appraisal", said, claim.commitment, {"claim": claim.pk})
    note(
        target=f"commitment:{claim.commitment}",
        after={"appraisal": said.pk, "claim": claim.pk, "side": by.side, "value": value.strip()},
    )
    return said


@command("programme.attach_evidence")
def attach_evidence(
    *,
    actor: Actor,
    by: Standing,
    commitment: str,
    content: Readable,
    name: str,
    label: str = "",
    public: bool = True,
    claim: Claim | None = None,
) -> EvidenceLink:
    """Keep a file and put it forward for a commitment, or for one of the own party's claims about it."""
    row = _commitment(by, commitment)
    if "\0" in label:
        raise Invalid(_("Nhãn chứa ký tự NUL."), place="label", mend=_("Bỏ ký tự đó."))
    if claim is not None and (claim.commitment != row.uid or claim.side != by.side):
        raise Invalid(_("Báo cáo này không phải của bên bạn về cam kết này."), place="claim")
    stored = store(actor=actor, content=content, name=name, public=public)
    link = EvidenceLink.objects.create(
        uid=uuid4(),
        commitment=row.uid,
        claim=claim,
        file=stored.uid,
        sha256=stored.sha256,
        label=(label.strip() or stored.name)[:200],
        side=by.side,
        actor_name=actor.name,
    )
    append(
        "evidence",
        f"commitment:{row.uid}",
        {"commitment": row.uid, "sha256": stored.sha256, "side": by.side, "claim": claim.pk if claim else None},
    )
    note(target=f"commitment:{row.uid}", after={"evidence": str(link.uid), "sha256": stored.sha256})
    return link


@command("programme.withdraw_evidence")
def withdraw_evidence(*, actor: Actor, by: Standing, uid: UUID, reason: str) -> EvidenceLink:
    """A party takes back evidence of its own; that it was there remains in the history."""
    link = EvidenceLink.objects.known_at().select_for_update().filter(uid=uid).first()
    if link is None:
        raise Conflict(_("Bằng chứng này không còn được dùng."), place=str(uid))
    _commitment(by, link.commitment)
    if link.side != by.side:
        raise Forbidden(_("Chỉ bên đã đưa bằng chứng được rút lại."), place=str(uid))
    if not reason.strip():
        raise Invalid(_("Cần lý do."), place="reason", mend=_("Ghi vì sao rút bằng chứng này."))
    EvidenceLink.objects.filter(pk=link.pk).supersede(timezone.now())
    note(
        target=f"commitment:{link.commitment}",
        before={"evidence": str(uid), "sha256": link.sha256},
        after={"evidence": None, "reason": reason.strip()},
    )
    return link
