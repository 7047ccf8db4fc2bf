"""Synchronisation against a portal in a process of its own: in order, nothing lost, nothing doubled."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tinhso.foundation.errors import Forbidden
from tinhso.government.services.models import Dossier, SyncMessage
from tinhso.government.services.national import portal_client, syncing
from tinhso.government.services.national.messages import progress
from tinhso.government.services.national.syncing import failures, reconcile, retry, send_due
from tinhso.government.services.tests.portal_stub import Portal
from tinhso.government.services.tests.recipes import Desk, at

pytestmark = pytest.mark.django_db


class Stub:
    """The portal's process: started, killed and started again over the same file."""

    def __init__(self, path: Path, settings: object) -> None:
        self.path, self.settings, self.process = path, settings, None

    def start(self, seed: int = 1, trouble: int = 0) -> None:
        script = Path(__file__).with_name("portal_stub.py")
        self.process = subprocess.Popen(
            [sys.executable, "-S", str(script), str(self.path), str(seed), str(trouble)],
            stdout=subprocess.PIPE,
            text=True,
        )
        port = self.process.stdout.readline().strip()
        self.settings.PORTAL_URL = f"http://127.0.0.1:{port}/api"

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
            self.process = None

    @property
    def held(self) -> Portal:
        return Portal(self.path)


@pytest.fixture
def stub(tmp_path: Path, settings) -> Iterator[Stub]:
    settings.PORTAL_TOKEN = "secret"
    portal = Stub(tmp_path / "portal.jsonl", settings)
    yield portal
    portal.kill()


@pytest.fixture
def desk() -> Desk:
    return Desk()


def later() -> None:
    """As if leases and waits had passed."""
    waiting = SyncMessage.objects.filter(sent_at=None, next_attempt_at__isnull=False)
    waiting.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def several(desk: Desk, number: int = 6) -> list[Dossier]:
    found = [desk.finished() for _ in range(number)]
    for dossier in found[: number // 2]:
        desk.act(dossier, "return_result", desk.clerk, way="online")
    return found


@pytest.mark.both_databases
def test_a_dossier_goes_through_whole_and_in_order(desk: Desk, stub: Stub):
    dossier = desk.received("2026-03-02T09:00")
    desk.act(dossier, "claim", desk.officer, "2026-03-03T09:00", task=1, holder=desk.officer.actor().code)
    desk.act(dossier, "complete_step", desk.officer, "2026-03-04T09:00", task=1)
    stub.start()
    assert send_due() == SyncMessage.objects.count()
    held = stub.held.dossiers[dossier.code]
    wanted = {"MaHoSo": dossier.code, "MaTTHC": "1.000001", "MaLinhVuc": "cu-tru", "ChuHoSo": "Nguyễn Văn An"}
    wanted |= {"LoaiDoiTuong": 0, "KenhThucHien": 2, "TrangThaiHoSo": 4, "isUpdating": True}
    wanted |= {"NgayTiepNhan": "20260302090000", "NgayHenTra": "20260309170000", "NgayKetThucXuLy": "", "NgayTra": ""}
    assert {name: held[name] for name in wanted} == wanted
    assert held["DanhSachLePhi"] == [{"TenPhiLePhi": "Lệ phí", "MaPhiLePhi": "le_phi", "Gia": 10000}]
    (row,) = [row for row in stub.held.rows if row["ThoiDiemXuLy"] == "20260304090000"]
    assert (row["NguoiXuLy"], row["TrangThai"], row["NoiDungXuLy"]) == ("Officer", 4, "Ký duyệt")
    dossier.refresh_from_db()
    assert dossier.sync == "sent" and send_due() == 0


def test_nothing_is_lost_or_doubled_while_both_sides_die(desk: Desk, stub: Stub, monkeypatch):
    class Killed(BaseException):
        """The worker's end: nothing after it runs."""

    dossiers = several(desk, 4)
    chance, real = random.Random(7), portal_client.call
    deaths = Counter()

    def dying(operation: str, body: dict) -> dict:
        if chance.random() < 0.15:
            deaths["before"] += 1
            raise Killed
        answer = real(operation, body)
        if chance.random() < 0.15:
            deaths["after"] += 1
            raise Killed
        return answer

    monkeypatch.setattr(syncing, "call", dying)
    for turn in range(200):
        if turn % 10 == 0:
            stub.kill()
        elif turn % 10 == 1:
            stub.start(seed=turn, trouble=25)
        with suppress(Killed):
            send_due()
        later()
        if not SyncMessage.objects.filter(sent_at=None).exists():
            break
    held = stub.held
    assert deaths["before"] and deaths["after"] and not SyncMessage.objects.filter(sent_at=None).exists()
    assert {code: one["TrangThaiHoSo"] for code, one in held.dossiers.items()} == {
        dossier.code: dossier.status for dossier in dossiers
    }
    assert len(held.rows) == SyncMessage.objects.filter(operation="CapNhatTienDoHoSoMC").count()
    for dossier in dossiers:
        sent = dossier.messages.filter(operation="CapNhatTienDoHoSoMC").values_list("event", flat=True)
        assert [row for row in held.rows if row["MaHoSo"] == dossier.code] == [progress(dossier, n) for n in sent]
    assert set(Dossier.objects.values_list("sync", flat=True)) == {"sent"}


def test_comparing_sends_what_is_missing_and_lists_what_is_unknown(desk: Desk, stub: Stub):
    dossiers = several(desk)
    stub.start()
    send_due()
    stub.kill()
    lines = [line for line in stub.path.read_text().splitlines() if dossiers[0].code not in line]
    strange = {
        "MaHoSo": "H40.99-260302-0001",
        "TrangThaiHoSo": 2,
        "NgayTiepNhan": "20260302080000",
        "isUpdating": False,
    }
    stale = json.loads(next(line for line in lines if dossiers[1].code in line))
    stale[1]["TrangThaiHoSo"] = 4
    stub.path.write_text("\n".join([*lines, json.dumps(["DongBoHoSoMC", strange]), json.dumps(stale)]) + "\n")
    stub.start()
    run = reconcile(at("2026-03-01T00:00").date(), at("2026-03-31T00:00").date())
    found = {(one.code, one.kind) for one in run.findings.all()}
    assert found == {(dossiers[0].code, "missing"), (dossiers[1].code, "differs"), (strange["MaHoSo"], "unknown")}
    assert (run.ours, run.theirs, run.error) == (6, 6, "")
    assert send_due() == 2
    again = reconcile(at("2026-03-01T00:00").date(), at("2026-03-31T00:00").date())
    assert {one.kind for one in again.findings.all()} == {"unknown"}
    assert stub.held.dossiers[dossiers[0].code]["TrangThaiHoSo"] == dossiers[0].status


@pytest.mark.parametrize(
    "answer",
    [
        {"DanhSachHoSo": "x"},
        {"DanhSachHoSo": [None]},
        {"DanhSachHoSo": {"MaHoSo": "x"}},
        {"DanhSachHoSo": [{"MaHoSo": "x"}]},
        {"DanhSachHoSo": [{"MaHoSo": "x", "TrangThaiHoSo": None}]},
        {"DanhSachHoSo": [{"MaHoSo": "x", "TrangThaiHoSo": "bốn"}]},
        {"DanhSachHoSo": [{"MaHoSo": "x", "TrangThaiHoSo": 10**6}]},
        {"DanhSachHoSo": [{"MaHoSo": "x", "TrangThaiHoSo": 4}], "SoTrang": "nhiều"},
    ],
)
def test_an_answer_not_as_agreed_ends_the_comparison_with_the_reason(answer: dict, monkeypatch, settings):
    settings.PORTAL_URL = "http://127.0.0.1:9/api"
    monkeypatch.setattr(syncing, "call", lambda operation, body: answer)
    run = reconcile()
    assert run.error.startswith("TraCuuHoSo: ") and run.ended_at and not run.findings.exists()


def test_a_portal_that_knows_no_pages_and_tells_states_as_text_is_compared_all_the_same(monkeypatch, settings):
    settings.PORTAL_URL = "http://127.0.0.1:9/api"
    told = {"DanhSachHoSo": [{"MaHoSo": "H1", "TrangThaiHoSo": "4"}] * 2, "SoTrang": "30000", "TienDo": None}
    asked = []
    monkeypatch.setattr(syncing, "call", lambda operation, body: asked.append(body) or told)
    run = reconcile()
    assert [(one.code, one.kind, one.theirs) for one in run.findings.all()] == [("H1", "unknown", 4)]
    assert (len(asked), run.theirs, run.error) == (2, 1, "")


def test_a_failure_is_seen_waits_and_is_retried_by_hand(desk: Desk, stub: Stub, settings):
    dossier = desk.file()
    settings.PORTAL_URL = "http://127.0.0.1:9/api"
    for _ in range(syncing.FAILED_AFTER):
        assert send_due() == 0
        later()
    dossier.refresh_from_db()
    assert dossier.sync == "failed"
    (message,) = failures()
    assert "refused" in message.last_error and message.attempts == syncing.FAILED_AFTER
    SyncMessage.objects.update(next_attempt_at=timezone.now() + timedelta(hours=6))
    stub.start()
    assert send_due() == 0
    with pytest.raises(Forbidden):
        retry(actor=desk.clerk.actor(), message=message.pk, user=desk.clerk)
    retry(actor=desk.leader.actor(), message=message.pk, user=desk.leader)
    assert send_due() == 1 and not failures()
    dossier.refresh_from_db()
    assert dossier.sync == "sent"


def test_what_is_refused_stops_its_dossier_alone(desk: Desk, stub: Stub, monkeypatch):
    refused, other = desk.received(), desk.received()
    stub.start()
    real = portal_client.call

    def strict(operation: str, body: dict) -> dict:
        if body["MaHoSo"] == refused.code and operation != "TraCuuHoSo":
            raise portal_client.PortalRefused("422: MaLinhVuc")
        return real(operation, body)

    monkeypatch.setattr(syncing, "call", strict)
    send_due()
    refused.refresh_from_db(), other.refresh_from_db()
    assert (refused.sync, other.sync) == ("failed", "sent")
    assert SyncMessage.objects.filter(dossier=refused, attempts=0).exists()


def test_demonstration_dossiers_and_an_unset_portal_send_nothing(desk: Desk, stub: Stub, settings):
    desk.version.procedure.demonstration = True
    desk.file()
    desk.version.procedure.demonstration = False
    stub.start()
    assert send_due() == 0 and not stub.held.dossiers
    settings.PORTAL_URL = ""
    desk.file()
    assert send_due() == 0 and reconcile() is None


def test_a_page_shows_what_failed_and_sends_it_again(desk: Desk, client, settings):
    dossier = desk.file()
    settings.PORTAL_URL = "http://127.0.0.1:9/api"
    send_due()
    (message,) = failures()
    client.force_login(desk.citizen)
    assert client.get("/dong-bo/").status_code == 403
    client.force_login(desk.leader)
    said = client.get("/dong-bo/").content.decode()
    assert dossier.code in said and "refused" in said
    assert client.post(f"/dong-bo/{message.pk}/gui-lai/").status_code == 302
    message.refresh_from_db()
    assert message.next_attempt_at <= timezone.now()
    assert client.post("/dong-bo/999999/gui-lai/").status_code == 404
