"""Named states of dossiers, agencies and procedures."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from tinhso.foundation import canonical
from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.dossiers.commands import Applied, Filing, Party, apply, file_dossier
from tinhso.government.services.ground.process import Act
from tinhso.government.services.models import Dossier, Field, Procedure, ProcedureVersion
from tinhso.identity.models import Agency, RoleGrant, User
from tinhso.proof.audit import SYSTEM

COMMUNE, OTHER, PROVINCE = "test.xa", "test.xa-khac", "test.so"
_keys = itertools.count()


def at(text: str) -> datetime:
    """A moment in Vietnam, as `2026-03-02T08:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def pair(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def paper(code: str, name: str, kind: str, *, required: bool = False) -> dict[str, Any]:
    return {"code": code, "name": pair(name), "kinds": [kind, "electronic"], "required": required, "copies": 1}


def definition(**changes: Any) -> dict[str, Any]:
    """A procedure of two steps, five working days, one fee and two papers."""
    return {
        "name": {"vi": "Cấp giấy xác nhận cư trú", "en": "Certificate of residence"},
        "field": "cu-tru",
        "level": "commune",
        "audience": ["citizen"],
        "online": "full",
        "channels": ["counter", "online", "post"],
        "limit": {"unit": "working_days", "amount": 5},
        "legal_basis": [pair("Luật Cư trú 2020")],
        "documents": [paper("don", "Tờ khai", "original", required=True), paper("cccd", "Căn cước", "copy")],
        "form": [
            {"key": "ly_do", "label": pair("Lý do"), "kind": "text", "required": True},
            {"key": "so_ban", "label": pair("Số bản"), "kind": "number", "required": False},
        ],
        "fees": [{"code": "le_phi", "name": pair("Lệ phí"), "amount": 10000}],
        "steps": [
            {"key": "tham_dinh", "title": pair("Thẩm định"), "role": "officer", "agency": ""},
            {"key": "ky", "title": pair("Ký duyệt"), "role": "leader", "agency": ""},
        ],
        "result": {"name": pair("Giấy xác nhận"), "kind": "giay"},
        **changes,
    }


def agency(uid: str, code: str, level: str = "commune") -> Agency:
    about = {"name": f"Cơ quan {uid}", "kind": "peoples_committee", "level": level}
    return Agency.objects.create(uid=uid, code_new=code, valid_from=date(2020, 1, 1), **about)


def agencies() -> None:
    """Two communes and a provincial department."""
    agency(COMMUNE, "H40.12.03")
    agency(OTHER, "H40.12.04")
    agency(PROVINCE, "H40.05", "province")


def procedure(code: str = "1.000001", valid_from: date = date(2020, 1, 1), **changes: Any) -> ProcedureVersion:
    """A published procedure."""
    content = definition(**changes)
    names = {"name_vi": "Cư trú", "name_en": "Residence"}
    field, _ = Field.objects.get_or_create(code=content["field"], defaults=names)
    row = Procedure.objects.create(
        code=code, field=field, level=content["level"], name_vi=content["name"]["vi"], name_en=content["name"]["en"]
    )
    text = canonical.dumps(content).decode()
    return ProcedureVersion.objects.create(
        procedure=row,
        number=1,
        content=text,
        sha256=canonical.digest(content),
        valid_from=valid_from,
        published_at=timezone.now(),
        published_by="system",
        published_by_name="Tỉnh Số",
        note="",
    )


def person(username: str, role: str = "", uid: str = "") -> User:
    """A person with a role at an agency."""
    user = User.objects.create(username=username, full_name=username.title(), password=make_password(None))
    if role:
        RoleGrant.objects.create(
            user=user, role=role, agency_uid=uid, valid_from=date(2020, 1, 1), granted_by="system", granted_by_name="x"
        )
    return user


class Desk:
    """A commune's office with its people, and a citizen."""

    def __init__(self, **changes: Any) -> None:
        agencies()
        self.version = procedure(**changes)
        self.citizen = person("citizen", "citizen")
        self.clerk = person("clerk", "clerk", COMMUNE)
        self.officer = person("officer", "officer", COMMUNE)
        self.colleague = person("colleague", "officer", COMMUNE)
        self.leader = person("leader", "leader", COMMUNE)

    def file(self, moment: str = "2026-03-02T08:00", **changes: Any) -> Dossier:
        filing = Filing(
            **{
                "version": self.version,
                "channel": "online",
                "applicant_kind": "citizen",
                "applicant": Party("Nguyễn Văn An", id_number="036123456789", email="an@example.vn"),
                "competent_uid": COMMUNE,
                "received_uid": COMMUNE,
                "answers": {"ly_do": "vay vốn"},
                "owner": self.citizen,
                **changes,
            }
        )
        done = file_dossier(
            filing=filing, actor=self.citizen.actor(), key=f"test-{next(_keys)}", user=self.citizen, at=at(moment)
        )
        return done.dossier

    def act(
        self, dossier: Dossier, verb: str, user: User | None, moment: str = "", key: str = "", **data: Any
    ) -> Applied:
        """Do it as that person, and refresh the dossier."""
        done = apply(
            dossier=dossier.pk,
            act=Act(verb, data),
            actor=user.actor() if user else SYSTEM,
            key=key or f"test-{next(_keys)}",
            user=user,
            at=at(moment) if moment else None,
        )
        for name in done.dossier.__dict__:
            setattr(dossier, name, getattr(done.dossier, name))
        return done

    def received(self, moment: str = "2026-03-02T09:00") -> Dossier:
        """A dossier received, with its first task open."""
        dossier = self.file()
        self.act(dossier, "accept", self.clerk, moment)
        return dossier

    def in_process(self) -> Dossier:
        """A dossier an officer has claimed."""
        dossier = self.received()
        self.act(dossier, "claim", self.officer, task=1, holder=self.officer.actor().code)
        return dossier

    def finished(self) -> Dossier:
        """A dossier that has its result."""
        dossier = self.in_process()
        self.act(dossier, "complete_step", self.officer, task=1)
        self.act(dossier, "claim", self.leader, task=2, holder=self.leader.actor().code)
        self.act(dossier, "finish", self.leader, task=2)
        return dossier

    def returned(self, moment: str = "2026-03-09T09:00") -> Dossier:
        """A dossier whose result was handed over."""
        dossier = self.finished()
        self.act(dossier, "return_result", self.clerk, moment, way="handed")
        return dossier
