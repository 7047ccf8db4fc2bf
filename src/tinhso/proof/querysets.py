"""Chainable reads of the proof app."""

from datetime import date, timedelta
from typing import Any, Self

from django.db.models import Q

from tinhso.foundation.access import may
from tinhso.foundation.append_only import AppendOnlyQuerySet
from tinhso.foundation.dates import end_of


class AuditQuerySet(AppendOnlyQuerySet):
    """Audit records."""

    def visible_to(self, user: Any) -> Self:
        """All of them for who may audit, none for others."""
        return self if may(user, "proof.audit") else self.none()

    def about(
        self, *, actor: str = "", verb: str = "", target: str = "", since: date | None = None, until: date | None = None
    ) -> Self:
        """Those by an actor (code, or part of the name), whose verb and target begin so, from one day to another."""
        found = self
        if actor:
            found = found.filter(Q(actor_code=actor) | Q(actor_name__icontains=actor))
        if verb:
            found = found.filter(verb__startswith=verb)
        if target:
            found = found.filter(target__startswith=target)
        if since:
            found = found.filter(at__gte=end_of(since - timedelta(days=1)))
        if until:
            found = found.filter(at__lt=end_of(until))
        return found
