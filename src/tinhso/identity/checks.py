from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from tinhso.foundation.access import ROLES


@register(Tags.database)
def no_demonstration_accounts(app_configs: object, databases: Iterable[str] | None, **options: Any) -> list[Error]:
    """Production refuses to start beside demonstration accounts: their password is known to all."""
    from tinhso.identity.models import User

    if not settings.PRODUCTION or not databases:
        return []
    names = list(User.objects.filter(demonstration=True, is_active=True).values_list("username", flat=True))
    if not names:
        return []
    return [
        Error(
            f"Demonstration accounts in production: {', '.join(names)}",
            hint="Start production from an empty database, or close these accounts with `tinhso close_demo_accounts`.",
            id="identity.E001",
        )
    ]


@register(Tags.security)
def known_second_factor_roles(app_configs: object, **options: Any) -> list[Error]:
    """A misspelt role would silently guard nothing."""
    return [
        Error(
            f"TINHSO_SECOND_FACTOR_ROLES names {role!r}, which is no role",
            hint=f"Use some of: {', '.join(ROLES)}.",
            id="identity.E002",
        )
        for role in settings.SECOND_FACTOR_ROLES
        if role not in ROLES
    ]
