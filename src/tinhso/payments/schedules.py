"""Work the worker starts by itself."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from tinhso.foundation.schedules import scheduled
from tinhso.payments.commands import erase_texts
from tinhso.proof.audit import SYSTEM


@scheduled("payments.erasure", every_minutes=24 * 60)
def erase_old_texts() -> None:
    """Erase what payers wrote TINHSO_PAYMENT_TEXT_DAYS ago, where that is set."""
    if days := settings.PAYMENT_TEXT_DAYS:
        before = timezone.now() - timedelta(days=days)
        while erase_texts(before=before, actor=SYSTEM):
            pass
