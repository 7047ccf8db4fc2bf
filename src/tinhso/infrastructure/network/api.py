"""The API of the network. Everyone reads networks and their counts; exact elements and imports are the engineer's."""

from __future__ import annotations

from datetime import date, datetime
from itertools import chain
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import File, Form, Query, Router, Schema
from ninja.files import UploadedFile
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.dates import VIETNAM, today
from tinhso.foundation.paging import Limit, Offset
from tinhso.infrastructure.network.commands import Outcome, import_ofds
from tinhso.infrastructure.network.models import Network, Node, Span
from tinhso.infrastructure.network.ofds.export import export as exported
from tinhso.infrastructure.network.ofds.formats import FORMATS
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.network.summary import listed, readings, summary
from tinhso.infrastructure.network.uploads import at_once, refuse_upload

router = Router(tags=["infrastructure"])


class NetworkOut(Schema):
    """A network and its latest reading. `demonstration`: designed by the program itself, not a real network."""

    uuid: UUID
    name: str
    operator: str
    demonstration: bool
    read_as_of: date
    nodes: int
    spans: int


class NetworksOut(Schema):
    count: int
    items: list[NetworkOut]


class NetworkStatusOut(Schema):
    status: str
    title: str
    nodes: int
    spans: int
    length_m: int


class PhaseOut(Schema):
    id: str
    name: str
    spans: int
    operational: int
    length_m: int


class CompletenessOut(Schema):
    """`stated` of `of` elements say `key`, e.g. span.status."""

    key: str
    stated: int
    of: int


class ReadingOut(Schema):
    """A file read: its state holds from `as_of` until the next reading."""

    as_of: date
    recorded_at: datetime
    source_name: str
    source_sha256: str
    nodes: int
    spans: int


class SummaryOut(Schema):
    """Counts at the end of a day, as known at a moment; lengths in metres."""

    uuid: UUID
    name: str
    operator: str
    demonstration: bool
    as_of: date
    known_at: datetime | None
    nodes: int
    spans: int
    length_m: int
    statuses: list[NetworkStatusOut]
    phases: list[PhaseOut]
    completeness: list[CompletenessOut]
    readings: list[ReadingOut]


class NodeOut(Schema):
    """A node; coordinates in 1e-7 degree (WGS 84)."""

    element_id: str
    name: str
    status: str
    lat_e7: int | None
    lon_e7: int | None
    unit_code: str
    phase_id: str
    access_point: bool | None
    power: bool | None
    valid_from: date
    valid_to: date | None


class NodesOut(Schema):
    count: int
    items: list[NodeOut]


class SpanOut(Schema):
    """A span; `length_m` metres by `length_basis` (fibreLength, route, straight)."""

    element_id: str
    name: str
    start_id: str
    end_id: str
    status: str
    length_m: int | None
    length_basis: str
    phase_id: str
    ready_on: date | None
    medium: str
    valid_from: date
    valid_to: date | None


class SpansOut(Schema):
    count: int
    items: list[SpanOut]


class FindingOut(Schema):
    level: str
    code: str
    place: str
    reason: str
    mend: str


class ChangeOut(Schema):
    network: UUID
    name: str
    as_of: date
    until: date | None
    counts: dict[str, dict[str, int]]


class NetworkImportOut(Schema):
    """What an import did; `import_id` is null when nothing was written (dry run, or nothing to change)."""

    import_id: UUID | None
    dry_run: bool
    changes: list[ChangeOut]
    findings: list[FindingOut]


class ReadingAt(Schema):
    as_of: date | None = Field(None, description="the end of this day; default today")
    known_at: datetime | None = Field(None, description="as the system knew it at this moment; default now")

    @property
    def day(self) -> date:
        return self.as_of or today()

    @property
    def moment(self) -> datetime | None:
        """A moment without zone is Vietnam's."""
        known = self.known_at
        return known.replace(tzinfo=VIETNAM) if known and known.tzinfo is None else known


class Paged(ReadingAt):
    limit: Limit = 100
    offset: Offset = 0
    status: str = Field("", max_length=20)


class ImportIn(Schema):
    as_of: date | None = Field(None, description="the day the file describes; default its collectionDate, else today")
    network: UUID | None = Field(None, description="take only this network out of the package")
    repair: bool = False
    dry_run: bool = False


def _network(request: HttpRequest, uuid: UUID) -> Network:
    return get_object_or_404(Network.objects.visible_to(request.user), uuid=uuid)


def _engineer(request: HttpRequest, right: str) -> Any:
    user = request.auth  # type: ignore[attr-defined]
    check(user, right)
    return user


@router.get("/networks", response=NetworksOut, auth=None, summary="Networks")
def list_networks(request: HttpRequest, limit: Limit = 100, offset: Offset = 0) -> dict:
    """Networks that have been read, by name, with the size of their latest reading."""
    found = listed(request.user)
    items = [
        {
            **{name: getattr(network, name) for name in ("uuid", "name", "operator", "demonstration")},
            "read_as_of": reading.valid_from,
            "nodes": reading.nodes,
            "spans": reading.spans,
        }
        for network, reading in found[offset : offset + limit]
    ]
    return {"count": len(found), "items": items}


@router.get("/networks/{uuid}", response=SummaryOut, auth=None, summary="Counts of one network on a day")
def get_network(request: HttpRequest, uuid: UUID, given: Query[ReadingAt]) -> dict:
    """Counts by status and phase, lengths, completeness and readings; no exact routes."""
    network = _network(request, uuid)
    told = summary(network, given.day, given.moment)
    read = [
        {
            **{name: getattr(row, name) for name in ReadingOut.model_fields if name != "as_of"},
            "as_of": row.valid_from,
        }
        for row in readings(network, given.moment)[:500]
    ]
    about = {name: getattr(network, name) for name in ("uuid", "name", "operator", "demonstration")}
    return {**about, "as_of": given.day, "known_at": given.moment, **vars(told), "readings": read}


def _elements(request: HttpRequest, uuid: UUID, model: Any, given: Paged) -> dict:
    user = _engineer(request, EXACT)
    found = model.objects.visible_to(user).filter(network=_network(request, uuid)).as_of(given.day, given.moment)
    if given.status:
        found = found.filter(status=given.status)
    page = found.order_by("element_id", "id").defer("data")[given.offset : given.offset + given.limit]
    return {"count": found.count(), "items": list(page)}


@router.get("/networks/{uuid}/nodes", response=NodesOut, summary="Nodes of a network on a day")
def list_nodes(request: HttpRequest, uuid: UUID, given: Query[Paged]) -> dict:
    """Exact nodes, for engineers."""
    return _elements(request, uuid, Node, given)


@router.get("/networks/{uuid}/spans", response=SpansOut, summary="Spans of a network on a day")
def list_spans(request: HttpRequest, uuid: UUID, given: Query[Paged]) -> dict:
    """Exact spans, for engineers."""
    return _elements(request, uuid, Span, given)


@router.get("/networks/{uuid}/ofds", summary="A network as an OFDS 0.4 package, on a day, as known at a moment")
def export(
    request: HttpRequest,
    uuid: UUID,
    given: Query[ReadingAt],
    format: Literal["json", "geojson", "csv", "gpkg"] = "json",
) -> StreamingHttpResponse:
    """The file, for engineers, without loss: JSON, GeoJSON, CSV tables with WKT in a zip, or GeoPackage."""
    _engineer(request, EXACT)
    network = _network(request, uuid)
    suffix, kind = FORMATS[format]
    pieces = exported(format, [network], given.day, given.moment)
    # The first piece is made before the answer begins, so that a refusal is still an answer of its own.
    first = next(pieces)
    response = StreamingHttpResponse(chain([first], pieces), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{uuid}-{given.day}.{suffix}"'
    return response


@router.post("/imports", response=NetworkImportOut, summary="Import an OFDS 0.3 or 0.4 file")
def bring(request: HttpRequest, file: File[UploadedFile], given: Form[ImportIn]) -> dict:
    """Check or record a network file (JSON, GeoJSON, CSV tables in a zip, GeoPackage; recognised by content): all or
    nothing. Faults come back as problem+json with `findings`."""
    user = _engineer(request, "infrastructure.import")
    refuse_upload(file.size or 0)
    outcome = import_ofds(
        actor=user.actor(),
        raw=file.read(),
        source_name=(file.name or _("không tên"))[:255],
        as_of=given.as_of,
        network=given.network,
        repair=given.repair,
        dry_run=given.dry_run,
        limit=at_once(),
    )
    return told(outcome, dry_run=given.dry_run)


def told(outcome: Outcome, *, dry_run: bool) -> dict:
    """An outcome for a machine."""
    changes = [
        {
            "network": change.network.uuid,
            "name": change.reading.name,
            "as_of": change.reading.valid_from,
            "until": change.until,
            "counts": change.counts,
        }
        for change in outcome.changes
    ]
    return {
        "import_id": outcome.batch.id if outcome.batch else None,
        "dry_run": dry_run,
        "changes": changes,
        "findings": [{name: getattr(fault, name) for name in FindingOut.model_fields} for fault in outcome.faults],
    }
