"""Names for elements in public evidence: the same element always gets the same name, which leads back to nothing."""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from functools import cache

from django.conf import settings


@cache
def _key() -> bytes:
    return settings.PSEUDONYM_KEY.encode()


def pseudonyms(network: object, ids: Iterable[str]) -> dict[str, str]:
    """By element id of a network (its UUID), 16 hex digits of HMAC-SHA256 under the installation's secret key."""
    key, prefix = _key(), f"{network}/"
    return {
        identifier: hmac.digest(key, (prefix + identifier).encode(), "sha256").hex()[:16] for identifier in set(ids)
    }
