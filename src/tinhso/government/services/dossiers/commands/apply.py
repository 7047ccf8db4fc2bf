"""The one way anything happens to a dossier."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Forbidden, Problem
from tinhso.government.services.access import HOLDER_VERBS, SYSTEM_VERBS, check
from tinhso.government.services.dossiers.chain import record_hash, seal
from tinhso.government.services.dossiers.clocking import CLOCK, due_of
from tinhso.government.services.dossiers.commands.particulars import check_particulars, check_shape
from tinhso.government.services.dossiers.consequences import follow
from tinhso.government.services.ground.gone import erased
from tinhso.government.services.ground.process import Act, Event, Situation, Step, Task, decide, evolve
from tinhso.government.services.ground.states import ENDED, FINISHED
from tinhso.government.services.ground.wording import KINDS
from tinhso.government.services.models import AppliedAct, Dossier, DossierDetail, DossierEvent, DossierTask
from tinhso.identity.models.people import Mandate
from tinhso.identity.queries import follow as follow_agency
from tinhso.proof.audit import Actor, command, note, nothing_changed, tell
from tinhso.workdays.commands import pinned

SITUATION = (
    "status",
    "suspended",
    "supplemented",
    "step",
    "requests",
    "appointments",
    "payment",
    "owed",
    "paid",
    "delivery",
    "rated",
    "numbered",
)
#: What an act can change of a dossier's row.
WRITTEN = (
    *SITUATION,
    "received_at",
    "calendar_sha256",
    "competent_uid",
    "ended_at",
    "due_at",
    "events_count",
    "head",
)


@dataclass(frozen=True)
class Applied:
    """What an act led to: the dossier now, the events it caused, and whether they had been caused before."""

    dossier: Dossier
    events: tuple[DossierEvent, ...]
    repeated: bool


def situation_of(dossier: Dossier) -> Situation:
    """The dossier's situation as its row and open tasks hold it."""
    if not dossier.events_count:
        return Situation()
    tasks = tuple(
        Task(task.number, task.kind, task.step, task.agency_uid, f"user:{task.holder_id}" if task.holder_id else "")
        for task in dossier.tasks.filter(closed_at=None).order_by("number")
    )
    values = {name: getattr(dossier, name) for name in SITUATION}
    return Situation(received=dossier.received_at is not None, tasks=tasks, **values)


@command("services.apply")
def apply(
    *,
    dossier: int,
    act: Act,
    actor: Actor,
    key: str,
    user: Any = None,
    holder: bool = False,
    expected: int | None = None,
    at: datetime | None = None,
) -> Applied:
    """Carry out an act: transition, permission, events, log entry and outbox in one transaction.

    `key`: the sender's own; sent again it is answered with what was done, and Conflict when it meant something else.
    `user` None: the system (SYSTEM_VERBS), or with `holder` somebody who proved code and secret (HOLDER_VERBS).
    `expected`: how many events the sender had seen; Conflict when somebody acted in between. Refused, Forbidden and
    Invalid say why not; nothing is written then.
    """
    row = Dossier.objects.select_for_update(of=("self",)).select_related("version").get(pk=dossier)
    check_shape(act)
    meaning = canonical.digest({"verb": act.verb, "data": dict(act.data)})
    if done := AppliedAct.objects.filter(key=key).first():
        return _again(done, row, act, meaning)
    if row.erased_at and (user is not None or holder):
        raise erased(row.erased_at, row.code)
    if expected is not None and expected != row.events_count:
        last = row.events.select_related("detail").latest("number")
        raise Conflict(
            _("Hồ sơ vừa thay đổi: %(who)s, %(what)s, lúc %(when)s.")
            % {
                "who": last.detail.actor_name,
                "what": KINDS[last.kind],
                "when": f"{timezone.localtime(last.at):%H:%M %d/%m/%Y}",
            },
            place=row.code,
            mend=_("Tải lại trang rồi làm tiếp."),
            code="changed",
        )
    situation = situation_of(row)
    mandate = _permit(user, holder, row, act, situation)
    if mandate and mandate.lent_by:
        actor = Actor(actor.code, f"{actor.name} (thay {mandate.lent_by})")
    check_particulars(user, row, act, situation)
    events = decide(situation, act, _steps(row, act.verb), row.competent_uid)
    written = _write(row, situation, events, actor, at or timezone.now())
    AppliedAct.objects.create(
        key=key,
        dossier=row,
        verb=act.verb,
        digest=meaning,
        first_event=written[0].number,
        last_event=written[-1].number,
    )
    tell("dossier", act.verb, {"dossier": str(row.uid), "events": row.events_count, "head": row.head})
    note(target=row.code, after={"verb": act.verb, "head": row.head})
    follow(row, written)
    return Applied(row, tuple(written), repeated=False)


def _again(done: AppliedAct, row: Dossier, act: Act, meaning: str) -> Applied:
    if (done.dossier_id, done.verb, done.digest) != (row.pk, act.verb, meaning):
        raise Conflict(_("Khóa này đã dùng cho việc khác."), place="key", mend=_("Gửi với khóa mới."), code="key-used")
    nothing_changed()
    events = row.events.filter(number__range=(done.first_event, done.last_event)).order_by("number")
    return Applied(row, tuple(events), repeated=True)


def _steps(row: Dossier, verb: str) -> tuple[Step, ...]:
    """The steps of the dossier's version; those of an agency wholly succeeded since fall to its successor."""
    steps = row.version.definition.steps
    if verb not in {"accept", "complete_step", "return_step"}:
        return steps
    successors = {step.agency: follow_agency(step.agency, today()) for step in steps if step.agency}
    return tuple(
        replace(step, agency=found[0].uid) if len(found := successors.get(step.agency, ())) == 1 else step
        for step in steps
    )


def _permit(user: Any, holder: bool, row: Dossier, act: Act, situation: Situation) -> Mandate | None:
    """The mandate by which a person acts; a lent one is told in history."""
    if user is None:
        if act.verb not in (HOLDER_VERBS if holder else SYSTEM_VERBS):
            raise Forbidden(_("Việc này cần người đăng nhập."), place=act.verb)
        return None
    number = act.data.get("task")
    task = next((task for task in situation.tasks if task.number == number), None)
    return check(user, row, act.verb, task)


def _write(row: Dossier, situation: Situation, events: list[Event], actor: Actor, at: datetime) -> list[DossierEvent]:
    if not events:
        raise Problem(f"{row.code}: an act without events", status=500)
    written = _chain(row, events, actor, at)
    for event in events:
        situation = evolve(situation, event)
        _task(row, event, at)
        if event.kind == "accepted" and row.received_at is None:
            row.received_at, row.calendar_sha256 = at, pinned()
        if event.kind == "succeeded" and row.competent_uid == event.data["from"]:
            row.competent_uid = event.data["to"]
    for name in SITUATION:
        setattr(row, name, getattr(situation, name))
    if row.status in ENDED | {FINISHED} and row.ended_at is None:
        row.ended_at = at
    if any(event.kind in CLOCK for event in events):
        due = due_of(row)
        row.due_at = due.at if due else None
    row.save(update_fields=WRITTEN)
    return written


def _chain(row: Dossier, events: list[Event], actor: Actor, at: datetime) -> list[DossierEvent]:
    """Write an act's events, each naming the one before it, and what they say of people beside them."""
    written, details = [], []
    for event in events:
        salt, text, detail = seal({"actor": actor.name, **event.private})
        name = actor.name[:200]
        if row.erased_at:
            # What the system still has to tell of it names nobody either.
            salt, text, name = "", "{}", ""
        number = row.events_count + 1
        told = record_hash(
            dossier=str(row.uid),
            number=number,
            kind=event.kind,
            at=at,
            actor=actor.code,
            data=event.data,
            detail=detail,
            previous=row.head,
        )
        made = DossierEvent(
            dossier=row,
            number=number,
            kind=event.kind,
            at=at,
            actor_code=actor.code,
            data=canonical.dumps(event.data).decode(),
            detail_hash=detail,
            previous=row.head,
            hash=told,
        )
        written.append(made)
        details.append(DossierDetail(event=made, salt=salt, values=text, actor_name=name))
        row.events_count, row.head = number, told
    DossierEvent.objects.bulk_create(written)
    for detail_row in details:
        detail_row.event_id = detail_row.event.pk
    DossierDetail.objects.bulk_create(details)
    return written


def _task(row: Dossier, event: Event, at: datetime) -> None:
    """Keep the table of open tasks as the events tell it."""
    data = event.data
    if event.kind == "task_opened":
        step = row.version.definition.steps[data["step"]]
        role = step.role if data["kind"] == "step" else "officer"
        DossierTask.objects.create(
            dossier=row,
            number=data["task"],
            kind=data["kind"],
            step=data["step"],
            agency_uid=data["agency"],
            role=role,
            opened_at=at,
        )
    elif event.kind in {"claimed", "handed_over"}:
        holder = int(data["holder"].removeprefix("user:"))
        row.tasks.filter(number=data["task"]).update(holder_id=holder)
    elif event.kind in {"step_completed", "step_returned", "answered"}:
        row.tasks.filter(number=data["task"]).update(closed_at=at)
    elif event.kind in {"refused", "withdrawn", "stopped", "finished"}:
        row.tasks.filter(closed_at=None).update(closed_at=at)
    elif event.kind == "succeeded":
        row.tasks.filter(closed_at=None, agency_uid=data["from"]).update(agency_uid=data["to"], holder=None)


def told_events(dossier: Dossier) -> list[Event]:
    """The dossier's history as the pure model reads it."""
    return [Event(row.kind, json.loads(row.data)) for row in dossier.events.order_by("number")]
