"""What is in force on a day, read once and kept until something new is recorded.

Every read that spans units starts here. A copy is kept per process for each (time between two changes, moment of
knowing); anything recorded or superseded since makes it stale, whichever process wrote it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Count, Max

from tinhso.places.models import Unit, UnitGeometry, UnitLink, code_of

Stamp = tuple[Any, ...]


_held: ContextVar[dict[type, Stamp] | None] = ContextVar("places_stamps", default=None)


@contextmanager
def steady() -> Iterator[None]:
    """While a page is being read, ask once what the newest record is. For reads only: writes inside go unnoticed."""
    token = _held.set({}) if _held.get() is None else None
    try:
        yield
    finally:
        if token is not None:
            _held.reset(token)


def _stamp(model: type) -> Stamp:
    held = _held.get()
    if held is not None and model in held:
        return held[model]
    tally = model.objects.aggregate(  # type: ignore[attr-defined]
        n=Count("id"), last=Max("id"), recorded=Max("recorded_at"), superseded=Max("superseded_at")
    )
    found = (connection.settings_dict["NAME"], *tally.values())
    if held is not None:
        held[model] = found
    return found


def stamp_of(*models: type) -> Stamp:
    """Changes whenever a row of these versioned tables is recorded or superseded."""
    return tuple(_stamp(model) for model in models)


@dataclass(frozen=True)
class Snapshot:
    """The units in force on a day: by code, by uid, and children by the parent's code. Treat as read-only."""

    units: tuple[Unit, ...]
    by_code: dict[str, Unit] = field(default_factory=dict)
    by_uid: dict[str, Unit] = field(default_factory=dict)
    children: dict[str, list[Unit]] = field(default_factory=dict)


@lru_cache(maxsize=8)
def _changes(stamp: Stamp) -> list[date]:
    days = Unit.objects.values_list("valid_from", "valid_to").distinct()
    return sorted({day for pair in days for day in pair if day is not None})


def change_days() -> list[date]:
    """The days on which any unit began or ended, in order."""
    return _changes(stamp_of(Unit))


def generation(day: date) -> date:
    """The day of the last change of units up to a day: units are the same on all days until the next change."""
    changes = change_days()
    place = bisect_right(changes, day)
    return changes[place - 1] if place else date.min


@lru_cache(maxsize=24)
def _snapshot(stamp: Stamp, since: date, known_at: datetime | None) -> Snapshot:
    units = tuple(sorted(Unit.objects.as_of(since, known_at), key=lambda unit: (unit.sort_key, unit.code)))
    children: dict[str, list[Unit]] = defaultdict(list)
    for unit in units:
        children[code_of(unit.parent_uid)].append(unit)
    return Snapshot(units, {unit.code: unit for unit in units}, {unit.uid: unit for unit in units}, dict(children))


def snapshot(day: date, known_at: datetime | None = None) -> Snapshot:
    """The units in force at the end of a day, as known at a moment (default now)."""
    return _snapshot(stamp_of(Unit), generation(day), known_at)


@dataclass(frozen=True)
class Links:
    """All links as known at a moment, by either end."""

    before: dict[str, list[UnitLink]]
    after: dict[str, list[UnitLink]]


@lru_cache(maxsize=8)
def _links(stamp: Stamp, known_at: datetime | None) -> Links:
    before, after = defaultdict(list), defaultdict(list)
    for link in UnitLink.objects.known_at(known_at).order_by("valid_from", "predecessor_uid", "successor_uid"):
        after[link.predecessor_uid].append(link)
        if link.successor_uid:
            before[link.successor_uid].append(link)
    return Links(dict(before), dict(after))


def links(known_at: datetime | None = None) -> Links:
    """Predecessors and successors of every unit, as known at a moment."""
    return _links(stamp_of(UnitLink), known_at)


def geometry_stamp() -> Stamp:
    """Changes whenever anything that cells rest on changes."""
    return stamp_of(Unit, UnitGeometry)
