"""One dossier as its page tells it: what happened, who gave which answers and papers, what one may do now."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Problem
from tinhso.foundation.templatetags.tinhso import money
from tinhso.foundation.text import Text
from tinhso.government.services.access import permits
from tinhso.government.services.ground.definition import COPIES, Definition, text
from tinhso.government.services.ground.process import VERBS, Act, Situation, Task, decide
from tinhso.government.services.ground.states import DELIVERY
from tinhso.government.services.ground.wording import KINDS, OUTCOMES, WRITTEN
from tinhso.government.services.models import Dossier, DossierPaper, DossierTask
from tinhso.government.services.models.people import ORIGINS
from tinhso.identity.models import User
from tinhso.identity.queries import agencies_by_uid

#: Acts the desk offers, in the order of a dossier's life. Money is confirmed by payments, not here.
OFFERED = (
    "accept",
    "refuse",
    "claim",
    "complete_step",
    "finish",
    "return_step",
    "answer",
    "hand_over",
    "request_supplements",
    "supplement",
    "consult",
    "request_payment",
    "suspend",
    "resume",
    "reappoint",
    "approve_withdrawal",
    "decline_withdrawal",
    "return_result",
    "note",
    "attach",
    "withdraw",
    "stop",
)
OF_A_TASK = frozenset({"claim", "complete_step", "finish", "return_step", "answer", "hand_over"})
#: Particulars that let the process say whether an act is possible at all.
SAMPLE = {
    **dict.fromkeys(("holder", "reason", "question", "answer", "text", "agency", "file", "sha256", "to"), "?"),
    "amount": 1,
    "way": "handed",
}


@dataclass(frozen=True)
class Offer:
    """An act somebody may do now; `task` 0 where it is about no task."""

    verb: str
    task: int = 0

    @property
    def title(self) -> Text:
        return VERBS[self.verb].title


def offers(user: Any, dossier: Dossier, situation: Situation) -> list[Offer]:
    """What a person may do to a dossier now: what their mandates and the dossier's state allow.

    Nothing once it was erased.
    """
    found: list[Offer] = []
    if dossier.erased_at:
        return found
    for verb in OFFERED:
        for task in situation.tasks if verb in OF_A_TASK else (None,):
            if _possible(verb, dossier, situation, task) and permits(user, dossier, verb, task):
                found.append(Offer(verb, task.number if task else 0))
    return found


def _possible(verb: str, dossier: Dossier, situation: Situation, task: Task | None) -> bool:
    data = {**SAMPLE, "task": task.number if task else 0}
    try:
        decide(situation, Act(verb, data), dossier.version.definition.steps, dossier.competent_uid)
    except Problem:
        return False
    return True


@dataclass(frozen=True)
class Happening:
    """One event as people read it: what, when, by whom, the particulars, and what was written."""

    number: int
    at: datetime
    title: Text
    who: str
    facts: list[tuple[Any, Any]]
    written: list[tuple[Text, str]]


def happenings(dossier: Dossier) -> list[Happening]:
    """A dossier's history, the latest first."""
    events = list(dossier.events.select_related("detail").order_by("-number"))
    data = [json.loads(event.data) for event in events]
    codes = {item["holder"] for item in data if "holder" in item}
    people = User.objects.in_bulk([int(code.removeprefix("user:")) for code in codes])
    names = {f"user:{pk}": person.full_name for pk, person in people.items()}
    agencies = agencies_by_uid({item[name] for item in data for name in ("agency", "from", "to") if name in item})
    told = []
    for event, item in zip(events, data, strict=True):
        detail = getattr(event, "detail", None)
        values = json.loads(detail.values) if detail and detail.values else {}
        written = [(label, str(values[name])) for name, label in WRITTEN.items() if values.get(name)]
        facts = _facts(dossier.version.definition, event.kind, item, names, agencies)
        who = detail.actor_name if detail else event.actor_code
        told.append(Happening(event.number, event.at, KINDS[event.kind], who, facts, written))
    return told


def _facts(definition: Definition, kind: str, data: dict, names: dict, agencies: dict) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []

    def agency(uid: str) -> Any:
        return agencies[uid].title if uid in agencies else uid

    if kind == "task_opened":
        step = definition.steps[data["step"]].title
        found.append((STEP, CONSULTATION if data["kind"] == "consultation" else step))
        found.append((AGENCY, agency(data["agency"])))
    if "holder" in data:
        found.append((HOLDER, names.get(data["holder"], data["holder"])))
    if papers := data.get("papers"):
        found.append((PAPERS, ", ".join(str(document_name(definition, code)) for code in papers)))
    if "amount" in data:
        found.append((AMOUNT, money(data["amount"])))
    if kind == "reappointed":
        found.append((NEW_DATE, f"{datetime.fromisoformat(data['to']).astimezone(VIETNAM):%H:%M %d/%m/%Y}"))
    if kind == "succeeded":
        found.append((AGENCY, Text(*(f"{agency(data['from'])} → {agency(data['to'])}",) * 2)))
    if "way" in data:
        found.append((WAY, DELIVERY[data["way"]]))
    if "outcome" in data:
        found.append((OUTCOME, OUTCOMES.get(data["outcome"], data["outcome"])))
    if "stars" in data:
        found.append((STARS, f"{data['stars']}/5"))
    return found


STEP, AGENCY, HOLDER = Text("Việc", "Task"), Text("Cơ quan", "Agency"), Text("Người nhận", "Holder")
PAPERS, AMOUNT, NEW_DATE = Text("Giấy tờ", "Papers"), Text("Số tiền", "Amount"), Text("Hẹn lại", "New appointment")
WAY, OUTCOME, STARS = Text("Cách trả", "Way"), Text("Kết quả", "Outcome"), Text("Điểm", "Stars")
CONSULTATION = Text("Lấy ý kiến", "Consultation")
RESULT, OTHER = Text("Kết quả", "Result"), Text("Giấy tờ khác", "Another paper")


def document_name(definition: Definition, code: str) -> Text:
    """A document of a definition by its code."""
    for item in definition.content["documents"]:
        if item["code"] == code:
            return text(item["name"])
    return Text(code, code)


def answers(dossier: Dossier) -> list[tuple[Text, Any, list]]:
    """Each field of the form with what was answered; of tables, their rows as lists of (column, value)."""
    row = getattr(dossier, "answers", None)
    values = json.loads(row.values) if row and row.values else {}
    return [
        (text(item["label"]), _answer(item, values[item["key"]]), _rows(item, values[item["key"]]))
        for item in dossier.version.definition.content["form"]
        if values.get(item["key"]) not in (None, "", [])
    ]


def _answer(item: dict[str, Any], value: Any) -> Any:
    if item["kind"] == "choice":
        return next((text(option["label"]) for option in item["options"] if option["key"] == value), value)
    if item["kind"] == "yes_no":
        return Text("có", "yes") if value else Text("không", "no")
    return value


def _rows(item: dict[str, Any], value: Any) -> list[list[tuple[Text, Any]]]:
    if item["kind"] != "table" or not isinstance(value, list):
        return []
    columns = [(column["key"], text(column["label"])) for column in item["columns"]]
    return [[(label, row.get(key, "")) for key, label in columns] for row in value if isinstance(row, dict)]


@dataclass(frozen=True)
class PaperRow:
    paper: DossierPaper
    title: Text
    copy: Text
    origin: Text


def papers(dossier: Dossier) -> list[PaperRow]:
    """The papers given and made, in the order they came."""
    definition = dossier.version.definition
    blank = Text("", "")
    return [
        PaperRow(
            paper,
            document_name(definition, paper.document) if paper.document else _unnamed(paper),
            COPIES.get(paper.copy_kind, blank),
            ORIGINS[paper.origin],
        )
        for paper in dossier.papers.select_related("file").order_by("pk")
    ]


def _unnamed(paper: DossierPaper) -> Text:
    return RESULT if paper.origin == "issued" else OTHER


@dataclass(frozen=True)
class OpenTask:
    task: DossierTask
    title: Text
    agency: Any


def open_tasks(dossier: Dossier) -> list[OpenTask]:
    """Work open now, at which agency and in whose hands."""
    rows = list(dossier.tasks.filter(closed_at=None).select_related("holder").order_by("number"))
    agencies = agencies_by_uid({row.agency_uid for row in rows})
    steps = dossier.version.definition.steps
    return [
        OpenTask(
            row,
            CONSULTATION if row.kind == "consultation" else steps[row.step].title,
            agencies[row.agency_uid].title if row.agency_uid in agencies else row.agency_uid,
        )
        for row in rows
    ]


def agency_names(uids: Iterable[str]) -> dict[str, Any]:
    """Names of agencies as they are or last were."""
    return {uid: row.title for uid, row in agencies_by_uid(set(uids) - {""}).items()}
