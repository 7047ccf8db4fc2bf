"""Points of the service index, kept in thousandths."""

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def points(thousandths: int) -> str:
    """18500 → 18,5: cut at two decimals, never rounded up."""
    whole, rest = divmod(int(thousandths) // 10, 100)
    text = f"{rest:02}".rstrip("0")
    return number_format(f"{whole}.{text}" if text else whole, decimal_pos=len(text), use_l10n=True)
