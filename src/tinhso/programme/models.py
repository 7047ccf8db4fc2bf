"""What two parties promised each other, what each says of it, and what they signed together.

Rows of one thing share a `uid`; other rows refer to it by that text, so that every state can be read back.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.append_only import AppendOnly
from tinhso.foundation.text import Text, fold
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current
from tinhso.programme.querysets import (
    AgreementQuerySet,
    CommitmentQuerySet,
    DatedQuerySet,
    EvidenceLinkQuerySet,
    ReviewQuerySet,
)
from tinhso.proof.models import Entry

PROVINCE, OPERATOR = "province", "operator"
SIDES = {PROVINCE: Text("Tỉnh", "Province"), OPERATOR: Text("Doanh nghiệp", "Operator")}
CONTENT, RESULT = "content", "result"
KINDS = {
    CONTENT: Text("Nội dung hợp tác", "Content of cooperation"),
    RESULT: Text("Kết quả đã nêu", "Results named"),
}
COMPARATORS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "eq": "="}
ATTENDED, SIGNED = "attended", "signed"
CAPACITIES = {ATTENDED: Text("dự lễ ký", "attended the signing"), SIGNED: Text("ký", "signed")}


def _one_of(field: str, values: dict, name: str, *, blank: bool = False) -> models.CheckConstraint:
    allowed = [*values, ""] if blank else list(values)
    return models.CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


class Agreement(Versioned):
    """An agreement between a province and an operator over a scope (places) and a period, both days included.

    `signed_on` is as exact as is known: "2021", "2021-03" or "2021-03-09" (ISO 8601 reduced precision).
    """

    uid = models.CharField(max_length=80)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    scope = models.CharField(max_length=80)
    period_from = models.DateField()
    period_to = models.DateField()
    signed_on = models.CharField(max_length=10, blank=True)
    signed_file = models.UUIDField(null=True)
    signed_file_sha256 = models.CharField(max_length=64, blank=True)
    source_vi = models.CharField(max_length=300, blank=True)
    source_en = models.CharField(max_length=300, blank=True)
    note_vi = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    folded = models.CharField(max_length=700, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("programme_agreement_current", "uid"),
            interval_ordered("programme_agreement_interval"),
            models.CheckConstraint(
                condition=Q(period_to__gte=models.F("period_from")), name="programme_agreement_period"
            ),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs:
            self.folded = fold(f"{self.title_vi} {self.title_en}")[:700]

    def __str__(self) -> str:
        return self.uid

    @property
    def title(self) -> Text:
        return Text(self.title_vi, self.title_en)

    @property
    def source(self) -> Text:
        return Text(self.source_vi, self.source_en)

    @property
    def note(self) -> Text:
        return Text(self.note_vi, self.note_en)


class Party(Versioned):
    """The agency on one side of an agreement, with its name when this was recorded.

    `signed_as` is the name of the agency that signed, where a successor keeps the agreement since.
    """

    signed_as: Text | None = None

    agreement = models.CharField(max_length=80)
    side = models.CharField(max_length=10)
    agency_uid = models.CharField(max_length=80, db_index=True)
    name_vi = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300)

    class Meta:
        constraints = [
            one_current("programme_party_current", "agreement", "side", "valid_from"),
            interval_ordered("programme_party_interval"),
            models.CheckConstraint(condition=Q(valid_from__isnull=False), name="programme_party_since"),
            _one_of("side", SIDES, "programme_party_side"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement}:{self.side}"

    @property
    def name(self) -> Text:
        return Text(self.name_vi, self.name_en)

    @property
    def title(self) -> Text:
        """The name to show: who signed and, where another succeeded, who keeps the agreement now."""
        if self.signed_as is None:
            return self.name
        return Text(f"{self.signed_as.vi} (nay là {self.name.vi})", f"{self.signed_as.en} (now {self.name.en})")

    @property
    def side_title(self) -> Text:
        return SIDES[self.side]


class Signatory(Versioned):
    """A person named at the signing; `capacity` says whether the source names them as signing or as attending."""

    agreement = models.CharField(max_length=80)
    side = models.CharField(max_length=10)
    order = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    position_vi = models.CharField(max_length=300)
    position_en = models.CharField(max_length=300)
    capacity = models.CharField(max_length=10)

    class Meta:
        constraints = [
            one_current("programme_signatory_current", "agreement", "order"),
            _one_of("side", SIDES, "programme_signatory_side"),
            _one_of("capacity", CAPACITIES, "programme_signatory_capacity"),
        ]

    @property
    def position(self) -> Text:
        return Text(self.position_vi, self.position_en)

    @property
    def side_title(self) -> Text:
        return SIDES[self.side]

    @property
    def capacity_title(self) -> Text:
        return CAPACITIES[self.capacity]


class Pillar(Versioned):
    """A group of commitments: a content of the agreement, or the results its text names for an earlier term."""

    uid = models.CharField(max_length=80)
    agreement = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=10)
    order = models.PositiveSmallIntegerField()
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    term_from = models.DateField()
    term_to = models.DateField()

    class Meta:
        constraints = [
            one_current("programme_pillar_current", "uid"),
            interval_ordered("programme_pillar_interval"),
            _one_of("kind", KINDS, "programme_pillar_kind"),
            models.CheckConstraint(condition=Q(term_to__gte=models.F("term_from")), name="programme_pillar_term"),
        ]

    def __str__(self) -> str:
        return self.uid

    @property
    def title(self) -> Text:
        return Text(self.title_vi, self.title_en)

    @property
    def kind_title(self) -> Text:
        return KINDS[self.kind]


class Commitment(Versioned):
    """One promise. Its target is an indicator, a comparator, an exact value and a day; any of them may be missing.

    `quote` is the signed or public text; `reading` says how the target was read where that text is not explicit.
    """

    uid = models.CharField(max_length=80)
    agreement = models.CharField(max_length=80, db_index=True)
    pillar = models.CharField(max_length=80)
    order = models.PositiveSmallIntegerField(default=0)
    text_vi = models.CharField(max_length=500)
    text_en = models.CharField(max_length=500)
    quote = models.TextField(blank=True)
    reading_vi = models.CharField(max_length=500, blank=True)
    reading_en = models.CharField(max_length=500, blank=True)
    owner_uid = models.CharField(max_length=80, blank=True, db_index=True)
    owner_vi = models.CharField(max_length=300, blank=True)
    owner_en = models.CharField(max_length=300, blank=True)
    indicator = models.CharField(max_length=80, blank=True, db_index=True)
    comparator = models.CharField(max_length=2, blank=True)
    target_numerator = models.BigIntegerField(null=True)
    target_denominator = models.BigIntegerField(null=True)
    due = models.DateField(null=True)
    weight = models.PositiveIntegerField(default=1)
    headline = models.BooleanField(default=False)
    folded = models.TextField(editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("programme_commitment_current", "uid", "valid_from"),
            interval_ordered("programme_commitment_interval"),
            models.CheckConstraint(condition=Q(valid_from__isnull=False), name="programme_commitment_since"),
            _one_of("comparator", COMPARATORS, "programme_commitment_comparator", blank=True),
            models.CheckConstraint(
                condition=Q(target_numerator=None, target_denominator=None)
                | Q(target_numerator__isnull=False, target_denominator__gt=0),
                name="programme_commitment_target",
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="programme_commitment_weight"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs:
            self.folded = fold(f"{self.text_vi} {self.text_en}")

    def __str__(self) -> str:
        return self.uid

    @property
    def text(self) -> Text:
        return Text(self.text_vi, self.text_en)

    @property
    def reading(self) -> Text:
        return Text(self.reading_vi, self.reading_en)

    @property
    def owner(self) -> Text:
        return Text(self.owner_vi, self.owner_en)

    @property
    def comparator_sign(self) -> str:
        return COMPARATORS.get(self.comparator, "")

    @property
    def target(self) -> Fraction | None:
        if self.target_numerator is None or not self.target_denominator:
            return None
        return Fraction(self.target_numerator, self.target_denominator)


class Statement(AppendOnly):
    """A value a party states, with the day it speaks of, who said it and when. Said again, the later one counts."""

    side = models.CharField(max_length=10)
    agency_uid = models.CharField(max_length=80)
    agency_name = models.CharField(max_length=300)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    reason = models.TextField()
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    demonstration = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = DatedQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(denominator__gt=0), name="%(app_label)s_%(class)s_value"),
            models.CheckConstraint(condition=Q(side__in=list(SIDES)), name="%(app_label)s_%(class)s_side"),
        ]

    @property
    def value(self) -> Fraction:
        return Fraction(self.numerator, self.denominator)

    @property
    def side_title(self) -> Text:
        return SIDES[self.side]


class Claim(Statement):
    """What one party says it achieved, apart from what is measured."""

    commitment = models.CharField(max_length=80, db_index=True)
    as_of = models.DateField()

    class Meta(Statement.Meta):
        abstract = False
        indexes = [models.Index(fields=["commitment", "as_of"], name="programme_claim_day")]


class Appraisal(Statement):
    """What the other party grants of a claim after looking at its evidence, and why."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="appraisals")

    class Meta(Statement.Meta):
        abstract = False


class EvidenceLink(Versioned):
    """A stored file put forward for a commitment, or for one claim about it."""

    uid = models.UUIDField()
    commitment = models.CharField(max_length=80, db_index=True)
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="evidence")
    file = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    label = models.CharField(max_length=200)
    side = models.CharField(max_length=10)
    actor_name = models.CharField(max_length=200)

    objects = EvidenceLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("programme_evidence_current", "uid"),
            _one_of("side", SIDES, "programme_evidence_side"),
        ]

    @property
    def side_title(self) -> Text:
        return SIDES[self.side]


class Review(Versioned):
    """A periodic review of an agreement. Editing after one signature asks for it anew; after both it is closed."""

    uid = models.CharField(max_length=80)
    agreement = models.CharField(max_length=80, db_index=True)
    title_vi = models.CharField(max_length=300)
    title_en = models.CharField(max_length=300)
    period_from = models.DateField()
    period_to = models.DateField()
    summary = models.TextField(blank=True)
    demonstration = models.BooleanField(default=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("programme_review_current", "uid"),
            models.CheckConstraint(condition=Q(period_to__gte=models.F("period_from")), name="programme_review_period"),
        ]

    def __str__(self) -> str:
        return self.uid

    @property
    def title(self) -> Text:
        return Text(self.title_vi, self.title_en)


class ReviewFinding(Versioned):
    """What a review finds on one commitment, with the figures it rests on as they stood when it was written."""

    review = models.CharField(max_length=80, db_index=True)
    order = models.PositiveSmallIntegerField()
    commitment = models.CharField(max_length=80)
    version = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=20)
    measurement = models.CharField(max_length=80, blank=True)
    measured_numerator = models.BigIntegerField(null=True)
    measured_denominator = models.BigIntegerField(null=True)
    measured_on = models.DateField(null=True)
    claim = models.ForeignKey(Claim, null=True, on_delete=models.PROTECT, related_name="+")
    appraisal = models.ForeignKey(Appraisal, null=True, on_delete=models.PROTECT, related_name="+")
    finding = models.TextField(blank=True)
    action = models.TextField(blank=True)

    class Meta:
        constraints = [one_current("programme_finding_current", "review", "commitment")]

    def __str__(self) -> str:
        return f"{self.review}:{self.commitment}"


class ReviewSignature(AppendOnly):
    """One party's signature: the canonical content it signed, that content's SHA-256, and the log entry that keeps it.

    The content lives here, in a table the database refuses to change: what was signed can always be read.
    """

    review = models.CharField(max_length=80)
    side = models.CharField(max_length=10)
    content = models.TextField()
    content_sha256 = models.CharField(max_length=64)
    agency_uid = models.CharField(max_length=80)
    agency_name = models.CharField(max_length=300)
    signer_code = models.CharField(max_length=80)
    signer_name = models.CharField(max_length=200)
    position = models.CharField(max_length=200)
    signed_at = models.DateTimeField(default=timezone.now)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["review", "side", "content_sha256"], name="programme_signature_once"),
            _one_of("side", SIDES, "programme_signature_side"),
        ]

    @property
    def side_title(self) -> Text:
        return SIDES[self.side]
