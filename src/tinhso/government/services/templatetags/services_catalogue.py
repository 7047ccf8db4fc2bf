"""How appointments read on the catalogue's pages."""

from datetime import datetime

from django import template

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text
from tinhso.workdays.explain import WEEKDAYS

register = template.Library()


@register.filter
def due_day(moment: datetime) -> str:
    """A moment as its weekday, day and time in Vietnam."""
    at = moment.astimezone(VIETNAM)
    name = WEEKDAYS[at.weekday()]
    return str(Text(f"{name.vi}, {at:%d/%m/%Y} lúc {at:%H:%M}", f"{name.en}, {at:%d/%m/%Y} at {at:%H:%M}"))
