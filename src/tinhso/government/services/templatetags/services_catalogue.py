"""How amounts and appointments read on the catalogue's pages."""

from datetime import datetime

from django import template
from django.utils.formats import number_format

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text
from tinhso.workdays.explain import WEEKDAYS

register = template.Library()


@register.filter
def dong(amount: int) -> str:
    """An amount with its thousands grouped, in đồng."""
    return f"{number_format(amount, use_l10n=True, force_grouping=True)} đồng"


@register.filter
def due_day(moment: datetime) -> str:
    """A moment as its weekday, day and time in Vietnam."""
    at = moment.astimezone(VIETNAM)
    name = WEEKDAYS[at.weekday()]
    return str(Text(f"{name.vi}, {at:%d/%m/%Y} lúc {at:%H:%M}", f"{name.en}, {at:%d/%m/%Y} at {at:%H:%M}"))
