from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register


@register(Tags.security, deploy=True)
def somebody_answers(app_configs: object, **options: Any) -> list[Warning]:
    """A public site says who answers for it."""
    if settings.IMPRINT["owner"]:
        return []
    return [
        Warning(
            "No page says who answers for this site.",
            hint="Set TINHSO_IMPRINT_OWNER, TINHSO_IMPRINT_ADDRESS and TINHSO_IMPRINT_CONTACT.",
            id="portal.W001",
        )
    ]
