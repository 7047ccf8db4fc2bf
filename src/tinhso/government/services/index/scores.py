"""The service index of agencies and units: points, parts, months, by the formula in force."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text
from tinhso.government.services.index.counting import (
    LOST,
    Counts,
    Period,
    by_agency_and_month,
    last_day,
    procedures_by_level,
)
from tinhso.government.services.index.formula import formula_at, text
from tinhso.government.services.index.rules.total import score
from tinhso.identity.models import Agency
from tinhso.identity.queries import agencies_by_uid
from tinhso.places.scopes import units_in


@dataclass(frozen=True)
class Part:
    """One part of the index: what was counted, and thousandths of a point earned of those attainable."""

    key: str
    title: Text
    done: int
    of: int
    full: int
    earned: int
    attainable: int
    points: int

    @property
    def missed(self) -> int:
        """Thousandths of a point lost."""
        return self.attainable - self.earned

    @property
    def leads(self) -> bool:
        """Whether the loss can be followed to single dossiers."""
        return self.key in LOST


@dataclass(frozen=True)
class Group:
    """Parts that Decision 766 names together."""

    key: str
    title: Text
    parts: tuple[Part, ...]

    @property
    def earned(self) -> int:
        return sum(part.earned for part in self.parts)

    @property
    def attainable(self) -> int:
        return sum(part.attainable for part in self.parts)

    @property
    def points(self) -> int:
        return sum(part.points for part in self.parts)


@dataclass(frozen=True)
class Score:
    """A result: groups of parts by one formula."""

    formula: dict[str, Any]
    counts: Counter

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        found = []
        for group in self.formula["groups"]:
            parts = []
            for part in group["parts"]:
                earned, attainable = score(part, self.counts)
                done = sum(self.counts[name] for name in part["plus"]) - sum(
                    self.counts[name] for name in part["minus"]
                )
                parts.append(
                    Part(
                        part["key"],
                        text(part["title"]),
                        max(done, 0),
                        self.counts[part["of"]],
                        part["full"],
                        earned,
                        attainable,
                        part["points"] * 1000,
                    )
                )
            found.append(Group(group["key"], text(group["title"]), tuple(parts)))
        return tuple(found)

    @cached_property
    def earned(self) -> int:
        return sum(group.earned for group in self.groups)

    @cached_property
    def attainable(self) -> int:
        return sum(group.attainable for group in self.groups)


@dataclass(frozen=True)
class Year:
    """Everything counted in a year up to its moment."""

    period: Period
    counts: Counts
    levels: dict[str, Counter]
    agencies: dict[str, Agency]

    @cached_property
    def formula(self) -> dict[str, Any]:
        return formula_at(last_day(self.period.last))

    def uids(self) -> list[str]:
        """Agencies with dossiers, in Vietnamese order."""
        with_dossiers = {uid for uid, _month in self.counts}
        return sorted(with_dossiers, key=lambda uid: (self.agencies[uid].sort_key if uid in self.agencies else "", uid))

    def total(self, uids: Iterable[str], month: int | None = None) -> Counter:
        """Counts of agencies together; their procedures count once per agency."""
        wanted = set(uids)
        found: Counter[str] = Counter()
        for (uid, when), counts in self.counts.items():
            if uid in wanted and month in {None, when}:
                found.update(counts)
        for uid in wanted:
            agency = self.agencies.get(uid)
            found.update(self.levels.get(agency.level, Counter()) if agency else {})
        return found

    def score(self, uids: Iterable[str], month: int | None = None) -> Score:
        return Score(self.formula, self.total(uids, month))

    def series(self, uids: Iterable[str]) -> list[tuple[int, Score]]:
        """Each month of the period by itself."""
        wanted = list(uids)
        return [(month, self.score(wanted, month)) for month in self.period.months]


def year_of(period: Period, uids: Iterable[str] | None = None, known_at: datetime | None = None) -> Year:
    """Count a period, of some agencies or of all."""
    counts = by_agency_and_month(period, uids)
    found = {uid for uid, _month in counts} | set(uids or ())
    # An agency abolished within the year answers for what it did.
    known = agencies_by_uid(found)
    levels = procedures_by_level(_day(period), known_at)
    return Year(period, counts, levels, known)


def _day(period: Period) -> date:
    return (period.at - timedelta(microseconds=1)).astimezone(VIETNAM).date()


def seated(agencies: dict[str, Agency], scope: str, day: date, known_at: datetime | None = None) -> dict[str, str]:
    """Seat units by uid of those agencies that sat in a scope on the day, or on their last."""
    by_day: dict[date, set[str]] = {}
    found = {}
    for uid, agency in agencies.items():
        last = min(day, agency.valid_to - timedelta(days=1)) if agency.valid_to else day
        if last not in by_day:
            by_day[last] = {unit.code for unit in units_in(scope, last, known_at=known_at)}
        if agency.seat_unit_code in by_day[last]:
            found[uid] = agency.seat_unit_code
    return found


def by_unit(year: Year) -> dict[str, list[str]]:
    """Agencies with dossiers by the unit they sit in."""
    found: dict[str, list[str]] = defaultdict(list)
    for uid in year.uids():
        if uid in year.agencies and year.agencies[uid].seat_unit_code:
            found[year.agencies[uid].seat_unit_code].append(uid)
    return dict(found)
