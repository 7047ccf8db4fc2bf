"""The status of a commitment: derived from its target and the measurements, never typed. Exact fractions throughout.

Before the due day the latest measurement counts: the target holds (met), or the value is on the straight line from the
first measurement to the target on the due day (on track), or it is not (behind). From the due day on, what was last
measured up to that day decides: held (met; `lapsed` when it no longer holds), else held later (met, `late`), else
measured since and not held (missed), else not measured since (no data).
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

MET, ON_TRACK, BEHIND, MISSED = "met", "on_track", "behind", "missed"
NO_DATA, NOT_MEASURABLE = "no_data", "not_measurable"
STATES = (MET, ON_TRACK, BEHIND, MISSED, NO_DATA, NOT_MEASURABLE)
HOLDS: dict[str, Callable[[Fraction, Fraction], bool]] = {
    "ge": operator.ge,
    "gt": operator.gt,
    "le": operator.le,
    "lt": operator.lt,
    "eq": operator.eq,
}


@dataclass(frozen=True)
class Target:
    """`value` compared by `comparator` (ge, gt, le, lt, eq), to hold at the end of the day `due`."""

    comparator: str
    value: Fraction
    due: date

    def held_by(self, value: Fraction | None) -> bool:
        return value is not None and HOLDS[self.comparator](value, self.value)


@dataclass(frozen=True)
class Point:
    """A measured value as of a day; None is "no data". `ref` names the measurement."""

    as_of: date
    value: Fraction | None
    ref: str = ""


@dataclass(frozen=True)
class Status:
    """The state, and what it follows from: the deciding point, the planned value, the parts missing."""

    state: str
    missing: tuple[str, ...] = ()
    point: Point | None = None
    planned: Fraction | None = None
    late: date | None = None
    lapsed: bool = False


def planned(target: Target, start: Point, day: date) -> Fraction:
    """The value on a day of the straight line from the first measurement to the target on its due day."""
    first = start.value if start.value is not None else Fraction(0)
    if day <= start.as_of or target.due <= start.as_of:
        return first
    passed = Fraction((min(day, target.due) - start.as_of).days, (target.due - start.as_of).days)
    return first + (target.value - first) * passed


def _on_line(target: Target, value: Fraction, plan: Fraction) -> bool:
    if target.comparator in ("ge", "gt"):
        return value >= plan
    if target.comparator in ("le", "lt"):
        return value <= plan
    return abs(target.value - value) <= abs(target.value - plan)


def _before_due(target: Target, points: Sequence[Point]) -> Status:
    latest = points[-1]
    if latest.value is None:
        return Status(NO_DATA, point=latest)
    if target.held_by(latest.value):
        return Status(MET, point=latest)
    start = next(point for point in points if point.value is not None)
    plan = planned(target, start, latest.as_of)
    return Status(ON_TRACK if _on_line(target, latest.value, plan) else BEHIND, point=latest, planned=plan)


def _from_due(target: Target, points: Sequence[Point]) -> Status:
    latest = points[-1]
    at_due = next((point for point in reversed(points) if point.as_of <= target.due), None)
    if at_due is not None and target.held_by(at_due.value):
        return Status(MET, point=at_due, lapsed=latest.value is not None and not target.held_by(latest.value))
    if target.held_by(latest.value):
        late = next(point for point in points if point.as_of > target.due and target.held_by(point.value))
        return Status(MET, point=latest, late=late.as_of)
    if latest.value is None or latest.as_of < target.due:
        return Status(NO_DATA, point=latest)
    return Status(MISSED, point=latest)


def derive(target: Target | None, missing: Iterable[str], points: Iterable[Point], day: date) -> Status:
    """The status at the end of a day. Of several points of one day the last given counts."""
    if (lacking := tuple(missing)) or target is None:
        return Status(NOT_MEASURABLE, missing=lacking)
    by_day = {point.as_of: point for point in points if point.as_of <= day}
    if not by_day:
        return Status(NO_DATA)
    ordered = [by_day[key] for key in sorted(by_day)]
    return _before_due(target, ordered) if day < target.due else _from_due(target, ordered)
