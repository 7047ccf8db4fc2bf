from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models

from tinhso.foundation.access import ROLES
from tinhso.proof.audit import Actor


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person who signs in. What they may do follows from their roles and mandates, never from flags."""

    username = models.CharField(max_length=80, unique=True)
    full_name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    demonstration = models.BooleanField(default=False)

    objects = UserManager()
    USERNAME_FIELD = "username"

    def role_codes(self) -> set[str]:
        """Roles in force now."""
        if not hasattr(self, "_role_codes"):
            self._role_codes = {grant.role for grant in self.grants.all()}
        return self._role_codes

    def actor(self) -> Actor:
        """This person as the lower layers and the log know them."""
        return Actor(f"user:{self.pk}", self.full_name)


class RoleGrant(models.Model):
    """A role a person holds."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(max_length=30, choices=[(code, text.vi) for code, text in ROLES.items()])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "role"], name="identity_grant_once"),
            models.CheckConstraint(condition=models.Q(role__in=list(ROLES)), name="identity_grant_known_role"),
        ]
