"""Agreements, commitments with their derived status, claims, appraisals, reviews. Reading is open; writing needs a
mandate at a party, and acts on that party's side only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Status, UploadedFile

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Problem
from tinhso.programme import commands, history
from tinhso.programme.commands.agreements import CommitmentValues
from tinhso.programme.models import Appraisal, Claim, Commitment, Review
from tinhso.programme.queries import agreement_at, agreements, commitment_at, standpoints, view_of
from tinhso.programme.reviews import signing_of
from tinhso.programme.schemas import (
    AgreementFull,
    AgreementPage,
    AppraisalIn,
    AppraisalOut,
    AppraisalPage,
    AsOf,
    ClaimIn,
    ClaimOut,
    ClaimPage,
    CommitmentIn,
    CommitmentOut,
    CommitmentPage,
    CommitmentQuery,
    EndIn,
    EvidenceIn,
    EvidenceOut,
    FindingsIn,
    Page,
    PartyIn,
    PartyOut,
    ReviewIn,
    ReviewOut,
    ReviewPage,
    SignatureIn,
    SignatureOut,
    StatementQuery,
    VersionOut,
    agreement_full,
    agreement_out,
    commitment_out,
    party_out,
    review_out,
    version_out,
)
from tinhso.programme.sides import Standing, standing
from tinhso.proof.audit import Actor

router = Router(tags=["programme"])


def _missing(what: str) -> Problem:
    return Problem(_("Không tìm thấy."), place=what, status=404, code="not-found")


def _actor(request: HttpRequest) -> Actor:
    user: Any = request.user
    return user.actor()


def _by(request: HttpRequest, agreement: str, right: str) -> Standing:
    return standing(request.user, agreement, right)


def _commitment(uid: str) -> Commitment:
    row = Commitment.objects.known_at().filter(uid=uid).order_by("valid_from").last()
    if row is None:
        raise _missing(uid)
    return row


def _review(request: HttpRequest, uid: str) -> Review:
    review = Review.objects.known_at().visible_to(request.user).filter(uid=uid).first()
    if review is None:
        raise _missing(uid)
    return review


@router.get("/agreements", auth=None, response=AgreementPage)
def list_agreements(request: HttpRequest, asked: Query[AsOf], page: Query[Page]) -> dict:
    """Agreements in force on a day."""
    rows = agreements(asked.as_of or today(), asked.known_at)
    return {"count": len(rows), "items": [agreement_out(row) for row in rows[page.slice]]}


@router.get("/agreements/{uid}", auth=None, response=AgreementFull)
def read_agreement(request: HttpRequest, uid: str, asked: Query[AsOf]) -> dict:
    """An agreement with its parties, pillars, progress and commitments as of a day."""
    day = asked.as_of or today()
    row = agreement_at(uid, day, asked.known_at)
    if row is None:
        raise _missing(uid)
    return agreement_full(view_of(row, day, asked.known_at))


@router.get("/commitments", auth=None, response=CommitmentPage)
def list_commitments(request: HttpRequest, asked: Query[CommitmentQuery], page: Query[Page]) -> dict:
    """Commitments in force on a day, each with its status derived as of that day."""
    day = asked.as_of or today()
    rows = Commitment.objects.as_of(day, asked.known_at).visible_to(request.user).in_order()
    for name in ("agreement", "indicator", "owner_uid"):
        if wanted := getattr(asked, name):
            rows = rows.filter(**{name: wanted})
    items = standpoints(rows[page.slice], day, asked.known_at)
    return {"count": rows.count(), "items": [commitment_out(item) for item in items]}


@router.get("/commitments/{uid}", auth=None, response=CommitmentOut)
def read_commitment(request: HttpRequest, uid: str, asked: Query[AsOf]) -> dict:
    """A commitment with its status derived as of a day."""
    item = commitment_at(uid, asked.as_of or today(), asked.known_at)
    if item is None:
        raise _missing(uid)
    return commitment_out(item)


@router.get("/commitments/{uid}/versions", auth=None, response=list[VersionOut])
def read_versions(request: HttpRequest, uid: str) -> list[dict]:
    """Every version ever recorded, the newest first."""
    rows = history.versions(uid)
    if not rows:
        raise _missing(uid)
    return [version_out(row) for row in rows]


@router.get("/claims", auth=None, response=ClaimPage)
def list_claims(request: HttpRequest, asked: Query[StatementQuery], page: Query[Page]) -> dict:
    """What the parties said they achieved, the latest first."""
    rows = Claim.objects.visible_to(request.user).up_to(asked.as_of).order_by("-as_of", "-id")
    if asked.commitment:
        rows = rows.filter(commitment=asked.commitment)
    return {"count": rows.count(), "items": list(rows[page.slice])}


@router.get("/appraisals", auth=None, response=AppraisalPage)
def list_appraisals(request: HttpRequest, asked: Query[StatementQuery], page: Query[Page]) -> dict:
    """What the other party granted of a claim, the latest first."""
    rows = Appraisal.objects.visible_to(request.user).order_by("-recorded_at", "-id")
    if asked.commitment:
        rows = rows.filter(claim__commitment=asked.commitment)
    if asked.as_of:
        rows = rows.filter(claim__as_of__lte=asked.as_of)
    return {"count": rows.count(), "items": list(rows[page.slice])}


@router.get("/reviews", auth=None, response=ReviewPage)
def list_reviews(request: HttpRequest, page: Query[Page], agreement: str = "") -> dict:
    """Reviews both parties signed; their programme offices see drafts too."""
    rows = Review.objects.known_at().visible_to(request.user).order_by("-period_to", "uid")
    if agreement:
        rows = rows.filter(agreement=agreement)
    return {"count": rows.count(), "items": [review_out(signing_of(row)) for row in rows[page.slice]]}


@router.get("/reviews/{uid}", auth=None, response=ReviewOut)
def read_review(request: HttpRequest, uid: str) -> dict:
    """A review: its content as signed, the content's SHA-256, its signatures."""
    review = Review.objects.known_at().visible_to(request.user).filter(uid=uid).first()
    if review is None:
        raise _missing(uid)
    return review_out(signing_of(review))


def _values(said: CommitmentIn) -> CommitmentValues:
    return CommitmentValues(**said.dict(exclude={"version", "effective"}))


@router.put("/agreements/{uid}/party", response=PartyOut)
def change_party(request: HttpRequest, uid: str, said: PartyIn) -> dict:
    """Another agency is the party of one's own side: a correction, or with `effective` from that day on."""
    if history.agreement(uid) is None:
        raise _missing(uid)
    by = _by(request, uid, "programme.edit")
    return party_out(commands.change_party(actor=_actor(request), by=by, **said.dict()))


@router.post("/agreements/{uid}/commitments", response={201: VersionOut})
def add_commitment(request: HttpRequest, uid: str, said: CommitmentIn) -> Status[dict]:
    """Add a commitment; parts that are not known stay empty and make it not measurable."""
    if history.agreement(uid) is None:
        raise _missing(uid)
    by = _by(request, uid, "programme.edit")
    made = commands.save_commitment(actor=_actor(request), by=by, values=_values(said), effective=said.effective)
    return Status(201, version_out(made))


@router.put("/commitments/{uid}", response=VersionOut)
def change_commitment(request: HttpRequest, uid: str, said: CommitmentIn) -> dict:
    """Record a new version: a correction, or with `effective` a change from that day on."""
    row = _commitment(uid)
    saved = commands.save_commitment(
        actor=_actor(request),
        by=_by(request, row.agreement, "programme.edit"),
        uid=uid,
        version=said.version,
        values=_values(said),
        effective=said.effective,
    )
    return version_out(saved)


@router.post("/commitments/{uid}/end", response=VersionOut)
def end_commitment(request: HttpRequest, uid: str, said: EndIn) -> dict:
    """A commitment is no longer in force from a day on."""
    row = _commitment(uid)
    by = _by(request, row.agreement, "programme.edit")
    return version_out(commands.end_commitment(actor=_actor(request), by=by, uid=uid, **said.dict()))


@router.post("/commitments/{uid}/claims", response={201: ClaimOut})
def claim(request: HttpRequest, uid: str, said: ClaimIn) -> Status[Claim]:
    """State what one's own party achieved as of a day."""
    by = _by(request, _commitment(uid).agreement, "programme.claim")
    return Status(201, commands.claim(actor=_actor(request), by=by, commitment=uid, **said.dict()))


@router.post("/claims/{claim_id}/appraisals", response={201: AppraisalOut})
def appraise(request: HttpRequest, claim_id: int, said: AppraisalIn) -> Status[Appraisal]:
    """State what is granted of the other party's claim, and why."""
    row = Claim.objects.filter(pk=claim_id).first() if 0 < claim_id < 2**63 else None
    if row is None:
        raise _missing(str(claim_id))
    by = _by(request, _commitment(row.commitment).agreement, "programme.appraise")
    return Status(201, commands.appraise(actor=_actor(request), by=by, claim=row, **said.dict()))


@router.post("/commitments/{uid}/evidence", response={201: EvidenceOut})
def attach_evidence(request: HttpRequest, uid: str, said: Form[EvidenceIn], file: File[UploadedFile]) -> Status[dict]:
    """Put a file forward as evidence (multipart)."""
    by = _by(request, _commitment(uid).agreement, "programme.claim")
    link = commands.attach_evidence(
        actor=_actor(request),
        by=by,
        commitment=uid,
        content=file,
        name=file.name or "",
        label=said.label,
        public=said.public,
    )
    return Status(
        201, {"uid": link.uid, "file": link.file, "sha256": link.sha256, "label": link.label, "side": link.side}
    )


@router.post("/agreements/{uid}/reviews", response={201: ReviewOut})
def open_review(request: HttpRequest, uid: str, said: ReviewIn) -> Status[dict]:
    """Open a review of a past period, with the figures as of its last day."""
    if history.agreement(uid) is None:
        raise _missing(uid)
    by = _by(request, uid, "programme.edit")
    return Status(201, review_out(signing_of(commands.open_review(actor=_actor(request), by=by, **said.dict()))))


@router.put("/reviews/{uid}", response=ReviewOut)
def save_review(request: HttpRequest, uid: str, said: FindingsIn) -> dict:
    """Write findings; the figures are taken anew."""
    review = _review(request, uid)
    saved = commands.save_review(
        actor=_actor(request),
        by=_by(request, review.agreement, "programme.edit"),
        uid=uid,
        version=said.version,
        summary=said.summary,
        findings={item.commitment: (item.finding, item.action) for item in said.findings},
    )
    return review_out(signing_of(saved))


@router.post("/reviews/{uid}/signatures", response={201: SignatureOut})
def sign_review(request: HttpRequest, uid: str, said: SignatureIn) -> Status[object]:
    """Sign, for one's own party, the content with exactly this SHA-256."""
    review = _review(request, uid)
    by = _by(request, review.agreement, "programme.sign_review")
    return Status(201, commands.sign_review(actor=_actor(request), by=by, uid=uid, **said.dict()))
