"""The code on a receipt that a phone checks without a network (docs/reference/receipt-qr.md).

    TS1~FORM~CODE~DUE~RULE~CALENDAR~EXPLANATION~keyid~signature

It holds no personal data and never the tracking secret.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import segno
from django.conf import settings
from django.utils.translation import gettext as _

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Invalid
from tinhso.proof.signed_text import SEPARATOR, public_keys, sign_text, unpadded, verified

VERSION = "TS1"
LONGEST = 300
#: Any mask is valid; trying all eight costs four times as much as the code itself.
MASK = 2


@dataclass(frozen=True)
class Promise:
    """What the code says: which paper of which dossier, when it is due, and what the date rests on."""

    form: str
    code: str
    due_at: datetime
    rule: str
    calendar: str
    explanation_sha256: str

    def text(self) -> str:
        """The text that is signed."""
        due = self.due_at.astimezone(VIETNAM).isoformat(timespec="minutes")
        explanation = unpadded(bytes.fromhex(self.explanation_sha256))
        return SEPARATOR.join((VERSION, self.form, self.code, due, self.rule, self.calendar, explanation))

    @classmethod
    def parse(cls, text: str) -> Promise:
        """Read a text whose signature was checked."""
        parts = text.split(SEPARATOR)
        if len(parts) != 7 or parts[0] != VERSION:
            raise Invalid(_("Không phải mã của giấy hẹn."), place="text")
        _version, form, code, due, rule, calendar, explanation = parts
        raw = base64.urlsafe_b64decode(explanation + "=" * (-len(explanation) % 4))
        return cls(form, code, datetime.fromisoformat(due), rule, calendar, raw.hex())


def signed(promise: Promise) -> str:
    """The whole text of the code."""
    return sign_text(promise.text())


def payload(text: str) -> str:
    """What the picture holds: the text, behind the checking page's address where TINHSO_SITE is set and it fits."""
    linked = f"{settings.SITE}/xac-minh/#{text}"
    held = linked if settings.SITE and len(linked.encode()) <= LONGEST else text
    if len(held.encode()) > LONGEST:
        raise Invalid(f"QR: {len(held.encode())} > {LONGEST} bytes", place="qr")
    return held


def picture(text: str) -> str:
    """The QR code as SVG, error correction M."""
    out = BytesIO()
    code = segno.make_qr(payload(text), error="m", mask=MASK)
    code.save(out, kind="svg", xmldecl=False, omitsize=True, border=4)
    return out.getvalue().decode()


def check(given: str) -> Promise:
    """What a scanned or typed text promises; Invalid, UnknownKey or WrongSignature say why it does not hold."""
    text = "".join(given.split()).rpartition("#")[2]
    if len(text) > LONGEST:
        raise Invalid(_("Dài quá %(limit)d ký tự.") % {"limit": LONGEST}, place="text")
    return Promise.parse(verified(text, public_keys()))
