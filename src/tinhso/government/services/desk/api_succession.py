"""Dossiers of ended agencies for programs: what waits for a decision, and the decision."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field as Described

from tinhso.foundation.access import check
from tinhso.foundation.errors import Problem, problems
from tinhso.government.services.desk.api import EXPECTED, KEY, DossierActOut, applied
from tinhso.government.services.desk.commands_succession import assign_succeeded
from tinhso.government.services.desk.queries_succession import Ended, ended, page_of, proposed
from tinhso.government.services.dossiers.commands.particulars import LONGEST
from tinhso.government.services.dossiers.succeeding import waiting
from tinhso.government.services.models import Dossier

router = Router(tags=["services"])


class HeirOut(Schema):
    uid: str
    name: str
    mine: bool = Described(description="whether you may move dossiers to it")


class EndedAgencyOut(Schema):
    uid: str
    name: str
    waiting: int
    heirs: list[HeirOut] = Described(description="successors in force today; none: the register names none")


class SucceededOut(Schema):
    """`proposed`: the successor it plainly falls to; empty where the choice is open."""

    code: str
    procedure: str
    status: int
    filed_at: datetime
    due_at: datetime | None
    proposed: str
    events: int


class SucceededPageOut(Schema):
    items: list[SucceededOut]
    after: int = Described(description="send it to read on; 0 at the end")


class AssignIn(Schema):
    to: str = Described(max_length=80, description="uid of the successor")
    reason: str = Described(min_length=1, max_length=LONGEST)
    key: Annotated[str, KEY]
    expected: Annotated[int | None, EXPECTED] = None


def _ended(user: Any, uid: str = "") -> list[Ended]:
    check(user, "services.assign_succeeded")
    found = ended(user, uid)
    if uid and not found:
        raise Problem(_("Không có hồ sơ nào chờ giao ở cơ quan này."), place="uid", status=404, code="not-found")
    return found


@router.get(
    "/succession",
    response=list[EndedAgencyOut],
    summary="Ended agencies at which dossiers wait for a decision",
    openapi_extra=problems(403),
)
def list_ended(request: HttpRequest) -> list[dict[str, Any]]:
    """Those with several successors, or with none in the register."""
    user: Any = request.auth  # type: ignore[attr-defined]
    return [
        {
            "uid": one.agency.uid,
            "name": str(one.agency.title),
            "waiting": one.waiting,
            "heirs": [{"uid": row.uid, "name": str(row.title), "mine": row in one.mine} for row in one.heirs],
        }
        for one in _ended(user)
    ]


@router.get(
    "/succession/{uid}",
    response=SucceededPageOut,
    summary="What waits at an ended agency",
    openapi_extra=problems(403, 404),
)
def list_succeeded(request: HttpRequest, uid: str, after: Annotated[int, Query(0, ge=0, lt=2**63)]) -> dict[str, Any]:
    """The oldest first, without names of people."""
    user: Any = request.auth  # type: ignore[attr-defined]
    place = _ended(user, uid)[0]
    rows, onward = page_of(uid, after)
    plain = proposed(rows, place.heirs)
    names = ("code", "status", "filed_at", "due_at")
    items = [
        {
            **{name: getattr(row, name) for name in names},
            "procedure": row.version.procedure.code,
            "proposed": plain.get(row.pk, ""),
            "events": row.events_count,
        }
        for row in rows
    ]
    return {"items": items, "after": onward}


@router.post(
    "/succession/{uid}/{code}",
    response=DossierActOut,
    summary="Move a dossier of an ended agency to a successor",
    openapi_extra=problems(403, 404, 409),
)
def assign(request: HttpRequest, uid: str, code: str, given: AssignIn) -> dict[str, Any]:
    """Once per key; with all that waits of it there, and its history."""
    user: Any = request.auth  # type: ignore[attr-defined]
    check(user, "services.assign_succeeded")
    key = f"api:{user.pk}:{given.key}"
    row = Dossier.objects.filter(Q(pk__in=waiting([uid]).values("pk")) | Q(acts__key=key), code=code).first()
    if row is None:
        raise Problem(_("Không có hồ sơ này."), place="code", status=404, code="not-found")
    done = assign_succeeded(
        dossier=row.pk,
        former=uid,
        to=given.to,
        reason=given.reason,
        actor=user.actor(),
        user=user,
        key=key,
        expected=given.expected,
    )
    return applied(done)
