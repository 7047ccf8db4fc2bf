"""Rows with two clocks: when a fact holds (valid) and when the system knew it (recorded).

A row is never edited: a correction supersedes it and records another. So the state as of any day, as known at any
moment, can be read back (Snodgrass, Developing Time-Oriented Database Applications, ch. 10).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone


class VersionedQuerySet(models.QuerySet):
    def known_at(self, moment: datetime | None = None) -> Self:
        """Rows the system held true at a moment; now when none is given."""
        if moment is None:
            return self.filter(superseded_at=None)
        return self.filter(Q(superseded_at=None) | Q(superseded_at__gt=moment), recorded_at__lte=moment)

    def valid_on(self, day: date) -> Self:
        """Rows in force at the end of a day."""
        return self.filter(Q(valid_to=None) | Q(valid_to__gt=day), Q(valid_from=None) | Q(valid_from__lte=day))

    def as_of(self, day: date, known_at: datetime | None = None) -> Self:
        """Rows in force at the end of a day, as known at a moment (default now)."""
        return self.valid_on(day).known_at(known_at)

    def supersede(self, moment: datetime, batch: UUID | None = None) -> int:
        """Close the current rows of this queryset; only commands call this."""
        return self.filter(superseded_at=None).update(superseded_at=moment, superseded_batch=batch)


class Versioned(models.Model):
    """valid [from, to) and recorded [at, superseded). `valid_from` None: since always; `valid_to` None: still.

    `batch` and `superseded_batch` name the import that wrote or closed the row, so that an import can be undone.
    """

    VERSION_FIELDS = ("id", "recorded_at", "superseded_at", "batch", "superseded_batch")

    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False, db_index=True)
    superseded_at = models.DateTimeField(null=True, editable=False)
    batch = models.UUIDField(null=True, editable=False, db_index=True)
    superseded_batch = models.UUIDField(null=True, editable=False, db_index=True)

    objects = VersionedQuerySet.as_manager()

    class Meta:
        abstract = True

    def facts(self) -> dict[str, Any]:
        """The row's content without its bookkeeping: equal facts need no new version."""
        return {
            field.attname: getattr(self, field.attname)
            for field in self._meta.concrete_fields
            if field.attname not in self.VERSION_FIELDS
        }

    def again(self, **changes: Any) -> Self:
        """An unsaved copy to record anew, with changes."""
        return type(self)(**{**self.facts(), **changes})


def one_current(name: str, *fields: str) -> models.UniqueConstraint:
    """The constraint that at most one current row has this key."""
    return models.UniqueConstraint(fields=fields, condition=Q(superseded_at=None), name=name)


def interval_ordered(name: str) -> models.CheckConstraint:
    """The constraint that an interval ends after it begins."""
    return models.CheckConstraint(
        condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=models.F("valid_from")), name=name
    )


def versioned_models() -> Iterable[type[Versioned]]:
    """Every concrete versioned table of the project."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, Versioned)]
