"""The catalogue: procedures, and versions of them that never change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Self

from django.db import models
from django.db.models import OuterRef, Q, Subquery

from tinhso.foundation.append_only import AppendOnly, AppendOnlyQuerySet
from tinhso.foundation.text import Text, fold, sort_key
from tinhso.government.services.ground.definition import LEVELS, Definition
from tinhso.government.services.ground.life_events import LIFE_EVENTS


class Field(models.Model):
    """Lĩnh vực: what procedures are about."""

    code = models.CharField(max_length=40, unique=True)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name_vi

    @property
    def title(self) -> Text:
        return Text(self.name_vi, self.name_en)


class ProcedureQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Published procedures are everybody's to read; drafts only their editors'."""
        from tinhso.foundation.access import may

        return self if may(user, "services.edit_catalogue") else self.filter(versions__isnull=False).distinct()

    def matching(self, words: str) -> Self:
        """Procedures with every one of these words, or words beginning like them, in name, code or life events."""
        rows = self
        for word in fold(words).split():
            rows = rows.filter(folded__contains=f" {word}")
        return rows

    def in_force(self, day: date) -> Self:
        """Procedures that can be filed on a day, each with `version_id` of its version in force."""
        versions = ProcedureVersion.objects.filter(procedure=OuterRef("pk"), valid_from__lte=day)
        newest = versions.order_by("-valid_from", "-number")
        rows = self.annotate(version_id=Subquery(newest.values("pk")[:1]), ends=Subquery(newest.values("valid_to")[:1]))
        return (
            rows.filter(version_id__isnull=False)
            .filter(Q(ends=None) | Q(ends__gt=day))
            .filter(Q(retired_from=None) | Q(retired_from__gt=day))
        )


class Procedure(models.Model):
    """A procedure by its national code. `draft`: the definition being edited (JSON text), "" when there is none.

    Field, level, names, `online` and `events` (life event codes between blanks) repeat the version in force, for lists
    and search. `retired_from`: the first day it can no longer be filed.
    """

    code = models.CharField(max_length=40, unique=True)
    field = models.ForeignKey(Field, on_delete=models.PROTECT, related_name="procedures")
    level = models.CharField(max_length=10)
    name_vi = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500)
    online = models.CharField(max_length=10, blank=True)
    events = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=2000, blank=True)
    folded = models.CharField(max_length=4000, editable=False)
    sort_key = models.CharField(max_length=1100, editable=False, db_index=True)
    draft = models.TextField(blank=True)
    retired_from = models.DateField(null=True)
    retired_reason = models.CharField(max_length=500, blank=True)
    demonstration = models.BooleanField(default=False)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(level__in=LEVELS), name="services_procedure_level")]

    def __str__(self) -> str:
        return f"{self.code} {self.name_vi}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = f" {fold(f'{self.name_vi} {self.name_en} {self.code} {self.words}')} "[:4000]
        self.sort_key = sort_key(self.name_vi)[:1100]
        super().save(*args, **kwargs)

    @property
    def title(self) -> Text:
        return Text(self.name_vi, self.name_en)

    def describe(self, content: Mapping[str, Any], field: Field) -> None:
        """Take over what lists and search need from a definition."""
        self.field, self.level, self.online = field, content["level"], content["online"]
        self.name_vi, self.name_en = content["name"]["vi"], content["name"]["en"]
        events = [code for code in content.get("events", ()) if code in LIFE_EVENTS]
        self.events = f" {' '.join(events)} " if events else ""
        told = [LIFE_EVENTS[code] for code in events]
        if summary := content.get("summary"):
            told.append(Text(summary["vi"], summary["en"]))
        self.words = " ".join(f"{text.vi} {text.en}" for text in told)[:2000]


class ProcedureVersion(AppendOnly):
    """One published definition, in force [valid_from, valid_to). Dossiers keep the one they were filed under."""

    procedure = models.ForeignKey(Procedure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=80)
    published_by_name = models.CharField(max_length=200)
    note = models.CharField(max_length=500)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["procedure", "number"], name="services_version_number_once"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=models.F("valid_from")), name="services_version_interval"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} v{self.number}"

    @property
    def definition(self) -> Definition:
        """Its content, read once per process: versions never change."""
        return _definition(self.content)


@lru_cache(maxsize=512)
def _definition(content: str) -> Definition:
    return Definition(json.loads(content))
