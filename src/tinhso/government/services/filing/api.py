"""Filing and tracking for programs that act for a citizen."""

from __future__ import annotations

import base64
import binascii
import io
from datetime import date, datetime
from typing import Annotated, Any

from django.db.models import F
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Header, Router, Schema, Status
from pydantic import Field as Described

from tinhso.files.stored import MAX_BYTES
from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Conflict, Invalid, problems
from tinhso.government.services.dossiers.commands import Applied, Filing
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.filing.commands.direct import Sent, file_online
from tinhso.government.services.filing.competent import competent_agencies
from tinhso.government.services.filing.drafting import version_in_force
from tinhso.government.services.filing.forms import SELF, PeopleForm, PlaceForm, documents_of
from tinhso.government.services.filing.guided import GuidedForm, raw_of
from tinhso.government.services.ground.definition import Definition
from tinhso.government.services.models import Dossier, DossierEvent, Procedure, ProcedureVersion

router = Router(tags=["services"])
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=8, max_length=60, pattern="^[A-Za-z0-9-]+$")]


class PersonIn(Schema):
    name: str = Described(max_length=200)
    id_number: str = Described("", max_length=40)
    birth_date: date | None = None
    address: str = Described("", max_length=400)
    phone: str = Described("", max_length=20)
    email: str = Described("", max_length=254)


class PaperIn(Schema):
    document: str = Described(max_length=40, description="code of a paper the procedure asks for")
    kind: str = Described("electronic", max_length=12)
    name: str = Described(max_length=200, description="file name to show")
    content: str = Described(description="the file's bytes in base64")


class FilingIn(Schema):
    """A dossier to file. `answers` by the keys of the procedure's form; tables are lists of objects."""

    procedure: str = Described(max_length=40)
    competent: str = Described(max_length=80, description="uid of the agency it falls to")
    applicant_kind: str = Described("citizen", max_length=12)
    who: str = Described(SELF, max_length=12, description="self, guardian or authorised")
    applicant: PersonIn
    representative: PersonIn | None = None
    answers: dict[str, Any] = {}
    papers: list[PaperIn] = Described([], max_length=20)


class FiledOut(Schema):
    code: str
    secret: str = Described(description="with the code it opens the tracking page")
    filed_at: datetime


class OwnEventOut(Schema):
    number: int
    kind: str
    at: datetime
    hash: str


class OwnDossierOut(Schema):
    """A dossier: four states kept apart, and the hashes of its events."""

    code: str
    procedure: str
    status: int = Described(description="code of the national portal, 1 to 10")
    payment: str
    delivery: str
    suspended: bool
    competent: str
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    erased_at: datetime | None = Described(description="since when its personal data are gone")
    events: list[OwnEventOut]


@router.post(
    "/dossiers",
    response={200: FiledOut, 201: FiledOut},
    summary="File a dossier",
    openapi_extra=problems(403, 404, 409),
)
def file(
    request: HttpRequest,
    given: FilingIn,
    idempotency_key: Key,
) -> Status:
    """File as the caller, once per key: sent again it answers 200 with the dossier the first one made."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "services.file")
    filing, sent = _read(given, user)
    key = f"api:{user.pk}:{idempotency_key}"
    return filed(file_online(filing=filing, sent=sent, actor=user.actor(), key=key, user=user))


def filed(done: Applied) -> Status:
    """The dossier a filing made, 201; 200 where it was made before."""
    row = done.dossier
    told = {"code": row.code, "secret": secret_of(row), "filed_at": row.filed_at}
    return Status(200 if done.repeated else 201, told)


def _read(given: FilingIn, user: Any) -> tuple[Filing, list[Sent]]:
    version = open_version(user, given.procedure)
    definition = version.definition
    raw = raw_filing(definition, given)
    where = PlaceForm(definition, competent_agencies(definition, today()), raw)
    require(where)
    people = PeopleForm(given.who, given.applicant_kind, raw)
    require(people)
    form = GuidedForm(definition, raw)
    require(form, "answers.")
    documents = {item["code"]: item for item in documents_of(definition, given.who)}
    sent = [_paper(index, paper, documents) for index, paper in enumerate(given.papers)]
    lacking = [
        code for code, item in documents.items() if item["required"] and code not in {one.document for one in sent}
    ]
    if lacking:
        raise Invalid(_("Cần giấy tờ này."), place=f"papers: {lacking[0]}")
    filing = Filing(
        version=version,
        channel="online",
        applicant_kind=given.applicant_kind,
        applicant=people.applicant(),
        representative=people.representative(),
        competent_uid=given.competent,
        received_uid=given.competent,
        answers=form.answers(),
    )
    return filing, sent


def open_version(user: Any, code: str) -> ProcedureVersion:
    """The version of a procedure that is filed today; Conflict where it is filed no more."""
    version = version_in_force(get_object_or_404(Procedure.objects.visible_to(user), code=code), today())
    if version is None:
        raise Conflict(_("Thủ tục này không nhận hồ sơ"), place="procedure", code="retired")
    return version


def raw_filing(definition: Definition, given: FilingIn) -> dict[str, str]:
    """What was sent as it would be typed into the forms of filing."""
    place = {"competent": given.competent, "applicant_kind": given.applicant_kind, "who": given.who}
    return _named("place", place) | _named("people", _people(given)) | raw_of(definition, given.answers)


def _people(given: FilingIn) -> dict[str, Any]:
    told = given.applicant.model_dump()
    if given.representative is not None:
        told |= {f"rep_{name}": value for name, value in given.representative.model_dump().items()}
    return {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in told.items()}


def _named(prefix: str, values: dict[str, Any]) -> dict[str, Any]:
    return {f"{prefix}-{name}": value for name, value in values.items()}


def require(form: Any, place: str = "") -> None:
    """Invalid, naming the first field that is wrong."""
    for name, errors in form.errors.items():
        raise Invalid(" ".join(map(str, errors)), place=f"{place}{name}")


def _paper(index: int, paper: PaperIn, documents: dict[str, Any]) -> Sent:
    place = f"papers.{index}"
    if paper.document not in documents or paper.kind not in documents[paper.document]["kinds"]:
        raise Invalid(_("Thủ tục không có giấy tờ «%(code)s».") % {"code": paper.document}, place=place)
    return Sent(paper.document, paper.kind, paper.name, io.BytesIO(decoded(paper.content, place)))


def decoded(content: str, place: str) -> bytes:
    """A file's bytes as they are sent in JSON; Invalid names what is wrong with them."""
    try:
        found = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Invalid("base64", place=f"{place}.content") from error
    if len(found) > MAX_BYTES:
        raise Invalid(_("Nội dung quá dài."), place=place)
    return found


@router.get(
    "/own-dossiers/{code}",
    response=OwnDossierOut,
    summary="One of the caller's own dossiers",
    openapi_extra=problems(404),
)
def own_dossier(request: HttpRequest, code: str) -> dict[str, Any]:
    """As its owner may see it."""
    user = request.auth  # type: ignore[attr-defined]
    named = ("code", "status", "payment", "delivery", "suspended")
    when = ("filed_at", "received_at", "due_at", "ended_at", "erased_at")
    also = {"procedure": F("version__procedure__code"), "competent": F("competent_uid")}
    row = get_object_or_404(Dossier.objects.filter(owner=user).values("pk", *named, *when, **also), code=code)
    events = DossierEvent.objects.filter(dossier=row.pop("pk")).order_by("number")
    return {**row, "events": list(events.values("number", "kind", "at", "hash"))}
