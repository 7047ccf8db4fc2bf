from django.db import models
from django.utils import timezone


class Message(models.Model):
    """An e-mail or text message (`way`): written in the transaction that decided it, sent later by the worker.

    `next_attempt_at` None: nothing more to do (sent, or given up). The body is emptied once sent, as it may hold
    a secret link. `key` makes queueing idempotent.
    """

    key = models.CharField(max_length=120, unique=True)
    way = models.CharField(max_length=5, default="email")
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(null=True, default=timezone.now, db_index=True)
    attempts = models.PositiveIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(way__in=["email", "sms"]), name="delivery_message_way"),
            models.CheckConstraint(
                condition=models.Q(sent_at=None) | models.Q(given_up_at=None), name="delivery_message_one_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"
