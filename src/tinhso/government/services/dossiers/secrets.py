"""The tracking secret of a dossier: told again from its uid whenever the receipt is printed, kept nowhere."""

from __future__ import annotations

import base64
import hashlib
import hmac

from django.conf import settings

from tinhso.government.services.models import Dossier

LENGTH = 10


def secret_of(dossier: Dossier) -> str:
    """Ten characters (50 bits) that only the receipt carries; with the code they open the tracking page."""
    mac = hmac.digest(settings.PSEUDONYM_KEY.encode(), f"tracking:{dossier.uid}".encode(), hashlib.sha256)
    return base64.b32encode(mac).decode()[:LENGTH]


def opens(dossier: Dossier, given: str) -> bool:
    """Whether a typed secret is the dossier's; case and blanks do not matter."""
    typed = "".join(given.split()).upper().replace("0", "O").replace("1", "I").replace("8", "B")
    return hmac.compare_digest(typed.encode(), secret_of(dossier).encode())
