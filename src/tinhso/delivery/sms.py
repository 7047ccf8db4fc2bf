"""Text messages: handed to a gateway by HTTP (TINHSO_SMS_URL), or kept as files where none is set.

The gateway takes a POST of {"to": "+84…", "text": "…", "id": "…"} with a bearer token and answers 2xx once it has it;
`id` stays the same in every attempt, so that it can refuse doubles.
"""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

SECONDS = 10


def number(typed: str) -> str:
    """A telephone number as +84…; Invalid for none."""
    digits = re.sub(r"[\s.()-]", "", typed)
    if re.fullmatch(r"0\d{9,10}", digits):
        return f"+84{digits[1:]}"
    if re.fullmatch(r"(\+|00)[1-9]\d{7,14}", digits):
        return f"+{digits.removeprefix('+').removeprefix('00')}"
    raise Invalid(_("Số điện thoại không hợp lệ."), place="to", mend=_("Viết dạng 0912345678 hoặc +84912345678."))


def hand_over(*, to: str, text: str, key: str) -> None:
    """Give one message to the gateway, or write it to a file; OSError where it was not taken."""
    if not settings.SMS_URL:
        folder = Path(settings.SMS_FOLDER)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{re.sub(r'[^A-Za-z0-9.-]', '_', key)}.txt").write_text(f"To: {to}\n\n{text}\n")
        return
    if not settings.SMS_URL.startswith(("https://", "http://")):
        raise OSError("TINHSO_SMS_URL must be an http address")
    body = json.dumps({"to": to, "text": text, "id": key}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_TOKEN}"}
    request = urllib.request.Request(settings.SMS_URL, body, headers, method="POST")  # noqa: S310 (checked above)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
        answer.read(1)
