"""What was promised, whom to tell, and who was told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from tinhso.foundation.append_only import AppendOnly
from tinhso.foundation.text import Text
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current
from tinhso.infrastructure.outages.codes import SUBJECTS
from tinhso.infrastructure.outages.models.outages import Outage
from tinhso.infrastructure.outages.models.windows import MaintenanceWindow

WHOLE = 1_000_000  # availability is in millionths
NOTICES = {
    "outage": Text("Báo sự cố", "Outage"),
    "restored": Text("Báo đã khôi phục", "Restored"),
    "maintenance": Text("Báo bảo trì", "Maintenance"),
    "cancelled": Text("Báo hủy bảo trì", "Maintenance cancelled"),
}


class Promise(Versioned):
    """The monthly availability promised, in millionths, to a unit (code) or an agency (uid); `key` empty: to all of
    them that have none of their own. `basis` is the clause."""

    subject = models.CharField(max_length=6)
    key = models.CharField(max_length=80, blank=True, default="")
    availability = models.PositiveIntegerField()
    basis = models.CharField(max_length=300)

    class Meta:
        constraints = [
            one_current("outages_promise_once", "subject", "key", "valid_from"),
            interval_ordered("outages_promise_interval"),
            models.CheckConstraint(condition=Q(subject__in=list(SUBJECTS)), name="outages_promise_subject"),
            models.CheckConstraint(
                condition=Q(availability__gt=0, availability__lte=WHOLE), name="outages_promise_share"
            ),
            models.CheckConstraint(condition=Q(valid_from__isnull=False), name="outages_promise_begins"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.key or '*'} {self.availability}"


class Contact(Versioned):
    """The mailbox of an agency's office to which notices go: an office's address, not a person's."""

    agency_uid = models.CharField(max_length=80, db_index=True)
    email = models.EmailField()

    class Meta:
        constraints = [one_current("outages_contact_once", "agency_uid", "email")]

    def __str__(self) -> str:
        return f"{self.agency_uid}: {self.email}"


class Notice(AppendOnly):
    """An agency was told: `message_key` names the e-mail in the outbox. No address is kept here."""

    outage = models.ForeignKey(Outage, on_delete=models.PROTECT, null=True, related_name="notices")
    window = models.ForeignKey(MaintenanceWindow, on_delete=models.PROTECT, null=True, related_name="notices")
    kind = models.CharField(max_length=12)
    agency_uid = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)
    message_key = models.CharField(max_length=120, unique=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(NOTICES)), name="outages_notice_kind"),
            models.CheckConstraint(
                condition=Q(outage=None, window__isnull=False) | Q(outage__isnull=False, window=None),
                name="outages_notice_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.agency_uid}"

    @property
    def kind_title(self) -> Text:
        return NOTICES[self.kind]
