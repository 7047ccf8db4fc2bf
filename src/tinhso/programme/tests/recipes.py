"""States of the programme: agencies, the agreement shipped, people of each party, measurements of a day."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from tinhso.identity.models import Agency, RoleGrant, User
from tinhso.measures.contract import RATIO
from tinhso.measures.models import Measurement
from tinhso.programme.commands import load_agreement
from tinhso.programme.commands.shipped import SHIPPED
from tinhso.programme.sides import Standing
from tinhso.proof.audit import SYSTEM
from tinhso.proof.log import append

SAID = json.loads(SHIPPED.read_text())
AGREEMENT = SAID["uid"]
PROVINCE_AGENCY, OPERATOR_AGENCY = (party["agency"] for party in SAID["parties"])
FIBRE = "infrastructure.communes_on_fibre"
SCOPE = "signing-province"


def agency(uid: str, name: str, kind: str = "peoples_committee", level: str = "province", **more: object) -> Agency:
    return Agency.objects.create(uid=uid, name=name, name_en=name, kind=kind, level=level, **more)


def two_agencies() -> None:
    agency(PROVINCE_AGENCY, "Ủy ban nhân dân tỉnh Nam Định")
    agency(OPERATOR_AGENCY, "Tập đoàn Bưu chính Viễn thông Việt Nam", kind="operator", level="central")


def signed_agreement() -> str:
    """The shipped agreement with its two parties; its uid."""
    two_agencies()
    load_agreement(actor=SYSTEM)
    return AGREEMENT


PROVINCE_SIDE = Standing(AGREEMENT, "province", PROVINCE_AGENCY, "Ủy ban nhân dân tỉnh Nam Định")
OPERATOR_SIDE = Standing(AGREEMENT, "operator", OPERATOR_AGENCY, "Tập đoàn Bưu chính Viễn thông Việt Nam")


@dataclass
class Person:
    username: str
    role: str
    agency_uid: str = ""


def person(username: str, role: str = "", agency_uid: str = "") -> User:
    """Somebody with one mandate (or none)."""
    user = User.objects.create_user(username, password="x", full_name=f"{username} (thử)")
    if role:
        RoleGrant.objects.create(
            user=user,
            role=role,
            agency_uid=agency_uid,
            valid_from=date(2020, 1, 1),
            granted_by="system",
            granted_by_name="test",
        )
    return user


def measured(indicator: str, as_of: str, numerator: int, denominator: int, scope: str = SCOPE) -> Measurement:
    """A measurement with a chosen value, as if the indicator had counted it."""
    entry = append("measurement", indicator, {"numerator": numerator, "denominator": denominator})
    return Measurement.objects.create(
        indicator=indicator,
        version=1,
        rule_hash="0" * 64,
        scope=scope,
        as_of=date.fromisoformat(as_of),
        known_at=timezone.now(),
        kind=RATIO,
        unit="share",
        numerator=numerator,
        denominator=denominator,
        rows=denominator,
        rows_root="0" * 64,
        inputs_sha256="0" * 64,
        record="{}",
        entry=entry,
    )
