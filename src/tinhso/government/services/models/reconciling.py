"""What comparing with the national portal found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text

FINDINGS = {
    "missing": Text("Cổng quốc gia không có", "Missing at the national portal"),
    "differs": Text("Trạng thái khác nhau", "States differ"),
    "unknown": Text("Hệ thống này không có", "Unknown here"),
}


class SyncRun(models.Model):
    """One comparison of the dossiers of a time with those the portal holds. `error`: why it came to no answer."""

    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    first_day = models.DateField()
    last_day = models.DateField()
    ours = models.PositiveIntegerField(default=0)
    theirs = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"


class SyncFinding(models.Model):
    """A dossier on which both sides do not agree; `ours` and `theirs` are status codes, null where there is none."""

    run = models.ForeignKey(SyncRun, on_delete=models.CASCADE, related_name="findings")
    code = models.CharField(max_length=60)
    kind = models.CharField(max_length=8)
    ours = models.PositiveSmallIntegerField(null=True)
    theirs = models.PositiveSmallIntegerField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(FINDINGS)), name="services_finding_kind"),
            models.UniqueConstraint(fields=["run", "code"], name="services_finding_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.kind}"

    @property
    def kind_title(self) -> Text:
        return FINDINGS[self.kind]
