"""The synchronisation with the national portal for programs that watch it."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema
from ninja.pagination import paginate
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.errors import problems
from tinhso.foundation.paging import Number, Pages
from tinhso.government.services.models import Dossier, SyncMessage, SyncRun
from tinhso.government.services.national import queries
from tinhso.government.services.national.portal_client import configured
from tinhso.government.services.national.syncing import retry

router = Router(tags=["services"])
RIGHT = "services.synchronise"


class SyncRunOut(Schema):
    """A comparison of the dossiers of some days: how many each side holds. `error`: why it came to no answer."""

    id: int
    started_at: datetime
    ended_at: datetime | None
    first_day: date
    last_day: date
    ours: int
    theirs: int
    error: str


class SyncStateOut(Schema):
    """Dossiers by synchronisation state. `configured`: a portal is set; `demonstration`: dossiers that never leave."""

    configured: bool
    pending: int
    sent: int
    failed: int
    demonstration: int
    last_run: SyncRunOut | None


class SyncMessageOut(Schema):
    """A message of the outbox, made from a dossier's events up to `event`. `next_attempt_at` null: nothing more to do;
    `last_error`: what the portal said of the last attempt."""

    id: int
    key: str
    dossier: str = Field(description="code")
    event: int
    operation: str
    created_at: datetime
    attempts: int
    next_attempt_at: datetime | None
    sent_at: datetime | None
    last_error: str


class SyncFindingOut(Schema):
    """A dossier on which both sides do not agree; `ours` and `theirs`: status codes, null where there is none."""

    code: str
    kind: Literal["missing", "differs", "unknown"]
    ours: int | None
    theirs: int | None


class SyncMessageQuery(Schema):
    state: Literal["", "failed", "waiting", "sent"] = Field("", description="failed: refused or failed so far")
    dossier: str = Field("", max_length=60, description="code of a dossier")


def _message(row: SyncMessage) -> dict[str, Any]:
    names = [name for name in SyncMessageOut.model_fields if name != "dossier"]
    return {**{name: getattr(row, name) for name in names}, "dossier": row.dossier.code}


def _watcher(request: HttpRequest) -> Any:
    user: Any = request.auth  # type: ignore[attr-defined]
    check(user, RIGHT)
    return user


@router.get(
    "/synchronisation",
    response=SyncStateOut,
    summary="How far the synchronisation is",
    openapi_extra=problems(403),
)
def state(request: HttpRequest) -> dict[str, Any]:
    """Dossiers the reader may read by synchronisation state, and the last comparison with the portal."""
    user = _watcher(request)
    demonstration = Dossier.objects.visible_to(user).filter(demonstration=True).count()
    counted = {**queries.states(user), "demonstration": demonstration}
    return {**counted, "configured": configured(), "last_run": SyncRun.objects.first()}


@router.get(
    "/synchronisation/messages",
    response=list[SyncMessageOut],
    summary="Messages to the national portal",
    openapi_extra=problems(403),
)
@paginate(Pages, told=_message)
def messages(request: HttpRequest, asked: Query[SyncMessageQuery]) -> Any:
    """The newest first, of dossiers the reader may read; a dossier's messages leave in their order."""
    rows = queries.messages(_watcher(request))
    if asked.dossier:
        rows = rows.filter(dossier__code=asked.dossier)
    if asked.state == "sent":
        rows = rows.exclude(sent_at=None)
    elif asked.state:
        rows = rows.filter(sent_at=None)
        rows = rows.filter(last_error="") if asked.state == "waiting" else rows.exclude(last_error="")
    return rows.order_by("-pk")


@router.post(
    "/synchronisation/messages/{number}/retry",
    response=SyncMessageOut,
    summary="Send a message again now",
    openapi_extra=problems(403, 404, 409),
)
def retry_message(request: HttpRequest, number: Number) -> dict[str, Any]:
    """The worker sends it within a minute; 409 where it went through in the meantime."""
    user = _watcher(request)
    rows = queries.messages(user)
    message = get_object_or_404(rows, pk=number)
    retry(actor=user.actor(), message=message.pk, user=user)
    return _message(rows.get(pk=number))


@router.get(
    "/synchronisation/runs",
    response=list[SyncRunOut],
    summary="Comparisons with the national portal",
    openapi_extra=problems(403),
)
@paginate(Pages)
def runs(request: HttpRequest) -> Any:
    """One a day, the latest first."""
    _watcher(request)
    return SyncRun.objects.all()


@router.get(
    "/synchronisation/runs/{number}/findings",
    response=list[SyncFindingOut],
    summary="What a comparison found",
    openapi_extra=problems(403, 404),
)
@paginate(Pages)
def findings(request: HttpRequest, number: Number) -> Any:
    """Dossiers missing at the portal or standing otherwise there (sent again since), and those unknown here."""
    user = _watcher(request)
    return queries.findings(user, get_object_or_404(SyncRun, pk=number))
