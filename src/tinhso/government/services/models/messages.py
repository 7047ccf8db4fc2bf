"""What leaves for the national portal: written in the transaction of the act, sent and reconciled later."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text
from tinhso.government.services.models.dossiers import Dossier

OPERATIONS = {
    "DongBoHoSoMC": Text("gửi hồ sơ", "send the dossier"),
    "CapNhatTienDoHoSoMC": Text("cập nhật tiến độ", "update the progress"),
}


class SyncMessage(models.Model):
    """One message of DongBoHoSoMC or CapNhatTienDoHoSoMC shape, made from the events up to `event`.

    `next_attempt_at` null: nothing more to do. Messages of a dossier leave in their order.
    """

    key = models.CharField(max_length=120, unique=True)
    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="messages")
    event = models.PositiveIntegerField()
    operation = models.CharField(max_length=24)
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(operation__in=list(OPERATIONS)), name="services_sync_operation")
        ]
        ordering = ["id"]

    def __str__(self) -> str:
        return self.key

    @property
    def operation_title(self) -> str:
        return f"{OPERATIONS[self.operation]} ({self.operation})"
