"""Papers that agencies issue: which form, from which event, how far it is, and where its bytes lie."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text
from tinhso.government.services.models.dossiers import Dossier

FORMS = {
    "01": Text("Giấy tiếp nhận hồ sơ và hẹn trả kết quả", "Receipt and appointment"),
    "02": Text("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ", "Request for supplements"),
    "03": Text("Phiếu từ chối tiếp nhận giải quyết hồ sơ", "Refusal to accept"),
    "04": Text("Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết", "Apology and new appointment"),
    "05": Text("Thông báo dừng giải quyết hồ sơ", "Notice of stopping"),
    "06": Text("Phiếu kiểm soát quá trình giải quyết hồ sơ", "Control sheet"),
    "07": Text("Sổ theo dõi hồ sơ", "Register of dossiers"),
    "result": Text("Kết quả giải quyết", "Result"),
}
WANTED, MADE, SEALED, FAILED = "wanted", "made", "sealed", "failed"
STATES = {
    WANTED: Text("Chờ lập", "To be made"),
    MADE: Text("Chưa ký, sẽ đóng dấu sau", "Not signed, to be sealed later"),
    SEALED: Text("Đã ký số", "Sealed"),
    FAILED: Text("Lỗi", "Failed"),
}
REGISTER = "07"
#: Papers for the agency's own use: applicants do not read them.
INTERNAL = frozenset({"06", REGISTER})


class IssuedPaperQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Applicants: papers of their own dossiers. People of the agencies named on a dossier: all of its papers."""
        from tinhso.government.services.access import paper_readable

        return self.filter(paper_readable(user))


class IssuedPaper(models.Model):
    """A paper of Circular 03/2025/TT-VPCP, Annex I, or a result.

    `event`: the number of the dossier's event it follows from; for a register (no dossier) its edition for `period`
    (2026-03-02 or 2026-03). `content`: canonical JSON of all it says, fixed when it gets its official `number`, and
    `content_sha256` its hash, printed on it: the paper sealed later says what the unsigned one said. `unsigned_sha256`
    and `sealed_sha256` name stored bytes. `next_attempt_at` null: nothing more to do. `erased_at`: the bytes are gone
    and `content` keeps only what names nobody; the hashes stay.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="issued")
    form = models.CharField(max_length=8)
    event = models.PositiveIntegerField()
    language = models.CharField(max_length=2, default="vi")
    agency_uid = models.CharField(max_length=80, db_index=True)
    period = models.CharField(max_length=10, blank=True)
    number = models.PositiveIntegerField(null=True)
    content = models.TextField(blank=True)
    content_sha256 = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, default=WANTED)
    wanted_at = models.DateTimeField()
    made_at = models.DateTimeField(null=True)
    sealed_at = models.DateTimeField(null=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    sealed_sha256 = models.CharField(max_length=64, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, db_index=True)
    last_error = models.CharField(max_length=300, blank=True)
    erased_at = models.DateTimeField(null=True)

    objects = IssuedPaperQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(form__in=list(FORMS)), name="services_issued_form"),
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="services_issued_state"),
            models.CheckConstraint(condition=Q(language__in=["vi", "en"]), name="services_issued_language"),
            models.CheckConstraint(
                condition=Q(dossier=None, form=REGISTER) | Q(dossier__isnull=False) & ~Q(form=REGISTER),
                name="services_issued_home",
            ),
            models.CheckConstraint(
                condition=~Q(state=MADE) | ~Q(unsigned_sha256=""), name="services_issued_made_has_bytes"
            ),
            models.CheckConstraint(
                condition=~Q(state=SEALED) | ~Q(sealed_sha256=""), name="services_issued_sealed_has_bytes"
            ),
            models.UniqueConstraint(
                fields=["dossier", "form", "event", "language"],
                condition=Q(dossier__isnull=False),
                name="services_issued_once",
            ),
            models.UniqueConstraint(
                fields=["agency_uid", "period", "event"],
                condition=Q(dossier=None),
                name="services_register_edition_once",
            ),
        ]
        indexes = [
            models.Index(fields=["unsigned_sha256"], name="services_issued_unsigned"),
            models.Index(fields=["sealed_sha256"], name="services_issued_sealed"),
        ]

    def __str__(self) -> str:
        return f"{self.form} {self.uid}"

    @property
    def title(self) -> Text:
        return FORMS[self.form]

    @property
    def state_title(self) -> Text:
        return STATES[self.state]

    @property
    def sha256(self) -> str:
        """The bytes that are handed out: sealed where they are, "" while there are none."""
        return self.sealed_sha256 or self.unsigned_sha256


class PaperNumber(models.Model):
    """The last official number given to a series of an agency's papers in a year; locked while the next is given."""

    agency_uid = models.CharField(max_length=80)
    series = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agency_uid", "series", "year"], name="services_paper_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.agency_uid} {self.series}/{self.year}"
