"""How a value is written for people: never rounded up, "no data" never as 0, the exact fraction beside it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tinhso.foundation.templatetags.tinhso import percent
from tinhso.foundation.text import Text
from tinhso.measures.contract import RATIO, Value

UNITS = {
    "person": Text("người", "people"),
    "unit": Text("đơn vị", "units"),
    "agency": Text("cơ quan", "agencies"),
    "m": Text("m", "m"),
    "km": Text("km", "km"),
    "dong": Text("đồng", "VND"),
    "day": Text("ngày", "days"),
    "minute": Text("phút", "minutes"),
}


@dataclass(frozen=True)
class Shown:
    """A value in words: `main` with its unit, `exact` the fraction or the whole number, `known` false for no data."""

    main: str
    exact: str
    known: bool

    def __str__(self) -> str:
        return self.main


def whole(number: int) -> str:
    """An integer with the thousands separators of the reader's language."""
    return number_format(number, use_l10n=True, force_grouping=True)


def _metres(number: int) -> str:
    if abs(number) < 1000:
        return f"{whole(number)} m"
    # Cut, not rounded, to tenths of a kilometre.
    tenths = abs(number) // 100
    text = number_format(f"{tenths // 10}.{tenths % 10}", decimal_pos=1, use_l10n=True, force_grouping=True)
    return f"{'-' if number < 0 else ''}{text} km"


def shown(value: Value, unit: str) -> Shown:
    """A value in the reader's language; unknown units are shown as they are named."""
    if value.fraction is None:
        return Shown(_("chưa có dữ liệu"), "", known=False)
    if value.kind == RATIO:
        return Shown(
            percent(value.numerator, value.denominator),
            f"{whole(value.numerator)}/{whole(value.denominator)}",
            known=True,
        )
    exact = f"{whole(value.numerator)} {UNITS.get(unit, unit)}"
    return Shown(_metres(value.numerator) if unit == "m" else exact, exact, known=True)
