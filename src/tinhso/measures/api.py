"""API of indicators and measurements."""

from datetime import date, datetime
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.pagination import paginate
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.errors import problems
from tinhso.foundation.paging import Pages
from tinhso.measures import bundle, queries
from tinhso.measures.commands import request_measuring
from tinhso.measures.contract import Indicator, indicators
from tinhso.measures.models import Measurement
from tinhso.measures.queries import SIGNING_PROVINCE

router = Router(tags=["measures"])
ZIP = {200: {"description": "ZIP", "content": {"application/zip": {"schema": {"type": "string"}}}}}


class TextOut(Schema):
    vi: str
    en: str


class IndicatorOut(Schema):
    """A registered number. `unit` is that of the value; `rule` the SHA-256 of its sources."""

    id: str
    version: int
    kind: str
    unit: str
    title: TextOut
    words: TextOut
    dti: list[str]
    rule: str

    @staticmethod
    def resolve_rule(item: Indicator) -> str:
        return item.rule_hash()


class MeasurementOut(Schema):
    """One measuring. Σnumerator/Σdenominator over `rows` rows; denominator 0 is "no data"."""

    id: int
    indicator: str
    version: int
    rule: str = Field(alias="rule_hash")
    scope: str
    as_of: date
    known_at: datetime
    kind: str
    unit: str
    numerator: int
    denominator: int
    rows: int
    rows_root: str
    inputs_sha256: str
    measured_at: datetime
    entry: int = Field(alias="entry_id")


class MeasurementFilter(Schema):
    indicator: str = Field("", max_length=80)
    scope: str = Field("", max_length=80)
    as_of: date | None = None
    since: date | None = None
    until: date | None = None


class MeasureIn(Schema):
    """What to measure; all indicators when none is named."""

    as_of: date
    scope: str = Field(SIGNING_PROVINCE, max_length=80)
    indicators: list[str] | None = None


class Queued(Schema):
    queued: bool


@router.get("/indicators", response=list[IndicatorOut], auth=None)
@paginate(Pages)
def list_indicators(request: HttpRequest) -> list[Indicator]:
    """Every registered indicator."""
    return list(indicators)


@router.get("/measurements", response=list[MeasurementOut], auth=None)
@paginate(Pages)
def list_measurements(request: HttpRequest, wanted: Query[MeasurementFilter]) -> Any:
    """Measurements, the latest day first."""
    found = Measurement.objects.visible_to(request.user).newest_first().defer("record")
    columns = {
        "indicator": "indicator",
        "scope": "scope",
        "as_of": "as_of",
        "since": "as_of__gte",
        "until": "as_of__lte",
    }
    given = {column: value for name, column in columns.items() if (value := getattr(wanted, name))}
    return found.filter(**given)


@router.get("/measurements/{int:pk}", response=MeasurementOut, auth=None, openapi_extra=problems(404))
def one_measurement(request: HttpRequest, pk: int) -> Measurement:
    """One measurement."""
    return get_object_or_404(Measurement, pk=pk)


@router.get("/measurements/{int:pk}/rows", response=list[dict[str, Any]], auth=None, openapi_extra=problems(404))
@paginate(Pages)
def list_rows(request: HttpRequest, pk: int) -> list[dict[str, Any]]:
    """The public rows a measurement counted, in key order."""
    return queries.rows(get_object_or_404(Measurement, pk=pk))


@router.get("/measurements/{int:pk}/record", response=dict[str, Any], auth=None, openapi_extra=problems(404))
def one_record(request: HttpRequest, pk: int) -> HttpResponse:
    """The canonical record, byte for byte as the log holds it."""
    found = get_object_or_404(Measurement, pk=pk)
    return HttpResponse(found.record, content_type="application/json")


@router.get(
    "/measurements/{int:pk}/bundle",
    auth=None,
    openapi_extra={"responses": {**ZIP, **problems(404, 409)["responses"]}},
)
def one_bundle(request: HttpRequest, pk: int) -> HttpResponse:
    """The evidence bundle; 409 until the measurement is in the log."""
    found = get_object_or_404(Measurement.objects.select_related("entry"), pk=pk)
    response = HttpResponse(bundle.packed(bundle.contents(found)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{bundle.file_name(found)}"'
    return response


@router.post("/measure", response={202: Queued}, openapi_extra=problems(403))
def measure_now(request: HttpRequest, body: MeasureIn) -> HttpResponse:
    """Queue a measuring; needs the right `measures.run`."""
    user = request.auth  # type: ignore[attr-defined]
    check(user, "measures.run")
    request_measuring(actor=user.actor(), scope=body.scope, as_of=body.as_of, indicator_ids=body.indicators)
    return HttpResponse(orjson.dumps({"queued": True}), content_type="application/json", status=202)
