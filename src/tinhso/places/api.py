"""The API of places: open to everyone, as of a day (default today)."""

from datetime import date

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Problem
from tinhso.foundation.paging import Limit, Offset
from tinhso.foundation.text import fold
from tinhso.places.cells import cells as drawn_cells
from tinhso.places.lineage import Relation, heirs, lineage, times_of
from tinhso.places.models import COMMUNE, Unit, code_of
from tinhso.places.queries import parts_of, points, populations, unit_at
from tinhso.places.scopes import SIGNING_PROVINCE, scope_title, units_in
from tinhso.places.state import links, snapshot, steady

router = Router(tags=["places"])


class UnitOut(Schema):
    """A unit: `valid_to` is the first day no longer in force; null: still in force."""

    uid: str
    code: str
    level: int
    type: str
    name: str
    parent_uid: str
    valid_from: date | None
    valid_to: date | None


class UnitsOut(Schema):
    """One page of units, and how many there are."""

    as_of: date
    count: int
    items: list[UnitOut]


class RelationOut(Schema):
    """A predecessor or successor, and on what basis; not `resolved`: only a candidate."""

    unit: UnitOut
    day: date | None
    basis: str
    basis_title: str
    resolved: bool


class PartOut(Schema):
    uid: str
    code: str
    name: str
    resolved: bool


class PopulationOut(Schema):
    persons: int
    year: int
    quality: str
    source: str


class PointOut(Schema):
    """Degrees on WGS 84."""

    lat: float
    lon: float


class UnitDetailOut(UnitOut):
    as_of: date
    predecessors: list[RelationOut]
    successors: list[RelationOut]
    parts: list[PartOut]
    population: PopulationOut | None
    point: PointOut | None


class ScopeUnitsOut(UnitsOut):
    scope: str
    title: str


class LinkOut(Schema):
    predecessor_uid: str
    successor_uid: str
    day: date | None
    basis: str
    resolved: bool


class Paged(Schema):
    as_of: date | None = Field(None, description="the end of this day; default today")
    limit: Limit = 500
    offset: Offset = 0


class ScopeFilter(Paged):
    level: int = Field(COMMUNE, ge=1, le=3, description="1 province, 2 district, 3 commune")


class UnitFilter(Paged):
    level: int | None = Field(None, ge=1, le=3, description="1 province, 2 district, 3 commune")
    parent: str = Field("", max_length=10, description="code of the unit directly above")
    q: str = Field("", max_length=120, description="part of the name; marks, case and đ do not matter")


def _relation(pair: Relation) -> dict:
    link = pair.link
    return {
        "unit": pair.unit,
        "day": link.valid_from,
        "basis": link.basis,
        "basis_title": str(link.basis_title),
        "resolved": link.resolved,
    }


def _not_found(code: str, day: date) -> Problem:
    """404, with what the code was and became."""
    times = times_of(code)
    heirs_now = [unit.code for found in heirs([unit.uid for unit in times], day).values() for unit in found]
    mend = ""
    if times:
        was = ", ".join(f"{unit.name} [{unit.valid_from}, {unit.valid_to or '…'})" for unit in times)
        mend = _("Mã này từng là: %(was)s. Nay: %(now)s.") % {"was": was, "now": ", ".join(heirs_now) or "—"}
    told = _("Không có đơn vị mã %(code)s vào ngày %(day)s.") % {"code": code[:20], "day": day.isoformat()}
    return Problem(told, place="code", mend=mend, status=404, code="not-found")


@router.get("/units", response=UnitsOut, auth=None, summary="Units in force on a day")
@steady()
def list_units(request: HttpRequest, given: Query[UnitFilter]) -> dict:
    """Units in force, in Vietnamese order, filtered by level, parent and name."""
    day = given.as_of or today()
    query = fold(given.q)
    found = [
        unit
        for unit in snapshot(day).units
        if (given.level is None or unit.level == given.level)
        and (not given.parent or code_of(unit.parent_uid) == given.parent)
        and query in unit.folded
    ]
    return {"as_of": day, "count": len(found), "items": found[given.offset : given.offset + given.limit]}


@router.get("/units/{code}", response=UnitDetailOut, auth=None, summary="One unit on a day")
@steady()
def get_unit(request: HttpRequest, code: str, as_of: date | None = None) -> dict:
    """The unit that carries a code on a day, with predecessors, successors, people and point."""
    day = as_of or today()
    unit = unit_at(code, day)
    if unit is None:
        raise _not_found(code, day)
    relations = lineage(unit.uid)
    point = points([unit.uid]).get(unit.uid)
    return {
        **{name: getattr(unit, name) for name in UnitOut.model_fields},
        "as_of": day,
        "predecessors": [_relation(pair) for pair in relations.before],
        "successors": [_relation(pair) for pair in relations.after],
        "parts": parts_of([unit.uid])[unit.uid],
        "population": populations([unit.uid]).get(unit.uid),
        "point": {"lat": point[0] / 1e7, "lon": point[1] / 1e7} if point else None,
    }


@router.get("/scopes/{code}/units", response=ScopeUnitsOut, auth=None, summary="Units of a scope on a day")
@steady()
def scope_units(
    request: HttpRequest,
    code: str,
    given: Query[ScopeFilter],
) -> dict:
    """The units of a territory followed through time: `signing-province` or `unit:<code>`."""
    day = given.as_of or today()
    found = units_in(code, day, given.level)
    items: list[Unit] = found[given.offset : given.offset + given.limit]
    return {"as_of": day, "scope": code, "title": str(scope_title(code)), "count": len(found), "items": items}


@router.get("/cells", response=dict, auth=None, summary="Boundaries and approximate cells as GeoJSON")
@steady()
def scope_cells(request: HttpRequest, as_of: date | None = None, scope: str = SIGNING_PROVINCE) -> dict:
    """A GeoJSON FeatureCollection of a scope's communes; property `kind` is `polygon`, or `cell` where approximate."""
    day = as_of or today()
    drawn = drawn_cells(day)
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": unit.uid,
                "geometry": drawn[unit.uid][0],
                "properties": {"code": unit.code, "name": unit.name, "kind": drawn[unit.uid][1]},
            }
            for unit in units_in(scope, day)
            if unit.uid in drawn
        ],
    }


@router.get("/links", response=list[LinkOut], auth=None, summary="What became of the units of a scope")
@steady()
def scope_links(request: HttpRequest, given: Query[Paged], scope: str = SIGNING_PROVINCE) -> list[dict]:
    """Every step by which the communes in force on a day came to be, back to the first units known."""
    before = links().before
    found, open_uids, seen = [], [unit.uid for unit in units_in(scope, given.as_of or today())], set()
    while open_uids:
        uid = open_uids.pop()
        if uid in seen:
            continue
        seen.add(uid)
        for link in before.get(uid, []):
            found.append(link)
            open_uids.append(link.predecessor_uid)
    found.sort(key=lambda link: (link.valid_from or date.min, link.predecessor_uid, link.successor_uid))
    names = ("predecessor_uid", "successor_uid", "basis", "resolved")
    return [
        {**{name: getattr(link, name) for name in names}, "day": link.valid_from}
        for link in found[given.offset : given.offset + given.limit]
    ]
