"""Measuring every day by itself."""

from tinhso.foundation.dates import today
from tinhso.foundation.schedules import scheduled
from tinhso.measures.commands import request_measuring
from tinhso.measures.queries import SIGNING_PROVINCE
from tinhso.places.models import Scope
from tinhso.proof.audit import SYSTEM


@scheduled("measures.daily", every_minutes=24 * 60)
def measure_every_day() -> None:
    """Measure the signing province as of today, once its scope is loaded."""
    if Scope.objects.filter(code=SIGNING_PROVINCE).exists():
        request_measuring(actor=SYSTEM, scope=SIGNING_PROVINCE, as_of=today())
