from django.db import models
from django.utils import timezone


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

    class Meta:
        ordering = ["-at"]
