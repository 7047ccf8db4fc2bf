"""From paper to ground: decisions on phases, steps of the works, surveys of what was built. All only grow."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.append_only import AppendOnly
from tinhso.foundation.text import Text
from tinhso.infrastructure.planning.models.results import ExactRowQuerySet, PlannedPhase

APPROVED, WITHDRAWN = "approved", "withdrawn"
VERDICTS = {APPROVED: Text("Duyệt", "Approved"), WITHDRAWN: Text("Rút duyệt", "Approval withdrawn")}
STARTED, BUILT = "started", "built"
STEPS = {STARTED: Text("Khởi công", "Construction started"), BUILT: Text("Hoàn thành", "Built")}
BY_KEY, BY_ACCOUNT = "key", "account"


class Decision(AppendOnly):
    """A phase approved, to be in service by `due_on`, or its approval withdrawn; the latest counts."""

    phase = models.ForeignKey(PlannedPhase, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10)
    due_on = models.DateField(null=True)
    remark = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict=APPROVED, due_on__isnull=False) | Q(verdict=WITHDRAWN, due_on=None),
                name="planning_decision_verdict",
            )
        ]


class Survey(AppendOnly):
    """A signed file of what was built. `signed_by`: key (a registered key's signature over the file's bytes) or
    account (a programme officer of the operator confirmed the file's SHA-256 while signed in)."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    phase = models.ForeignKey(PlannedPhase, on_delete=models.PROTECT, related_name="surveys")
    source_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    signed_by = models.CharField(max_length=10)
    signer = models.CharField(max_length=200)
    signature = models.CharField(max_length=100, blank=True, default="")
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "sha256"], name="planning_survey_once"),
            models.CheckConstraint(
                condition=Q(signed_by=BY_KEY) & ~Q(signature="") | Q(signed_by=BY_ACCOUNT, signature=""),
                name="planning_survey_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.source_name


class SurveyedSpan(AppendOnly):
    """What a survey says of one planned span; empty points or None: as planned. `built` False: it was left out."""

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="spans")
    span_id = models.CharField(max_length=80)
    built = models.BooleanField(default=True)
    length_m = models.PositiveIntegerField(null=True)
    fibre_count = models.PositiveIntegerField(null=True)
    method = models.CharField(max_length=20, blank=True, default="")
    points = models.TextField(blank=True, default="")

    objects = ExactRowQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["span_id"]
        constraints = [models.UniqueConstraint(fields=["survey", "span_id"], name="planning_surveyed_once")]


class WorksStep(AppendOnly):
    """A step of a phase's works. `batch` is the import that wrote it into the network: once that import is undone, the
    step no longer counts. `survey`: what was built other than planned."""

    phase = models.ForeignKey(PlannedPhase, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(max_length=10)
    on_day = models.DateField()
    batch = models.UUIDField(db_index=True)
    survey = models.ForeignKey(Survey, null=True, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=Q(step__in=list(STEPS)), name="planning_step_kind")]
