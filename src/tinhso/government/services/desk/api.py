"""The desk for programs: what waits, one dossier, and acts. Whoever may do an act on a page may do it here."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field as Described
from pydantic import StrictInt, StrictStr

from tinhso.foundation.access import check, may
from tinhso.foundation.errors import Invalid, Problem, problems
from tinhso.government.services.desk.commands import attach_file, note_reading
from tinhso.government.services.desk.forms import FilterForm
from tinhso.government.services.desk.queries import Moment, Row, asked_of, page_of, time_left
from tinhso.government.services.desk.queries_dossier import OFFERED, offers
from tinhso.government.services.dossiers.clocking import explanation
from tinhso.government.services.dossiers.commands import Applied, apply
from tinhso.government.services.dossiers.commands.apply import situation_of
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import Dossier

router = Router(tags=["services"])
#: Money is confirmed by payments, files come with their own operation, agencies succeed by their register.
ACTS = (frozenset(OFFERED) | {"rate"}) - {"attach"}
KEY = Described(min_length=1, max_length=60, description="your own; sent again, nothing is done twice")
EXPECTED = Described(None, ge=0, description="`events` as you last saw it; 409 when somebody acted in between")


class DossierTaskOut(Schema):
    number: int
    kind: str = Described(description="step or consultation")
    step: int
    agency: str
    holder: str = Described(description="user:N, empty while nobody has claimed it")


class DossierListedOut(Schema):
    """Working time left is told by `limit`: tre late, sap-den less than a working day, con-han more, dung stopped."""

    code: str
    procedure: str
    status: int
    suspended: bool
    channel: str
    filed_at: datetime
    due_at: datetime | None
    limit: str
    competent: str
    events: int
    tasks: list[DossierTaskOut]


class InboxOut(Schema):
    items: list[DossierListedOut]
    after: str = Described(description="send it to read on; empty at the end")


class InboxQuery(Schema):
    section: str = Described("viec", description="viec, tiep-nhan, dang-dung, tra-ket-qua or tat-ca")
    words: str = Described("", max_length=120)
    procedure: str = ""
    status: str = ""
    channel: str = ""
    holder: str = ""
    limit: str = ""
    agency: str = ""
    after: str = ""


class DossierEventOut(Schema):
    number: int
    kind: str
    at: datetime
    who: str


class DossierOfferOut(Schema):
    verb: str
    task: int | None


class DossierOut(DossierListedOut):
    payment: str
    delivery: str
    sync: str
    owed: int = Described(description="đồng")
    paid: int = Described(description="đồng")
    received_at: datetime | None
    ended_at: datetime | None
    erased_at: datetime | None = Described(description="since when its personal data are gone")
    history: list[DossierEventOut]
    acts: list[DossierOfferOut] = Described(description="what you may do now")
    explanation: list[str]


class DossierActIn(Schema):
    """`data`: the act's particulars, as task, holder, reason, papers, amount, to, way."""

    verb: str = Described(max_length=40)
    data: dict[str, StrictStr | StrictInt | list[StrictStr]] = {}
    key: Annotated[str, KEY]
    expected: Annotated[int | None, EXPECTED] = None


class DossierFileIn(Schema):
    key: Annotated[str, KEY]
    document: str = Described("", max_length=40, description="code of the required document; empty for another")
    issued: bool = False
    expected: Annotated[int | None, EXPECTED] = None


class DossierActOut(Schema):
    """The dossier afterwards. `repeated`: the key had done it before."""

    code: str
    status: int
    due_at: datetime | None
    events: int
    caused: list[str]
    repeated: bool


def _listed(row: Row) -> dict[str, Any]:
    return _told(row.dossier, row.limit, row.tasks)


def _told(dossier: Dossier, limit: str, tasks: Any) -> dict[str, Any]:
    names = ("code", "status", "suspended", "channel", "filed_at", "due_at")
    return {
        **{name: getattr(dossier, name) for name in names},
        "procedure": dossier.version.procedure.code,
        "limit": limit,
        "competent": dossier.competent_uid,
        "events": dossier.events_count,
        "tasks": [
            {
                "number": task.number,
                "kind": task.kind,
                "step": task.step,
                "agency": task.agency_uid,
                "holder": f"user:{task.holder_id}" if task.holder_id else "",
            }
            for task in tasks
        ],
    }


def _dossier(user: Any, code: str) -> Dossier:
    rows = Dossier.objects.visible_to(user).select_related("version__procedure")
    found = rows.filter(code=code).first()
    if found is None:
        raise Problem(_("Không có hồ sơ này."), place="code", status=404, code="not-found")
    return found


@router.get("/inbox", response=InboxOut, summary="What waits at the desk", openapi_extra=problems(403))
def inbox(request: HttpRequest, asked: Query[InboxQuery]) -> dict[str, Any]:
    """By time left, at most 50 at a time; without names of people."""
    user: Any = request.auth  # type: ignore[attr-defined]
    check(user, "services.desk")
    form = FilterForm(user, asked.dict())
    if not form.is_valid():
        place, faults = next(iter(form.errors.items()))
        raise Invalid(str(faults[0]), place=place)
    rows, after = page_of(user, asked_of(form.cleaned_data), Moment.of())
    return {"items": [_listed(row) for row in rows], "after": after}


@router.get("/dossiers/{code}", response=DossierOut, summary="One dossier", openapi_extra=problems(403, 404))
def read_dossier(request: HttpRequest, code: str) -> dict[str, Any]:
    """States, tasks, history and what you may do; what people answered and gave is on its page."""
    user: Any = request.auth  # type: ignore[attr-defined]
    if not may(user, "services.audit"):
        check(user, "services.desk")
    row = _dossier(user, code)
    note_reading(user, row)
    limit, _left = time_left(row, Moment.of())
    explained = explanation(row) if row.received_at else None
    names = ("payment", "delivery", "sync", "owed", "paid", "received_at", "ended_at", "erased_at")
    events = row.events.select_related("detail").order_by("number")
    return {
        **_told(row, limit, row.tasks.filter(closed_at=None).order_by("number")),
        **{name: getattr(row, name) for name in names},
        "history": [
            {"number": one.number, "kind": one.kind, "at": one.at, "who": one.detail.actor_name} for one in events
        ],
        "acts": [{"verb": one.verb, "task": one.task or None} for one in offers(user, row, situation_of(row))],
        "explanation": [f"{line.day:%d/%m/%Y} {line.text}" for line in explained[1]] if explained else [],
    }


def applied(done: Applied) -> dict[str, Any]:
    """What an act led to."""
    row = done.dossier
    return {
        "code": row.code,
        "status": row.status,
        "due_at": row.due_at,
        "events": row.events_count,
        "caused": [event.kind for event in done.events],
        "repeated": done.repeated,
    }


@router.post(
    "/dossiers/{code}/acts",
    response=DossierActOut,
    summary="Do something to a dossier",
    openapi_extra=problems(403, 404, 409),
)
def act(request: HttpRequest, code: str, given: DossierActIn) -> dict[str, Any]:
    """One act, once per key. 409 tells who did what when somebody acted in between."""
    user: Any = request.auth  # type: ignore[attr-defined]
    row = _dossier(user, code)
    if given.verb not in ACTS:
        raise Invalid(_("Không có việc «%(verb)s».") % {"verb": given.verb}, place="verb", mend=", ".join(sorted(ACTS)))
    done = apply(
        dossier=row.pk,
        act=Act(given.verb, given.data),
        actor=user.actor(),
        user=user,
        key=f"api:{user.pk}:{given.key}",
        expected=given.expected,
    )
    return applied(done)


@router.post(
    "/dossiers/{code}/files",
    response=DossierActOut,
    summary="Attach a file to a dossier",
    openapi_extra=problems(403, 404, 409),
)
def attach(request: HttpRequest, code: str, file: File[UploadedFile], given: Form[DossierFileIn]) -> dict[str, Any]:
    """Kept with the dossier and told in its history, once per key."""
    user: Any = request.auth  # type: ignore[attr-defined]
    row = _dossier(user, code)
    done = attach_file(
        dossier=row.pk,
        content=file,
        name=file.name or "",
        document=given.document,
        issued=given.issued,
        actor=user.actor(),
        user=user,
        key=f"api:{user.pk}:{given.key}",
        expected=given.expected,
    )
    return applied(done)
