from django.db import models
from django.utils import timezone


class ScheduledRun(models.Model):
    """One slot of one schedule: its row is the claim, so no slot is started twice."""

    name = models.CharField(max_length=80)
    slot = models.DateTimeField()
    enqueued_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["name", "slot"], name="config_one_run_per_slot")]
