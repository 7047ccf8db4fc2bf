"""The API of papers: a dossier's papers, registers, and checking what they carry."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import File, Query, Router, Schema
from ninja.files import UploadedFile
from ninja.pagination import paginate
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.errors import Invalid, Problem, problems
from tinhso.foundation.paging import Pages
from tinhso.government.services.dossiers.reach import open_by_secret
from tinhso.government.services.models import Dossier, IssuedPaper
from tinhso.government.services.models.issued import INTERNAL
from tinhso.government.services.papers import commands, qr
from tinhso.government.services.papers.access import AGENCY, HOLDER_ACTOR, check_agency, paper_for, standing
from tinhso.government.services.papers.views import pdf_response
from tinhso.identity.limits import client_address, hit
from tinhso.proof.signed_pdf import LARGEST, seals
from tinhso.proof.signed_text import public_keys

router = Router(tags=["services"])
Form = Literal["01", "02", "03", "04", "05", "06", "result"]


class PaperOut(Schema):
    """A paper. `state`: wanted, made (not signed yet), sealed, failed. `sha256`: its bytes, "" while there are none;
    `content_sha256`: what it says, the same before and after sealing; `last_error`: why it waits; `erased_at`: its
    bytes are gone, as its term was over."""

    uid: UUID
    form: str
    event: int
    language: str
    agency_uid: str
    period: str
    number: int | None
    state: str
    wanted_at: datetime
    made_at: datetime | None
    sealed_at: datetime | None
    sha256: str
    content_sha256: str
    last_error: str
    erased_at: datetime | None


class PapersOut(Schema):
    count: int
    items: list[PaperOut]


class WantedPaperIn(Schema):
    form: Form
    language: Literal["vi", "en"] = "vi"


class BySecret(WantedPaperIn):
    """For people who track by code and secret."""

    code: str = Field(max_length=60)
    secret: str = Field(max_length=40)


class RegisterIn(Schema):
    """`period`: a day (2026-03-02) or a month (2026-03)."""

    agency_uid: str = Field(max_length=80)
    period: str = Field(max_length=10)


class CodeIn(Schema):
    text: str = Field(max_length=600)


class PromiseOut(Schema):
    """What a code promises, its signature being right."""

    form: str
    code: str
    due_at: datetime
    rule: str
    calendar: str
    explanation_sha256: str


class SealOut(Schema):
    """One signature of a PDF. `whole`: nothing was added after it; `trusted`: its certificate leads to an authority
    this province trusts; `demonstration`: without legal force."""

    name: str
    organisation: str
    at: datetime | None
    intact: bool
    whole: bool
    trusted: bool
    demonstration: bool


def _dossier(request: HttpRequest, code: str) -> tuple[Dossier, str, Any]:
    user = request.auth  # type: ignore[attr-defined]
    row = Dossier.objects.filter(code=code).select_related("version").first()
    how = standing(user, row) if row else ""
    if row is None or not how:
        raise Http404
    return row, how, user


@router.get(
    "/dossiers/{code}/papers", response=PapersOut, summary="The papers of a dossier", openapi_extra=problems(404)
)
def list_papers(request: HttpRequest, code: str) -> dict[str, Any]:
    """For the applicant (but for internal papers) and the agencies of the dossier."""
    row, how, _user = _dossier(request, code)
    rows = row.issued.order_by("event", "form", "language")
    items = list(rows if how == AGENCY else rows.exclude(form__in=INTERNAL))
    return {"count": len(items), "items": items}


@router.post(
    "/dossiers/{code}/papers",
    response=PaperOut,
    summary="Ask for a paper, made at once",
    openapi_extra=problems(404),
)
def request_paper(request: HttpRequest, code: str, asked: WantedPaperIn) -> IssuedPaper:
    """A receipt with the explanation in English, or the control sheet as of now; the one there is where there is."""
    row, how, user = _dossier(request, code)
    if asked.form in INTERNAL and how != AGENCY:
        raise Http404
    paper = commands.request_paper(dossier=row, form=asked.form, language=asked.language, actor=user.actor())
    return paper if paper.sha256 else commands.make(paper)


@router.get("/papers/{uid}.pdf", response={200: None}, summary="A paper as PDF/A-2b", openapi_extra=problems(404))
def get_paper(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The stored bytes, the same every time; made now where they are not there yet. Every reading is recorded."""
    user = request.auth  # type: ignore[attr-defined]
    paper = paper_for(user, uid)
    done = paper if paper.sha256 else commands.make(paper)
    return pdf_response(done, commands.print_paper(paper=done, actor=user.actor()))


@router.post(
    "/papers/by-secret",
    response={200: None},
    auth=None,
    summary="A paper by code and secret",
    openapi_extra=problems(404, 429),
)
def paper_by_secret(request: HttpRequest, asked: BySecret) -> HttpResponse:
    """PDF; 422 in the same words for an unknown code and a wrong secret."""
    row = open_by_secret(request, asked.code, asked.secret)
    rows = row.issued.exclude(form__in=INTERNAL).filter(form=asked.form).order_by("-event")
    paper = rows.filter(language=asked.language).select_related("dossier__version").first()
    if paper is None and asked.form not in INTERNAL:
        paper = commands.request_paper(dossier=row, form=asked.form, language=asked.language, actor=HOLDER_ACTOR)
    if paper is None:
        raise Problem(_("Không tìm thấy giấy tờ này."), status=404, code="not-found")
    done = paper if paper.sha256 else commands.make(paper)
    return pdf_response(done, commands.print_paper(paper=done, actor=HOLDER_ACTOR))


@router.post(
    "/papers/{uid}/retry",
    response=PaperOut,
    summary="Make or seal a paper again now",
    openapi_extra=problems(403, 404),
)
def retry(request: HttpRequest, uid: UUID) -> IssuedPaper:
    """What waits or was given up, for the people of the agency that issues it; a sealed paper stays as it is."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "services.desk")
    paper = paper_for(user, uid)
    check_agency(user, paper.agency_uid)
    commands.retry_paper(paper=paper, actor=user.actor())
    return commands.make(IssuedPaper.objects.select_related("dossier__version").get(pk=paper.pk))


@router.get("/registers", response=list[PaperOut], summary="Registers of one's agencies", openapi_extra=problems(403))
@paginate(Pages)
def list_registers(
    request: HttpRequest,
    agency: str = Query("", max_length=80, description="uid; default every agency one works for"),
    period: str = Query("", max_length=10, description="a day (2026-03-02) or a month (2026-03)"),
) -> Any:
    """Form 07 of days and months, every edition, the latest first."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "services.desk")
    rows = IssuedPaper.objects.visible_to(user).filter(dossier=None)
    given = {"agency_uid": agency, "period": period}
    return rows.filter(**{name: value for name, value in given.items() if value}).order_by("-wanted_at", "-id")


@router.post("/registers", response=PaperOut, summary="A register of an agency", openapi_extra=problems(403))
def request_register(request: HttpRequest, asked: RegisterIn) -> IssuedPaper:
    """Form 07 of a day or a month; the last edition where nothing has changed since. The worker makes it."""
    user = request.auth  # type: ignore[attr-defined]
    check_agency(user, asked.agency_uid)
    return commands.request_register(agency_uid=asked.agency_uid, period=asked.period, actor=user.actor())


@router.get("/receipt-keys", response=dict[str, str], auth=None, summary="The keys receipts are checked by")
def receipt_keys(request: HttpRequest) -> dict[str, str]:
    """Key id → public point of P-256, uncompressed, in base64url."""
    return public_keys()


@router.post(
    "/papers/check",
    response=PromiseOut,
    auth=None,
    summary="Check the code of a receipt",
    openapi_extra=problems(429),
)
def check_code(request: HttpRequest, asked: CodeIn) -> qr.Promise:
    """What it promises; 422 says why it does not hold."""
    hit("verify-paper", client_address(request), limit=60, seconds=300)
    return qr.check(asked.text)


@router.post(
    "/papers/check-pdf",
    response=list[SealOut],
    auth=None,
    summary="Check the seals of a PDF",
    openapi_extra=problems(429),
)
def check_pdf(request: HttpRequest, file: File[UploadedFile]) -> list[Any]:
    """Its signatures, none for a file that has none."""
    hit("verify-pdf", client_address(request), limit=20, seconds=300)
    if (file.size or 0) > LARGEST:
        raise Invalid(_("Tệp lớn hơn %(limit)d MB.") % {"limit": LARGEST // 2**20}, place="file")
    return seals(file.read())
