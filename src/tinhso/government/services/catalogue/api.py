"""The catalogue for programs: reading is open; drafts, publishing and retiring need `services.edit_catalogue`."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field as Described

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Problem, problems
from tinhso.government.services.catalogue import commands
from tinhso.government.services.catalogue.comparing import differences
from tinhso.government.services.catalogue.queries import Held, Listed, history, listed, version_on
from tinhso.government.services.models import Procedure, ProcedureVersion
from tinhso.proof.audit import Actor

router = Router(tags=["services"])
RIGHT = "services.edit_catalogue"


class ProcedureName(Schema):
    vi: str
    en: str


class ProcedureOut(Schema):
    code: str
    name: ProcedureName
    field: str
    level: str
    online: str = Described(description="full, partial or none")
    events: list[str] = Described(description="life events it belongs to")
    limit: dict[str, Any] = Described(description="how its time limit is counted")
    fee: int = Described(description="all fees together, in đồng")
    version: int
    demonstration: bool = Described(description="true: made up in outline for demonstration")


class ProcedurePage(Schema):
    count: int
    items: list[ProcedureOut]


class ProcedureVersionOut(Schema):
    number: int
    valid_from: date
    valid_until: date | None = Described(description="first day no longer in force")
    replaced: bool = Described(description="another version took its place before it held a day")
    note: str
    sha256: str = Described(description="of the canonical definition")
    published_at: datetime
    published_by_name: str


class ProcedureFull(Schema):
    code: str
    retired_from: date | None = Described(description="first day it can no longer be filed")
    retired_reason: str
    demonstration: bool
    in_force: int | None = Described(description="number of the version in force on the day asked")
    definition: dict[str, Any] | None = Described(description="of the version in force, else of the newest")
    versions: list[ProcedureVersionOut] = Described(description="newest first")


class ProcedureVersionFull(ProcedureVersionOut):
    code: str
    demonstration: bool
    definition: dict[str, Any]


class ProcedureDifferenceOut(Schema):
    """A part two versions hold differently, in the reader's language; null: it was not there."""

    part: str
    kind: Literal["added", "removed", "changed"]
    before: str | None
    after: str | None


class ProcedureQuery(Schema):
    day: date | None = Described(None, description="can be filed on this day; today when absent")
    q: str = Described("", max_length=120)
    field: str = Described("", max_length=40)
    level: Literal["", "province", "district", "commune"] = ""
    online: Literal["", "full", "partial", "none"] = ""
    event: str = Described("", max_length=40, description="life event")
    limit: int = Described(100, ge=1, le=500)
    offset: int = Described(0, ge=0, le=1_000_000)


class ProcedureDayQuery(Schema):
    day: date | None = Described(None, description="today when absent")


class ProcedureDraftOut(Schema):
    code: str
    definition: dict[str, Any]
    seen: str = Described(description="send it back with the next change")


class ProcedureDraftIn(Schema):
    definition: dict[str, Any]
    seen: str | None = Described(None, max_length=64, description="of the draft this one was made from")


class ProcedurePublishIn(Schema):
    valid_from: date
    valid_to: date | None = None
    reason: str = Described(max_length=500)
    seen: str | None = Described(None, max_length=64)


class ProcedureRetireIn(Schema):
    day: date
    reason: str = Described(max_length=500)


def _editor(request: HttpRequest) -> Actor:
    user: Any = request.user
    check(user, RIGHT)
    return user.actor()


def _procedure(request: HttpRequest, code: str) -> Procedure:
    user: Any = request.user
    row = Procedure.objects.visible_to(user).filter(code=code).first()
    if row is None:
        raise Problem(_("Không có thủ tục «%(code)s».") % {"code": code}, place="code", status=404, code="not-found")
    return row


def _listed_out(item: Listed) -> dict[str, Any]:
    content = item.definition.content
    return {
        "code": item.procedure.code,
        "name": content["name"],
        "field": content["field"],
        "level": content["level"],
        "online": content["online"],
        "events": content.get("events", []),
        "limit": content["limit"],
        "fee": item.definition.fee,
        "version": item.version.number,
        "demonstration": item.procedure.demonstration,
    }


def _held_out(held: Held) -> dict[str, Any]:
    row = held.version
    told = {
        name: getattr(row, name)
        for name in ("number", "valid_from", "note", "sha256", "published_at", "published_by_name")
    }
    return {**told, "valid_until": held.until, "replaced": held.replaced}


@router.get("/procedures", auth=None, response=ProcedurePage, summary="Procedures")
def list_procedures(request: HttpRequest, asked: Query[ProcedureQuery]) -> dict:
    """Procedures that can be filed on a day."""
    rows = Procedure.objects.in_force(asked.day or today()).matching(asked.q)
    if asked.field:
        rows = rows.filter(field__code=asked.field)
    for name in ("level", "online"):
        if chosen := getattr(asked, name):
            rows = rows.filter(**{name: chosen})
    if asked.event:
        rows = rows.filter(events__contains=f" {asked.event} ")
    page = rows.order_by("sort_key", "code")[asked.offset : asked.offset + asked.limit]
    return {"count": rows.count(), "items": [_listed_out(item) for item in listed(list(page))]}


@router.get(
    "/procedures/{code}",
    auth=None,
    response=ProcedureFull,
    summary="One procedure",
    openapi_extra=problems(404),
)
def read_procedure(request: HttpRequest, code: str, asked: Query[ProcedureDayQuery]) -> dict:
    """A procedure with its definition in force on a day, and all its versions."""
    row = _procedure(request, code)
    held = history(row)
    in_force = version_on(row, asked.day)
    shown: ProcedureVersion | None = in_force or (held[0].version if held else None)
    return {
        "code": row.code,
        "retired_from": row.retired_from,
        "retired_reason": row.retired_reason,
        "demonstration": row.demonstration,
        "in_force": in_force.number if in_force else None,
        "definition": json.loads(shown.content) if shown else None,
        "versions": [_held_out(item) for item in held],
    }


def _held(row: Procedure, number: int, place: str) -> Held:
    held = next((item for item in history(row) if item.version.number == number), None)
    if held is None:
        raise Problem(
            _("Không có phiên bản %(number)s.") % {"number": number}, place=place, status=404, code="not-found"
        )
    return held


@router.get(
    "/procedures/{code}/versions/{number}",
    auth=None,
    response=ProcedureVersionFull,
    summary="A version of a procedure",
    openapi_extra=problems(404),
)
def read_version(request: HttpRequest, code: str, number: int) -> dict:
    """One version: its definition never changes."""
    row = _procedure(request, code)
    held = _held(row, number, "number")
    definition = json.loads(held.version.content)
    return {**_held_out(held), "code": row.code, "demonstration": row.demonstration, "definition": definition}


@router.get(
    "/procedures/{code}/differences",
    auth=None,
    response=list[ProcedureDifferenceOut],
    summary="How two versions of a procedure differ",
    openapi_extra=problems(404),
)
def version_differences(request: HttpRequest, code: str, before: int, after: int) -> list[dict[str, Any]]:
    """Part by part, from version `before` to version `after`; empty where they say the same."""
    row = _procedure(request, code)
    first, second = _held(row, before, "before").version, _held(row, after, "after").version
    return [
        {
            "part": str(one.part),
            "kind": one.kind,
            "before": None if one.before is None else str(one.before),
            "after": None if one.after is None else str(one.after),
        }
        for one in differences(first.definition.content, second.definition.content)
    ]


def _draft_out(row: Procedure) -> dict[str, Any]:
    return {"code": row.code, "definition": json.loads(row.draft), "seen": commands.draft_hash(row)}


@router.get(
    "/procedures/{code}/draft",
    response=ProcedureDraftOut,
    summary="The draft of a procedure",
    openapi_extra=problems(403, 404),
)
def read_draft(request: HttpRequest, code: str) -> dict:
    """The definition being edited."""
    _editor(request)
    row = _procedure(request, code)
    if not row.draft:
        raise Problem(_("Thủ tục này không có bản thảo."), place="code", status=404, code="not-found")
    return _draft_out(row)


@router.put(
    "/procedures/{code}/draft",
    response=ProcedureDraftOut,
    summary="Keep a draft of a procedure",
    openapi_extra=problems(403, 404, 409),
)
def save_draft(request: HttpRequest, code: str, given: ProcedureDraftIn) -> dict:
    """Keep a definition that is being edited; faults are told when it is published."""
    actor = _editor(request)
    return _draft_out(commands.save_draft(actor=actor, code=code, content=given.definition, seen=given.seen))


@router.delete(
    "/procedures/{code}/draft",
    response={204: None},
    summary="Discard the draft of a procedure",
    openapi_extra=problems(403, 404, 409),
)
def discard_draft(request: HttpRequest, code: str) -> Status:
    """What is published stays; a procedure never published goes with its draft."""
    actor = _editor(request)
    commands.discard_draft(actor=actor, code=_procedure(request, code).code)
    return Status(204, None)


@router.post(
    "/procedures/{code}/versions",
    response={201: ProcedureVersionOut},
    summary="Publish the draft of a procedure",
    openapi_extra=problems(403, 404, 409),
)
def publish(request: HttpRequest, code: str, given: ProcedurePublishIn) -> Status:
    """Make the draft a version in force from a day."""
    version = commands.publish(actor=_editor(request), code=code, **given.dict())
    held = next(item for item in history(version.procedure) if item.version.number == version.number)
    return Status(201, _held_out(held))


@router.put(
    "/procedures/{code}/retirement",
    response={204: None},
    summary="Retire a procedure",
    openapi_extra=problems(403, 404, 409),
)
def retire(request: HttpRequest, code: str, given: ProcedureRetireIn) -> Status:
    """End a procedure from a day; dossiers under way go on."""
    commands.retire(actor=_editor(request), code=code, day=given.day, reason=given.reason)
    return Status(204, None)
