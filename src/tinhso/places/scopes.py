"""Scopes: a territory followed through time, whatever its units are called on a day.

`signing-province` is the province that signed the agreement; `unit:<code>` is a unit and all below it while the code
is in force. A scope has no units on a day for which none are loaded.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Problem
from tinhso.foundation.text import Text
from tinhso.places.models import COMMUNE, PROVINCE, Scope, ScopeSegment, Unit, code_of
from tinhso.places.state import Snapshot, change_days, snapshot

SIGNING_PROVINCE = "signing-province"


def _unknown(scope_code: str) -> Problem:
    return Problem(
        _("Không có phạm vi “%(scope)s”.") % {"scope": scope_code},
        place="scope",
        mend=_("Dùng “signing-province” hoặc “unit:<mã đơn vị>”."),
        status=404,
        code="not-found",
    )


def _segment(scope_code: str, day: date, known_at: datetime | None) -> ScopeSegment | None:
    found = ScopeSegment.objects.as_of(day, known_at).filter(scope_code=scope_code).first()
    if found is None and not Scope.objects.filter(code=scope_code).exists():
        raise _unknown(scope_code)
    return found


def _below(code: str, level: int, at: Snapshot) -> list[Unit]:
    top = at.by_code.get(code)
    if top is None:
        return []
    found = [top]
    while found and found[0].level < level:
        found = [child for unit in found for child in at.children.get(unit.code, [])]
    return [unit for unit in found if unit.level == level]


def units_in(scope_code: str, day: date, level: int = COMMUNE, known_at: datetime | None = None) -> list[Unit]:
    """The units of a level in a scope at the end of a day, in Vietnamese order.

    Where a scope is a list of communes (after its province merged), it has no districts and no province of its own.
    """
    at = snapshot(day, known_at)
    if scope_code.startswith("unit:"):
        found = _below(scope_code.removeprefix("unit:"), level, at)
    else:
        segment = _segment(scope_code, day, known_at)
        if segment is None:
            return []
        codes = segment.codes.split()
        if segment.selector == ScopeSegment.UNDER:
            found = [unit for code in codes for unit in _below(code, level, at)]
        else:
            listed = [at.by_code[code] for code in codes if code in at.by_code]
            found = [unit for unit in listed if unit.level == level]
    return sorted(found, key=lambda unit: (unit.sort_key, unit.code))


@dataclass(frozen=True)
class Generation:
    """A time in which a scope's communes stay the same; `last_day` None: still."""

    first_day: date
    last_day: date | None
    communes: int


def generations(scope_code: str, known_at: datetime | None = None) -> list[Generation]:
    """The times between reorganisations of a scope, the earliest first."""
    starts: list[tuple[date, int]] = []
    before: list[str] = []
    for day in change_days():
        uids = [unit.uid for unit in units_in(scope_code, day, COMMUNE, known_at)]
        if uids != before:
            starts.append((day, len(uids)))
            before = uids
    ends = [day - timedelta(days=1) for day, _count in starts[1:]]
    return [Generation(day, end, count) for (day, count), end in zip(starts, [*ends, None], strict=True) if count]


def governing_province(scope_code: str, day: date, known_at: datetime | None = None) -> Unit | None:
    """The province that governs a scope's communes on a day: Nam Định, from 2025-07-01 Ninh Bình."""
    at = snapshot(day, known_at)
    for level in (COMMUNE, PROVINCE):
        for unit in units_in(scope_code, day, level, known_at)[:1]:
            top: Unit | None = unit
            while top is not None and top.level > PROVINCE:
                top = at.by_code.get(code_of(top.parent_uid))
            return top
    return None


def scope_title(code: str) -> Text:
    """A scope's name in both languages; a unit's name is Vietnamese in both."""
    if code.startswith("unit:"):
        unit = Unit.objects.known_at().filter(code=code.removeprefix("unit:")).order_by("valid_from").last()
        if unit is None:
            raise _unknown(code)
        return Text(unit.name, unit.name)
    scope = Scope.objects.filter(code=code).first()
    if scope is None:
        raise _unknown(code)
    return scope.title


def scope_codes() -> list[str]:
    """The codes of the named scopes."""
    return list(Scope.objects.order_by("code").values_list("code", flat=True))
