"""The API of resilience: results by unit for everyone, elements and impacts for engineers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, problems
from tinhso.foundation.paging import Limit, Offset
from tinhso.infrastructure.network.coverage import default_scope
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.resilience.asked import actor_of
from tinhso.infrastructure.resilience.commands import end_group, end_reliability, record_group, record_reliability
from tinhso.infrastructure.resilience.elsewhere import Elsewhere, elsewhere, still_served
from tinhso.infrastructure.resilience.impact import Impact, impact_on
from tinhso.infrastructure.resilience.models import Reliability, SharedRiskGroup
from tinhso.infrastructure.resilience.prepared import PreparedNetwork, prepared_for
from tinhso.infrastructure.resilience.public import availabilities, unit_results
from tinhso.infrastructure.resilience.weak import elements, groups_with_impact, weak_numbers, worst_pairs

MANAGE = "resilience.manage"
Chosen = Annotated[list[str], Query(default_factory=list, max_length=500)]
router = Router(tags=["resilience"])


class UnitWaysOut(Schema):
    """A unit: `paths` two, one, none, no_core or no_data; people behind a single span of all its people, both 0 where
    not known; `availability` in parts per 10^7 as last published, with its `method`, None where there is none."""

    code: str
    name: str
    paths: str
    parts: int
    parts_two: int
    people_behind: int
    people: int
    availability: int | None
    method: str | None


class UnitsWaysOut(Schema):
    scope: str
    as_of: date
    demonstration: bool
    availability_as_of: date | None
    people_behind: int
    people: int
    count: int
    items: list[UnitWaysOut]


class ImpactOut(Schema):
    """`units`: codes of units of which at least one part loses the core; `people` None where no core is in service;
    `uncounted`: units whose people are not known; `unknown`: ids that are no working span or node that day;
    `still_units`, `still_agencies`: those that another network serves; `people_cut`: people cut off from all."""

    has_core: bool
    units: list[str]
    agencies: list[str]
    people: int | None
    still_units: list[str]
    still_agencies: list[str]
    people_cut: int | None
    uncounted: list[str]
    unknown: list[str]


class ElementOut(Schema):
    """A span or node with what it alone takes; `ends` names a span's nodes; `length_m` metres; `people_cut`: people
    whom no other network serves."""

    id: str
    name: str
    ends: list[str]
    length_m: int | None
    units: int
    agencies: int
    people: int
    people_cut: int


class ElementsOut(Schema):
    has_core: bool
    count: int
    items: list[ElementOut]


class PairOut(Schema):
    spans: list[str]
    impact: ImpactOut


class PairsOut(Schema):
    """`count` pairs of spans part the network without either parting it alone; the worst by people are listed."""

    count: int
    items: list[PairOut]


class GroupOut(Schema):
    id: int
    code: str
    name: str
    kind: str
    spans: list[str]
    nodes: list[str]
    valid_from: date
    valid_to: date | None
    source: str
    recorded_by_name: str
    impact: ImpactOut


class GroupIn(Schema):
    code: str = Field(max_length=60)
    name: str = Field(max_length=200)
    kind: str = Field(max_length=12)
    spans: list[str] = Field(default=[], max_length=10_000)
    nodes: list[str] = Field(default=[], max_length=10_000)
    valid_from: date
    source: str = Field(max_length=300)


class ReliabilityOut(Schema):
    """`general`: for every network. `subject`: an element's id or a sort's code, empty for all spans or all nodes."""

    id: int
    general: bool
    target: str
    subject: str
    mtbf_hours: int
    mttr_minutes: int
    per_km: bool
    valid_from: date
    valid_to: date | None
    source: str
    recorded_by_name: str


class ReliabilityIn(Schema):
    general: bool = False
    target: str = Field(max_length=12)
    subject: str = Field(default="", max_length=200)
    mtbf_hours: int
    mttr_minutes: int
    per_km: bool = False
    valid_from: date
    source: str = Field(max_length=300)


class EndRecordIn(Schema):
    valid_to: date
    reason: str = Field(max_length=300)


def _network(request: HttpRequest, uuid: UUID, right: str) -> Network:
    check(request.user, right)
    return get_object_or_404(Network.objects.visible_to(request.user), uuid=uuid)


def _ready(request: HttpRequest, uuid: UUID, as_of: date | None) -> tuple[PreparedNetwork, date]:
    day = as_of or today()
    return prepared_for(_network(request, uuid, EXACT), day), day


def _told(ready: PreparedNetwork, lost: Impact, other: Elsewhere) -> dict[str, Any]:
    still = still_served(ready, lost, other)
    return {
        **vars(lost),
        "still_units": sorted(still.units),
        "still_agencies": sorted(still.agencies),
        "people_cut": still.people_cut,
    }


@router.get(
    "/units", response=UnitsWaysOut, auth=None, openapi_extra=problems(404), summary="Paths to the core by unit"
)
def units(
    request: HttpRequest,
    *,
    as_of: date | None = None,
    scope: str = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """How many separate ways every unit of a scope (default: the signing province) has at the end of a day, as known
    now."""
    chosen, day = scope or default_scope(), as_of or today()
    if chosen is None:
        raise Invalid(_("Chưa có đơn vị hành chính nào."), place="scope", mend=_("Nhập các đơn vị hành chính trước."))
    found, (measured, up) = unit_results(chosen, day), availabilities(chosen, day)
    items = []
    for unit in found.covered.units[offset : offset + limit]:
        paths, behind, share = found.covered.paths[unit.code], found.behind[unit.code], up.get(unit.code)
        known = bool(share and share["denominator"])
        items.append(
            {
                "code": unit.code,
                "name": unit.name,
                "paths": paths["state"],
                "parts": paths["parts"],
                "parts_two": paths["parts_two"],
                "people_behind": behind["numerator"],
                "people": behind["denominator"],
                "availability": share["numerator"] // share["people"] if known and share else None,
                "method": share["state"] if known and share else None,
            }
        )
    return {
        "scope": chosen,
        "as_of": day,
        "demonstration": found.covered.demonstration,
        "availability_as_of": measured.as_of if measured else None,
        "people_behind": found.people_behind,
        "people": found.people,
        "count": len(found.covered.units),
        "items": items,
    }


@router.get(
    "/networks/{uuid}/impact",
    response=ImpactOut,
    openapi_extra=problems(403, 404),
    summary="Who is lost when elements fail together",
)
def impact(
    request: HttpRequest,
    uuid: UUID,
    *,
    spans: Chosen,
    nodes: Chosen,
    as_of: date | None = None,
) -> dict[str, Any]:
    """Units, agencies and people that lose the core when these spans and nodes fail together at the end of a day."""
    ready, day = _ready(request, uuid, as_of)
    return _told(ready, impact_on(ready, spans=spans, nodes=nodes), elsewhere(ready.network, day))


@router.get(
    "/networks/{uuid}/weak/{kind}",
    response=ElementsOut,
    openapi_extra=problems(403, 404),
    summary="Bridges or articulation points, worst first",
)
def weak(
    request: HttpRequest,
    uuid: UUID,
    kind: Literal["span", "node"],
    *,
    unit: str = "",
    as_of: date | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Spans (or nodes) that alone take someone from the core; `unit`: only those that take a part of this unit."""
    ready, day = _ready(request, uuid, as_of)
    numbers = weak_numbers(ready, kind, unit)
    other = elsewhere(ready.network, day)
    shown = elements(ready, kind, numbers[offset : offset + limit].tolist(), day, other)
    return {"has_core": ready.has_core, "count": len(numbers), "items": shown}


@router.get(
    "/networks/{uuid}/pairs",
    response=PairsOut,
    openapi_extra=problems(403, 404),
    summary="Pairs of spans, worst first",
)
def pairs(request: HttpRequest, uuid: UUID, *, as_of: date | None = None, limit: Limit = 50) -> dict[str, Any]:
    """Pairs of spans that only together take someone from the core."""
    ready, day = _ready(request, uuid, as_of)
    listed, total = worst_pairs(ready, day, limit)
    other = elsewhere(ready.network, day)
    items = [{"spans": pair.ids, "impact": _told(ready, pair.impact, other)} for pair in listed]
    return {"count": total, "items": items}


def _group(ready: PreparedNetwork, group: SharedRiskGroup, lost: Impact, other: Elsewhere) -> dict[str, Any]:
    same = ("id", "code", "name", "kind", "valid_from", "valid_to", "source", "recorded_by_name")
    told = {name: getattr(group, name) for name in same}
    return told | {"spans": group.span_ids, "nodes": group.node_ids, "impact": _told(ready, lost, other)}


@router.get(
    "/networks/{uuid}/groups",
    response=list[GroupOut],
    openapi_extra=problems(403, 404),
    summary="Shared risk groups in force, with what each would take",
)
def groups(request: HttpRequest, uuid: UUID, as_of: date | None = None) -> list[dict[str, Any]]:
    """Groups in force at the end of a day, worst first."""
    ready, day = _ready(request, uuid, as_of)
    found = SharedRiskGroup.objects.visible_to(request.user).filter(network=ready.network).as_of(day)
    other = elsewhere(ready.network, day)
    return [_group(ready, group, lost, other) for group, lost in groups_with_impact(ready, found)]


@router.post(
    "/networks/{uuid}/groups",
    response={201: GroupOut},
    openapi_extra=problems(403, 404),
    summary="Record a shared risk group from a day on",
)
def post_group(request: HttpRequest, uuid: UUID, given: GroupIn) -> Status:
    """Spans and nodes that fall together; a code recorded before gets a new version."""
    network = _network(request, uuid, MANAGE)
    made = record_group(actor=actor_of(request), network=network, **given.model_dump())
    ready = prepared_for(network, given.valid_from)
    lost = impact_on(ready, spans=made.span_ids, nodes=made.node_ids)
    return Status(201, _group(ready, made, lost, elsewhere(network, given.valid_from)))


@router.post(
    "/networks/{uuid}/groups/{group_id}/end",
    response={204: None},
    openapi_extra=problems(403, 404, 409),
    summary="End a shared risk group",
)
def post_group_end(request: HttpRequest, uuid: UUID, group_id: int, given: EndRecordIn) -> Status:
    """From a day on the group is no more."""
    network = _network(request, uuid, MANAGE)
    group = get_object_or_404(SharedRiskGroup, pk=group_id, network=network)
    end_group(actor=actor_of(request), group=group, valid_to=given.valid_to, reason=given.reason)
    return Status(204, None)


def _rate(row: Reliability) -> dict[str, Any]:
    same = [name for name in ReliabilityOut.model_fields if name != "general"]
    return {name: getattr(row, name) for name in same} | {"general": row.network_id is None}


@router.get(
    "/networks/{uuid}/reliability",
    response=list[ReliabilityOut],
    openapi_extra=problems(403, 404),
    summary="Reliability in force",
)
def reliability(request: HttpRequest, uuid: UUID, as_of: date | None = None) -> list[dict[str, Any]]:
    """Records in force at the end of a day, those for every network too."""
    network = _network(request, uuid, EXACT)
    rows = Reliability.objects.visible_to(request.user).filter(Q(network=network) | Q(network=None))
    return [_rate(row) for row in rows.as_of(as_of or today()).order_by("target", "subject", "pk")]


@router.post(
    "/networks/{uuid}/reliability",
    response={201: ReliabilityOut},
    openapi_extra=problems(403, 404),
    summary="Record reliability from a day on",
)
def post_reliability(request: HttpRequest, uuid: UUID, given: ReliabilityIn) -> Status:
    """Of one element, or of a sort of elements, of this network or (`general`) of every network."""
    network = _network(request, uuid, MANAGE)
    told = given.model_dump()
    general = told.pop("general")
    return Status(201, _rate(record_reliability(actor=actor_of(request), network=None if general else network, **told)))


@router.post(
    "/networks/{uuid}/reliability/{row_id}/end",
    response={204: None},
    openapi_extra=problems(403, 404, 409),
    summary="End a record of reliability",
)
def post_reliability_end(request: HttpRequest, uuid: UUID, row_id: int, given: EndRecordIn) -> Status:
    """From a day on the record holds no longer."""
    network = _network(request, uuid, MANAGE)
    row = get_object_or_404(Reliability, Q(network=network) | Q(network=None), pk=row_id)
    end_reliability(actor=actor_of(request), row=row, valid_to=given.valid_to, reason=given.reason)
    return Status(204, None)
