from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.utils import timezone

from tinhso.files.importers import importers
from tinhso.foundation.access import may
from tinhso.foundation.append_only import AppendOnly, AppendOnlyQuerySet


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """All for those who may read every import; else those of importers whose permission the user holds."""
        if may(user, "files.read_imports"):
            return self
        return self.filter(importer__in=[item.code for item in importers if may(user, item.permission)])

    def undoable(self) -> Self:
        """The latest import of each importer that was not undone: only these can be taken back."""
        later = ImportBatch.objects.filter(importer=models.OuterRef("importer"), undone_at=None)
        return self.filter(undone_at=None).filter(at=models.Subquery(later.order_by("-at").values("at")[:1]))


class ImportBatch(models.Model):
    """One import of one file: what came in, what it changed, and whether it was undone."""

    id = models.UUIDField(primary_key=True)
    importer = models.CharField(max_length=60, db_index=True)
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    removed = models.PositiveIntegerField(default=0)
    undone_at = models.DateTimeField(null=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.importer} {self.source_name}"

    @property
    def title(self) -> str:
        """What was imported, for readers."""
        return str(importers[self.importer].title) if self.importer in importers else self.importer

    @property
    def permission(self) -> str:
        """The right to take this import back."""
        return importers[self.importer].permission if self.importer in importers else "files.undo_imports"


class Upload(models.Model):
    """A file uploaded to be imported, kept until it is applied, dropped or a day old.

    `answers` is what its form was told and `report` what the worker found (JSON texts, empty: not yet); `state` says
    whether the worker holds it.
    """

    IDLE, QUEUED, RUNNING = "idle", "queued", "running"

    uuid = models.UUIDField(primary_key=True)
    importer = models.CharField(max_length=60)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    owner = models.CharField(max_length=80, db_index=True)
    owner_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    answers = models.TextField(default="{}")
    state = models.CharField(max_length=10, default=IDLE)
    report = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["idle", "queued", "running"]), name="files_upload_state"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StoredFileQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Public files for everyone; others for those who put them there and those who may read internal files."""
        if may(user, "files.read_internal"):
            return self
        if not getattr(user, "is_authenticated", False):
            return self.filter(public=True)
        return self.filter(models.Q(public=True) | models.Q(actor_code=user.actor().code))


class StoredFile(AppendOnly):
    """One upload. Its bytes lie under their SHA-256; `name` is a label for people and never a path.

    `content_type` is found in the content itself, `size` in bytes.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    public = models.BooleanField(default=False)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    objects = StoredFileQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return self.name


class Release(AppendOnly):
    """Whoever kept a file needs it no more: its bytes go, the row with their hash stays."""

    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="release")
    at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False

    def __str__(self) -> str:
        return str(self.file_id)
