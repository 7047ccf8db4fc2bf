"""Agencies for everyone; oneself and one's tokens; the auditor's export."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from ninja.security import django_auth
from pydantic import Field

from tinhso.foundation.access import check
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Problem
from tinhso.identity import commands
from tinhso.identity.models import Agency, ApiToken, User
from tinhso.identity.queries import history_of

router = Router(tags=["identity"])


class AgencyOut(Schema):
    uid: str
    code_new: str = Field(description="Decision 20/2020/QĐ-TTg, e.g. H40.12")
    code_old: str = Field(description="QCVN 102:2016/BTTTT, e.g. 000.00.12.H40")
    code_official: bool = Field(description="false: the number is only a demonstration")
    name: str
    name_en: str
    kind: str
    level: str
    parent_uid: str
    seat_unit_code: str
    valid_from: date | None
    valid_to: date | None = Field(description="first day no longer in force")
    source: str


class Link(Schema):
    predecessor_uid: str
    successor_uid: str
    day: date = Field(alias="valid_from")
    basis: str


class AgencyHistory(Schema):
    versions: list[AgencyOut]
    predecessors: list[Link]
    successors: list[Link]


class AgencyPage(Schema):
    count: int
    items: list[AgencyOut]


class AgencyQuery(Schema):
    day: date | None = Field(None, description="as of this day; today when absent")
    q: str = Field("", max_length=120)
    kind: str = ""
    level: str = ""
    unit: str = Field("", description="code of the commune where it sits")
    limit: int = Field(100, ge=1, le=500)
    offset: int = Field(0, ge=0, le=1_000_000)


class MandateOut(Schema):
    role: str
    agency_uid: str = Field(description="empty: every agency")
    valid_from: date | None
    valid_to: date | None
    lent_by: str


class Me(Schema):
    username: str
    full_name: str
    mandates: list[MandateOut]
    withheld_roles: list[str] = Field(description="held, but in force only with a second factor")


class TokenOut(Schema):
    key: str
    name: str
    roles: list[str]
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None
    revoked_at: datetime | None

    @staticmethod
    def resolve_roles(token: Any) -> list[str]:
        return sorted(token.role_codes)


class TokenIn(Schema):
    name: str = Field(max_length=120)
    roles: list[str] = Field(max_length=20)
    days: int = Field(90, ge=1, le=366)


class TokenMade(Schema):
    token: TokenOut
    text: str = Field(description="the token itself, shown this once")


def person(request: HttpRequest) -> User:
    """Whom this request speaks for."""
    found: User = request.auth  # type: ignore[attr-defined]
    return found


@router.get("/agencies", response=AgencyPage, auth=None, summary="Agencies in force on a day")
def agencies(request: HttpRequest, query: Query[AgencyQuery]) -> dict:
    rows = Agency.objects.as_of(query.day or today()).matching(query.q)
    for field, value in (("kind", query.kind), ("level", query.level), ("seat_unit_code", query.unit)):
        if value:
            rows = rows.filter(**{field: value})
    ordered = rows.best_first(query.q)
    return {"count": rows.count(), "items": list(ordered[query.offset : query.offset + query.limit])}


@router.get("/agencies/{uid}", response=AgencyHistory, auth=None, summary="One agency's history")
def agency(request: HttpRequest, uid: str) -> dict:
    versions, came_from, became = history_of(uid)
    if not versions:
        raise Problem(_("Không có cơ quan này."), place="uid", status=404, code="not-found")
    return {"versions": versions, "predecessors": came_from, "successors": became}


@router.get("/me", response=Me, summary="Whom this session or token speaks for")
def me(request: HttpRequest) -> dict:
    user = person(request)
    return {
        "username": user.username,
        "full_name": user.full_name,
        "mandates": user.mandates,
        "withheld_roles": user.withheld_roles,
    }


@router.get("/tokens", response=list[TokenOut], summary="One's own tokens")
def tokens(request: HttpRequest) -> list[ApiToken]:
    return list(ApiToken.objects.filter(user=person(request))[:500])


@router.post(
    "/tokens", response={201: TokenMade}, auth=django_auth, summary="Create a token (in a browser session only)"
)
def create_token(request: HttpRequest, given: TokenIn) -> Status:
    user = person(request)
    check(user, "identity.tokens")
    token, text = commands.create_token(
        actor=user.actor(), user=user, name=given.name, roles=given.roles, days=given.days
    )
    return Status(201, {"token": token, "text": text})


@router.delete("/tokens/{key}", response={204: None}, summary="Revoke one of one's tokens")
def revoke_token(request: HttpRequest, key: str) -> Status:
    user = person(request)
    token = ApiToken.objects.filter(user=user, key=key).first()
    if token is None:
        raise Problem(_("Không có mã truy cập này."), place="key", status=404, code="not-found")
    commands.revoke_token(actor=user.actor(), token=token)
    return Status(204, None)


@router.post("/export", response=dict[str, Any], summary="People, mandates, agencies (auditor; goes on record)")
def export(request: HttpRequest) -> dict:
    user = person(request)
    check(user, "identity.export")
    return commands.export_identity(actor=user.actor())
