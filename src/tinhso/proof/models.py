from django.db import models
from django.utils import timezone

from tinhso.foundation.append_only import AppendOnly


class Entry(AppendOnly):
    """What a command says to the log, before the sequencer gives it a place.

    `payload` is canonical JSON text (foundation.canonical): no personal data, only salted hashes of it.
    """

    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    payload = models.TextField()
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta(AppendOnly.Meta):
        abstract = False
        indexes = [models.Index(fields=["kind", "subject"], name="proof_entry_subject")]


class AuditRecord(AppendOnly):
    """One command: who did what to what, when; `detail_hash` seals the values before and after."""

    verb = models.CharField(max_length=80, db_index=True)
    actor_code = models.CharField(max_length=80, db_index=True)
    actor_name = models.CharField(max_length=200)
    target = models.CharField(max_length=200, db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)
    detail_hash = models.CharField(max_length=64)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)

    class Meta(AppendOnly.Meta):
        abstract = False


class AuditDetail(models.Model):
    """The values before and after, apart from the record so that retention rules can erase them."""

    record = models.OneToOneField(AuditRecord, on_delete=models.PROTECT, related_name="detail")
    salt = models.CharField(max_length=32)
    values = models.TextField()
