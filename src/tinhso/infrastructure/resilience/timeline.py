"""A new version from a day on, beside the versions it meets: what an import wants and a command writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q
from django.utils import timezone

from tinhso.files.imports import Diff, Plan, compare
from tinhso.infrastructure.resilience.models import Recorded, Reliability, SharedRiskGroup

R = TypeVar("R", bound=Recorded)
KEYS: dict[type[Recorded], tuple[str, ...]] = {
    SharedRiskGroup: ("network_id", "code"),
    Reliability: ("network_id", "target", "subject"),
}
BOOKKEEPING = {"valid_from", "valid_to", "recorded_by", "recorded_by_name"}


def key_of(row: Recorded) -> tuple:
    """What a row speaks of, whatever it says of it."""
    return tuple(getattr(row, name) for name in KEYS[type(row)])


def says(row: Recorded) -> dict:
    """What a row says, without when it holds and who recorded it."""
    return {name: value for name, value in row.facts().items() if name not in BOOKKEEPING}


def plans(rows: Sequence[R]) -> list[Plan]:
    """What rows of one table, each holding from its `valid_from` until the next of its key, make of the record."""
    if not rows:
        return []
    model = type(rows[0])
    held: dict[tuple, list[R]] = {}
    wanted_keys = dict.fromkeys(key_of(row) for row in rows)
    networks = {key[0] for key in wanted_keys if key[0] is not None}
    current: Any = model.objects.known_at().filter(Q(network__in=networks) | Q(network=None))
    for row in current:
        held.setdefault(key_of(row), []).append(row)
    existing = [row for key in wanted_keys for row in held.get(key, ())]
    wanted = {key: {row.valid_from: row for row in held.get(key, ())} for key in wanted_keys}
    for row in sorted(rows, key=lambda row: row.valid_from or date.min):
        _insert(wanted[key_of(row)], row)
    key = (*KEYS[model], "valid_from")
    return [Plan(key, existing, [row for found in wanted.values() for row in found.values()])]


def _insert(line: dict[date | None, R], row: R) -> None:
    """Put a version into the line of its key, ending those it meets; one that says nothing new changes nothing."""
    day = row.valid_from
    assert day is not None
    meets = [other for other in line.values() if other.valid_from and other.valid_from <= day]
    before = max(meets, key=lambda other: other.valid_from or date.min, default=None)
    if before and (before.valid_to is None or before.valid_to > day):
        if says(before) == says(row):
            return
        row.valid_to = before.valid_to
        if before.valid_from != day:
            line[before.valid_from] = before.again(valid_to=day)
    else:
        later = [other.valid_from for other in line.values() if other.valid_from and other.valid_from > day]
        row.valid_to = min(later, default=None)
    line[day] = row


def write(rows: Sequence[Recorded]) -> Diff:
    """Inside a command: record versions; what they change."""
    diff = compare(plans(rows))
    moment = timezone.now()
    _close((old for old, _new in diff.changed), moment)
    for row in [*diff.added, *(new for _old, new in diff.changed)]:
        row.recorded_at = moment
        row.save()
    return diff


def end(row: R, day: date) -> R:
    """Inside a command: a version holds no longer from a day on."""
    moment = timezone.now()
    _close([row], moment)
    ended = row.again(valid_to=day)
    ended.recorded_at = moment
    ended.save()
    return ended


def _close(rows: Iterable, moment: object) -> None:
    for row in rows:
        type(row).objects.filter(pk=row.pk).supersede(moment)
