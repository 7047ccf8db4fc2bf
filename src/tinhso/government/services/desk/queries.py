"""What waits at an officers' desk, by time left. Whether something is late is told at reading and stored nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text, fold
from tinhso.government.services.access import DOERS, STAFF, staff_agencies
from tinhso.government.services.ground.states import (
    FINISHED,
    OWING,
    PROCESSING,
    RECEIVED,
    REGISTERED,
    SUPPLEMENTING,
    WITHDRAWING,
)
from tinhso.government.services.models import Dossier, DossierParty, DossierTask
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.clock import after_working, working_seconds
from tinhso.workdays.queries import by_hash, current

RUNNING = (RECEIVED, PROCESSING, SUPPLEMENTING, OWING, WITHDRAWING)
PAGE = 50
MOST = 1000
LARGEST = 2**63
TASKS, RECEPTION, PAUSED, RESULTS, ALL = "viec", "tiep-nhan", "dang-dung", "tra-ket-qua", "tat-ca"
SECTIONS = {
    TASKS: Text("Việc cần làm", "Tasks"),
    RECEPTION: Text("Chờ tiếp nhận", "To receive"),
    PAUSED: Text("Đồng hồ đang dừng", "Clock stopped"),
    RESULTS: Text("Chờ trả kết quả", "Results to return"),
    ALL: Text("Mọi hồ sơ", "All dossiers"),
}
#: What each section is sorted by; "-" puts the latest first.
ORDER = {TASKS: "due_at", RECEPTION: "filed_at", PAUSED: "filed_at", RESULTS: "ended_at", ALL: "-filed_at"}
#: Acts on many that a section offers.
BULK_OF = {
    TASKS: ("claim", "hand_over", "complete_step", "finish"),
    RECEPTION: ("accept", "refuse"),
    PAUSED: ("resume", "stop"),
    RESULTS: ("return_result",),
    ALL: ("accept", "claim", "hand_over", "return_result", "note"),
}
BULK = frozenset(verb for verbs in BULK_OF.values() for verb in verbs)
LATE, SOON, LATER, STOPPED, OPEN = "tre", "sap-den", "con-han", "dung", "dang-mo"
LIMITS = {
    OPEN: Text("Đang giải quyết", "In process"),
    LATE: Text("Trễ hạn", "Late"),
    SOON: Text("Còn dưới một ngày làm việc", "Less than a working day left"),
    LATER: Text("Còn hạn", "In time"),
    STOPPED: Text("Đồng hồ dừng", "Clock stopped"),
}
TONES = {LATE: "danger", SOON: "warning", LATER: "success", STOPPED: "neutral"}
MINE, NOBODY, ANYBODY = "toi", "chua-nhan", "moi-nguoi"


@dataclass(frozen=True)
class Moment:
    """Now, and the moment at which a working day from now has passed."""

    now: datetime
    soon: datetime

    @classmethod
    def of(cls, now: datetime | None = None) -> Moment:
        at, calendar = now or timezone.now(), current()
        return cls(at, after_working(at, calendar.day_seconds, calendar))

    def limit(self, due_at: datetime | None) -> str:
        """Which of LIMITS a due date falls under."""
        if due_at is None:
            return STOPPED
        return LATE if due_at < self.now else SOON if due_at < self.soon else LATER

    def among(self, limit: str, prefix: str = "") -> Q:
        """The rows under one of LIMITS."""
        name = f"{prefix}due_at"
        return {
            LATE: Q(**{f"{name}__lt": self.now}),
            SOON: Q(**{f"{name}__gte": self.now, f"{name}__lt": self.soon}),
            LATER: Q(**{f"{name}__gte": self.soon}),
            STOPPED: Q(**{name: None}),
            OPEN: Q(),
        }[limit]


def length(seconds: int, calendar: Calendar) -> Text:
    """A stretch of working time, in the two largest of days, hours and minutes."""
    days, rest = divmod(abs(seconds), calendar.day_seconds)
    hours, rest = divmod(rest, 3600)
    parts = [(days, "ngày", "d"), (hours, "giờ", "h"), (rest // 60, "phút", "min")]
    told = [part for part in parts if part[0]][:2] or [parts[2]]
    return Text(" ".join(f"{n} {vi}" for n, vi, _en in told), " ".join(f"{n} {en}" for n, _vi, en in told))


def time_left(dossier: Dossier, moment: Moment) -> tuple[str, Text]:
    """Which limit a dossier is under and its working time left or overrun, in words; nothing ended is late any more."""
    if dossier.status not in RUNNING or dossier.received_at is None:
        return "", Text("", "")
    limit = moment.limit(dossier.due_at)
    if dossier.due_at is None:
        return limit, LIMITS[STOPPED]
    calendar = by_hash(dossier.calendar_sha256)
    seconds = working_seconds(moment.now, dossier.due_at, calendar)
    text = length(seconds, calendar)
    if limit == LATE and not seconds:
        return limit, Text("vừa hết hạn", "just past its limit")
    if limit == LATE:
        return limit, Text(f"trễ {text.vi}", f"{text.en} late")
    return limit, Text(f"còn {text.vi}", f"{text.en} left")


@dataclass(frozen=True)
class Row:
    """A dossier as a list shows it. `tasks`: those open that the reader may do, or all where none is theirs."""

    dossier: Dossier
    applicant: str
    tasks: tuple[DossierTask, ...]
    limit: str
    left: Text

    @property
    def tone(self) -> str:
        return TONES.get(self.limit, "neutral")


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to; every text empty: not narrowed."""

    section: str = TASKS
    procedure: str = ""
    status: str = ""
    channel: str = ""
    holder: str = ""
    limit: str = ""
    agency: str = ""
    words: str = ""
    after: str = ""


def stands_for(user: Any) -> set[int]:
    """The person, and those in whose name they act."""
    return {user.pk} | {mandate.giver for mandate in user.mandates if mandate.giver and mandate.role in STAFF}


def doable(user: Any) -> Q:
    """Tasks a person may do by their mandates."""
    wanted = Q(pk__in=[])
    for mandate in user.mandates:
        if mandate.role in STAFF:
            roles = [role for role, able in DOERS.items() if mandate.role in able]
            uids = user.reach(mandate)
            wanted |= Q(role__in=roles) if uids is None else Q(role__in=roles, agency_uid__in=uids)
    return wanted


def _held(user: Any, holder: str) -> Q:
    if holder == MINE:
        return Q(holder__in=stands_for(user))
    if holder == NOBODY:
        return Q(holder=None)
    if holder.isdigit():
        return Q(holder=int(holder))
    return Q() if holder == ANYBODY else Q(holder=None) | Q(holder__in=stands_for(user))


def desk(user: Any, asked: Asked, moment: Moment) -> QuerySet[Dossier]:
    """The dossiers of a section for a person, narrowed and in no order."""
    found = _section(user, asked)
    if asked.agency:
        found = found.filter(competent_uid=asked.agency)
    if asked.procedure:
        found = found.filter(version__procedure__code=asked.procedure)
    if asked.status:
        found = found.filter(status=int(asked.status))
    if asked.channel:
        found = found.filter(channel=asked.channel)
    if asked.limit:
        found = found.filter(moment.among(asked.limit), status__in=RUNNING, received_at__isnull=False)
    for word in asked.words.split():
        named = DossierParty.objects.filter(dossier=OuterRef("pk"), folded__contains=fold(word))
        found = found.filter(Q(code__contains=word.upper()) | Exists(named))
    return found


def _section(user: Any, asked: Asked) -> QuerySet[Dossier]:
    uids = staff_agencies(user)
    ours, here = Q(), Q()
    if uids is not None:
        ours = Q(competent_uid__in=uids)
        here = ours | Q(received_uid__in=uids) | Q(helped_uid__in=uids)
    rows, tasks = Dossier.objects.all(), DossierTask.objects.all()
    if asked.section == TASKS:
        # From the tasks to their dossiers: SQLite would go through every dossier to look for a task of it.
        mine = tasks.filter(doable(user), _held(user, asked.holder), closed_at=None)
        return rows.filter(pk__in=mine.values("dossier"), due_at__isnull=False)
    if asked.section == RECEPTION:
        waiting = Q(status=REGISTERED) | Q(received_at=None, supplemented=True)
        return rows.filter(here, waiting, status__in=(REGISTERED, SUPPLEMENTING))
    if asked.section == PAUSED:
        return rows.filter(here, status__in=RUNNING, due_at=None).exclude(received_at=None, supplemented=True)
    if asked.section == RESULTS:
        return rows.filter(here, status=FINISHED)
    if asked.holder:
        rows = rows.filter(pk__in=tasks.filter(_held(user, asked.holder), closed_at=None).values("dossier"))
    asked_us = Q() if uids is None else Q(pk__in=tasks.filter(agency_uid__in=uids).values("dossier"))
    return rows.filter(here | asked_us if uids is not None else Q())


def counts(user: Any, moment: Moment) -> dict[str, int]:
    """How much waits in each section, up to MOST; the section of everything is not counted."""
    return {
        section: desk(user, Asked(section=section), moment).values("pk")[:MOST].count()
        for section in SECTIONS
        if section != ALL
    }


def page_of(user: Any, asked: Asked, moment: Moment, size: int = PAGE) -> tuple[list[Row], str]:
    """A page of a section, and the mark by which the next one begins ("" at the end)."""
    name = ORDER[asked.section]
    field, down = name.lstrip("-"), name.startswith("-")
    found = desk(user, asked, moment)
    if at := _mark(asked.after):
        when, pk = at
        way = "lt" if down else "gt"
        found = found.filter(Q(**{f"{field}__{way}": when}) | Q(**{field: when, f"pk__{way}": pk}))
    order = (name, "-pk" if down else "pk")
    # Sorted as numbers, then read: a sort of whole rows carries every procedure's definition along.
    chosen = list(found.order_by(*order).values_list("pk", flat=True)[: size + 1])
    dossiers = list(with_people(Dossier.objects.filter(pk__in=chosen).order_by(*order), user))
    onward = ""
    if len(dossiers) > size:
        dossiers = dossiers[:size]
        onward = f"{getattr(dossiers[-1], field).isoformat()}~{dossiers[-1].pk}"
    return [row_of(dossier, moment) for dossier in dossiers], onward


def _mark(text: str) -> tuple[datetime, int] | None:
    when, _sign, pk = text.partition("~")
    try:
        moment = datetime.fromisoformat(when.replace(" ", "+")).astimezone(VIETNAM)
        number = int(pk)
    except (ValueError, OverflowError):
        return None
    return (moment, number) if moment.year > 1 and 0 <= number < LARGEST else None


def with_people(found: QuerySet[Dossier], user: Any) -> QuerySet[Dossier]:
    """Dossiers with their procedure, applicant and open tasks, read together."""
    tasks = DossierTask.objects.filter(closed_at=None).select_related("holder").order_by("number")
    return found.select_related("version__procedure").prefetch_related(
        Prefetch("parties", DossierParty.objects.filter(role="applicant"), to_attr="applicants"),
        Prefetch("tasks", tasks.filter(doable(user)), to_attr="own_tasks"),
        Prefetch("tasks", tasks, to_attr="open_tasks"),
    )


def row_of(dossier: Dossier, moment: Moment) -> Row:
    limit, left = time_left(dossier, moment)
    applicants: Iterable[DossierParty] = dossier.applicants  # type: ignore[attr-defined]
    tasks = dossier.own_tasks or dossier.open_tasks  # type: ignore[attr-defined]
    name = gettext("đã xóa theo thời hạn lưu") if dossier.erased_at else "".join(party.name for party in applicants)
    return Row(dossier, name, tuple(tasks), limit, left)


def asked_of(values: Mapping[str, Any]) -> Asked:
    """What a checked filter form asks for."""
    known = {name: str(values.get(name) or "") for name in Asked.__dataclass_fields__}
    return replace(Asked(), **{**known, "section": known["section"] or TASKS})
