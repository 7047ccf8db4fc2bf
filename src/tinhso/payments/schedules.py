"""Work the worker starts by itself."""

from django.conf import settings

from tinhso.foundation.schedules import scheduled
from tinhso.payments.commands import erase_texts
from tinhso.proof.retention import erase_older


@scheduled("payments.erasure", every_minutes=24 * 60)
def erase_old_texts() -> None:
    """Erase what payers wrote TINHSO_PAYMENT_TEXT_DAYS ago, where that is set."""
    erase_older(settings.PAYMENT_TEXT_DAYS, erase_texts)
