"""What each dossier counts as in reports and in the service index, as its events have made it, through time."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from tinhso.government.services.models.catalogue import Field
from tinhso.government.services.models.dossiers import Dossier

VERDICTS = ("", "before", "on", "late")


class DossierFactQuerySet(models.QuerySet):
    def at(self, moment: datetime | None = None) -> Self:
        """The facts that held at a moment; now where none is given."""
        if moment is None:
            return self.filter(until=None)
        return self.filter(Q(until=None) | Q(until__gt=moment), since__lte=moment)


class DossierFact(models.Model):
    """A dossier's countable facts, in force [since, until): no personal data, one row at a time per dossier.

    Months are `year * 100 + month` in Vietnam, 0 where it has not come to that. `ended_at`: the end of processing by
    Decision 766/QĐ-TTg. `verdict`: whether it ended before the day of its appointment, on it, or late; "" while it has
    not ended, or where no limit ever ran. `due_at`: null while no clock runs. `full`: filed online under a procedure
    offered fully online. `stars`: 0 where not rated.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="facts")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    agency_uid = models.CharField(max_length=80)
    field = models.ForeignKey(Field, on_delete=models.PROTECT, db_index=False, related_name="+")
    demonstration = models.BooleanField()
    status = models.PositiveSmallIntegerField()
    paused = models.BooleanField()
    online = models.BooleanField()
    full = models.BooleanField()
    filed_month = models.PositiveIntegerField()
    received_month = models.PositiveIntegerField()
    ended_month = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=6, blank=True)
    paid = models.BooleanField()
    paid_online = models.BooleanField()
    digital = models.BooleanField()
    papers = models.PositiveSmallIntegerField()
    reused = models.PositiveSmallIntegerField()
    stars = models.PositiveSmallIntegerField()

    objects = DossierFactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier"], condition=Q(until=None), name="services_fact_one_now"),
            models.CheckConstraint(condition=Q(verdict__in=VERDICTS), name="services_fact_verdict"),
            models.CheckConstraint(
                condition=Q(ended_month=0, ended_at=None) | Q(ended_month__gt=0, ended_at__isnull=False),
                name="services_fact_end",
            ),
        ]
        indexes = [
            # Everything a year's sums read, so that they never touch the rows themselves; SQLite reads `until` too.
            models.Index(
                fields=["filed_month", "agency_uid", "online", "full", "papers", "reused", "demonstration", "until"],
                condition=Q(until=None),
                name="services_fact_filed",
            ),
            models.Index(
                fields=[
                    "ended_month",
                    "agency_uid",
                    "verdict",
                    "status",
                    "stars",
                    "paid",
                    "paid_online",
                    "digital",
                    "demonstration",
                    "since",
                    "until",
                ],
                name="services_fact_ended",
            ),
            models.Index(
                fields=["agency_uid", "due_at"], condition=Q(until=None, ended_month=0), name="services_fact_open"
            ),
            models.Index(fields=["dossier", "since"], name="services_fact_history"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.since:%Y-%m-%d}"
