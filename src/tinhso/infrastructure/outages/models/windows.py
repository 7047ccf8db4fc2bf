"""Planned maintenance. What is planned is never edited: a window is cancelled and another proposed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.append_only import AppendOnly
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.codes import ELEMENTS, PROPOSED, WINDOW_STATES
from tinhso.infrastructure.outages.querysets import WindowQuerySet


class MaintenanceWindow(models.Model):
    """Work that takes elements down from `starts_at` to `ends_at`. `title` is public, `works` is not."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    works = models.TextField(blank=True, default="")
    starts_at = models.DateTimeField(db_index=True)
    ends_at = models.DateTimeField()
    state = models.CharField(max_length=10, default=PROPOSED)

    objects = WindowQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=models.F("starts_at")), name="outages_window_interval"),
            models.CheckConstraint(condition=Q(state__in=list(WINDOW_STATES)), name="outages_window_state"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        """Its public name."""
        return f"BT-{self.starts_at:%y%m}-{self.uid.hex[:6].upper()}"

    @property
    def state_title(self) -> Text:
        return WINDOW_STATES[self.state]


class WindowElement(models.Model):
    """An element that a window takes down."""

    window = models.ForeignKey(MaintenanceWindow, on_delete=models.CASCADE, related_name="elements")
    element_kind = models.CharField(max_length=4)
    element = models.CharField(max_length=200)

    class Meta:
        ordering = ["element_kind", "element"]
        constraints = [
            models.UniqueConstraint(fields=["window", "element_kind", "element"], name="outages_window_element_once"),
            models.CheckConstraint(condition=Q(element_kind__in=list(ELEMENTS)), name="outages_window_element_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.element_kind} {self.element}"

    @property
    def kind_title(self) -> Text:
        return ELEMENTS[self.element_kind]


class WindowEntry(AppendOnly):
    """A line of a window's history: proposed, approved, cancelled, by whom and why."""

    window = models.ForeignKey(MaintenanceWindow, on_delete=models.PROTECT, related_name="entries")
    state = models.CharField(max_length=10)
    recorded_at = models.DateTimeField(default=timezone.now)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    text = models.CharField(max_length=500, blank=True, default="")

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(WINDOW_STATES)), name="outages_window_entry_state")
        ]

    def __str__(self) -> str:
        return f"{self.window_id} {self.state}"

    @property
    def state_title(self) -> Text:
        return WINDOW_STATES[self.state]
