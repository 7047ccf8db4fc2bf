from __future__ import annotations

from datetime import date, datetime
from typing import Any, Self

from django.db.models import Exists, OuterRef, Q

from tinhso.foundation.access import may
from tinhso.foundation.append_only import AppendOnlyQuerySet
from tinhso.foundation.versioned import VersionedQuerySet


class AgreementQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """An agreement with public money is public."""
        return self

    def of_scope(self, scope: str) -> Self:
        return self.filter(scope=scope)


class CommitmentQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What was promised in public is public."""
        return self

    def in_order(self) -> Self:
        return self.order_by("agreement", "pillar", "order", "uid")


class EvidenceLinkQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """That evidence exists is public; who may open the file is the file's own rule."""
        return self


class ReviewQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Reviews both parties signed are public; drafts are for the parties' own offices and for auditors."""
        if may(user, "programme.read_drafts"):
            return self
        from tinhso.programme.models import PROVINCE, ReviewSignature
        from tinhso.programme.sides import agreements_of

        province = ReviewSignature.objects.filter(review=OuterRef("uid"), side=PROVINCE)
        operator = ReviewSignature.objects.filter(
            review=OuterRef("review"), content_sha256=OuterRef("content_sha256")
        ).exclude(side=PROVINCE)
        own = agreements_of(user, "programme.sign_review")
        return self.filter(Q(agreement__in=own) | Exists(province.filter(Exists(operator))))


class DatedQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Claims and appraisals are public."""
        return self

    def known_at(self, moment: datetime | None = None) -> Self:
        return self if moment is None else self.filter(recorded_at__lte=moment)

    def up_to(self, day: date | None) -> Self:
        """Statements about a day not after the given one."""
        return self if day is None else self.filter(Q(as_of__lte=day))
