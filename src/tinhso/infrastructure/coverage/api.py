"""The API of coverage: gaps, broadband and its level of service, for everyone."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.foundation.paging import Limit, Offset
from tinhso.infrastructure.coverage.gaps import Gap, gaps
from tinhso.infrastructure.coverage.models import ServiceLevel
from tinhso.infrastructure.coverage.sheet import Sheet, sheet, unit_on
from tinhso.infrastructure.coverage.speeds import speeds
from tinhso.infrastructure.coverage.ways import Ways
from tinhso.infrastructure.network.coverage import default_scope

router = Router(tags=["coverage"])


class GapOut(Schema):
    """A unit (or the agency seated in it) without fibre; metres, đồng; null: not known."""

    unit: str
    name: str
    agency: str | None
    people: int | None
    distance_m: int | None
    route_m: int | None
    cost: int | None


class GapsOut(Schema):
    """`prices`: the price list the costs follow; `cost`: of all units, each by itself."""

    scope: str
    as_of: date
    prices: str | None
    demonstration: bool
    cost: int
    count: int
    items: list[GapOut]


class SpeedOut(Schema):
    """A unit's tests of the last 365 days: rates in kbit/s, latency in µs, lower medians; `state` reached, below or
    no_data."""

    unit: str
    name: str
    state: str
    tests: int
    good: int
    download_kbps: int | None
    upload_kbps: int | None
    latency_us: int | None


class LevelOut(Schema):
    """A level of service in [valid_from, valid_to)."""

    valid_from: date
    valid_to: date | None
    download_kbps: int
    upload_kbps: int
    latency_us: int
    share_permille: int
    basis: str
    demonstration: bool


class SpeedsOut(Schema):
    """`reached` of `with_data` units."""

    scope: str
    as_of: date
    level: LevelOut | None
    demonstration: bool
    reached: int
    with_data: int
    count: int
    items: list[SpeedOut]


class WaysOut(Schema):
    """Separate ways to the core, counted up to 8; null while no core is in service."""

    by_span: int | None
    by_node: int | None


class LineOut(Schema):
    """An agency: `on_fibre` null where nothing is known."""

    agency: str
    name: str
    on_fibre: bool | None
    ways: WaysOut


class SheetOut(Schema):
    """A commune on a day."""

    unit: str
    name: str
    as_of: date
    fibre: str
    parts: int
    parts_on: int
    people: int | None
    ways: WaysOut
    agencies: list[LineOut]
    gap: GapOut | None
    broadband: SpeedOut
    demonstration: bool


def _scope(asked: str) -> str:
    chosen = asked or default_scope()
    if chosen is None:
        raise Invalid(_("Chưa có đơn vị hành chính nào."), place="scope", mend=_("Nhập các đơn vị hành chính trước."))
    return chosen


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "unit": gap.unit.code,
        "name": gap.agency.name if gap.agency else gap.unit.name,
        "agency": gap.agency.uid if gap.agency else None,
        "people": gap.people,
        "distance_m": gap.distance_m,
        "route_m": gap.route_m,
        "cost": gap.cost,
    }


def _ways(found: Ways) -> dict[str, Any]:
    return {"by_span": found.by_span, "by_node": found.by_node}


def _speed(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {"unit": row["key"], "name": name, **row}


@router.get("/gaps", response=GapsOut, auth=None, summary="Units or agencies without fibre")
def list_gaps(
    request: HttpRequest,
    *,
    as_of: date | None = None,
    scope: str = "",
    of: str = Query("units", pattern="^(units|agencies)$"),
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """How far the nearest working node is, and about what a span there costs. `of`: units or agencies."""
    chosen, day = _scope(scope), as_of or today()
    found = gaps(chosen, day)
    listed = found.units if of == "units" else found.agencies
    return {
        "scope": chosen,
        "as_of": day,
        "prices": str(found.prices) if found.prices else None,
        "demonstration": found.demonstration,
        "cost": found.cost,
        "count": len(listed),
        "items": [_gap(gap) for gap in listed[offset : offset + limit]],
    }


@router.get("/broadband", response=SpeedsOut, auth=None, summary="Broadband measured in each unit")
def list_speeds(
    request: HttpRequest,
    *,
    as_of: date | None = None,
    scope: str = "",
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """The tests of the 365 days up to the end of a day, against the level of service in force."""
    chosen, day = _scope(scope), as_of or today()
    found = speeds(chosen, day)
    return {
        "scope": chosen,
        "as_of": day,
        "level": found.level,
        "demonstration": found.demonstration,
        "reached": found.value.numerator,
        "with_data": found.value.denominator,
        "count": len(found.units),
        "items": [_speed(unit.name, found.rows[unit.code]) for unit in found.units[offset : offset + limit]],
    }


@router.get("/service-levels", response=list[LevelOut], auth=None, summary="Levels of service, newest first")
def list_levels(request: HttpRequest) -> Any:
    """All levels as known now."""
    return ServiceLevel.objects.visible_to(request.user).known_at().order_by("-valid_from")[:500]


@router.get("/units/{code}", response=SheetOut, auth=None, summary="A commune's sheet")
def one_unit(request: HttpRequest, code: str, *, as_of: date | None = None) -> dict[str, Any]:
    """Fibre, separate ways, agencies and broadband of one unit at the end of a day."""
    day = as_of or today()
    unit = unit_on(code, day)
    if unit is None:
        raise Http404
    found: Sheet = sheet(unit, day)
    return {
        "unit": unit.code,
        "name": unit.name,
        "as_of": day,
        "fibre": found.fibre["state"],
        "parts": found.fibre["parts"],
        "parts_on": found.fibre["parts_on"],
        "people": found.people.persons if found.people else None,
        "ways": _ways(found.ways),
        "agencies": [
            {"agency": line.agency.uid, "name": line.agency.name, "on_fibre": line.on, "ways": _ways(line.ways)}
            for line in found.lines
        ],
        "gap": _gap(found.gap) if found.gap else None,
        "broadband": _speed(unit.name, found.speed),
        "demonstration": found.covered.demonstration or found.made_up_speeds,
    }
