"""Published versions of the working calendar: papers name one, so none is ever changed."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from tinhso.foundation.append_only import AppendOnly, AppendOnlyQuerySet


class CalendarQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody may know which days offices work."""
        return self


class CalendarVersion(AppendOnly):
    """One version of the calendar. `content`: its canonical JSON (workdays.calendars), `sha256` the hash of that."""

    number = models.PositiveIntegerField(unique=True)
    content = models.TextField()
    sha256 = models.CharField(max_length=64, unique=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)
    published_by_name = models.CharField(max_length=200)
    note = models.CharField(max_length=500)

    objects = CalendarQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(number__gte=1), name="workdays_number_from_one")]

    def __str__(self) -> str:
        return f"{self.number} · {self.sha256[:12]}"
