"""Outages: what follows from the events, what people did about it, and whom it cut off."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.append_only import AppendOnly
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.codes import AGENCY, CAUSES, ELEMENTS, ENTRIES, LIVE, OPEN, STATES, UNIT
from tinhso.infrastructure.outages.querysets import OutageQuerySet


class Outage(models.Model):
    """Elements that went down together. Everything here follows from its entries and from the events; only
    `following` and the commands write it.

    `started_at` is the first interruption, `ended_at` when the last element came back (None: not yet). `planned`: it
    lies within approved maintenance. `expected_at`: when the operator expects service back, kept while an element is
    down. `merged_into` names the outage that took this one over; `impact` is the one that
    holds now.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=OPEN)
    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    expected_at = models.DateTimeField(null=True)
    cause = models.CharField(max_length=20, blank=True, default="")
    planned = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    impact = models.ForeignKey("OutageImpact", on_delete=models.PROTECT, null=True, related_name="+")

    objects = OutageQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="outages_outage_state"),
            models.CheckConstraint(condition=Q(cause__in=["", *CAUSES]), name="outages_outage_cause"),
            models.CheckConstraint(condition=~Q(state=OPEN) | Q(ended_at=None), name="outages_outage_open_has_no_end"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("started_at")), name="outages_outage_interval"
            ),
            models.CheckConstraint(
                condition=Q(expected_at=None) | Q(expected_at__gt=models.F("started_at"), ended_at=None),
                name="outages_outage_expected",
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        """Its public name."""
        return f"SC-{self.started_at:%y%m}-{self.uid.hex[:6].upper()}"

    @property
    def state_title(self) -> Text:
        return STATES[self.state]

    @property
    def cause_title(self) -> Text:
        return CAUSES[self.cause or "unknown"]

    @property
    def overdue(self) -> bool:
        """Whether the time at which service was expected back has passed."""
        return self.expected_at is not None and self.expected_at < timezone.now()

    @property
    def live(self) -> bool:
        """Whether it counts: neither merged nor withdrawn."""
        return self.state in LIVE


class OutageElement(models.Model):
    """An element of an outage and when it was down, from its first failure to its last return, flapping between."""

    outage = models.ForeignKey(Outage, on_delete=models.CASCADE, related_name="elements")
    element_kind = models.CharField(max_length=4)
    element = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["starts_at", "element_kind", "element"]
        constraints = [
            models.UniqueConstraint(
                fields=["outage", "element_kind", "element", "starts_at"], name="outages_element_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element_kind} {self.element}"

    @property
    def kind_title(self) -> Text:
        return ELEMENTS[self.element_kind]


class OutageEntry(AppendOnly):
    """A line of an outage's history. `at` is when it happened, `recorded_at` when it was written; `actor_code` is
    "system" where events say it."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(default=timezone.now)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    element_kind = models.CharField(max_length=4, blank=True, default="")
    element = models.CharField(max_length=200, blank=True, default="")
    cause = models.CharField(max_length=20, blank=True, default="")
    text = models.TextField(blank=True, default="")

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["recorded_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(kind__in=list(ENTRIES)), name="outages_entry_kind")]

    def __str__(self) -> str:
        return f"{self.outage_id} {self.kind}"

    @property
    def kind_title(self) -> Text:
        return ENTRIES[self.kind]

    @property
    def cause_title(self) -> Text:
        return CAUSES[self.cause or "unknown"]


class OutageImpact(AppendOnly):
    """Whom an outage cut off, by the topology of `day` as known at `known_at`: all who lost service at one of its
    moments when all elements then down, its own and others, are taken together, but not when the others are alone.

    `people`: the most at one moment, None where nothing is known of them. `known` False: no core was in service, so
    nothing can be said. `digest` is of the elements and moments it was computed from.
    """

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, related_name="impacts")
    recorded_at = models.DateTimeField(default=timezone.now)
    day = models.DateField()
    known_at = models.DateTimeField()
    reading_sha256 = models.CharField(max_length=64, blank=True, default="")
    digest = models.CharField(max_length=64)
    known = models.BooleanField()
    units = models.PositiveIntegerField()
    agencies = models.PositiveIntegerField()
    people = models.PositiveBigIntegerField(null=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["outage", "digest"], name="outages_impact_once")]

    def __str__(self) -> str:
        return f"{self.outage_id}: {self.units}"

    @property
    def unit_codes(self) -> list[str]:
        """Codes of the units cut off; none without `queries.told_units()`."""
        return [one.key for one in getattr(self, "units_named", ())]

    @property
    def degraded(self) -> bool:
        """Nobody lost service: other paths carried it."""
        return self.known and not self.units and not self.agencies


class Affected(AppendOnly):
    """A unit (by code) or agency (by uid) that an impact names."""

    impact = models.ForeignKey(OutageImpact, on_delete=models.PROTECT, related_name="affected")
    kind = models.CharField(max_length=6)
    key = models.CharField(max_length=80)

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["impact", "kind", "key"], name="outages_affected_once"),
            models.CheckConstraint(condition=Q(kind__in=[UNIT, AGENCY]), name="outages_affected_kind"),
        ]
        indexes = [models.Index(fields=["kind", "key"], name="outages_affected_key")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
