"""What senders report. A machine's report is never edited; what a person brought in by file can be taken back."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.append_only import AppendOnly
from tinhso.foundation.versioned import Versioned, one_current
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.codes import CHANGES, ELEMENTS
from tinhso.infrastructure.outages.querysets import ReportQuerySet, ReportVersionQuerySet, SourceQuerySet


class Source(models.Model):
    """A sender of alarms about one network. Its changes are in the audit under `source:<slug>`.

    It proves itself by a bearer token (`token_hash`: SHA-256 of 256 random bits) or a client certificate whose subject
    the trusted proxy hands over; with `hmac_sealed` (the encrypted key) every body must be signed as well. Whatever is
    set is required. `alert_names`: the alerts that mean "down", separated by blanks; empty: all it sends.

    `truncated` counts the alerts it said it left out, `refused` those that could not be read, `last_fault` the latest.
    """

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    enabled = models.BooleanField(default=True)
    token_hash = models.CharField(max_length=64, blank=True, default="")
    certificate_subject = models.CharField(max_length=300, blank=True, default="")
    hmac_sealed = models.TextField(blank=True, default="")
    alert_names = models.CharField(max_length=1000, blank=True, default="")
    demonstration = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    last_heard_at = models.DateTimeField(null=True)
    truncated = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    last_fault = models.CharField(max_length=300, blank=True, default="")

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(enabled=False) | ~Q(token_hash="") | ~Q(certificate_subject=""),
                name="outages_source_proves_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Reported(models.Model):
    """A change of an element as reported. `element` is the name the sender uses, which may not be known here.

    `fingerprint` names the stream of reports that belong together. Down: `starts_at` is given; up: `ends_at`, and
    `starts_at` where the report says which interruption ended; without an end it ended when it was received.
    `key` is the SHA-256 of all that tells one report from another.
    """

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    element_kind = models.CharField(max_length=4)
    element = models.CharField(max_length=200)
    change = models.CharField(max_length=4)
    fingerprint = models.CharField(max_length=80)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.element_kind} {self.element} {self.change} {self.starts_at or ''} {self.ends_at or ''}".strip()


def _shape(name: str) -> list[models.CheckConstraint]:
    return [
        models.CheckConstraint(
            condition=Q(element_kind__in=list(ELEMENTS), change__in=list(CHANGES)), name=f"outages_{name}_codes"
        ),
        models.CheckConstraint(
            condition=Q(change="down", starts_at__isnull=False, ends_at=None)
            | Q(change="up") & (Q(starts_at__isnull=False) | Q(ends_at__isnull=False)),
            name=f"outages_{name}_times",
        ),
    ]


class Event(Reported, AppendOnly):
    """A report by a machine, once however often it is repeated. `raw` is the canonical text of what it said, free text
    and labels that are not about elements left out."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="events")
    received_at = models.DateTimeField(default=timezone.now)
    raw = models.TextField()

    objects = ReportQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="outages_event_once"),
            *_shape("event"),
        ]
        indexes = [models.Index(fields=["network", "received_at"], name="outages_event_arrival")]


class FileEvent(Reported, Versioned):
    """A report from an imported file; undoing the import supersedes it."""

    objects = ReportVersionQuerySet.as_manager()

    class Meta:
        constraints = [one_current("outages_fileevent_once", "network", "key"), *_shape("fileevent")]


class Alias(Versioned):
    """What a sender calls an element: mends reports whose element is not known, past ones as well. `element` empty:
    what is reported under this name is no element of the network."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    element_kind = models.CharField(max_length=4)
    reported = models.CharField(max_length=200)
    element = models.CharField(max_length=200, blank=True, default="")

    objects = ReportVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("outages_alias_once", "network", "element_kind", "reported"),
            models.CheckConstraint(condition=Q(element_kind__in=list(ELEMENTS)), name="outages_alias_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.reported} = {self.element}"
