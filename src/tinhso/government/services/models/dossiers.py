"""Dossiers: the state now, and the append-only chain of events that made it."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from tinhso.foundation.append_only import AppendOnly, AppendOnlyQuerySet
from tinhso.foundation.text import Text
from tinhso.government.services.ground.states import APPLICANTS, CHANNELS, DELIVERY, PAUSED, PAYMENT, STATUSES, SYNC
from tinhso.government.services.models.catalogue import ProcedureVersion


class DossierQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Citizens: their own. Clerks, officers and leaders: those of agencies they act for. Auditors: all."""
        from tinhso.government.services.access import readable

        return self.filter(readable(user))


class Dossier(models.Model):
    """A dossier as its events have made it: each column is told again by `process.fold` over them.

    Three agencies: where the person was helped, where it was received (anywhere in the province, Decree 118/2025),
    and who is competent. `due_at`: the limit as `workdays.clock.due` told it at the last event, null while the clock
    stands still or has not begun; whether it is late is never stored. `erased_at`: what was personal of it was erased
    by the retention rule; no event tells so.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=60, unique=True)
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT, related_name="dossiers")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="dossiers", db_index=True
    )
    helped_uid = models.CharField(max_length=80, blank=True)
    received_uid = models.CharField(max_length=80, blank=True, db_index=True)
    competent_uid = models.CharField(max_length=80, db_index=True)
    channel = models.CharField(max_length=10)
    applicant_kind = models.CharField(max_length=12)
    filed_at = models.DateTimeField(db_index=True)
    received_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    calendar_sha256 = models.CharField(max_length=64, blank=True)
    status = models.PositiveSmallIntegerField()
    suspended = models.BooleanField(default=False)
    supplemented = models.BooleanField(default=False)
    step = models.PositiveSmallIntegerField(default=0)
    requests = models.PositiveSmallIntegerField(default=0)
    appointments = models.PositiveSmallIntegerField(default=0)
    numbered = models.PositiveIntegerField(default=0)
    payment = models.CharField(max_length=12, default="none")
    owed = models.PositiveBigIntegerField(default=0)
    paid = models.PositiveBigIntegerField(default=0)
    delivery = models.CharField(max_length=12, default="none")
    sync = models.CharField(max_length=12, default="pending")
    rated = models.BooleanField(default=False)
    events_count = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, blank=True)
    demonstration = models.BooleanField(default=False)
    erased_at = models.DateTimeField(null=True)

    objects = DossierQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(STATUSES)), name="services_dossier_status"),
            models.CheckConstraint(condition=Q(payment__in=list(PAYMENT)), name="services_dossier_payment"),
            models.CheckConstraint(condition=Q(delivery__in=list(DELIVERY)), name="services_dossier_delivery"),
            models.CheckConstraint(condition=Q(sync__in=list(SYNC)), name="services_dossier_sync"),
            models.CheckConstraint(condition=Q(channel__in=list(CHANNELS)), name="services_dossier_channel"),
            models.CheckConstraint(condition=Q(applicant_kind__in=list(APPLICANTS)), name="services_dossier_applicant"),
        ]
        indexes = [
            models.Index(fields=["competent_uid", "status", "due_at"], name="services_dossier_desk"),
            models.Index(fields=["status", "due_at"], name="services_dossier_waiting"),
            models.Index(fields=["owner", "-filed_at"], name="services_dossier_own"),
            models.Index(fields=["ended_at"], condition=Q(erased_at=None), name="services_dossier_term"),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def status_title(self) -> Text:
        return STATUSES[self.status]

    @property
    def paused(self) -> bool:
        """Whether reports count it as paused."""
        return self.status in PAUSED or self.suspended


class DossierEvent(AppendOnly):
    """One event of a dossier. `hash` = SHA-256 over the canonical record, which names the event before it.

    `data` is canonical JSON without personal data; what people wrote stands in DossierDetail, here only by its salted
    hash.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=40, db_index=True)
    at = models.DateTimeField(db_index=True)
    actor_code = models.CharField(max_length=80)
    data = models.TextField()
    detail_hash = models.CharField(max_length=64, blank=True)
    previous = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["dossier", "number"], name="services_event_number_once")]

    def __str__(self) -> str:
        return f"{self.dossier_id}/{self.number} {self.kind}"


class AppliedAct(AppendOnly):
    """An act that was carried out, by the key its sender chose: sent again, it is answered and not done twice."""

    key = models.CharField(max_length=120, unique=True)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="acts")
    verb = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    first_event = models.PositiveIntegerField()
    last_event = models.PositiveIntegerField()

    objects = AppendOnlyQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key


class DossierDetail(models.Model):
    """What people wrote with an event, and who they were by name: erasable, while the chain keeps its salted hash."""

    event = models.OneToOneField(DossierEvent, on_delete=models.PROTECT, related_name="detail")
    salt = models.CharField(max_length=32)
    values = models.TextField()
    actor_name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return str(self.event_id)


class DossierTask(models.Model):
    """Work open at an agency, as the events tell it; closed tasks are kept for load and history."""

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="tasks")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12)
    step = models.PositiveSmallIntegerField()
    agency_uid = models.CharField(max_length=80, db_index=True)
    role = models.CharField(max_length=10)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="dossier_tasks"
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "number"], name="services_task_number_once"),
            models.CheckConstraint(condition=Q(kind__in=["step", "consultation"]), name="services_task_kind"),
        ]
        indexes = [models.Index(fields=["agency_uid", "closed_at", "holder"], name="services_task_open")]

    def __str__(self) -> str:
        return f"{self.dossier_id}#{self.number}"


class DossierNumber(models.Model):
    """The last number given to a dossier of an agency on a day; its row is locked while the next is given."""

    agency_code = models.CharField(max_length=40)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency_code", "day"], name="services_number_once")]

    def __str__(self) -> str:
        return f"{self.agency_code}-{self.day}"
