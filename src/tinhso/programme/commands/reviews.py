"""Periodic reviews: drafted from the figures of a day, signed by each party, closed when both have signed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.programme.models import Agreement, Review, ReviewFinding, ReviewSignature
from tinhso.programme.queries import Standpoint, view_of
from tinhso.programme.reviews import BOTH, ONE, signing_of
from tinhso.programme.sides import Standing
from tinhso.proof.audit import Actor, command, note
from tinhso.proof.log import append

Findings = Mapping[str, tuple[str, str]]


def _period(start: date, end: date) -> None:
    if end < start:
        raise Invalid(_("Kỳ kết thúc trước khi bắt đầu."), place="period_to", mend=_("Đổi một trong hai ngày."))
    if end > today():
        raise Invalid(_("Kỳ rà soát chưa kết thúc."), place="period_to", mend=_("Rà soát một kỳ đã qua."))


def _figures(review: str, order: int, item: Standpoint, words: tuple[str, str]) -> ReviewFinding:
    measured, said = item.measurement, item.said[-1] if item.said else None
    return ReviewFinding(
        review=review,
        order=order,
        commitment=item.commitment.uid,
        version=item.commitment,
        state=item.status.state,
        measurement=str(measured.pk) if measured else "",
        measured_numerator=measured.numerator if measured else None,
        measured_denominator=measured.denominator if measured else None,
        measured_on=measured.as_of if measured else None,
        claim=said.claim if said else None,
        appraisal=said.appraisal if said else None,
        finding=words[0].strip(),
        action=words[1].strip(),
    )


def _write_findings(review: Review, findings: Findings) -> None:
    """One finding for each commitment in force at the period's end, with the figures as known now."""
    head = Agreement.objects.known_at().get(uid=review.agreement)
    items = view_of(head, review.period_to).items
    strange = set(findings) - {item.commitment.uid for item in items}
    if strange:
        raise Invalid(_("Không có cam kết này trong kỳ rà soát."), place=min(strange))
    moment = timezone.now()
    ReviewFinding.objects.filter(review=review.uid).supersede(moment)
    rows = [
        _figures(review.uid, order, item, findings.get(item.commitment.uid, ("", "")))
        for order, item in enumerate(items, 1)
    ]
    for row in rows:
        row.recorded_at = moment
    ReviewFinding.objects.bulk_create(rows)


@command("programme.open_review")
def open_review(
    *,
    actor: Actor,
    by: Standing,
    title_vi: str,
    title_en: str,
    period_from: date,
    period_to: date,
    demonstration: bool = False,
) -> Review:
    """Begin a review of a past period: a finding for each commitment, with the figures as of the period's last day."""
    _period(period_from, period_to)
    if not title_vi.strip() or not title_en.strip():
        raise Invalid(_("Kỳ rà soát cần tên bằng cả hai thứ tiếng."), place="title_vi", mend=_("Điền cả hai ô."))
    # Locked so that two people opening a review at once do not take the same number.
    Agreement.objects.known_at().select_for_update().get(uid=by.agreement)
    taken = Review.objects.filter(agreement=by.agreement).values("uid").distinct().count()
    current = Review.objects.known_at().filter(agreement=by.agreement)
    if current.filter(period_from=period_from, period_to=period_to).exists():
        raise Conflict(_("Kỳ này đã có một cuộc rà soát."), place="period_to", mend=_("Mở cuộc rà soát đó."))
    review = Review.objects.create(
        uid=f"{by.agreement[:70]}-r{taken + 1}",
        agreement=by.agreement,
        title_vi=title_vi.strip(),
        title_en=title_en.strip(),
        period_from=period_from,
        period_to=period_to,
        demonstration=demonstration,
    )
    _write_findings(review, {})
    note(target=f"review:{review.uid}", after={"period": [period_from.isoformat(), period_to.isoformat()]})
    return review


def _open(by: Standing, uid: str) -> Review:
    review = Review.objects.known_at().select_for_update().filter(uid=uid, agreement=by.agreement).first()
    if review is None:
        raise Invalid(_("Không có cuộc rà soát này."), place=uid)
    return review


@command("programme.save_review")
def save_review(*, actor: Actor, by: Standing, uid: str, version: int, summary: str, findings: Findings) -> Review:
    """Write findings, and take the figures anew. A signature over the earlier content no longer covers the new one.

    Conflict when both parties have signed, or when someone saved since `version` was shown.
    """
    review = _open(by, uid)
    before = signing_of(review)
    if before.state == BOTH:
        raise Conflict(
            _("Hai bên đã ký; nội dung không đổi được nữa."), place=uid, mend=_("Ghi điều mới vào kỳ rà soát sau.")
        )
    if review.pk != version:
        raise Conflict(_("Có người đã sửa trong lúc bạn đang soạn."), place=uid, mend=_("Mở lại trang rồi sửa tiếp."))
    moment = timezone.now()
    Review.objects.filter(pk=review.pk).supersede(moment)
    new = review.again(summary=summary.strip())
    new.recorded_at = moment
    new.save()
    _write_findings(new, findings)
    note(
        target=f"review:{uid}",
        before={"sha256": before.sha256, "signed": [row.side for row in before.signatures]},
        after={"sha256": signing_of(new).sha256},
    )
    return new


@command("programme.sign_review")
def sign_review(*, actor: Actor, by: Standing, uid: str, content_sha256: str, position: str) -> ReviewSignature:
    """Sign the content whose SHA-256 was shown, for one's own party. Both signatures close the review.

    Conflict when the content changed since it was shown, or when the party has signed it already.
    """
    review = _open(by, uid)
    now = signing_of(review)
    if now.sha256 != content_sha256:
        raise Conflict(_("Nội dung đã thay đổi sau khi bạn mở trang."), place=uid, mend=_("Đọc bản mới rồi ký lại."))
    if now.signed_by(by.side):
        raise Conflict(_("Bên của bạn đã ký nội dung này."), place=uid)
    if not position.strip():
        raise Invalid(_("Người ký cần ghi chức vụ."), place="position", mend=_("Ghi chức vụ của bạn."))
    moment = timezone.now()
    entry = append(
        "review-signature",
        f"review:{uid}",
        {
            "review": uid,
            "side": by.side,
            "agency": by.agency_uid,
            "sha256": content_sha256,
            "position": position.strip(),
        },
    )
    signature = ReviewSignature.objects.create(
        review=uid,
        side=by.side,
        content=now.content,
        content_sha256=content_sha256,
        agency_uid=by.agency_uid,
        agency_name=by.agency_name,
        signer_code=actor.code,
        signer_name=actor.name,
        position=position.strip()[:200],
        signed_at=moment,
        entry=entry,
    )
    note(
        target=f"review:{uid}",
        before={"state": now.state},
        after={"state": BOTH if now.state == ONE else ONE, "side": by.side, "sha256": content_sha256},
    )
    return signature
