"""What a dossier was asked to pay, as its pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from tinhso.foundation.templatetags.tinhso import money
from tinhso.foundation.text import Text
from tinhso.government.services.ground.states import PAYMENT
from tinhso.government.services.models import Dossier
from tinhso.government.services.paying.following import SOURCE
from tinhso.payments.models import PaymentRequest
from tinhso.payments.queries import code_of, png_of, requests_of, svg_of


@dataclass(frozen=True)
class Payment:
    """A dossier's payment as its page shows it: `request` the latest, `requests` all, oldest first. `code`: its VietQR
    text, `picture` the drawing, `download` the same as an image's data address; "" where it is closed or cash only."""

    title: Text
    request: PaymentRequest
    code: str
    picture: SafeString
    download: str
    requests: list[PaymentRequest]


def payment_of(dossier: Dossier) -> Payment | None:
    """What `services/paying/block.html` shows; None where nothing was ever to be paid."""
    requests = requests_of(SOURCE, str(dossier.uid))
    if not requests:
        return None
    latest = requests[-1]
    code = code_of(latest)
    picture = svg_of(code, _("Mã VietQR để nộp %(amount)s") % {"amount": money(latest.amount)})
    return Payment(PAYMENT[dossier.payment], latest, code, picture, png_of(code), requests)
