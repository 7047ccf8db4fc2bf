"""Chainable reads of measurements and questions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.db import models

from tinhso.foundation.access import may
from tinhso.foundation.append_only import AppendOnlyQuerySet


class MeasurementQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Every measurement is public."""
        return self

    def of(self, indicator_id: str, scope: str) -> Self:
        return self.filter(indicator=indicator_id, scope=scope)

    def until(self, day: date | None = None, known_at: datetime | None = None) -> Self:
        """Measurements of days not after `day`, as they stood at `known_at`."""
        chosen = self if day is None else self.filter(as_of__lte=day)
        return chosen if known_at is None else chosen.filter(measured_at__lte=known_at)

    def newest_first(self) -> Self:
        """The latest day first; of one day, what was known last."""
        return self.order_by("-as_of", "-known_at", "-id")


class QuestionQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Released questions for everyone; all of them for those who moderate."""
        return self if may(user, "measures.moderate") else self.filter(state="released")
