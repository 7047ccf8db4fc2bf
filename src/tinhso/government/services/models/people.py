"""Whom a dossier is about, what they answered and which papers they gave: personal data, erasable."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from tinhso.files.models import StoredFile
from tinhso.foundation.text import Text
from tinhso.government.services.models.catalogue import ProcedureVersion
from tinhso.government.services.models.dossiers import Dossier

PARTIES = {
    "applicant": Text("Người đề nghị", "Applicant"),
    "representative": Text("Người nộp thay", "Filed by"),
}
ORIGINS = {
    "uploaded": Text("Tải lên", "Uploaded"),
    "scanned": Text("Quét tại quầy", "Scanned at the counter"),
    "reused": Text("Dùng lại", "Reused"),
    "issued": Text("Cơ quan cấp", "Issued"),
}


class DossierParty(models.Model):
    """A person of a dossier: the applicant, and whoever files for them (`relation`: guardian, authorised, clerk).

    `erased_at`: the values were erased by the retention rule.
    """

    dossier = models.ForeignKey(Dossier, on_delete=models.PROTECT, related_name="parties")
    role = models.CharField(max_length=16)
    relation = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=200, blank=True)
    folded = models.CharField(max_length=210, blank=True, db_index=True)
    id_number = models.CharField(max_length=40, blank=True, db_index=True)
    birth_date = models.DateField(null=True)
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    address = models.CharField(max_length=400, blank=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["dossier", "role"], name="services_party_once"),
            models.CheckConstraint(condition=Q(role__in=list(PARTIES)), name="services_party_role"),
        ]

    def __str__(self) -> str:
        return f"{self.dossier_id} {self.role}"


class DossierAnswers(models.Model):
    """What the form was answered (canonical JSON text); the chain holds its salted hash."""

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="answers")
    salt = models.CharField(max_length=32)
    values = models.TextField()
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.dossier_id)


class Draft(models.Model):
    """A form not filed yet: its owner's, saved at every step, forgotten after a time."""

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="drafts")
    version = models.ForeignKey(ProcedureVersion, on_delete=models.PROTECT)
    values = models.TextField(default="{}")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.uid)


class DossierPaper(models.Model):
    """A paper of a dossier or a draft: which required document it is, in which kind of copy, and the file.

    `name`: what its giver called the file. Erased, the row stays without file and name, so that it still counts.
    """

    dossier = models.ForeignKey(Dossier, null=True, on_delete=models.PROTECT, related_name="papers")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.CASCADE, related_name="papers")
    document = models.CharField(max_length=40)
    copy_kind = models.CharField(max_length=12)
    origin = models.CharField(max_length=10)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=200, blank=True)
    reused_from = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    added_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(dossier=None, draft__isnull=False) | Q(dossier__isnull=False, draft=None),
                name="services_paper_one_home",
            ),
            models.CheckConstraint(condition=Q(origin__in=list(ORIGINS)), name="services_paper_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.origin}"
