"""What may happen to a dossier, and what it becomes: pure functions, no tables.

`decide(situation, act, definition)` answers with the events an act causes, or raises Refused with the reason;
`evolve(situation, event)` is the situation after one event. A dossier is the fold of its events, so whoever holds the
events can tell its state again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.foundation.text import Text
from tinhso.government.services.ground.states import (
    ENDED,
    FINISHED,
    NOT_ACCEPTED,
    OWING,
    PROCESSING,
    RECEIVED,
    REGISTERED,
    RETURNED,
    STATUSES,
    STOPPED,
    SUPPLEMENTING,
    TRANSITIONS,
    WITHDRAWING,
)

NEW = 0
#: How a result is returned.
WAYS = ("handed", "posted", "online")


class Refused(Conflict):
    """The dossier's state does not allow this act; the message says what it is now."""

    code = "refused"


@dataclass(frozen=True)
class Task:
    """Work open at an agency. `step`: index in the procedure's steps; `kind`: step or consultation; `holder`: the
    person working on it ("" while nobody has claimed it)."""

    number: int
    kind: str
    step: int
    agency: str
    holder: str = ""


@dataclass(frozen=True)
class Situation:
    """A dossier as its events have made it. `received`: it was validly received, so a time limit runs."""

    status: int = NEW
    received: bool = False
    suspended: bool = False
    supplemented: bool = False
    step: int = 0
    requests: int = 0
    appointments: int = 0
    payment: str = "none"
    owed: int = 0
    paid: int = 0
    delivery: str = "none"
    rated: bool = False
    numbered: int = 0
    tasks: tuple[Task, ...] = ()

    def task(self, number: int) -> Task:
        """An open task; Refused where it is not open (any more)."""
        for task in self.tasks:
            if task.number == number:
                return task
        raise Refused(str(Text("Việc này không còn mở.", "This task is not open any more.")), place="task")

    @property
    def step_task(self) -> Task | None:
        return next((task for task in self.tasks if task.kind == "step"), None)


@dataclass(frozen=True)
class Act:
    """What somebody wants to do: a verb of VERBS and its particulars (canonical values)."""

    verb: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Event:
    """What has happened. `data` holds no personal data: texts people wrote stand apart, under `private`."""

    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step:
    """One step of a procedure: who does it. `agency` is a uid, or "" for the competent agency."""

    key: str
    title: Text
    role: str
    agency: str = ""


@dataclass(frozen=True)
class Verb:
    """An act by name: from which states, and the events it causes."""

    name: str
    title: Text
    statuses: frozenset[int]
    decide: Callable[[Situation, Mapping[str, Any], tuple[Step, ...], str], Iterable[Event]]


VERBS: dict[str, Verb] = {}
OPEN = frozenset(STATUSES) - ENDED


def _verb(name: str, vi: str, en: str, *statuses: int) -> Callable[[Callable], Callable]:
    def declare(decide: Callable) -> Callable:
        VERBS[name] = Verb(name, Text(vi, en), frozenset(statuses), decide)
        return decide

    return declare


def decide(situation: Situation, act: Act, steps: tuple[Step, ...], competent: str) -> list[Event]:
    """The events an act causes. `steps` and `competent` are the procedure version's steps and the agency it falls to.

    Refused: the state does not allow it. Invalid: a particular is missing or senseless.
    """
    verb = VERBS.get(act.verb)
    if verb is None:
        raise Invalid.among(act.verb, VERBS, place="verb")
    if situation.status not in verb.statuses:
        now = STATUSES.get(situation.status, Text("chưa nộp", "not filed"))
        raise Refused(
            str(
                Text(
                    f"{verb.title.vi}: không làm được khi hồ sơ «{now.vi}».",
                    f"{verb.title.en}: not while the dossier is “{now.en}”.",
                )
            ),
            place=act.verb,
        )
    return list(verb.decide(situation, act.data, steps, competent))


def evolve(situation: Situation, event: Event) -> Situation:
    """The situation after an event. A transition the national codes do not know is a mistake and raises."""
    data = event.data
    after = _EFFECTS[event.kind](situation, data) if event.kind in _EFFECTS else situation
    if status := data.get("status"):
        if situation.status not in {NEW, status} and status not in TRANSITIONS[situation.status]:
            raise AssertionError(f"{event.kind}: {situation.status} → {status}")
        after = replace(after, status=status)
    return after


def fold(events: Iterable[Event]) -> Situation:
    """The situation a whole history leads to."""
    situation = Situation()
    for event in events:
        situation = evolve(situation, event)
    return situation


def _text(data: Mapping[str, Any], name: str) -> str:
    text = str(data.get(name, "")).strip()
    if not text:
        raise Invalid(str(Text("Cần nêu lý do.", "A reason is required.")), place=name)
    return text


def _first_task(situation: Situation, steps: tuple[Step, ...], competent: str, step: int = 0) -> Event:
    number = situation.numbered + 1
    return Event(
        "task_opened", {"task": number, "kind": "step", "step": step, "agency": steps[step].agency or competent}
    )


@_verb("submit", "Nộp hồ sơ", "File", NEW)
def _submit(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    told = {"status": REGISTERED, "channel": data["channel"], "fee": int(data.get("fee", 0))}
    # By their hashes answers and papers are part of the chain, and can still be erased.
    yield Event("submitted", {**told, "answers": str(data.get("answers", "")), "files": list(data.get("files", ()))})


@_verb("accept", "Tiếp nhận", "Receive", REGISTERED, SUPPLEMENTING)
def _accept(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if situation.status == SUPPLEMENTING and (situation.received or not situation.supplemented):
        raise Refused(str(Text("Còn chờ bổ sung giấy tờ.", "Supplements are still awaited.")), place="accept")
    onward = RECEIVED if situation.status == REGISTERED else PROCESSING
    yield Event("accepted", {"status": onward, "papers": list(data.get("papers", ()))})
    yield _first_task(situation, steps, competent)


@_verb("refuse", "Từ chối tiếp nhận", "Refuse to accept", REGISTERED)
def _refuse(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    yield Event("refused", {"status": NOT_ACCEPTED}, {"reason": _text(data, "reason")})
    yield from _refund(situation)


@_verb("request_supplements", "Yêu cầu bổ sung", "Request supplements", REGISTERED, PROCESSING)
def _request_supplements(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if situation.suspended:
        raise Refused(str(Text("Hồ sơ đang tạm dừng.", "The dossier is suspended.")), place="request_supplements")
    yield Event(
        "supplements_requested",
        {"status": SUPPLEMENTING, "papers": list(data.get("papers", ()))},
        {"reason": _text(data, "reason")},
    )


@_verb("supplement", "Bổ sung hồ sơ", "Bring supplements", SUPPLEMENTING)
def _supplement(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    papers = {"papers": list(data.get("papers", ())), "files": list(data.get("files", ()))}
    yield Event("supplemented", {**papers, "status": PROCESSING} if situation.received else papers)


@_verb("claim", "Nhận việc", "Claim a task", RECEIVED, PROCESSING)
def _claim(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    task = situation.task(data["task"])
    if task.holder:
        raise Refused(str(Text("Việc này đã có người nhận.", "Somebody has claimed this task.")), place="task")
    yield Event("claimed", {"task": task.number, "holder": data["holder"]})
    if situation.status == RECEIVED:
        yield Event("started", {"status": PROCESSING})


@_verb("hand_over", "Chuyển việc", "Hand over", RECEIVED, PROCESSING)
def _hand_over(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    task = situation.task(data["task"])
    if task.holder == data["holder"]:
        raise Refused(str(Text("Người này đang giữ việc.", "This person holds the task.")), place="holder")
    yield Event("handed_over", {"task": task.number, "holder": data["holder"]}, {"reason": _text(data, "reason")})


@_verb("complete_step", "Xong bước", "Complete the step", PROCESSING)
def _complete_step(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    task = _own_step(situation, data)
    if task.step + 1 >= len(steps):
        raise Refused(
            str(Text("Đây là bước cuối: hãy kết thúc hồ sơ.", "The last step ends with the result.")), place="task"
        )
    if any(other.kind == "consultation" for other in situation.tasks):
        raise Refused(str(Text("Còn chờ ý kiến cơ quan khác.", "Another agency has not answered yet.")), place="task")
    yield Event("step_completed", {"task": task.number}, {"note": str(data.get("note", ""))})
    yield _first_task(situation, steps, competent, task.step + 1)


@_verb("return_step", "Trả lại bước trước", "Return to the step before", PROCESSING)
def _return_step(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    task = _own_step(situation, data)
    if task.step == 0:
        raise Refused(str(Text("Đây là bước đầu.", "This is the first step.")), place="task")
    yield Event("step_returned", {"task": task.number}, {"reason": _text(data, "reason")})
    yield _first_task(situation, steps, competent, task.step - 1)


@_verb("consult", "Lấy ý kiến", "Consult", PROCESSING)
def _consult(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    agency = str(data["agency"])
    if any(task.kind == "consultation" and task.agency == agency for task in situation.tasks):
        raise Refused(str(Text("Cơ quan này đang được hỏi.", "This agency is being asked already.")), place="agency")
    number = situation.numbered + 1
    yield Event(
        "task_opened",
        {"task": number, "kind": "consultation", "step": situation.step, "agency": agency},
        {"question": _text(data, "question")},
    )


@_verb("answer", "Trả lời ý kiến", "Answer a consultation", PROCESSING, SUPPLEMENTING, OWING, WITHDRAWING)
def _answer(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    task = situation.task(data["task"])
    if task.kind != "consultation":
        raise Refused(str(Text("Đây không phải việc lấy ý kiến.", "This is no consultation.")), place="task")
    yield Event("answered", {"task": task.number}, {"answer": _text(data, "answer")})


@_verb("note", "Ghi chú", "Note", *OPEN, FINISHED)
def _note(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    yield Event("noted", {}, {"text": _text(data, "text")})


@_verb("attach", "Thêm tệp", "Attach a file", *OPEN, FINISHED)
def _attach(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    yield Event("attached", {"file": data["file"], "sha256": data["sha256"], "paper": str(data.get("paper", ""))})


@_verb("suspend", "Tạm dừng", "Suspend", PROCESSING)
def _suspend(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if situation.suspended:
        raise Refused(str(Text("Hồ sơ đang tạm dừng.", "The dossier is suspended.")), place="suspend")
    yield Event("suspended", {}, {"reason": _text(data, "reason")})


@_verb("resume", "Tiếp tục", "Resume", PROCESSING)
def _resume(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if not situation.suspended:
        raise Refused(str(Text("Hồ sơ không tạm dừng.", "The dossier is not suspended.")), place="resume")
    yield Event("resumed")


@_verb("request_payment", "Yêu cầu nộp tiền", "Ask for payment", PROCESSING)
def _request_payment(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    amount = int(data["amount"])
    if amount <= 0:
        raise Invalid(str(Text("Số tiền phải lớn hơn 0.", "An amount above zero.")), place="amount")
    if situation.suspended:
        raise Refused(str(Text("Hồ sơ đang tạm dừng.", "The dossier is suspended.")), place="request_payment")
    yield Event("payment_requested", {"status": OWING, "amount": amount}, {"reason": _text(data, "reason")})


@_verb("pay", "Xác nhận đã nộp tiền", "Confirm payment", *OPEN, FINISHED, RETURNED)
def _pay(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if situation.payment != "due":
        raise Refused(str(Text("Không còn khoản nào phải nộp.", "Nothing is due.")), place="pay")
    paid = {"amount": situation.owed, "reference": str(data.get("reference", ""))}
    yield Event("paid", {**paid, "status": PROCESSING} if situation.status == OWING else paid)


@_verb("refund", "Hoàn trả", "Refund", *STATUSES)
def _refund_done(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if situation.payment != "refund_due":
        raise Refused(str(Text("Không có khoản phải hoàn.", "Nothing to refund.")), place="refund")
    yield Event("refunded", {"reference": str(data.get("reference", ""))})


@_verb("withdraw", "Xin rút hồ sơ", "Ask to withdraw", REGISTERED, RECEIVED, PROCESSING, SUPPLEMENTING)
def _withdraw(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    yield Event("withdrawal_asked", {"status": WITHDRAWING}, {"reason": _text(data, "reason")})
    if not situation.received:
        yield Event("withdrawn", {"status": STOPPED})
        yield from _refund(situation)


@_verb("approve_withdrawal", "Đồng ý cho rút", "Approve the withdrawal", WITHDRAWING)
def _approve_withdrawal(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    yield Event("withdrawn", {"status": STOPPED})
    yield from _refund(situation)


@_verb("decline_withdrawal", "Không cho rút", "Decline the withdrawal", WITHDRAWING)
def _decline_withdrawal(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    yield Event("withdrawal_declined", {"status": PROCESSING}, {"reason": _text(data, "reason")})


@_verb("stop", "Dừng xử lý", "Stop", PROCESSING, SUPPLEMENTING, OWING)
def _stop(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    yield Event("stopped", {"status": STOPPED}, {"reason": _text(data, "reason")})
    yield from _refund(situation)


@_verb("reappoint", "Xin lỗi và hẹn lại", "Apologise and appoint anew", PROCESSING)
def _reappoint(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if situation.appointments:
        raise Refused(str(Text("Chỉ được hẹn lại một lần.", "Only one new appointment.")), place="reappoint")
    if situation.suspended:
        raise Refused(str(Text("Hồ sơ đang tạm dừng.", "The dossier is suspended.")), place="reappoint")
    yield Event("reappointed", {"to": data["to"]}, {"reason": _text(data, "reason")})


@_verb("finish", "Kết thúc, có kết quả", "Finish with a result", PROCESSING)
def _finish(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    task = _own_step(situation, data)
    if task.step + 1 < len(steps):
        raise Refused(str(Text("Chưa tới bước cuối.", "The last step is not reached.")), place="task")
    if any(other.kind == "consultation" for other in situation.tasks):
        raise Refused(str(Text("Còn chờ ý kiến cơ quan khác.", "Another agency has not answered yet.")), place="task")
    yield Event("step_completed", {"task": task.number}, {"note": str(data.get("note", ""))})
    yield Event("finished", {"status": FINISHED, "outcome": data.get("outcome", "granted")})


@_verb("return_result", "Trả kết quả", "Return the result", FINISHED)
def _return_result(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    way = data.get("way", "")
    if way not in WAYS:
        raise Invalid.among(way, WAYS, place="way")
    yield Event("returned", {"status": RETURNED, "way": way})


@_verb("rate", "Đánh giá", "Rate", RETURNED, STOPPED, NOT_ACCEPTED)
def _rate(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    if situation.rated:
        raise Refused(str(Text("Hồ sơ đã được đánh giá.", "Rated already.")), place="rate")
    stars = int(data["stars"])
    if not 1 <= stars <= 5:
        raise Invalid("1–5", place="stars")
    yield Event("rated", {"stars": stars}, {"words": str(data.get("words", ""))})


@_verb("succeed", "Chuyển cơ quan kế thừa", "Move to the succeeding agency", *OPEN, FINISHED)
def _succeed(situation: Situation, data: Mapping[str, Any], steps: tuple[Step, ...], competent: str):
    former = data["from"]
    if former != competent and all(task.agency != former for task in situation.tasks):
        raise Refused(
            str(Text("Hồ sơ không còn chờ ở cơ quan này.", "It does not wait at this agency any more.")), place="from"
        )
    reason = {"reason": data["reason"]} if data.get("reason") else {}
    yield Event("succeeded", {"from": former, "to": data["to"], "competent": former == competent}, reason)


def _own_step(situation: Situation, data: Mapping[str, Any]) -> Task:
    task = situation.task(data["task"])
    if task.kind != "step":
        raise Refused(str(Text("Đây không phải bước xử lý.", "This is no step.")), place="task")
    if not task.holder:
        raise Refused(str(Text("Hãy nhận việc trước.", "Claim the task first.")), place="task")
    if situation.suspended:
        raise Refused(str(Text("Hồ sơ đang tạm dừng.", "The dossier is suspended.")), place="task")
    return task


def _refund(situation: Situation) -> Iterable[Event]:
    if situation.payment == "due":
        yield Event("payment_dropped", {"amount": situation.owed})
    if situation.paid:
        yield Event("refund_due", {"amount": situation.paid})


def _open_task(situation: Situation, data: Mapping[str, Any]) -> Situation:
    task = Task(data["task"], data["kind"], data["step"], data["agency"])
    step = data["step"] if data["kind"] == "step" else situation.step
    return replace(situation, numbered=data["task"], step=step, tasks=(*situation.tasks, task))


def _close_task(situation: Situation, data: Mapping[str, Any]) -> Situation:
    return replace(situation, tasks=tuple(task for task in situation.tasks if task.number != data["task"]))


def _hold_task(situation: Situation, data: Mapping[str, Any]) -> Situation:
    tasks = tuple(
        replace(task, holder=data["holder"]) if task.number == data["task"] else task for task in situation.tasks
    )
    return replace(situation, tasks=tasks)


def _move_tasks(situation: Situation, data: Mapping[str, Any]) -> Situation:
    tasks = tuple(
        replace(task, agency=data["to"], holder="") if task.agency == data["from"] else task for task in situation.tasks
    )
    return replace(situation, tasks=tasks)


def _ended(situation: Situation, data: Mapping[str, Any]) -> Situation:
    return replace(situation, tasks=(), suspended=False)


_EFFECTS: dict[str, Callable[[Situation, Mapping[str, Any]], Situation]] = {
    "submitted": lambda now, data: replace(now, payment="due" if data["fee"] else "none", owed=data["fee"]),
    "accepted": lambda now, data: replace(now, received=True, supplemented=False),
    "supplements_requested": lambda now, data: replace(now, requests=now.requests + 1, supplemented=False),
    "supplemented": lambda now, data: replace(now, supplemented=True),
    "task_opened": _open_task,
    "claimed": _hold_task,
    "handed_over": _hold_task,
    "step_completed": _close_task,
    "step_returned": _close_task,
    "answered": _close_task,
    "suspended": lambda now, data: replace(now, suspended=True),
    "resumed": lambda now, data: replace(now, suspended=False),
    "payment_requested": lambda now, data: replace(now, payment="due", owed=now.owed + data["amount"]),
    "paid": lambda now, data: replace(now, payment="paid", paid=now.paid + data["amount"], owed=0),
    "refund_due": lambda now, data: replace(now, payment="refund_due"),
    "refunded": lambda now, data: replace(now, payment="refunded", paid=0),
    "payment_dropped": lambda now, data: replace(now, payment="none", owed=0),
    "refused": _ended,
    "withdrawn": _ended,
    "stopped": _ended,
    "reappointed": lambda now, data: replace(now, appointments=now.appointments + 1),
    "finished": lambda now, data: replace(now, delivery="ready", tasks=()),
    "returned": lambda now, data: replace(now, delivery=data["way"]),
    "rated": lambda now, data: replace(now, rated=True),
    "succeeded": _move_tasks,
}
