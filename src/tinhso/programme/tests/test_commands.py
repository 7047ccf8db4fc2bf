"""Editing, claiming, appraising, signing: each on one's own side, each leaving its record."""

import io
from datetime import date
from fractions import Fraction

import pytest
from django.db import DatabaseError, connection, transaction

from tinhso.files.models import StoredFile
from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.programme import commands
from tinhso.programme.commands.agreements import CommitmentValues
from tinhso.programme.models import Agreement, Claim, Commitment, EvidenceLink, Review, ReviewSignature
from tinhso.programme.queries import commitment_at
from tinhso.programme.reviews import BOTH, DRAFT, ONE, sha256_of, signing_of
from tinhso.programme.tests import recipes
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord, Entry

pytestmark = pytest.mark.django_db
FIBRE = "fibre-communes"


@pytest.fixture(autouse=True)
def agreement(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    recipes.signed_agreement()


def values(**changes: object) -> CommitmentValues:
    said = {
        "pillar": f"{recipes.AGREEMENT}/2",
        "text_vi": "80% thủ tục toàn trình",
        "text_en": "80% of procedures fully online",
    }
    return CommitmentValues(**{**said, **changes})


def current(uid: str = FIBRE) -> Commitment:
    return Commitment.objects.known_at().get(uid=uid)


def save(**given: object) -> Commitment:
    return commands.save_commitment(actor=SYSTEM, by=recipes.PROVINCE_SIDE, **given)


@pytest.mark.both_databases
def test_a_bare_commitment_is_accepted_and_says_what_it_lacks():
    made = save(values=values())
    assert commitment_at(made.uid, date(2021, 12, 31)).status.missing == ("indicator", "target", "due", "owner")


NOT_MEASURABLE = {
    "indicator": {"indicator": ""},
    "target": {"comparator": "", "target": ""},
    "due": {"due": None},
    "owner": {"owner_uid": ""},
}


@pytest.mark.parametrize("lacking", NOT_MEASURABLE)
def test_each_missing_part_is_named(lacking):
    full = {
        "indicator": recipes.FIBRE,
        "comparator": "ge",
        "target": "100%",
        "due": date(2025, 12, 31),
        "owner_uid": recipes.OPERATOR_AGENCY,
    }
    made = save(values=values(**{**full, **NOT_MEASURABLE[lacking]}))
    assert commitment_at(made.uid, date(2021, 12, 31)).status.missing == (lacking,)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"text_en": " "}, "text_vi"),
        ({"pillar": "elsewhere"}, "pillar"),
        ({"indicator": "no.such"}, "indicator"),
        ({"target": "100%"}, "target"),
        ({"comparator": "ge"}, "target"),
        ({"comparator": "about", "target": "1"}, "comparator"),
        ({"comparator": "ge", "target": "much"}, "target"),
        ({"owner_uid": "nobody"}, "owner_uid"),
        ({"weight": 0}, "weight"),
    ],
)
def test_bad_values_are_refused_at_their_field(change, place):
    count = Commitment.objects.count()
    with pytest.raises(Invalid) as refused:
        save(values=values(**change))
    assert refused.value.place == place and Commitment.objects.count() == count


@pytest.mark.both_databases
def test_a_correction_supersedes_and_a_change_from_a_day_splits():
    old = current("digital-government")
    first = save(uid=old.uid, version=old.pk, values=values(weight=2))
    save(uid=old.uid, version=first.pk, values=values(weight=5), effective=date(2023, 1, 1))
    of_day = lambda day: commitment_at(old.uid, day).commitment.weight  # noqa: E731
    assert (of_day(date(2022, 12, 31)), of_day(date(2023, 1, 1))) == (2, 5)
    assert Commitment.objects.filter(uid=old.uid).count() == 4
    assert AuditRecord.objects.filter(target=f"commitment:{old.uid}").count() == 2


def test_saving_the_same_leaves_no_trace():
    made = save(values=values())
    records = AuditRecord.objects.count()
    assert save(uid=made.uid, version=made.pk, values=values()).pk == made.pk
    assert AuditRecord.objects.count() == records


def test_who_edits_an_old_version_is_told():
    old = current("digital-government")
    save(uid=old.uid, version=old.pk, values=values())
    with pytest.raises(Conflict):
        save(uid=old.uid, version=old.pk, values=values(weight=9))


def test_an_ended_commitment_stays_readable_before_its_end():
    row = current("covid-19")
    end = {"actor": SYSTEM, "by": recipes.OPERATOR_SIDE, "uid": row.uid, "version": row.pk, "day": date(2023, 1, 1)}
    with pytest.raises(Invalid):
        commands.end_commitment(**end, reason=" ")
    commands.end_commitment(**end, reason="Hết dịch")
    assert commitment_at("covid-19", date(2022, 12, 31)) is not None
    assert commitment_at("covid-19", date(2023, 1, 1)) is None


@pytest.mark.parametrize("text", ["2021", "2021-03", "2021-03-09"])
def test_the_day_of_signing_is_as_exact_as_known(text):
    head = Agreement.objects.known_at().get()
    given = {"title_vi": "a", "title_en": "b", "period_from": head.period_from, "period_to": head.period_to}
    saved = commands.save_agreement(actor=SYSTEM, by=recipes.PROVINCE_SIDE, version=head.pk, signed_on=text, **given)
    assert saved.signed_on == text


@pytest.mark.parametrize("text", ["21", "2021-13", "2021-02-30", "2021-3-9", "hôm qua"])
def test_a_day_of_signing_that_does_not_exist_is_refused(text):
    head = Agreement.objects.known_at().get()
    given = {"title_vi": "a", "title_en": "b", "period_from": head.period_from, "period_to": head.period_to}
    with pytest.raises(Invalid) as refused:
        commands.save_agreement(actor=SYSTEM, by=recipes.PROVINCE_SIDE, version=head.pk, signed_on=text, **given)
    assert refused.value.place == "signed_on"


def claim(by=recipes.OPERATOR_SIDE, **given: object) -> Claim:
    said = {"commitment": FIBRE, "value": "100%", "as_of": date(2020, 12, 31), "reason": "Biên bản"}
    return commands.claim(actor=SYSTEM, by=by, **{**said, **given})


@pytest.mark.both_databases
def test_measured_claimed_and_appraised_stand_side_by_side():
    recipes.measured(recipes.FIBRE, "2020-12-31", 219, 226)
    said = claim(upload=(io.BytesIO(b"%PDF-1.7 bien ban"), "bien-ban.pdf"))
    commands.appraise(actor=SYSTEM, by=recipes.PROVINCE_SIDE, claim=said, value="219/226", reason="Thiếu 7 biên bản")
    item = commitment_at(FIBRE, date(2021, 12, 31))
    (stated,) = item.said
    assert item.measurement.fraction == stated.appraisal.value == Fraction(219, 226)
    assert item.gaps() == [(stated, item.measurement, Fraction(7, 226))] and stated.cut == Fraction(-7, 226)
    assert said.evidence.get().sha256 == StoredFile.objects.get().sha256
    kinds = set(Entry.objects.filter(subject=f"commitment:{FIBRE}").values_list("kind", flat=True))
    assert kinds == {"claim", "appraisal", "evidence"}


def test_a_claim_whose_evidence_is_refused_is_not_written():
    with pytest.raises(Invalid):
        claim(upload=(io.BytesIO(b"MZ\x90\x00"), "bien-ban.pdf"))
    assert not Claim.objects.exists() and not StoredFile.objects.exists() and not EvidenceLink.objects.exists()


def test_the_claim_made_last_for_the_latest_day_counts():
    claim(as_of=date(2020, 12, 31), value="90%")
    claim(as_of=date(2020, 6, 30), value="50%")
    claim(as_of=date(2020, 12, 31), value="95%")
    claim(as_of=date(2022, 1, 1), value="100%")
    (stated,) = commitment_at(FIBRE, date(2021, 12, 31)).said
    assert stated.claim.value == Fraction(95, 100)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"as_of": date(2999, 1, 1)}, "as_of"),
        ({"reason": " "}, "reason"),
        ({"value": "150%"}, "value"),
        ({"value": "nhiều"}, "value"),
    ],
)
def test_a_claim_needs_a_past_day_a_reason_and_a_value(change, place):
    with pytest.raises(Invalid) as refused:
        claim(**change)
    assert refused.value.place == place


def test_nobody_appraises_their_own_claim():
    said = claim()
    with pytest.raises(Forbidden):
        commands.appraise(actor=SYSTEM, by=recipes.OPERATOR_SIDE, claim=said, value="100%", reason="Đủ")


def test_statements_cannot_be_changed_behind_the_program():
    claim()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programme_claim SET numerator = 1")


@pytest.mark.both_databases
def test_evidence_is_withdrawn_only_by_its_side_and_leaves_history():
    link = commands.attach_evidence(
        actor=SYSTEM, by=recipes.OPERATOR_SIDE, commitment=FIBRE, content=io.BytesIO(b"a,b\n1,2\n"), name="../a.csv"
    )
    assert link.label == "a.csv"
    with pytest.raises(Forbidden):
        commands.withdraw_evidence(actor=SYSTEM, by=recipes.PROVINCE_SIDE, uid=link.uid, reason="x")
    commands.withdraw_evidence(actor=SYSTEM, by=recipes.OPERATOR_SIDE, uid=link.uid, reason="Nhầm tệp")
    assert not EvidenceLink.objects.known_at().exists() and EvidenceLink.objects.count() == 1
    with pytest.raises(Conflict):
        commands.withdraw_evidence(actor=SYSTEM, by=recipes.OPERATOR_SIDE, uid=link.uid, reason="Nữa")


def opened(**given: object) -> Review:
    said = {
        "title_vi": "Rà soát 2021",
        "title_en": "Review of 2021",
        "period_from": date(2021, 1, 1),
        "period_to": date(2021, 12, 31),
    }
    return commands.open_review(actor=SYSTEM, by=recipes.PROVINCE_SIDE, **{**said, **given})


def sign(review: Review, by: object, sha256: str = "") -> ReviewSignature:
    return commands.sign_review(
        actor=SYSTEM,
        by=by,
        uid=review.uid,
        content_sha256=sha256 or signing_of(review).sha256,
        position="Chủ tịch",
    )


@pytest.mark.both_databases
def test_a_review_is_signed_by_one_then_by_both_and_then_closed():
    recipes.measured(recipes.FIBRE, "2020-12-31", 226, 226)
    claim()
    review = opened()
    assert signing_of(review).state == DRAFT
    sign(review, recipes.PROVINCE_SIDE)
    assert signing_of(review).state == ONE
    last = sign(review, recipes.OPERATOR_SIDE)
    signing = signing_of(review)
    assert signing.state == BOTH and sha256_of(last.content) == last.content_sha256 == signing.sha256
    found = next(row for row in signing.fields["findings"] if row["commitment"] == FIBRE)
    assert (
        found["state"] == "met" and found["measured"]["value"] == [226, 226] and found["claimed"]["side"] == "operator"
    )
    with pytest.raises(Conflict):
        commands.save_review(
            actor=SYSTEM, by=recipes.PROVINCE_SIDE, uid=review.uid, version=review.pk, summary="x", findings={}
        )
    assert Entry.objects.filter(kind="review-signature").count() == 2


def test_what_both_signed_stays_when_everything_around_it_changes():
    review = opened()
    sign(review, recipes.PROVINCE_SIDE)
    sign(review, recipes.OPERATOR_SIDE)
    before = signing_of(review).content
    recipes.measured(recipes.FIBRE, "2020-12-31", 1, 226)
    row = current("digital-government")
    save(uid=row.uid, version=row.pk, values=values())
    head = Agreement.objects.known_at().get()
    commands.save_agreement(
        actor=SYSTEM,
        by=recipes.PROVINCE_SIDE,
        version=head.pk,
        title_vi="khác",
        title_en="other",
        period_from=head.period_from,
        period_to=head.period_to,
        signed_on="",
    )
    assert signing_of(review).content == before and signing_of(review).closed


def test_a_change_after_one_signature_asks_for_it_anew():
    review = opened()
    sign(review, recipes.PROVINCE_SIDE)
    saved = commands.save_review(
        actor=SYSTEM,
        by=recipes.OPERATOR_SIDE,
        uid=review.uid,
        version=review.pk,
        summary="Thêm nhận xét",
        findings={FIBRE: ("Đủ", "Giữ")},
    )
    signing = signing_of(saved)
    assert signing.state == DRAFT and [row.side for row in signing.outdated] == ["province"]


def test_one_signs_what_was_shown():
    review = opened()
    with pytest.raises(Conflict):
        sign(review, recipes.PROVINCE_SIDE, sha256="0" * 64)
    sign(review, recipes.PROVINCE_SIDE)
    with pytest.raises(Conflict):
        sign(review, recipes.PROVINCE_SIDE)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"period_to": date(2020, 1, 1)}, Invalid),
        ({"period_to": date(2999, 1, 1)}, Invalid),
        ({"title_en": ""}, Invalid),
        ({}, Conflict),
    ],
)
def test_a_period_is_past_and_reviewed_once(change, error):
    opened()
    with pytest.raises(error):
        opened(**change)


def test_findings_on_strangers_are_refused():
    review = opened()
    with pytest.raises(Invalid) as refused:
        commands.save_review(
            actor=SYSTEM,
            by=recipes.PROVINCE_SIDE,
            uid=review.uid,
            version=review.pk,
            summary="",
            findings={"stranger": ("a", "b")},
        )
    assert refused.value.place == "stranger"
    assert Review.objects.count() == 1, "nothing half-written"
