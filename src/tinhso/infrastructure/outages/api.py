"""The API of outages: by unit for everyone, reports and acts for the operator's own people."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import AwareDatetime

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, problems
from tinhso.foundation.paging import Limit, Offset
from tinhso.infrastructure.network.coverage import default_scope
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.outages import api_hooks, codes, commands
from tinhso.infrastructure.outages.commands.importing import import_events
from tinhso.infrastructure.outages.elsewhere import Kept, kept, kept_of
from tinhso.infrastructure.outages.event_file import LARGEST
from tinhso.infrastructure.outages.models import Event, MaintenanceWindow, Outage
from tinhso.infrastructure.outages.months import month_of_units
from tinhso.infrastructure.outages.queries import coming_windows, month_of, public_month, told_units
from tinhso.infrastructure.outages.warning import cut_by

router = Router(tags=["outages"])
router.add_router("", api_hooks.router)
MONTH = Query("", description="YYYY-MM; default this month")


class OutageOut(Schema):
    """An outage by unit. `expected_at`: when service is expected back, null where nobody said. `people`: the most at
    one moment, null where not known; `known` false: no core was in service, so nothing can be said of who was cut
    off; `degraded`: nobody lost service. `still_units`, `still_agencies`: those cut off that another network served
    all the while, by the networks as known now."""

    uid: UUID
    code: str
    network: UUID
    demonstration: bool
    state: str
    planned: bool
    cause: str
    started_at: datetime
    ended_at: datetime | None
    expected_at: datetime | None
    units: list[str]
    agencies: int
    still_units: list[str]
    still_agencies: int
    people: int | None
    known: bool
    degraded: bool


class OutagesOut(Schema):
    month: str
    count: int
    items: list[OutageOut]


def _out(outage: Outage, still: Kept) -> dict[str, Any]:
    impact = outage.impact
    fields = ("uid", "code", "state", "planned", "cause", "started_at", "ended_at", "expected_at")
    about = {name: getattr(outage, name) for name in fields}
    return {
        **about,
        "network": outage.network.uuid,
        "demonstration": outage.network.demonstration,
        "units": impact.unit_codes if impact else [],
        "agencies": impact.agencies if impact else 0,
        "still_units": sorted(still.units),
        "still_agencies": len(still.agencies),
        "people": impact.people if impact else None,
        "known": bool(impact and impact.known),
        "degraded": bool(impact and impact.degraded),
    }


@router.get("/outages", response=OutagesOut, auth=None, summary="Outages of a month")
def list_outages(
    request: HttpRequest,
    month: str = MONTH,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """What lasted into a month, the latest first, by unit: elements are not public."""
    asked = month_of(month, today())
    found = public_month(asked)
    shown = found[offset : offset + limit]
    still = kept_of(shown)
    return {
        "month": f"{asked:%Y-%m}",
        "count": len(found),
        "items": [_out(one, still[one.pk]) for one in shown],
    }


@router.get("/outages/{uid}", response=OutageOut, auth=None, summary="One outage", openapi_extra=problems(404))
def get_outage(request: HttpRequest, uid: UUID) -> dict[str, Any]:
    """One outage by unit."""
    rows = Outage.objects.live().select_related("network", "impact").prefetch_related(told_units())
    found = get_object_or_404(rows, uid=uid)
    return _out(found, kept(found))


class UnitMonthOut(Schema):
    """Seconds of the month: watched, cut off by outages and by approved maintenance; `promised` in millionths; `kept`
    leaves maintenance out."""

    code: str
    name: str
    watched: int
    unplanned: int
    planned: int
    promised: int | None
    kept: bool | None


class AvailabilityOut(Schema):
    month: str
    until: datetime
    demonstration: bool
    count: int
    items: list[UnitMonthOut]


@router.get(
    "/availability",
    response=AvailabilityOut,
    auth=None,
    summary="Availability of units over a month",
)
def availability(
    request: HttpRequest,
    month: str = MONTH,
    limit: Limit = 100,
    offset: Offset = 0,
) -> dict[str, Any]:
    """Measured from the alarms received, against what was promised."""
    scope, asked = default_scope(), month_of(month, today())
    if scope is None:
        raise Invalid(_("Chưa có đơn vị hành chính nào."), place="scope", mend=_("Nhập các đơn vị hành chính trước."))
    told = month_of_units(scope, asked)
    fields = ("watched", "unplanned", "planned", "promised", "kept")
    return {
        "month": f"{asked:%Y-%m}",
        "until": told.until,
        "demonstration": told.demonstration,
        "count": len(told.rows),
        "items": [
            {"code": row.subject.code, "name": row.subject.name, **{name: getattr(row, name) for name in fields}}  # type: ignore[union-attr]
            for row in told.rows[offset : offset + limit]
        ],
    }


class WindowOut(Schema):
    """Approved maintenance and the units it would cut off, together with whatever else is down or planned then."""

    uid: UUID
    code: str
    title: str
    network: UUID
    demonstration: bool
    starts_at: datetime
    ends_at: datetime
    units: list[str]
    people: int | None


def _window(window: MaintenanceWindow) -> dict[str, Any]:
    cut = cut_by(window).total
    return {
        **{name: getattr(window, name) for name in ("uid", "code", "title", "starts_at", "ends_at")},
        "network": window.network.uuid,
        "demonstration": window.network.demonstration,
        "units": list(cut.units),
        "people": cut.people,
    }


@router.get("/maintenance", response=list[WindowOut], auth=None, summary="Approved maintenance that is not over")
def list_windows(request: HttpRequest) -> list[dict[str, Any]]:
    """At most 100, the next first."""
    return [_window(one) for one in coming_windows()[:100]]


class EventOut(Schema):
    """A report as it was kept."""

    element_kind: str
    element: str
    change: str
    fingerprint: str
    starts_at: datetime | None
    ends_at: datetime | None
    received_at: datetime
    source: str


class EventsOut(Schema):
    count: int
    items: list[EventOut]


@router.get("/events", response=EventsOut, summary="Reports received, for engineers", openapi_extra=problems(403))
def list_events(request: HttpRequest, limit: Limit = 100, offset: Offset = 0) -> dict[str, Any]:
    """The latest first; element names need the right to exact routes."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, EXACT)
    rows = Event.objects.visible_to(user).select_related("source").order_by("-id")
    fields = [name for name in EventOut.model_fields if name != "source"]
    items = [
        {**{name: getattr(one, name) for name in fields}, "source": one.source.slug}
        for one in rows[offset : offset + limit]
    ]
    return {"count": rows.count(), "items": items}


class ActIn(Schema):
    """`cause` is needed by kind "cause"; `text` by all but "cause", "expected", "closed" and "told". Kind "expected"
    without `expected_at` takes the last word back."""

    kind: Literal["cause", "expected", "works", "closed", "reopened", "report", "told"]
    cause: str = ""
    expected_at: AwareDatetime | None = None
    text: str = ""


class ActOut(Schema):
    """The outage's state afterwards, and how many agencies were told by this."""

    uid: UUID
    state: str
    cause: str
    told: int


@router.post(
    "/outages/{uid}/entries",
    response=ActOut,
    summary="Do something about an outage",
    openapi_extra=problems(403, 404, 409),
)
def add_entry(request: HttpRequest, uid: UUID, given: ActIn) -> dict[str, Any]:
    """Cause, when service is expected back, works, closing, reopening, report, telling the affected agencies."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "outages.handle")
    outage = get_object_or_404(Outage.objects.visible_to(user), uid=uid)
    actor, told = user.actor(), 0
    match given.kind:
        case codes.CAUSE:
            commands.set_cause(actor=actor, outage=outage, cause=given.cause, text=given.text)
        case codes.EXPECTED:
            commands.expect_back(actor=actor, outage=outage, at=given.expected_at, text=given.text)
        case codes.WORKS:
            commands.add_works(actor=actor, outage=outage, text=given.text)
        case codes.CLOSE:
            commands.close_outage(actor=actor, outage=outage, text=given.text)
        case codes.REOPENED:
            commands.reopen_outage(actor=actor, outage=outage, text=given.text)
        case codes.REPORT:
            commands.write_report(actor=actor, outage=outage, text=given.text)
        case codes.TOLD:
            told = len(commands.tell_outage(actor=actor, outage=outage, text=given.text).sent)
    outage.refresh_from_db()
    return {"uid": outage.uid, "state": outage.state, "cause": outage.cause, "told": told}


class EventsIn(Schema):
    network: UUID
    dry_run: bool = False


class EventFindingOut(Schema):
    """A row's fault or warning."""

    place: str
    reason: str
    mend: str
    fatal: bool


class EventsImportOut(Schema):
    """`import_id` null: nothing changed, or a dry run."""

    import_id: UUID | None
    added: int
    unchanged: int
    findings: list[EventFindingOut]


@router.post(
    "/imports",
    response=EventsImportOut,
    summary="Import events from CSV",
    openapi_extra=problems(403, 404),
)
def bring(request: HttpRequest, file: File[UploadedFile], given: Form[EventsIn]) -> dict[str, Any]:
    """All or nothing; faults come back as problem+json with `findings`."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "outages.import")
    if (file.size or 0) > LARGEST:
        raise Invalid(_("Tệp quá lớn."), place="file", mend=_("Chia tệp thành nhiều phần."))
    batch, diff, findings = import_events(
        actor=user.actor(),
        network=get_object_or_404(Network, uuid=given.network),
        source_name=(file.name or "events.csv")[:255],
        content=file.read(),
        dry_run=given.dry_run,
    )
    return {
        "import_id": batch.id if batch else None,
        "added": len(diff.added),
        "unchanged": diff.unchanged,
        "findings": [vars(one) for one in findings[:500]],
    }
