"""Who may see which rows, and searching the register."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from tinhso.foundation.access import may
from tinhso.foundation.text import fold
from tinhso.foundation.versioned import VersionedQuerySet


class UserQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """All people for those who may read them; everyone sees themselves."""
        if may(user, "identity.read_people"):
            return self.all()
        return self.filter(pk=user.pk) if user.is_authenticated else self.none()

    def matching(self, text: str) -> Self:
        """People whose user name, name or address holds a text."""
        words = models.Q(username__icontains=text) | models.Q(full_name__icontains=text)
        return self.filter(words | models.Q(email__icontains=text)) if text else self.all()


class TokenQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """A person's own tokens; all for those who manage people."""
        if may(user, "identity.manage_users"):
            return self.all()
        return self.filter(user=user) if user.is_authenticated else self.none()


class DeputationQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Deputations a person gave or holds; all for those who may read people."""
        if may(user, "identity.read_people"):
            return self.all()
        return self.filter(models.Q(giver=user) | models.Q(holder=user)) if user.is_authenticated else self.none()


class AgencyQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The register is public."""
        return self.all()

    def matching(self, text: str) -> Self:
        """Agencies with a word beginning with each of these in their names or codes, marks and case aside."""
        found = self
        for word in fold(text).split():
            found = found.filter(folded__contains=f" {word}")
        return found

    def best_first(self, text: str) -> Self:
        """Those that hold the words side by side first, then in Vietnamese order."""
        phrase = models.Case(models.When(folded__contains=f" {fold(text)} ", then=0), default=1)
        return self.order_by(phrase, "sort_key", "uid") if text.strip() else self.order_by("sort_key", "uid")
