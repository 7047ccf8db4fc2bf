"""Agencies over time and who succeeded whom."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text, fold, sort_key
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current
from tinhso.identity.querysets import AgencyQuerySet

KINDS = {
    "peoples_committee": Text("Ủy ban nhân dân", "People's Committee"),
    "department": Text("Cơ quan chuyên môn", "Specialised department"),
    "party_committee": Text("Cấp ủy Đảng", "Party committee"),
    "fatherland_front": Text("Mặt trận Tổ quốc", "Fatherland Front"),
    "mass_organisation": Text("Tổ chức chính trị – xã hội", "Socio-political organisation"),
    "operator": Text("Doanh nghiệp viễn thông", "Telecommunications operator"),
    "ministry": Text("Bộ, cơ quan ngang bộ", "Ministry"),
}
LEVELS = {
    "central": Text("Trung ương", "Central"),
    "province": Text("Cấp tỉnh", "Province"),
    "district": Text("Cấp huyện", "District"),
    "commune": Text("Cấp xã", "Commune"),
}


class Agency(Versioned):
    """An organisation as it was over an interval; `uid` names it through renamings, other tables refer to it by uid.

    Codes: `code_new` by Decision 20/2020/QĐ-TTg (H40.12), `code_old` by QCVN 102:2016/BTTTT (000.00.12.H40);
    `code_official` is False where the number is only a demonstration. `seat_unit_code` is the commune-level unit
    where it sits ("" where that unit is not loaded).
    """

    uid = models.CharField(max_length=80, db_index=True)
    code_new = models.CharField(max_length=40, blank=True, db_index=True)
    code_old = models.CharField(max_length=40, blank=True, db_index=True)
    code_official = models.BooleanField(default=False)
    name = models.CharField(max_length=300)
    name_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=30, choices=[(code, text.vi) for code, text in KINDS.items()])
    level = models.CharField(max_length=10, choices=[(code, text.vi) for code, text in LEVELS.items()])
    parent_uid = models.CharField(max_length=80, blank=True, db_index=True)
    seat_unit_code = models.CharField(max_length=20, blank=True, db_index=True)
    source = models.CharField(max_length=300, blank=True)
    folded = models.CharField(max_length=700, editable=False)
    sort_key = models.CharField(max_length=700, editable=False, db_index=True)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("identity_agency_current", "uid", "valid_from"),
            interval_ordered("identity_agency_interval"),
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="identity_agency_kind"),
            models.CheckConstraint(condition=Q(level__in=list(LEVELS)), name="identity_agency_level"),
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if kwargs:
            # Blanks around, so that " word" finds where a word begins and " word " a whole one.
            self.folded = f" {fold(f'{self.name} {self.name_en} {self.code_new} {self.code_old}')} "[:700]
            self.sort_key = sort_key(self.name)[:700]

    def __str__(self) -> str:
        return f"{self.name} ({self.uid})"

    @property
    def title(self) -> Text:
        """Its name in the reader's language."""
        return Text(self.name, self.name_en or self.name)

    @property
    def kind_title(self) -> Text:
        return KINDS[self.kind]

    @property
    def level_title(self) -> Text:
        return LEVELS[self.level]


class AgencySuccession(Versioned):
    """From `valid_from` on, one agency carries on (a part of) another's rights and duties; `basis` is the decision."""

    predecessor_uid = models.CharField(max_length=80, db_index=True)
    successor_uid = models.CharField(max_length=80, db_index=True)
    basis = models.CharField(max_length=300)

    class Meta:
        constraints = [
            one_current("identity_succession_once", "predecessor_uid", "successor_uid"),
            models.CheckConstraint(condition=Q(valid_from__isnull=False), name="identity_succession_day"),
            models.CheckConstraint(
                condition=~Q(predecessor_uid=models.F("successor_uid")), name="identity_succession_other"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor_uid} → {self.successor_uid}"
