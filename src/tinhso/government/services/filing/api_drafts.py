"""Drafts for programs that act for a citizen: begun on a page and finished here, or the other way round."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from ninja.pagination import paginate
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid, problems
from tinhso.foundation.paging import Number, Pages
from tinhso.government.services.filing.api import FiledOut, filed, open_version, require
from tinhso.government.services.filing.commands import drafts as commands
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.filing.drafting import PAPERS, PLACE, PREFIX, Walk, begun, typed
from tinhso.government.services.filing.forms import PlaceForm
from tinhso.government.services.models import DossierPaper, Draft

router = Router(tags=["services"])
VALUES = Field(
    description="what was typed, by field: place-competent, place-applicant_kind, place-who; people-name, "
    "people-id_number, …, people-rep_name, …; answers- and the keys of the procedure's form"
)


class DraftListedOut(Schema):
    """A form not filed yet. `kept_until`: forgotten then, unless it is changed."""

    uid: UUID
    procedure: str
    version: int
    created_at: datetime
    changed_at: datetime
    kept_until: datetime


class DraftPaperOut(Schema):
    """A paper given with a draft. `size` null: it will be brought to the counter."""

    number: int
    document: str
    kind: str
    origin: str
    name: str
    size: int | None
    added_at: datetime


class DraftFaultOut(Schema):
    place: str = Field(description="field, or code of a paper")
    title: str


class DraftOut(DraftListedOut):
    """`state`: retired or replaced where the procedure was meanwhile; `faults`: what is missing or wrong before it can
    be filed."""

    values: dict[str, str] = VALUES
    papers: list[DraftPaperOut]
    state: Literal["open", "replaced", "retired"]
    faults: list[DraftFaultOut]


class DraftValuesIn(Schema):
    values: dict[str, str] = VALUES


class DraftIn(DraftValuesIn):
    """A draft begins with where and for whom one files; what the person told before is filled in."""

    procedure: str = Field(max_length=40)


class DraftPaperIn(Schema):
    document: str = Field(max_length=40, description="code of a paper the procedure asks for")
    kind: str = Field("electronic", max_length=12, description="kind of copy")


def _user(request: HttpRequest) -> Any:
    user = request.auth  # type: ignore[attr-defined]
    check(user, "services.file")
    return user


def _listed(row: Draft) -> dict[str, Any]:
    named = {name: getattr(row, name) for name in ("uid", "created_at", "changed_at")}
    about = {"procedure": row.version.procedure.code, "version": row.version.number}
    return {**named, **about, "kept_until": row.changed_at + commands.KEPT}


def _walk(request: HttpRequest, uid: UUID) -> Walk:
    rows = Draft.objects.filter(owner=_user(request)).select_related("version__procedure", "owner")
    return Walk(get_object_or_404(rows, uid=uid), today())


def _told(walk: Walk) -> dict[str, Any]:
    return {
        **_listed(walk.draft),
        "values": walk.raw,
        "papers": [_paper(row) for row in walk.papers],
        "state": "retired" if walk.retired else "replaced" if walk.replaced else "open",
        "faults": list(_faults(walk)),
    }


def _faults(walk: Walk) -> Any:
    for step in walk.steps:
        if step in PREFIX and step != PAPERS:
            for name, faults in walk.form(step, checked=True).errors.items():
                yield {"place": f"{PREFIX[step]}-{name}", "title": " ".join(map(str, faults))}
    for item in walk.lacking():
        yield {"place": item["code"], "title": _("Cần giấy tờ này.")}


def _paper(row: DossierPaper) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in ("document", "origin", "name", "added_at")},
        "number": row.pk,
        "kind": row.copy_kind,
        "size": row.file.size if row.file else None,
    }


def _typed(values: dict[str, str]) -> dict[str, str]:
    """The values of all steps; Invalid names one that belongs to none."""
    known = {name: value for step in PREFIX if step != PAPERS for name, value in typed(values, step).items()}
    if strange := sorted(values.keys() - known.keys()):
        raise Invalid(_("Không có ô «%(name)s».") % {"name": strange[0][:80]}, place=f"values.{strange[0][:80]}")
    return known


@router.get("/drafts", response=list[DraftListedOut], summary="The caller's own drafts", openapi_extra=problems(403))
@paginate(Pages, told=_listed)
def list_drafts(request: HttpRequest) -> Any:
    """The last touched first."""
    rows = Draft.objects.filter(owner=_user(request)).select_related("version__procedure")
    return rows.order_by("-changed_at", "-pk")


@router.post(
    "/drafts",
    response={201: DraftOut},
    summary="Begin a draft",
    openapi_extra=problems(403, 404, 409, 413),
)
def begin(request: HttpRequest, given: DraftIn) -> Status:
    """With at least where and for whom: place-competent, place-applicant_kind and place-who."""
    user = _user(request)
    version = open_version(user, given.procedure)
    if "online" not in version.definition.content["channels"]:
        raise Conflict(_("Thủ tục này không nhận hồ sơ"), place="procedure", code="retired")
    values = _typed(given.values)
    require(PlaceForm(version.definition, competent_agencies(version.definition, today()), values), "values.place-")
    raw = begun(user, version, typed(values, PLACE)) | values
    draft = commands.begin_draft(version=version, user=user, raw=raw, actor=user.actor())
    return Status(201, _told(Walk(draft, today())))


@router.get("/drafts/{uid}", response=DraftOut, summary="One draft", openapi_extra=problems(403, 404))
def read_draft(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """What was typed and given so far, and what is still missing."""
    return _told(_walk(request, uid))


@router.put(
    "/drafts/{uid}",
    response=DraftOut,
    summary="Keep what was typed",
    openapi_extra=problems(403, 404, 413),
)
def save(request: HttpRequest, uid: UUID, given: DraftValuesIn) -> dict[str, Any]:
    """In place of what was typed before, in order or not; papers stay."""
    walk = _walk(request, uid)
    commands.save_draft(draft=walk.draft, raw=_typed(given.values), actor=_user(request).actor())
    return _told(Walk(walk.draft, walk.day))


@router.delete("/drafts/{uid}", response={204: None}, summary="Forget a draft", openapi_extra=problems(403, 404))
def delete(request: HttpRequest, uid: UUID) -> Status:
    """With its papers."""
    commands.delete_draft(draft=_walk(request, uid).draft, actor=_user(request).actor())
    return Status(204, None)


@router.post(
    "/drafts/{uid}/papers",
    response={201: DraftPaperOut},
    summary="Give a paper with a draft",
    openapi_extra=problems(403, 404),
)
def add_paper(request: HttpRequest, uid: UUID, file: File[UploadedFile], given: Form[DraftPaperIn]) -> Status:
    """PDF, JPEG, PNG, DOCX or ODT, to 20 MB; a refused file says why."""
    walk = _walk(request, uid)
    asked = {item["code"]: item for item in walk.documents}.get(given.document)
    if asked is None or given.kind not in asked["kinds"]:
        raise Invalid(_("Thủ tục không có giấy tờ «%(code)s».") % {"code": given.document}, place="document")
    row = commands.add_paper(
        draft=walk.draft,
        document=given.document,
        copy_kind=given.kind,
        content=file,
        actor=_user(request).actor(),
    )
    return Status(201, _paper(row))


@router.delete(
    "/drafts/{uid}/papers/{number}",
    response={204: None},
    summary="Take a paper out of a draft",
    openapi_extra=problems(403, 404),
)
def remove_paper(request: HttpRequest, uid: UUID, number: Number) -> Status:
    """Its file goes unless somebody else uses it."""
    draft = _walk(request, uid).draft
    paper = get_object_or_404(draft.papers, pk=number)
    commands.remove_paper(draft=draft, paper=paper, actor=_user(request).actor())
    return Status(204, None)


@router.post(
    "/drafts/{uid}/renewal",
    response=DraftOut,
    summary="Move a draft to the version in force",
    openapi_extra=problems(403, 404, 409),
)
def renew(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """What is still asked by the same names goes along; 409 where the procedure is filed no more."""
    walk = _walk(request, uid)
    if walk.current is None:
        walk.refuse_if_changed()
    elif walk.replaced:
        commands.renew_draft(draft=walk.draft, version=walk.current, actor=_user(request).actor())
    return _told(_walk(request, uid))


@router.post(
    "/drafts/{uid}/filing",
    response={200: FiledOut, 201: FiledOut},
    summary="File a draft",
    openapi_extra=problems(403, 404, 409),
)
def file_draft(request: HttpRequest, uid: UUID) -> Status:
    """The draft is gone afterwards; sent again it answers 200 with the dossier it became."""
    user = _user(request)
    return filed(commands.file_draft(uid=uid, user=user, actor=user.actor()))
