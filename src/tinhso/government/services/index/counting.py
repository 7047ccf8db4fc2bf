"""Sums over dossiers' facts, by agency and month, as of a moment: what the index, its series and reports count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils import timezone

from tinhso.foundation.dates import VIETNAM, end_of
from tinhso.government.services.ground.states import FINISHED, RETURNED
from tinhso.government.services.models import DossierFact, ProcedureVersion
from tinhso.workdays.clock import Event, due
from tinhso.workdays.queries import current
from tinhso.workdays.rules import Rule

COUNTS = (
    "filed",
    "filed_online",
    "filed_full",
    "papers",
    "reused",
    "ended",
    "judged",
    "on_time",
    "late",
    "disliked",
    "rated",
    "paid",
    "paid_online",
    "finished",
    "digital",
    "procedures",
    "procedures_full",
    "procedures_dated",
    "procedures_in_time",
)
#: Ratings that count as a complaint.
DISLIKED = (1, 2)
LATE = Q(verdict="late")
OPEN = Q(ended_month=0, due_at__isnull=False)
#: Which dossiers a part of the index loses points by.
LOST: Mapping[str, Q] = {
    "on_time": LATE,
    "satisfied": LATE | Q(ended_month__gt=0, stars__in=DISLIKED),
    "filed_online": Q(online=False),
    "paid_online": Q(ended_month__gt=0, paid=True, paid_online=False),
    "digital": Q(status__in=[FINISHED, RETURNED], digital=False),
    "reused": Q(papers__gt=0, reused=0),
}
BY_FILING = frozenset({"filed_online", "reused"})
#: A procedure is published in time within five working days (Decision 766/QĐ-TTg).
PUBLISHING = Rule("working_days", 5)


@dataclass(frozen=True)
class Period:
    """Whole months, `first` to `last` (202601), seen at a moment."""

    first: int
    last: int
    at: datetime

    @classmethod
    def of(cls, first: int, last: int, now: datetime | None = None) -> Period:
        """The months as they were at their end, or as they are now while they last."""
        end = end_of(last_day(last))
        now = now or timezone.now()
        return cls(first, last, min(end, now))

    @classmethod
    def year(cls, day: date, known_at: datetime | None = None) -> Period:
        """A calendar year up to the end of a day."""
        at = min(end_of(day), known_at or timezone.now())
        return cls(day.year * 100 + 1, day.year * 100 + day.month, at)

    @property
    def start(self) -> datetime:
        return datetime.combine(date(self.first // 100, self.first % 100, 1), time(), VIETNAM)

    @property
    def months(self) -> list[int]:
        return list(months(self.first, self.last))


def last_day(month: int) -> date:
    """The last day of 202602: 2026-02-28."""
    year, number = divmod(month, 100)
    return date(year + number // 12, number % 12 + 1, 1) - timedelta(days=1)


def months(first: int, last: int) -> Iterable[int]:
    """202511, 202512, 202601 …"""
    while first <= last:
        yield first
        first += 1 if first % 100 < 12 else 89


def facts_at(period: Period, uids: Iterable[str] | None = None) -> Any:
    """The facts at the period's moment; demonstration dossiers only while there is no real one."""
    rows = DossierFact.objects.at(None if _is_now(period) else period.at)
    if DossierFact.objects.filter(demonstration=False, since__lte=period.at).exists():
        rows = rows.filter(demonstration=False)
    return rows if uids is None else rows.filter(agency_uid__in=list(uids))


def _is_now(period: Period) -> bool:
    # What holds now has an index of its own; nothing newer than the moment exists unless it lies in the past.
    return period.at >= timezone.now() - timedelta(seconds=1)


Counts = dict[tuple[str, int], Counter]


def by_agency_and_month(period: Period, uids: Iterable[str] | None = None) -> Counts:
    """Counts by (agency, month): filing by the month filed in, processing by the month it ended in, and dossiers open
    beyond their appointment as late in the month of the moment."""
    facts = facts_at(period, uids).order_by()
    found: Counts = defaultdict(Counter)
    filed = facts.filter(filed_month__range=(period.first, period.last)).values("agency_uid", "filed_month")
    sums: dict[str, Any] = {
        "filed": Count("pk"),
        "filed_online": Count("pk", filter=Q(online=True)),
        "filed_full": Count("pk", filter=Q(full=True)),
        "papers": Sum("papers"),
        "reused": Sum("reused"),
    }
    _add(found, filed.annotate(**{f"n_{name}": how for name, how in sums.items()}), "filed_month")
    ended = facts.filter(ended_month__range=(period.first, period.last)).values("agency_uid", "ended_month")
    done = Q(status__in=[FINISHED, RETURNED])
    sums = {
        "ended": Count("pk"),
        "judged": Count("pk", filter=~Q(verdict="")),
        "late": Count("pk", filter=LATE),
        "disliked": Count("pk", filter=Q(stars__in=DISLIKED) & ~Q(verdict="")),
        "rated": Count("pk", filter=Q(stars__gt=0)),
        "paid": Count("pk", filter=Q(paid=True)),
        "paid_online": Count("pk", filter=Q(paid_online=True)),
        "finished": Count("pk", filter=done),
        "digital": Count("pk", filter=done & Q(digital=True)),
    }
    _add(found, ended.annotate(**{f"n_{name}": how for name, how in sums.items()}), "ended_month")
    open_late = facts.filter(OPEN, due_at__lt=period.at).values("agency_uid").annotate(late=Count("pk"))
    for row in open_late:
        found[row["agency_uid"], period.last].update(late=row["late"], judged=row["late"])
    for counts in found.values():
        counts["on_time"] = counts["judged"] - counts["late"]
    return dict(found)


def _add(found: Counts, rows: Iterable[dict[str, Any]], month: str) -> None:
    for row in rows:
        counts = found[row["agency_uid"], row[month]]
        counts.update({name[2:]: value or 0 for name, value in row.items() if name.startswith("n_")})


def lost(part: str, period: Period, uids: Iterable[str] | None = None) -> Any:
    """The facts of the dossiers by which a part of the index lost points."""
    wanted = LOST[part]
    if part in BY_FILING:
        return facts_at(period, uids).filter(wanted, filed_month__range=(period.first, period.last))
    ended = Q(ended_month__range=(period.first, period.last)) & wanted
    if part in {"on_time", "satisfied"}:
        ended |= OPEN & Q(due_at__lt=period.at)
    return facts_at(period, uids).filter(ended)


def procedures_by_level(day: date, known_at: datetime | None = None) -> dict[str, Counter]:
    """Procedures in force on a day by level: all, fully online, and published within five working days."""
    found: dict[str, Counter] = defaultdict(Counter)
    for row in procedures_in_force(day, known_at):
        found[row["level"]].update(
            procedures=1,
            procedures_full=int(row["online"] == "full"),
            procedures_dated=int(row["in_time"] is not None),
            procedures_in_time=int(bool(row["in_time"])),
        )
    return found


def procedures_in_force(day: date, known_at: datetime | None = None) -> list[dict[str, Any]]:
    """Each procedure in force on a day as known at a moment: code, title, level, online level, published in time.

    A version is to be published within five working days from when it is in force. Those in force before the catalogue
    held anything were published elsewhere: `in_time` is None.
    """
    moment = known_at or timezone.now()
    versions = ProcedureVersion.objects.filter(valid_from__lte=day, published_at__lte=moment)
    versions = versions.exclude(valid_to__lte=day).select_related("procedure")
    newest: dict[int, ProcedureVersion] = {}
    for version in versions.order_by("valid_from", "number"):
        if version.procedure.retired_from is None or version.procedure.retired_from > day:
            newest[version.procedure_id] = version
    rows = newest.values()
    real = [version for version in rows if not version.procedure.demonstration]
    opened = min((version.published_at for version in rows), default=moment).astimezone(VIETNAM).date()
    return [
        {
            "code": version.procedure.code,
            "title": version.procedure.title,
            "level": version.procedure.level,
            "online": version.definition.content["online"],
            "in_time": _in_time(version.valid_from, version.published_at) if version.valid_from >= opened else None,
        }
        for version in sorted(real or rows, key=lambda one: one.procedure.code)
    ]


def _in_time(begins: date, published: datetime) -> bool:
    if published.astimezone(VIETNAM).date() <= begins:
        return True
    start = datetime.combine(begins, time(8), VIETNAM)
    limit = due([Event("received", start)], PUBLISHING, current()).at
    return limit is not None and published <= limit
