"""What the API says of the programme. Values are exact: a numerator and a denominator, never a rounded number."""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field

from tinhso.programme.models import Agreement, Commitment, Party
from tinhso.programme.queries import AgreementView, Progress, Said, Standpoint
from tinhso.programme.reviews import Signing


def _storable(moment: datetime) -> datetime:
    if not 1900 < moment.year < 9000:
        raise ValueError("a moment between the years 1900 and 9000")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_storable)]


class Page(Schema):
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=1_000_000)

    @property
    def slice(self) -> slice:
        return slice(self.offset, self.offset + self.limit)


class AsOf(Schema):
    as_of: date | None = Field(None, description="state at the end of this day in Vietnam; today when absent")
    known_at: Moment | None = Field(None, description="as the system knew it then; now when absent")


class CommitmentQuery(AsOf):
    agreement: str = Field("", max_length=80)
    indicator: str = Field("", max_length=80)
    owner_uid: str = Field("", max_length=80)


class StatementQuery(Schema):
    commitment: str = Field("", max_length=80)
    as_of: date | None = Field(None, description="statements about days not after this one")


class Both(Schema):
    vi: str
    en: str


class ValueOut(Schema):
    numerator: int
    denominator: int


class PartyOut(Schema):
    version: int
    side: str
    agency_uid: str
    name: Both
    valid_from: date | None


class PartyIn(Schema):
    agency_uid: str = Field(max_length=80)
    effective: date | None = Field(None, description="change from this day on; absent: correct what was recorded")
    reason: str = Field(max_length=4000)
    version: int = Field(description="version of one's own party this change starts from; a newer one is a conflict")


class SignatoryOut(Schema):
    side: str
    name: str
    position: Both
    capacity: str = Field(description="attended: named as present at the signing; signed: named as signing")


class AgreementOut(Schema):
    uid: str
    title: Both
    scope: str
    period_from: date
    period_to: date = Field(description="last day of the period")
    signed_on: str = Field(description="as exact as known: 2021, 2021-03 or 2021-03-09")
    signed_file_sha256: str
    source: Both
    note: Both


class ClaimOut(Schema):
    id: int
    commitment: str
    side: str
    agency_uid: str
    agency_name: str
    numerator: int
    denominator: int
    as_of: date
    reason: str
    demonstration: bool
    recorded_at: datetime


class AppraisalOut(Schema):
    id: int
    claim_id: int
    side: str
    agency_uid: str
    agency_name: str
    numerator: int
    denominator: int
    reason: str
    demonstration: bool
    recorded_at: datetime


class SaidOut(Schema):
    claim: ClaimOut
    appraisal: AppraisalOut | None


class MeasuredOut(Schema):
    measurement: int
    value: ValueOut | None = Field(description="null: nothing to count, no data")
    as_of: date


class StatusOut(Schema):
    state: str = Field(description="met, on_track, behind, missed, no_data or not_measurable")
    missing: list[str] = Field(description="what a commitment that is not measurable lacks")
    planned: ValueOut | None = Field(description="value on the straight line to the target, before the due day")
    decided_on: date | None = Field(description="day of the measurement the state follows from")
    late: date | None = Field(description="met after the due day: first day measured as met")
    lapsed: bool = Field(description="met when due, and no longer")


class TargetOut(Schema):
    comparator: str
    value: ValueOut | None
    due: date | None


class CommitmentOut(Schema):
    uid: str
    agreement: str
    pillar: str
    text: Both
    quote: str
    reading: Both
    owner_uid: str
    owner: Both
    indicator: str
    target: TargetOut
    weight: int
    headline: bool
    status: StatusOut
    measured: MeasuredOut | None
    stated: list[SaidOut]


class VersionOut(Schema):
    version: int
    uid: str
    agreement: str
    pillar: str
    text: Both
    quote: str
    owner_uid: str
    indicator: str
    target: TargetOut
    weight: int
    valid_from: date | None
    valid_to: date | None = Field(description="first day no longer in force")
    recorded_at: datetime
    superseded_at: datetime | None


class PillarOut(Schema):
    uid: str
    kind: str
    title: Both
    term_from: date
    term_to: date
    commitments: list[CommitmentOut]


class ProgressOut(Schema):
    met: int = Field(description="weights of commitments met")
    measurable: int = Field(description="weights of commitments that can be measured")
    states: dict[str, int]


class AgreementFull(AgreementOut):
    as_of: date
    parties: list[PartyOut]
    signatories: list[SignatoryOut]
    progress: ProgressOut
    pillars: list[PillarOut]


class SignatureOut(Schema):
    side: str
    agency_uid: str
    agency_name: str
    signer_name: str
    position: str
    content_sha256: str
    signed_at: datetime
    entry_id: int


class ReviewOut(Schema):
    uid: str
    version: int
    agreement: str
    title: Both
    period_from: date
    period_to: date
    demonstration: bool
    state: str = Field(description="draft, signed_by_one or signed_by_both")
    content: str = Field(description="canonical JSON text; its SHA-256 is what the parties sign")
    content_sha256: str
    signatures: list[SignatureOut]


class EvidenceOut(Schema):
    uid: UUID
    file: UUID
    sha256: str
    label: str
    side: str


class AgreementPage(Schema):
    count: int
    items: list[AgreementOut]


class CommitmentPage(Schema):
    count: int
    items: list[CommitmentOut]


class ClaimPage(Schema):
    count: int
    items: list[ClaimOut]


class AppraisalPage(Schema):
    count: int
    items: list[AppraisalOut]


class ReviewPage(Schema):
    count: int
    items: list[ReviewOut]


class CommitmentIn(Schema):
    pillar: str = Field(max_length=80)
    text_vi: str = Field(max_length=500)
    text_en: str = Field(max_length=500)
    quote: str = Field("", max_length=4000)
    reading_vi: str = Field("", max_length=500)
    reading_en: str = Field("", max_length=500)
    owner_uid: str = Field("", max_length=80)
    indicator: str = Field("", max_length=80)
    comparator: str = Field("", description="ge, gt, le, lt or eq", max_length=2)
    target: str = Field("", description="100%, 99,5%, 226/226 or 12", max_length=40)
    due: date | None = None
    weight: int = Field(1, ge=1, le=1000)
    headline: bool = False
    effective: date | None = Field(None, description="change from this day on; absent: correct what was recorded")
    version: int | None = Field(None, description="version this change starts from; a newer one is a conflict")


class EndIn(Schema):
    day: date = Field(description="first day no longer in force")
    reason: str = Field(max_length=4000)
    version: int


class ClaimIn(Schema):
    value: str = Field(max_length=40)
    as_of: date
    reason: str = Field(max_length=4000)


class AppraisalIn(Schema):
    value: str = Field(max_length=40)
    reason: str = Field(max_length=4000)


class EvidenceIn(Schema):
    label: str = Field("", max_length=200)
    public: bool = True


class ReviewIn(Schema):
    title_vi: str = Field(max_length=300)
    title_en: str = Field(max_length=300)
    period_from: date
    period_to: date


class FindingIn(Schema):
    commitment: str = Field(max_length=80)
    finding: str = Field("", max_length=4000)
    action: str = Field("", max_length=4000)


class FindingsIn(Schema):
    version: int
    summary: str = Field("", max_length=8000)
    findings: list[FindingIn] = Field(default_factory=list, max_length=500)


class SignatureIn(Schema):
    content_sha256: str = Field(min_length=64, max_length=64)
    position: str = Field(max_length=200)


def _both(vi: str, en: str) -> dict:
    return {"vi": vi, "en": en}


def _value(value: Fraction | None) -> dict | None:
    return None if value is None else {"numerator": value.numerator, "denominator": value.denominator}


def agreement_out(row: Agreement) -> dict:
    plain = ("uid", "scope", "period_from", "period_to", "signed_on", "signed_file_sha256")
    return {
        **{name: getattr(row, name) for name in plain},
        "title": _both(row.title_vi, row.title_en),
        "source": _both(row.source_vi, row.source_en),
        "note": _both(row.note_vi, row.note_en),
    }


def _target(row: Commitment) -> dict:
    value = None
    if row.target_numerator is not None:
        value = {"numerator": row.target_numerator, "denominator": row.target_denominator}
    return {"comparator": row.comparator, "value": value, "due": row.due}


def _promised(row: Commitment) -> dict:
    plain = ("uid", "agreement", "pillar", "quote", "owner_uid", "indicator", "weight")
    return {
        **{name: getattr(row, name) for name in plain},
        "text": _both(row.text_vi, row.text_en),
        "target": _target(row),
    }


def version_out(row: Commitment) -> dict:
    clocks = ("valid_from", "valid_to", "recorded_at", "superseded_at")
    return {**_promised(row), "version": row.pk, **{name: getattr(row, name) for name in clocks}}


def _said(said: Said) -> dict:
    return {"claim": said.claim, "appraisal": said.appraisal}


def commitment_out(item: Standpoint) -> dict:
    row, status, measured = item.commitment, item.status, item.measurement
    return {
        **_promised(row),
        "reading": _both(row.reading_vi, row.reading_en),
        "owner": _both(row.owner_vi, row.owner_en),
        "headline": row.headline,
        "status": {
            "state": status.state,
            "missing": list(status.missing),
            "planned": _value(status.planned),
            "decided_on": status.point.as_of if status.point else None,
            "late": status.late,
            "lapsed": status.lapsed,
        },
        "measured": {
            "measurement": measured.pk,
            "value": {"numerator": measured.numerator, "denominator": measured.denominator}
            if measured.denominator
            else None,
            "as_of": measured.as_of,
        }
        if measured
        else None,
        "stated": [_said(said) for said in item.said],
    }


def _progress(progress: Progress) -> dict:
    return {"met": progress.met, "measurable": progress.measurable, "states": progress.states}


def party_out(row: Party) -> dict:
    return {
        "version": row.pk,
        "side": row.side,
        "agency_uid": row.agency_uid,
        "name": _both(row.name_vi, row.name_en),
        "valid_from": row.valid_from,
    }


def agreement_full(view: AgreementView) -> dict:
    return {
        **agreement_out(view.agreement),
        "as_of": view.day,
        "parties": [party_out(row) for row in view.parties],
        "signatories": [
            {
                "side": row.side,
                "name": row.name,
                "position": _both(row.position_vi, row.position_en),
                "capacity": row.capacity,
            }
            for row in view.signatories
        ],
        "progress": _progress(view.progress),
        "pillars": [
            {
                "uid": group.pillar.uid,
                "kind": group.pillar.kind,
                "title": _both(group.pillar.title_vi, group.pillar.title_en),
                "term_from": group.pillar.term_from,
                "term_to": group.pillar.term_to,
                "commitments": [commitment_out(item) for item in group.items],
            }
            for group in view.pillars
        ],
    }


def review_out(signing: Signing) -> dict:
    row = signing.review
    return {
        "uid": row.uid,
        "version": row.pk,
        "agreement": row.agreement,
        "title": _both(row.title_vi, row.title_en),
        "period_from": row.period_from,
        "period_to": row.period_to,
        "demonstration": row.demonstration,
        "state": signing.state,
        "content": signing.content,
        "content_sha256": signing.sha256,
        "signatures": list(signing.signatures),
    }
