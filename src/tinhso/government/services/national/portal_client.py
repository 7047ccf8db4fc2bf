"""Speaking to the national portal: JSON over HTTP with a token, short timeouts, never from a web request."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

TIMEOUT = 20
LARGEST_ANSWER = 32 * 2**20


class PortalFailed(Exception):
    """The portal could not be reached, or did not answer as agreed: what was sent may or may not have arrived."""


class PortalRefused(Exception):
    """The portal read the message and does not take it; sending it again unchanged would not help."""


def configured() -> bool:
    """Whether there is a portal to speak to."""
    return bool(settings.PORTAL_URL)


def call(operation: str, body: dict[str, Any]) -> dict[str, Any]:
    """The portal's answer to one operation, POSTed to <address>/<operation>."""
    address = urlsplit(settings.PORTAL_URL)
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.PORTAL_TOKEN}"}
    connection = kind(address.hostname or "", address.port, timeout=TIMEOUT)
    try:
        connection.request(
            "POST", f"{address.path.rstrip('/')}/{operation}", json.dumps(body, ensure_ascii=False).encode(), headers
        )
        answer = connection.getresponse()
        text = answer.read(LARGEST_ANSWER)
    except (OSError, http.client.HTTPException) as failed:
        raise PortalFailed(f"{type(failed).__name__}: {failed}") from failed
    finally:
        connection.close()
    if answer.status in {400, 422}:
        raise PortalRefused(f"{answer.status}: {text[:200].decode(errors='replace')}")
    # A conflict may be the echo of an attempt that did arrive: the next one asks first.
    if answer.status != 200:
        raise PortalFailed(f"{answer.status}: {text[:200].decode(errors='replace')}")
    try:
        read = json.loads(text)
    except ValueError as broken:
        raise PortalFailed(f"200: {text[:200].decode(errors='replace')}") from broken
    if not isinstance(read, dict):
        raise PortalFailed("200: no object")
    # The portal's "0" and "00" both say that it went well.
    if str(read.get("error_code") or "0").strip("0"):
        raise PortalRefused(f"{read['error_code']}: {read.get('message', '')}")
    return read
