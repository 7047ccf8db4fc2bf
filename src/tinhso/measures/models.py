"""Measurements and what they rest on: rows, inputs, the parts that are private, and the public's questions."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

from django.db import models
from django.utils import timezone

from tinhso.files.models import StoredFile
from tinhso.foundation.append_only import AppendOnly
from tinhso.measures.contract import RATIO, TOTAL, Indicator, Value, indicators
from tinhso.measures.querysets import MeasurementQuerySet, QuestionQuerySet
from tinhso.proof.models import Entry


class Measurement(AppendOnly):
    """One measuring of one indicator. `record` is the canonical text the log holds; the columns repeat it for queries.

    `rows` is how many rows were counted, `rows_root` the RFC 6962 tree hash over their canonical bytes in key order.
    """

    indicator = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    rule_hash = models.CharField(max_length=64)
    scope = models.CharField(max_length=80)
    as_of = models.DateField()
    known_at = models.DateTimeField()
    kind = models.CharField(max_length=10)
    unit = models.CharField(max_length=20)
    numerator = models.BigIntegerField()
    denominator = models.BigIntegerField()
    rows = models.PositiveIntegerField()
    rows_root = models.CharField(max_length=64)
    inputs_sha256 = models.CharField(max_length=64)
    record = models.TextField()
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="measurement")
    measured_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = MeasurementQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [models.Index(fields=["indicator", "scope", "-as_of", "-known_at"], name="measures_latest")]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=[RATIO, TOTAL]), name="measures_known_kind"),
            models.CheckConstraint(condition=models.Q(denominator__gte=0), name="measures_denominator_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} v{self.version} · {self.scope} · {self.as_of}"

    @property
    def value(self) -> Value:
        return Value(self.kind, self.numerator, self.denominator, self.rows)

    @property
    def fraction(self) -> Fraction | None:
        """The exact value; None is "no data"."""
        return self.value.fraction

    def record_fields(self) -> dict[str, Any]:
        """The record as the log holds it."""
        return json.loads(self.record)

    @property
    def declared(self) -> Indicator | None:
        """The indicator as registered now; None once it was withdrawn."""
        return indicators.get(self.indicator)


class Evidence(AppendOnly):
    """What a measurement counted: `rows` zlib of canonical JSON lines in key order, `inputs` zlib of canonical JSON."""

    measurement = models.OneToOneField(Measurement, on_delete=models.PROTECT, related_name="evidence")
    rows = models.BinaryField()
    inputs = models.BinaryField()

    class Meta(AppendOnly.Meta):
        abstract = False


class RuleSource(AppendOnly):
    """The source texts behind a rule hash, kept so that a bundle can be made long after the rule has changed.

    `modules` is zlib of canonical [[module, source], …], the rule itself first.
    """

    rule_hash = models.CharField(max_length=64, unique=True)
    modules = models.BinaryField()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.rule_hash


class PrivatePart(models.Model):
    """Values published only as `private_hash`, SHA-256(salt ‖ canonical values). Erased with their salt."""

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="private_parts")
    private_hash = models.CharField(max_length=64)
    salt = models.CharField(max_length=32)
    values = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measurement", "private_hash"], name="measures_private_part_once")
        ]


class Question(models.Model):
    """A reader's question on a figure, shown once released. Erasable, since people write about themselves."""

    HELD, RELEASED, REJECTED = "held", "released", "rejected"

    measurement = models.ForeignKey(Measurement, on_delete=models.PROTECT, related_name="questions")
    indicator = models.CharField(max_length=80, db_index=True)
    name = models.CharField(max_length=80, blank=True)
    text = models.TextField()
    asked_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, default=HELD)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["held", "released", "rejected"]), name="measures_question_state"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="rejected") | ~models.Q(reason=""), name="measures_rejection_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} · {self.text[:60]}"


class Answer(AppendOnly):
    """The owner's answer to a released question; it enters the log with the hash of its evidence file."""

    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    author_code = models.CharField(max_length=80)
    author_name = models.CharField(max_length=200)
    answered_at = models.DateTimeField(default=timezone.now)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="answer")

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.question_id} · {self.text[:60]}"
