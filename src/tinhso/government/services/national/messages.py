"""Bodies of messages to the national portal: DongBoHoSoMC and CapNhatTienDoHoSoMC (fields of QCVN 120:2019/BTTTT).

A body is what the events up to a number made of the dossier, so that sending it again says the same.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from tinhso.foundation.dates import VIETNAM
from tinhso.government.services.dossiers.clocking import clock_events
from tinhso.government.services.ground.states import STATUSES
from tinhso.government.services.models import Dossier, DossierEvent
from tinhso.identity.queries import agencies_by_uid
from tinhso.workdays import clock
from tinhso.workdays.queries import by_hash

CHANNEL_CODES = {"counter": 1, "online": 2, "post": 3}
APPLICANT_CODES = {"citizen": 0, "enterprise": 1, "household": 2}
ENDING = ("finished", "returned", "refused", "stopped", "withdrawn")


def told(moment: datetime | None) -> str:
    """yyyyMMddHHmmss in Vietnam; "" for none."""
    return f"{moment.astimezone(VIETNAM):%Y%m%d%H%M%S}" if moment else ""


def whole(dossier: Dossier, last: int, *, updating: bool) -> dict[str, Any]:
    """DongBoHoSoMC: the dossier as its events up to `last` made it."""
    events = list(dossier.events.filter(number__lte=last).order_by("number"))
    first_of = {event.kind: event.at for event in reversed(events)}
    received = first_of.get("accepted")
    ended = next((event.at for event in events if event.kind in ENDING), None)
    party = dossier.parties.filter(role="applicant").first()
    definition = dossier.version.definition.content
    documents = {item["code"]: item["name"]["vi"] for item in definition["documents"]}
    results = dossier.issued.filter(form="result").exclude(sealed_sha256="", unsigned_sha256="").order_by("pk")
    return {
        "isUpdating": updating,
        "MaHoSo": dossier.code,
        "MaTTHC": dossier.version.procedure.code,
        "TenTTHC": definition["name"]["vi"],
        "MaLinhVuc": dossier.version.procedure.field.code,
        "TenLinhVuc": dossier.version.procedure.field.title.vi,
        "ChuHoSo": party.name if party else "",
        "LoaiDoiTuong": APPLICANT_CODES[dossier.applicant_kind],
        "NgayTiepNhan": told(received or dossier.filed_at),
        "NgayHenTra": told(_due(dossier, events)),
        "NgayKetThucXuLy": told(ended),
        "NgayTra": told(first_of.get("returned")),
        "TrangThaiHoSo": status_after(events),
        "DonViXuLy": agency_name(dossier.competent_uid),
        "KenhThucHien": CHANNEL_CODES[dossier.channel],
        "TaiLieuNop": [
            {
                "TepDinhKemId": str(paper.pk),
                "TenTepDinhKem": documents.get(paper.document, paper.document),
                "MaThanhPhanHoSo": paper.document,
            }
            for paper in dossier.papers.exclude(origin="issued").order_by("pk")
        ],
        "DanhSachLePhi": [
            {"TenPhiLePhi": fee["name"]["vi"], "MaPhiLePhi": fee["code"], "Gia": fee["amount"]}
            for fee in definition["fees"]
        ],
        "DanhSachGiayToKetQua": [
            {"TenGiayTo": definition["result"]["name"]["vi"], "MaGiayToKetQua": str(paper.uid)} for paper in results
        ],
    }


def progress(dossier: Dossier, last: int) -> dict[str, Any]:
    """CapNhatTienDoHoSoMC: who did which step when, of the act that ended with event `last`."""
    events = list(dossier.events.filter(number__lte=last).select_related("detail").order_by("number"))
    done = events[-1]
    steps = dossier.version.definition.steps
    task = dossier.tasks.filter(number=json.loads(done.data).get("task", 0)).first()
    agency = task.agency_uid if task else dossier.competent_uid
    title = steps[task.step].title.vi if task and task.kind == "step" else ""
    return {
        "MaHoSo": dossier.code,
        "NguoiXuLy": done.detail.actor_name,
        "ThoiDiemXuLy": told(done.at),
        "PhongBanXuLy": agency_name(agency),
        "NoiDungXuLy": title or STATUSES[status_after(events)].vi,
        "TrangThai": status_after(events),
        "NgayBatDau": told(task.opened_at if task else done.at),
        "NgayKetThucTheoQuyDinh": told(_due(dossier, events)),
    }


def same_progress(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two progress rows tell of the same thing; names may have been shortened on the way."""
    return all(
        str(one.get(name, "")) == str(other.get(name, ""))
        for name in ("MaHoSo", "ThoiDiemXuLy", "NoiDungXuLy", "TrangThai")
    )


def status_after(events: Sequence[DossierEvent]) -> int:
    """The business state after these events."""
    for event in reversed(events):
        if status := json.loads(event.data).get("status"):
            return int(status)
    return 0


def agency_name(uid: str) -> str:
    """An agency's Vietnamese name; its uid where it is not known."""
    agency = agencies_by_uid([uid]).get(uid)
    return agency.name if agency else uid


def _due(dossier: Dossier, events: Sequence[DossierEvent]) -> datetime | None:
    told_events = clock_events(events)
    if not told_events:
        return None
    return clock.due(told_events, dossier.version.definition.rule, by_hash(dossier.calendar_sha256)).at
