"""What the API of planning takes and gives."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field


class PlannedGainOut(Schema):
    """A unit (its code) or agency (its uid) first served by a phase."""

    kind: str
    key: str
    name: str
    people: int | None


class PlannedPhaseOut(Schema):
    """A phase: đồng at the prices of its year; `status` by the Open Fibre Data Standard."""

    number: int
    year: int | None
    budget: int | None
    cost: int
    metres: int
    spans: int
    units: int
    agencies: int
    people: int
    status: str
    due_on: date | None
    started_on: date | None
    built_on: date | None
    gains: list[PlannedGainOut]


class PlanRunOut(Schema):
    """A search. `reason_code` says why it failed or stopped early."""

    uid: UUID
    state: str
    reason_code: str
    reason: str
    queued_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempts: int


class PlanResultOut(Schema):
    """A verified plan: cost and bound in đồng at base prices, or value and its bound where people are sought; the gap
    in millionths."""

    cost: int
    bound: int | None
    value: int | None
    value_bound: int | None
    gap_ppm: int
    proven: bool
    solved: str
    metres: int
    sites: int
    served_before: int
    served_after: int
    edges: int
    edges_sha256: str


class PlanRowOut(Schema):
    uid: UUID
    title: str
    question: str
    network: UUID
    demonstration: bool
    day: date
    at: datetime
    state: str
    cost: int | None


class PlansOut(Schema):
    count: int
    items: list[PlanRowOut]


class PlanOut(PlanRowOut):
    """A plan as its reader may see it: those who neither plan nor approve see approved phases."""

    target: str
    protect: str
    level: str
    scope: str
    aim: str
    budget: int | None
    candidates: str
    cost_model: str
    run: PlanRunOut | None
    result: PlanResultOut | None
    phases: list[PlannedPhaseOut]


class PlannedSpanOut(Schema):
    """A span to build; cost in đồng at base prices."""

    span_id: str
    phase: int
    start_id: str
    end_id: str
    method: str
    length_m: int
    cost: int


class PlannedSpansOut(Schema):
    count: int
    items: list[PlannedSpanOut]


class YearIn(Schema):
    year: int
    dong: int


class QuestionIn(Schema):
    """A question; see the form of the pages for what belongs together."""

    title: str = Field(max_length=200)
    network: UUID
    question: Literal["cover", "double", "bypass"]
    protect: Literal["", "span", "node"] = ""
    target: Literal["units", "agencies", "nodes"]
    level: str = Field("", max_length=20)
    scope: str = Field("", max_length=60)
    day: date | None = None
    span_id: str = Field("", max_length=200)
    aim: Literal["all", "most"] = "all"
    budget: int | None = None
    years: list[YearIn] = Field(default_factory=list, max_length=10)
    cost_model: str = Field(max_length=40, description="code of a price list; its version now is taken")
    candidate_set: UUID
    seed: int = Field(1, ge=0, lt=2**31)
    time_limit_s: int = Field(60, ge=1, le=3600)
    memory_mb: int = Field(2048, ge=256, le=65536)


class CostModelOut(Schema):
    """A price list: đồng per km (method), per end (node), per crossing; permille of the base by year."""

    code: str
    title: str
    source: str
    method: str
    detour_permille: int
    demonstration: bool
    valid_from: date
    recorded_at: datetime
    prices: dict[str, dict[str, int]]


class CostModelsOut(Schema):
    count: int
    items: list[CostModelOut]


class CostModelIn(Schema):
    code: str = Field(max_length=40)
    title: str = Field(max_length=200)
    source: str = Field(max_length=1000)
    method: str = Field(max_length=20)
    detour_permille: int = 1300
    valid_from: date
    prices: dict[str, dict[str, int]]


class CandidateSetOut(Schema):
    uid: UUID
    name: str
    kind: str
    neighbours: int
    reach_m: int
    at: datetime


class CandidateSetsOut(Schema):
    count: int
    items: list[CandidateSetOut]


class GenerateIn(Schema):
    name: str = Field(max_length=200)
    neighbours: int = Field(6, ge=1, le=20)
    obstacles: UUID | None = None


class RoutesIn(Schema):
    name: str = Field(max_length=200)
    reach_m: int = Field(3000, ge=1, le=100_000)
    dry_run: bool = False


class RoutesOut(Schema):
    """What an import did; `import_id` is null when nothing was written."""

    import_id: UUID | None
    dry_run: bool
    routes: int
    obstacles: int
    metres: int
    added: int
    changed: int
    removed: int


class ApproveIn(Schema):
    due_on: date
    remark: str = Field("", max_length=500)


class WithdrawIn(Schema):
    remark: str = Field(max_length=500)


class StepIn(Schema):
    on_day: date
    remark: str = Field("", max_length=500)
    survey: UUID | None = None


class SurveyIn(Schema):
    signature: str = Field("", max_length=200, description="base64 of the Ed25519 signature over the file")
    sha256: str = Field("", max_length=64, description="or the file's hash, confirmed by the operator's office")


class SurveyOut(Schema):
    uid: UUID
    sha256: str
    signed_by: str
    signer: str
    spans: int
