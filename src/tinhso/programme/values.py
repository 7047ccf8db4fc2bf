"""Values as people write them, read exactly: "100%", "99,5 %", "226/226", "12"."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid

LIMIT = 2**53
_NUMBER = re.compile(r"([0-9]{1,15})(?:[.,]([0-9]{1,9}))? ?(%?)")
_PARTS = re.compile(r"([0-9]{1,15}) ?/ ?([0-9]{1,15})")


def parse_value(text: str, place: str = "value") -> tuple[int, int]:
    """Numerator and denominator of a typed value, as typed (226/226 stays so); Invalid says what is accepted."""
    stripped = text.strip()
    if parts := _PARTS.fullmatch(stripped):
        numerator, denominator = int(parts[1]), int(parts[2])
    elif number := _NUMBER.fullmatch(stripped):
        decimals = number[2] or ""
        denominator = 10 ** len(decimals) * (100 if number[3] else 1)
        numerator = int(number[1] + decimals)
    else:
        numerator = denominator = 0
    if not 0 < denominator < LIMIT or not numerator < LIMIT:
        raise Invalid(
            _("“%(text)s” không phải là một giá trị.") % {"text": text[:40]},
            place=place,
            mend=_("Ghi như 100%, 99,5%, 226/226 hoặc 12; mẫu số lớn hơn 0."),
        )
    return numerator, denominator
