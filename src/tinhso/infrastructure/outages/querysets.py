"""Who may see what. Elements and reports are the operator's own people's; outages by unit are everybody's."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from tinhso.foundation.access import may
from tinhso.foundation.append_only import AppendOnlyQuerySet
from tinhso.foundation.versioned import VersionedQuerySet
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.outages.codes import APPROVED, LIVE


class SourceQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Senders are known to those who manage them."""
        return self if may(user, "outages.sources") else self.none()


class ReportQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Reports name elements: only for holders of exact routes."""
        return self if may(user, EXACT) else self.none()


class ReportVersionQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As ReportQuerySet."""
        return self if may(user, EXACT) else self.none()


class OutageQuerySet(models.QuerySet):
    def live(self) -> Self:
        """Those that count: neither merged nor withdrawn."""
        return self.filter(state__in=LIVE)

    def visible_to(self, user: Any) -> Self:
        """That there is an outage, and which units it cut off, is everybody's to know."""
        return self.all() if may(user, "outages.read") else self.live()


class WindowQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Approved windows for everyone; the others for those who plan and approve them."""
        return self.all() if may(user, "outages.read") or may(user, "outages.approve") else self.filter(state=APPROVED)
