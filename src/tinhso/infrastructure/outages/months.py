"""A month as pages and the API show it: each unit's and agency's availability against what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Max
from django.utils import timezone

from tinhso.foundation.dates import today
from tinhso.foundation.templatetags.tinhso import percent
from tinhso.identity.models import Agency
from tinhso.identity.queries import agencies_in
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.situation import situation, version
from tinhso.infrastructure.outages.availability import key_of, reach_inputs
from tinhso.infrastructure.outages.codes import AGENCY, UNIT
from tinhso.infrastructure.outages.models import Alias, Event, FileEvent, Promise, Source, WindowEntry
from tinhso.infrastructure.outages.models.promises import WHOLE
from tinhso.infrastructure.outages.queries import bounds, next_month
from tinhso.infrastructure.outages.rules import reachable
from tinhso.places.models import Unit
from tinhso.places.scopes import units_in
from tinhso.places.state import Stamp, stamp_of


@dataclass(frozen=True)
class Month:
    """One unit or agency over a month, in seconds. `promised` in millionths, None where nothing is promised.

    What is compared with the promise leaves planned maintenance out of the time cut off.
    """

    subject: Unit | Agency
    watched: int
    unplanned: int
    planned: int
    promised: int | None

    @property
    def reached(self) -> int:
        return self.watched - self.unplanned - self.planned

    @property
    def kept(self) -> bool | None:
        """Whether the promise was kept; None without a promise or without data."""
        if self.promised is None or not self.watched:
            return None
        return (self.watched - self.unplanned) * WHOLE >= self.promised * self.watched

    @property
    def share(self) -> str:
        """Reached of watched in percent."""
        return percent(self.reached, self.watched, 3)

    @property
    def promised_share(self) -> str:
        return "" if self.promised is None else percent(self.promised, WHOLE, 3)

    @property
    def unplanned_minutes(self) -> int:
        return self.unplanned // 60

    @property
    def planned_minutes(self) -> int:
        return self.planned // 60


@dataclass(frozen=True)
class MonthOf:
    """A month of a scope. `until` is its end, or now; `networks` are those measured."""

    month: date
    until: datetime
    rows: list[Month]
    networks: list[Network]

    @property
    def demonstration(self) -> bool:
        return any(network.demonstration for network in self.networks)

    @property
    def watched(self) -> int:
        return sum(row.watched for row in self.rows)

    @property
    def reached(self) -> int:
        return sum(row.reached for row in self.rows)

    @property
    def share(self) -> str:
        return percent(self.reached, self.watched, 3)

    @property
    def broken(self) -> list[Month]:
        """Those to whom the promise was not kept."""
        return [row for row in self.rows if row.kept is False]


def written() -> tuple:
    """Changes with anything that a month rests on, topology aside."""
    return (
        Event.objects.aggregate(last=Max("id"))["last"],
        WindowEntry.objects.aggregate(last=Max("id"))["last"],
        Source.objects.aggregate(last=Max("id"))["last"],
        stamp_of(FileEvent, Alias, Promise, Unit, Agency),
    )


def month_of_units(scope: str, month: date) -> MonthOf:
    """Every commune-level unit of a scope over a month, as known now."""
    return _month(scope, UNIT, month, _now(month), (written(), version(_day(month))))


def month_of_agencies(scope: str, month: date) -> MonthOf:
    """Every agency seated in a scope over a month, operators aside, as known now."""
    return _month(scope, AGENCY, month, _now(month), (written(), version(_day(month))))


def _now(month: date) -> datetime:
    """The month's end, or now cut at five minutes, so that a result serves for a while."""
    now = timezone.now()
    end = bounds(month)[1]
    return end if end <= now else now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0)


def _day(month: date) -> date:
    """The last day of a month that has begun; its first day where none has."""
    last = next_month(month) - timedelta(days=1)
    return max(month, min(last, today()))


@lru_cache(maxsize=48)
def _month(scope: str, kind: str, month: date, until: datetime, stamp: Stamp) -> MonthOf:
    start, day = bounds(month)[0], _day(month)
    networks = [one.state.network for one in situation(scope, day).serving]
    subjects: Sequence[Any] = (
        units_in(scope, day) if kind == UNIT else [one for one in agencies_in(scope, day) if one.kind != "operator"]
    )
    rows = {row["key"]: row for row in reachable.count(reach_inputs(networks, subjects, start, max(start, until)))}
    promised = _promised(kind, month)
    return MonthOf(
        month,
        until,
        [
            Month(
                subject,
                rows[key]["denominator"],
                rows[key]["unplanned_seconds"],
                rows[key]["planned_seconds"],
                promised.get(key, promised.get("")),
            )
            for subject in subjects
            for key in [key_of(subject)]
        ],
        networks,
    )


def _promised(kind: str, month: date) -> dict[str, int]:
    """What is promised on the first day of a month, by key."""
    return dict(Promise.objects.filter(subject=kind).as_of(month).values_list("key", "availability"))
