"""How people and machines prove who they are. Secrets are kept as hashes, or encrypted where they must be read back."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone

from tinhso.identity.querysets import TokenQuerySet


class ApiToken(models.Model):
    """A machine's key to the API in a person's name, narrowed to some of their roles.

    The token is `ts_<key>_<secret>`: `key` finds the row, `secret_hash` (SHA-256 of 256 random bits) proves it.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=16, unique=True)
    secret_hash = models.CharField(max_length=64)
    roles = models.CharField(max_length=300)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True)
    revoked_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="identity_token_expires_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.key})"

    @property
    def role_codes(self) -> frozenset[str]:
        return frozenset(self.roles.split())

    def is_valid(self, moment: datetime | None = None) -> bool:
        """Neither revoked nor past its expiry."""
        return self.revoked_at is None and self.expires_at > (moment or timezone.now())


class RateLimit(models.Model):
    """A fixed-window counter shared by all web processes; the key is hashed, as it may name a person."""

    key_hash = models.CharField(max_length=64)
    window_start = models.BigIntegerField(help_text="seconds since 1970, a multiple of the window's length")
    expires_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_hash", "window_start"], name="identity_rate_window")]

    def __str__(self) -> str:
        return f"{self.key_hash[:12]}: {self.count}"


class TotpDevice(models.Model):
    """An authenticator (RFC 6238). `last_step` is the last time step used: a code works once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="totp")
    secret = models.CharField(max_length=255, help_text="encrypted; see identity.secrets")
    created_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"totp of {self.user_id}"


class RecoveryCode(models.Model):
    """A code that stands in once for a lost authenticator."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    code_hash = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "code_hash"], name="identity_recovery_code_once")]

    def __str__(self) -> str:
        return f"recovery code of {self.user_id}"
