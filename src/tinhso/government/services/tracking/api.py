"""A dossier for its applicant's program: the list of one's own, what has happened and why, by sign-in or by secret."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.pagination import paginate
from pydantic import Field

from tinhso.foundation.errors import Invalid, problems
from tinhso.foundation.paging import Pages
from tinhso.government.services.dossiers.clocking import explanation
from tinhso.government.services.dossiers.reach import open_by_secret
from tinhso.government.services.filing.api import decoded
from tinhso.government.services.ground.states import STATUSES
from tinhso.government.services.models import Dossier
from tinhso.government.services.tracking.commands import MOST, OTHER, give_supplements
from tinhso.government.services.tracking.forms import ASKED, SupplementForm
from tinhso.government.services.tracking.timeline import agencies_of, asked, holders, offered, timeline

router = Router(tags=["services"])
NAMES = ("code", "status", "payment", "delivery", "suspended")
TIMES = ("filed_at", "received_at", "due_at", "ended_at", "erased_at")


class OwnListedOut(Schema):
    """`status`: code of the national portal, 1 to 10; `erased_at`: since when its personal data are gone."""

    code: str
    procedure: str
    name: str = Field(description="of the procedure, in the reader's language")
    status: int
    payment: str
    delivery: str
    suspended: bool
    competent: str = Field(description="uid of the agency")
    filed_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    erased_at: datetime | None


class OwnMomentOut(Schema):
    at: datetime
    words: str
    more: str = Field(description="the reason, the step or the agency; empty for none")


class OwnHolderOut(Schema):
    agency: str
    step: str


class TrackedOut(OwnListedOut):
    """`moments`: the latest first; `acts`: what the applicant may do now (supplement, withdraw, rate); `explanation`:
    each day counted or skipped, with its act, empty before reception."""

    moments: list[OwnMomentOut]
    holders: list[OwnHolderOut]
    acts: list[str]
    explanation: list[str]


class TrackIn(Schema):
    code: str = Field(max_length=60)
    secret: str = Field(max_length=40, description="printed on the receipt")


class SupplementPaperIn(Schema):
    document: str = Field(max_length=40, description="code of a paper the procedure asks for, or other")
    name: str = Field(max_length=200, description="file name to show")
    content: str = Field(description="the file's bytes in base64")


class SupplementIn(Schema):
    """Every paper that was asked for, and what else is worth giving."""

    key: UUID = Field(description="your own; sent again, nothing is handed in twice")
    papers: list[SupplementPaperIn] = Field(min_length=1, max_length=MOST)


class SupplementedOut(Schema):
    """The dossier afterwards. `repeated`: the key had done it before."""

    code: str
    status: int
    due_at: datetime | None
    repeated: bool


def _listed(row: Dossier) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in (*NAMES, *TIMES)},
        "procedure": row.version.procedure.code,
        "name": str(row.version.definition.name),
        "competent": row.competent_uid,
    }


def _tracked(row: Dossier) -> dict[str, Any]:
    events = list(row.events.select_related("detail").order_by("number"))
    tasks = list(row.tasks.filter(closed_at=None).order_by("number"))
    agencies = agencies_of(row, events, tasks)
    told = explanation(row, events=events) if row.received_at else None
    moments = timeline(row, reversed(events), agencies)
    return {
        **_listed(row),
        "moments": [{"at": one.at, "words": str(one.words), "more": one.more} for one in moments],
        "holders": [{"agency": agency, "step": step} for agency, step in holders(row, tasks, agencies)],
        "acts": offered(row),
        "explanation": [f"{line.day:%d/%m/%Y} {line.text}" for line in told[1]] if told else [],
    }


def _own(request: HttpRequest) -> Any:
    user = request.auth  # type: ignore[attr-defined]
    return Dossier.objects.filter(owner=user).select_related("version__procedure")


@router.get("/own-dossiers", response=list[OwnListedOut], summary="The caller's own dossiers")
@paginate(Pages, told=_listed)
def own_dossiers(
    request: HttpRequest,
    status: Annotated[int | None, Query(ge=min(STATUSES), le=max(STATUSES), description="national portal code")] = None,
) -> Any:
    """Those they filed, the latest first."""
    rows = _own(request).order_by("-filed_at", "-id")
    return rows if status is None else rows.filter(status=status)


@router.get(
    "/own-dossiers/{code}/timeline",
    response=TrackedOut,
    summary="What has happened to one of the caller's own dossiers",
    openapi_extra=problems(404),
)
def own_timeline(request: HttpRequest, code: str) -> dict[str, Any]:
    """In the applicant's words and language: events with reasons, who has it now, and why it is due when it is."""
    return _tracked(get_object_or_404(_own(request), code=code))


@router.post(
    "/own-dossiers/{code}/supplements",
    response=SupplementedOut,
    summary="Hand in the supplements asked for",
    openapi_extra=problems(403, 404, 409),
)
def supplement(request: HttpRequest, code: str, given: SupplementIn) -> dict[str, Any]:
    """Once per key; the clock goes on."""
    user = request.auth  # type: ignore[attr-defined]
    row = get_object_or_404(_own(request), code=code)
    form = _form(row, given)
    for place, faults in form.errors.items():
        raise Invalid(str(faults[0]), place=place)
    key = f"api:{user.pk}:{given.key}"
    done = give_supplements(dossier=row, given=form.given(), actor=user.actor(), key=key, user=user)
    now = done.dossier
    return {"code": now.code, "status": now.status, "due_at": now.due_at, "repeated": done.repeated}


def _form(row: Dossier, given: SupplementIn) -> SupplementForm:
    """The page's form, as if what was sent were chosen there."""
    wanted = asked(row)
    codes = set(wanted.papers) if wanted else set()
    files: MultiValueDict = MultiValueDict()
    others = {paper.document for paper in given.papers} - codes
    if len(others) > 1:
        raise Invalid(_("Mỗi lần gửi một loại giấy tờ ngoài yêu cầu."), place="papers")
    for index, paper in enumerate(given.papers):
        name = f"{ASKED}{paper.document}" if paper.document in codes else "papers"
        files.appendlist(name, ContentFile(decoded(paper.content, f"papers.{index}"), name=paper.name))
    return SupplementForm(row, {"key": str(given.key), "document": next(iter(others), OTHER)}, files)


@router.post(
    "/tracking",
    response=TrackedOut,
    auth=None,
    summary="A dossier by code and secret",
    openapi_extra=problems(429),
)
def track(request: HttpRequest, given: TrackIn) -> dict[str, Any]:
    """For people without an account; 422 in the same words for an unknown code and a wrong secret."""
    found = open_by_secret(request, given.code, given.secret)
    return _tracked(Dossier.objects.select_related("version__procedure").get(pk=found.pk))
