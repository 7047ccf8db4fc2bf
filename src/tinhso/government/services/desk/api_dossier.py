"""One dossier whole, for the programs of its agencies and for auditors; and the leader's board."""

import json
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Schema
from ninja.pagination import paginate

from tinhso.files.views import attachment
from tinhso.foundation.access import check, may
from tinhso.foundation.dates import stamp
from tinhso.foundation.errors import problems
from tinhso.foundation.paging import Number, Pages
from tinhso.government.services.desk.api import router
from tinhso.government.services.desk.commands import note_reading
from tinhso.government.services.desk.queries import Moment
from tinhso.government.services.desk.queries_board import Tally, board, led
from tinhso.government.services.desk.queries_dossier import happenings
from tinhso.government.services.ground.gone import erased
from tinhso.government.services.ground.wording import WRITTEN
from tinhso.government.services.models import Dossier, DossierEvent, DossierPaper

CODES = {label: code for code, label in WRITTEN.items()}


class DossierFileOut(Schema):
    """A paper given or made. `document`: code of the paper the procedure asks for, "" for another; `kind`: of copy;
    `origin`: uploaded, scanned, reused or issued; `size` null: on paper only, or erased."""

    number: int
    document: str
    kind: str
    origin: str
    name: str
    content_type: str
    size: int | None
    sha256: str
    added_at: datetime


class DossierPersonOut(Schema):
    """`role`: applicant or representative; `relation`: guardian or authorised, "" for the applicant."""

    role: str
    relation: str
    name: str
    id_number: str
    birth_date: date | None
    phone: str
    email: str
    address: str


class WrittenOut(Schema):
    """What somebody wrote with an event: `words` by what they are (reason, note, text, question, answer, words)."""

    number: int
    title: str
    words: dict[str, str]


class DossierContentOut(Schema):
    """Personal data: every reading is recorded, once per person and day. `answers`: by the keys of the form."""

    people: list[DossierPersonOut]
    answers: dict[str, Any]
    written: list[WrittenOut]


class ChainEventOut(Schema):
    """One event as the chain holds it: `hash` is SHA-256 over the canonical JSON of all the others, `dossier` the uid
    they name, `detail` the salted hash of what was written ("" for nothing), `previous` the hash before it."""

    dossier: str
    number: int
    kind: str
    at: str
    actor: str
    data: dict[str, Any]
    detail: str
    previous: str
    hash: str


class TallyOut(Schema):
    """What is open under a heading; `soon`, `late` and `paused` are among `open`; `waiting` to be received, `ready` to
    be returned."""

    key: str
    title: str
    open: int
    soon: int
    late: int
    paused: int
    waiting: int
    ready: int


class BoardOut(Schema):
    """`units` only where the agencies sit in several; `officers` by number, "" for tasks nobody holds."""

    total: TallyOut
    agencies: list[TallyOut]
    units: list[TallyOut]
    procedures: list[TallyOut]
    officers: list[TallyOut]


def _readable(user: Any, code: str) -> Dossier:
    rows = Dossier.objects.visible_to(user).select_related("version")
    row = get_object_or_404(rows, code=code)
    note_reading(user, row)
    return row


def _of_staff(request: HttpRequest, code: str) -> Dossier:
    user: Any = request.auth  # type: ignore[attr-defined]
    if not may(user, "services.audit"):
        check(user, "services.desk")
    return _readable(user, code)


def _file(row: DossierPaper) -> dict[str, Any]:
    stored = row.file
    return {
        **{name: getattr(row, name) for name in ("document", "origin", "name", "added_at")},
        "number": row.pk,
        "kind": row.copy_kind,
        "content_type": stored.content_type if stored else "",
        "size": stored.size if stored else None,
        "sha256": stored.sha256 if stored else "",
    }


@router.get(
    "/dossiers/{code}/files",
    response=list[DossierFileOut],
    summary="The files of a dossier",
    openapi_extra=problems(404),
)
@paginate(Pages, told=_file)
def list_files(request: HttpRequest, code: str) -> Any:
    """What its applicant gave and its agencies scanned or issued, for whoever may read the dossier."""
    return _readable(request.auth, code).papers.select_related("file").order_by("pk")  # type: ignore[attr-defined]


@router.get(
    "/dossiers/{code}/files/{number}",
    response={200: None},
    summary="A file of a dossier",
    openapi_extra=problems(404, 410),
)
def read_file(request: HttpRequest, code: str, number: Number) -> StreamingHttpResponse:
    """Its bytes; 410 since its term is over."""
    row = _readable(request.auth, code)  # type: ignore[attr-defined]
    if row.erased_at:
        raise erased(row.erased_at, row.code)
    found = get_object_or_404(row.papers.select_related("file"), pk=number, file__isnull=False)
    assert found.file is not None
    return attachment(found.file, found.name)


@router.get(
    "/dossiers/{code}/content",
    response=DossierContentOut,
    summary="People, answers and words of a dossier",
    openapi_extra=problems(403, 404, 410),
)
def read_content(request: HttpRequest, code: str) -> dict[str, Any]:
    """For those who handle it, and auditors; 410 since its term is over."""
    row = _of_staff(request, code)
    if row.erased_at:
        raise erased(row.erased_at, row.code)
    given = getattr(row, "answers", None)
    return {
        "people": list(row.parties.order_by("pk").values(*DossierPersonOut.model_fields)),
        "answers": json.loads(given.values) if given and given.values else {},
        "written": [
            {
                "number": one.number,
                "title": str(one.title),
                "words": {CODES[label]: words for label, words in one.written},
            }
            for one in reversed(happenings(row))
            if one.written
        ],
    }


def _event(row: DossierEvent) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("number", "kind", "previous", "hash")},
        "dossier": str(row.dossier.uid),
        "at": stamp(row.at),
        "actor": row.actor_code,
        "data": json.loads(row.data),
        "detail": row.detail_hash,
    }


@router.get(
    "/dossiers/{code}/events",
    response=list[ChainEventOut],
    summary="The hash chain of a dossier",
    openapi_extra=problems(403, 404),
)
@paginate(Pages, told=_event)
def list_events(request: HttpRequest, code: str) -> Any:
    """Every event as it is hashed, to recount the chain; without personal data."""
    return _of_staff(request, code).events.select_related("dossier").order_by("number")


def _tally(one: Tally) -> dict[str, Any]:
    return {**vars(one), "title": str(one.title)}


@router.get("/board", response=BoardOut, summary="The leader's board", openapi_extra=problems(403))
def read_board(
    request: HttpRequest, agency: str = Query("", max_length=80, description="uid; default every agency one leads")
) -> dict[str, Any]:
    """Open, soon due, late and paused now: by agency, unit, procedure and officer, the most late first."""
    user: Any = request.auth  # type: ignore[attr-defined]
    check(user, "services.lead")
    told = board(led(user, agency), Moment.of())
    parts = ("agencies", "units", "procedures", "officers")
    return {"total": _tally(told.total), **{name: [_tally(one) for one in getattr(told, name)] for name in parts}}
