"""Numbers of coverage as a reader writes them."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tinhso.foundation.text import Text
from tinhso.infrastructure.coverage.ways import MOST
from tinhso.infrastructure.network.coverage import FIBRE_STATES, PATH_STATES

register = template.Library()
NONE = "—"


def _number(value: float, places: int) -> str:
    return number_format(round(value, places), decimal_pos=places, use_l10n=True, force_grouping=True)


@register.filter
def mbps(kbps: int | None) -> str:
    """kbit/s as Mbit/s."""
    return NONE if kbps is None else f"{_number(kbps / 1000, 1)} Mbit/s"


@register.filter
def milliseconds(micro: int | None) -> str:
    """µs as ms."""
    return NONE if micro is None else f"{_number(micro / 1000, 1)} ms"


@register.filter
def kilometres(metres: int | None) -> str:
    """m as km."""
    return NONE if metres is None else f"{_number(metres / 1000, 1)} km"


@register.filter
def permille(value: int) -> str:
    """‰ as a percentage."""
    return f"{_number(value / 10, 0 if value % 10 == 0 else 1)}%"


@register.filter
def dong(value: int | None) -> str:
    """Đồng in millions, as budgets are written."""
    if value is None:
        return NONE
    return _("%(millions)s triệu đồng") % {"millions": _number(value / 10**6, 0)}


@register.simple_tag
def ways_text(count: int | None) -> str:
    """A count of ways; those counted to the limit are "at least"."""
    if count is None:
        return _("không rõ")
    return f"≥ {MOST}" if count >= MOST else str(count)


@register.filter
def fibre_state(state: str) -> Text:
    """A state on fibre, in words."""
    return FIBRE_STATES[state]


@register.filter
def path_state(state: str) -> Text:
    """A state of ways, in words."""
    return PATH_STATES[state]
