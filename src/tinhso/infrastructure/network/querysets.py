"""Chainable reads of the network. Exact elements are the engineer's; networks and their counts are everybody's."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from tinhso.foundation.access import may
from tinhso.foundation.versioned import VersionedQuerySet

EXACT = "infrastructure.exact_routes"


class NetworkQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """That a network exists, and its counts, is everybody's to know."""
        return self


class ElementQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Exact elements only for holders of the right; nothing for others."""
        return self if may(user, EXACT) else self.none()
