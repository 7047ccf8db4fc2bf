"""The demonstration: the agreement as published; claims, appraisals, evidence and a review made up and so labelled."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

from django.db import transaction

from tinhso.foundation.demo import demo_step
from tinhso.identity.models import User
from tinhso.measures.commands import measure_all
from tinhso.places.scopes import units_in
from tinhso.programme import commands
from tinhso.programme.models import OPERATOR, PROVINCE, Claim, Commitment, Review
from tinhso.programme.queries import agreement_at, view_of
from tinhso.programme.reviews import signing_of
from tinhso.programme.sides import Standing, standing
from tinhso.programme.status import MET, NOT_MEASURABLE
from tinhso.programme.words import status_text
from tinhso.proof.audit import SYSTEM, Actor

AGREEMENT = "nam-dinh-vnpt-2021-2025"
ACCOUNTS = {PROVINCE: "vanphong", OPERATOR: "vanphong-vnpt"}
TERM_END = date(2020, 12, 31)
# commitment, claimed, appraised, why
STATED = (
    ("fibre-communes", "100%", "100%", "Minh họa: đủ biên bản nghiệm thu của các xã, phường, thị trấn."),
    ("fibre-agencies-district", "100%", "96%", "Minh họa: thiếu biên bản của một số cơ quan nên không tính."),
    ("fibre-agencies-commune", "100%", "94%", "Minh họa: thiếu bằng chứng ở các cơ quan chưa có biên bản."),
)
EVIDENCE = """BIÊN BẢN MINH HỌA
Tệp này do chương trình tự tạo để trình bày cách đưa bằng chứng; không phải văn bản của các bên.
"""


def _sides(right: str) -> dict[str, tuple[Actor, Standing]]:
    """Who acts in the demonstration: one account on each side, by the mandates it really holds."""
    acting = {}
    for side, username in ACCOUNTS.items():
        user = User.objects.filter(username=username, demonstration=True).first()
        if user is not None:
            acting[side] = (user.actor(), standing(user, AGREEMENT, right))
    return acting


@demo_step("programme", order=28, essential=True)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """The agreement, then all made-up claims with their appraisals together."""
    if province_code != "36":
        say("no agreement is shipped for this province; import one with import_agreement")
        return
    _batch, diff = commands.load_agreement(actor=SYSTEM)
    say(f"agreement: {len(diff.added)} rows added, {diff.unchanged} unchanged")
    acting = _sides("programme.claim")
    if len(acting) < len(ACCOUNTS) or Claim.objects.filter(demonstration=True).exists():
        return
    (operator, for_operator), (province, for_province) = acting[OPERATOR], acting[PROVINCE]
    known = set(Commitment.objects.known_at().values_list("uid", flat=True))
    with transaction.atomic():
        for commitment, claimed, appraised, why in STATED:
            if commitment not in known:
                continue
            said = commands.claim(
                actor=operator,
                by=for_operator,
                commitment=commitment,
                value=claimed,
                as_of=TERM_END,
                reason="Minh họa: như trang tin công khai về lễ ký kết nêu.",
                upload=(io.BytesIO(EVIDENCE.encode()), "bien-ban-minh-hoa.txt"),
                demonstration=True,
            )
            commands.appraise(
                actor=province, by=for_province, claim=said, value=appraised, reason=why, demonstration=True
            )
    say(f"{len(STATED)} demonstration claims, each appraised")


@demo_step("headline", order=31, essential=True)
def headline(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Measure what the agreement's targets rest on, on the demonstration's day; the other figures follow later."""
    head = agreement_at(AGREEMENT, as_of)
    if head is None or not units_in(head.scope, as_of):
        return
    wanted = {item.indicator.id for item in view_of(head, as_of).items if item.indicator}
    done = measure_all(actor=SYSTEM, scope=head.scope, as_of=as_of, indicator_ids=sorted(wanted))
    say(f"{len(done)} headline measurements")


@demo_step("reviews", order=75)
@transaction.atomic
def review(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """After measuring: a review of the period up to the demonstration's day, signed by both sides."""
    head = agreement_at(AGREEMENT, as_of)
    acting = _sides("programme.sign_review") if head else {}
    if head is None or len(acting) < len(ACCOUNTS) or Review.objects.filter(demonstration=True).exists():
        return
    province, for_province = acting[PROVINCE]
    opened = commands.open_review(
        actor=province,
        by=for_province,
        title_vi="Rà soát minh họa năm đầu",
        title_en="Demonstration review of the first year",
        period_from=head.period_from,
        period_to=as_of,
        demonstration=True,
    )
    findings = {}
    for item in view_of(head, as_of).items:
        action = ""
        if item.status.state == NOT_MEASURABLE:
            action = "Hai bên bổ sung phần còn thiếu để đo được."
        elif item.status.state != MET:
            action = "Bên chịu trách nhiệm báo kế hoạch khắc phục kỳ sau."
        findings[item.commitment.uid] = (status_text(item), action)
    saved = commands.save_review(
        actor=province,
        by=for_province,
        uid=opened.uid,
        version=opened.pk,
        summary="Bản minh họa: nhận xét suy ra từ số đo trên mạng minh họa, không phải đánh giá của các bên.",
        findings=findings,
    )
    for side, (actor, by) in acting.items():
        commands.sign_review(
            actor=actor,
            by=by,
            uid=saved.uid,
            content_sha256=signing_of(saved).sha256,
            position=f"Văn phòng chương trình ({'tỉnh' if side == PROVINCE else 'doanh nghiệp'}), minh họa",
        )
    say("one demonstration review, signed by both sides")
