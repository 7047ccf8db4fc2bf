"""The API of coverage: which units are on fibre on a day, for everyone. `config` mounts it at /api/infrastructure."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.foundation.paging import Limit, Offset
from tinhso.infrastructure.network.coverage import covered, default_scope, units_day

router = Router(tags=["infrastructure"])


class UnitCoverageOut(Schema):
    """A unit: `fibre` on, partial, off or no_data; `paths` two, one, none, no_core or no_data; `nodes` in service."""

    code: str
    name: str
    fibre: str
    parts: int
    parts_on: int
    placed: str
    paths: str
    nodes: int


class CoverageOut(Schema):
    """`units_on_fibre` of `units_with_data`; `networks` measured, `demonstration` when one of them is designed."""

    scope: str
    as_of: date
    units_as_of: date
    units_on_fibre: int
    units_with_data: int
    networks: list[UUID]
    demonstration: bool
    count: int
    items: list[UnitCoverageOut]


@router.get("/coverage", response=CoverageOut, auth=None, summary="Units on fibre on a day")
def coverage(
    request: HttpRequest,
    *,
    as_of: date | None = None,
    scope: str = "",
    units_as_of: date | None = None,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Coverage of a scope (default: the signing province) at the end of a day, as known now. `units_as_of` divides it
    by the units of another day."""
    chosen, day = scope or default_scope(), as_of or today()
    if chosen is None:
        raise Invalid(_("Chưa có đơn vị hành chính nào."), place="scope", mend=_("Nhập các đơn vị hành chính trước."))
    found = covered(chosen, day, units_as_of)
    return {
        "scope": chosen,
        "as_of": day,
        "units_as_of": units_day(chosen, units_as_of or day),
        "units_on_fibre": found.value.numerator,
        "units_with_data": found.value.denominator,
        "networks": [network.uuid for network in found.networks],
        "demonstration": found.demonstration,
        "count": len(found.units),
        "items": [
            {
                "code": unit.code,
                "name": unit.name,
                "fibre": found.fibre[unit.code]["state"],
                "parts": found.fibre[unit.code]["parts"],
                "parts_on": found.fibre[unit.code]["parts_on"],
                "placed": found.fibre[unit.code]["placed"],
                "paths": found.paths[unit.code]["state"],
                "nodes": found.nodes.get(unit.code, 0),
            }
            for unit in found.units[offset : offset + limit]
        ],
    }
