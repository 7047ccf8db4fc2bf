"""A dossier whose term is over: nothing personal of it is left anywhere, and everything else still holds."""

from __future__ import annotations

import io
import os
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from tinhso.delivery.models import Message
from tinhso.files.disposal import sweep
from tinhso.files.stored import location, read
from tinhso.files.tests.test_guard import pdf
from tinhso.foundation.errors import Erased, Problem
from tinhso.government.services.desk.commands import attach_file
from tinhso.government.services.dossiers.chain import broken_at
from tinhso.government.services.dossiers.commands import Party
from tinhso.government.services.dossiers.commands.erasure import erase_dossiers
from tinhso.government.services.dossiers.uploads import kept
from tinhso.government.services.filing.commands.drafts import begin_draft, delete_draft, reuse_paper
from tinhso.government.services.filing.drafting import own_papers
from tinhso.government.services.index.facts import told_again
from tinhso.government.services.models import Dossier, DossierFact, DossierPaper, IssuedPaper, SyncMessage
from tinhso.government.services.national.syncing import due_messages
from tinhso.government.services.papers import qr
from tinhso.government.services.papers.commands import make, request_paper, request_register
from tinhso.government.services.schedules import erase_ended
from tinhso.government.services.tests.recipes import COMMUNE, Desk
from tinhso.government.services.tests.test_tracking import client_of, opened, page_of
from tinhso.payments.commands import renew_key, set_account
from tinhso.payments.models import PaymentRequest
from tinhso.payments.tests.recipes import BIN, NUMBER, credit
from tinhso.proof.audit import SYSTEM
from tinhso.proof.signed_pdf import forget_signers

pytestmark = pytest.mark.django_db
NAME = "Phạm Thị Vết"
#: Everything by which she could be known, as anybody wrote it.
TRACES = (NAME, "pham thi vet", "NGUYEN VAN AN", "036777888999", "vet@example.vn", "0912777888", "Ngõ Vết")
WORDS = "vay tiền chữa bệnh"


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("erasure")


@pytest.fixture(autouse=True)
def kept_apart(var: Path, tmp_path: Path, settings: Any) -> None:
    """Files of each test alone; the agencies' keys are made once."""
    settings.VAR, settings.MEDIA_ROOT = var, tmp_path
    forget_signers()


def file_of(text: str) -> io.BytesIO:
    """A PDF with a text in it, as nobody compresses it."""
    return io.BytesIO(pdf() + f"% {text}\n".encode())


def given(text: str, name: str) -> DossierPaper:
    upload = kept(actor=SYSTEM, content=file_of(text), name=name)
    return DossierPaper(document="don", copy_kind="electronic", origin="uploaded", added_at=timezone.now(), **upload)


def dump() -> str:
    """Every cell of every table."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {row!r}" for row in cursor.fetchall()]
    return "\n".join(found)


def lying() -> list[Path]:
    return [path for path in Path(live.MEDIA_ROOT).rglob("*") if path.is_file()]


def traces() -> list[str]:
    """What is left of her in the database and in the files."""
    told, files = dump(), b"".join(path.read_bytes() for path in lying())
    return [word for word in (*TRACES, WORDS) if word in told or word.encode() in files]


def grown_old(*dossiers: Dossier) -> None:
    """The dossiers ended long ago, and their files are as old."""
    Dossier.objects.filter(pk__in=[row.pk for row in dossiers]).update(ended_at=timezone.now() - timedelta(days=400))
    past = time.time() - 400 * 86400
    for path in lying():
        os.utime(path, (past, past))


def recount() -> list[Any]:
    return [
        *(facts for _row, facts in told_again(Dossier.objects.all())),
        *DossierFact.objects.order_by("pk").values(),
        *Dossier.objects.order_by("pk").values("code", "status", "head", "events_count", "paid", "ended_at"),
    ]


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    about = {"agency_uid": COMMUNE, "bank": BIN, "number": NUMBER, "holder": "UBND xã", "basis": "QĐ 1"}
    set_account(actor=SYSTEM, valid_from=date(2020, 1, 1), **about)
    renew_key(actor=SYSTEM, bin=BIN, number=NUMBER)
    return made


def her(desk: Desk, **changes: Any) -> Dossier:
    """A dossier of hers with a file of her own, received, paid through the bank, finished and handed over."""
    person = Party(NAME, id_number="036777888999", email="vet@example.vn", phone="0912777888", address="Ngõ Vết, xã A")
    row = desk.file(applicant=person, answers={"ly_do": WORDS}, **changes)
    desk.act(row, "accept", desk.clerk, "2026-03-02T09:00")
    credit(PaymentRequest.objects.get(source_key=str(row.uid)))
    row.refresh_from_db()
    desk.act(row, "claim", desk.officer, task=1, holder=desk.officer.actor().code)
    desk.act(row, "note", desk.officer, text=f"{NAME} đã gọi điện")
    attach_file(
        dossier=row.pk, content=file_of(f"Kết quả cho {NAME}"), name=f"{NAME}.pdf", document="", issued=True,
        actor=desk.officer.actor(), user=desk.officer, key=f"attach-{row.pk}",
    )  # fmt: skip
    row.refresh_from_db()
    desk.act(row, "complete_step", desk.officer, task=1)
    desk.act(row, "claim", desk.leader, task=2, holder=desk.leader.actor().code)
    desk.act(row, "finish", desk.leader, task=2)
    desk.act(row, "return_result", desk.clerk, "2026-03-09T09:00", way="handed")
    return row


@pytest.mark.both_databases
def test_nothing_of_her_is_left_and_the_rest_holds(desk):
    own, shared = given(f"Tôi là {NAME}", "Đơn Phạm Thị Vết.pdf"), given("Sổ hộ khẩu", "so.pdf")
    row = her(desk, papers=[own, shared])
    other = desk.file()
    # The same file given again for another dossier, and bytes that somebody else happens to have sent too.
    DossierPaper.objects.create(
        dossier=other, document="don", copy_kind="copy", origin="reused", file=shared.file, name="so.pdf",
        added_at=timezone.now(),
    )  # fmt: skip
    receipt = make(row.issued.get(form="01"))
    register = make(request_register(agency_uid=COMMUNE, period="2026-03-02", actor=SYSTEM))
    SyncMessage.objects.filter(dossier=row).update(last_error=f"refused: {NAME}")
    grown_old(row)
    assert traces() == [*TRACES, WORDS]
    before, code = recount(), qr_of(receipt)
    others = Message.objects.exclude(key__startswith=f"services:{row.code}/").count()

    assert erase_dossiers(before=timezone.now() - timedelta(days=30), actor=SYSTEM) == 1
    # The process was killed after the commit: no bytes went. The next run completes it.
    assert location(receipt.sha256).exists()
    assert sweep() == 4, "her file, the result, the receipt, the register"
    assert traces() == []

    assert recount() == before
    assert broken_at(str(row.uid), row.events.order_by("number")) is None
    assert b"".join(read(shared.file)).endswith("% Sổ hộ khẩu\n".encode())
    assert Message.objects.count() == others
    left = IssuedPaper.objects.get(pk=receipt.pk)
    assert (left.sha256, left.content_sha256, left.number) == (receipt.sha256, receipt.content_sha256, receipt.number)
    assert qr_of(left) == code and qr.check(code).code == row.code
    told = dump()
    assert erase_dossiers(before=timezone.now(), actor=SYSTEM) == 0
    assert sweep() == 0 and dump() == told

    again = request_register(agency_uid=COMMUNE, period="2026-03-02", actor=SYSTEM)
    assert again.event == register.event + 1
    made = make(again).content
    assert row.code in made and "đã xóa theo thời hạn lưu" in made and NAME not in made


def qr_of(paper: IssuedPaper) -> str:
    import json

    return str(json.loads(paper.content)["qr"])


def test_pages_and_api_say_since_when_it_is_gone(desk):
    row = her(desk, papers=[given(f"Tôi là {NAME}", "x.pdf")])
    register = request_register(agency_uid=COMMUNE, period="2026-03-02", actor=SYSTEM)
    register = make(register)
    receipt, paper = row.issued.get(form="01"), row.papers.order_by("pk")[0]
    citizen, clerk, holder = client_of(desk.citizen), client_of(desk.officer), opened(row)
    clerk.get(reverse("services:paper", args=[row.code, receipt.uid]))
    grown_old(row)
    erase_dossiers(before=timezone.now(), actor=SYSTEM)
    said = f"đã xóa theo thời hạn lưu vào ngày {timezone.localtime():%d/%m/%Y}"
    for client in (citizen, holder):
        assert said in page_of(client, row)
    for name in ("desk_dossier", "papers"):
        page = clerk.get(reverse(f"services:{name}", args=[row.code])).content.decode()
        assert said in page and "Thử lại" not in page
    for client, name, args in (
        (citizen, "paper_file", [row.code, paper.pk]),
        (clerk, "desk_file", [row.code, paper.pk]),
        (holder, "paper", [row.code, receipt.uid]),
        (clerk, "paper", [row.code, receipt.uid]),
        (citizen, "receipt", [row.code]),
        (clerk, "register", [register.uid]),
    ):
        answer = client.get(reverse(f"services:{name}", args=args))
        assert answer.status_code == 410 and said in answer.content.decode(), name
    assert said in clerk.post(reverse("services:papers", args=[row.code]), {"form": "06"}).content.decode()
    listed = clerk.get(reverse("services:registers")).content.decode()
    assert f"đã xóa theo thời hạn lưu ngày {timezone.localtime():%d/%m/%Y}" in listed
    assert clerk.get(f"/api/services/dossiers/{row.code}").json()["erased_at"]
    assert citizen.get(f"/api/services/own-dossiers/{row.code}").json()["erased_at"]
    assert all(item["erased_at"] for item in clerk.get(f"/api/services/dossiers/{row.code}/papers").json()["items"])
    for answer in (
        clerk.get(f"/api/services/papers/{receipt.uid}.pdf"),
        citizen.post(
            reverse("services:dossier", args=[row.code]), {"verb": "rate", "stars": "5", "key": "k"},
            headers={"Accept": "application/json"},
        ),
    ):  # fmt: skip
        assert answer.status_code in {410, 422} and said in answer.content.decode() + str(answer.content)


def test_an_erased_dossier_takes_nothing_more_and_offers_nothing_again(desk):
    row = her(desk, papers=[given("Căn cước", "cccd.pdf")])
    paper, version = row.papers.order_by("pk")[0], desk.version
    draft = begin_draft(version=version, user=desk.citizen, raw={}, actor=desk.citizen.actor())
    grown_old(row)
    erase_dossiers(before=timezone.now(), actor=SYSTEM)
    assert own_papers(desk.citizen) == []
    for refused in (
        lambda: reuse_paper(draft=draft, document="don", copy_kind="copy", paper=paper, actor=SYSTEM),
        lambda: desk.act(row, "rate", desk.citizen, stars=5),
        lambda: request_paper(dossier=Dossier.objects.get(pk=row.pk), form="01", language="en", actor=SYSTEM),
        lambda: make(row.issued.get(form="result")),
    ):
        with pytest.raises(Erased):
            refused()


def test_a_file_given_again_outlives_the_dossier_it_came_with(desk):
    row = her(desk, papers=[given("Căn cước", "cccd.pdf")])
    paper = row.papers.order_by("pk")[0]
    draft = begin_draft(version=desk.version, user=desk.citizen, raw={}, actor=desk.citizen.actor())
    reused = reuse_paper(draft=draft, document="don", copy_kind="copy", paper=paper, actor=SYSTEM)
    grown_old(row)
    erase_dossiers(before=timezone.now(), actor=SYSTEM)
    sweep()
    assert reused.file is not None and b"".join(read(reused.file)).endswith("% Căn cước\n".encode())
    delete_draft(draft=draft, actor=SYSTEM)
    sweep()
    with pytest.raises(Problem):
        read(reused.file)
    assert not location(reused.file.sha256).exists()


def test_the_command_line_erases_what_the_floors_hold(desk, capsys):
    row = desk.returned("2025-03-09T09:00")
    grown_old(row)
    call_command("erase_dossiers", until=f"{timezone.now():%Y-%m-%d}")
    assert capsys.readouterr().out.split() == ["1"]
    assert not Message.objects.exists()


def test_a_result_nobody_collected_is_kept_for_them_until_a_longer_term(desk, settings):
    ready, fetched = desk.finished(), desk.returned(f"{timezone.localtime() - timedelta(days=10):%Y-%m-%dT%H:%M}")
    refused = desk.file()
    desk.act(refused, "refuse", desk.clerk, reason="Không thuộc thẩm quyền")
    grown_old(ready, fetched, refused)
    settings.DOSSIER_DETAIL_DAYS = 30
    erase_ended()
    assert erased(ready, fetched, refused) == [False, False, True], "ten days ago the result was handed over"
    settings.DOSSIER_DETAIL_DAYS = 5
    erase_ended()
    assert erased(ready, fetched) == [False, True]
    desk.act(ready, "return_result", desk.clerk, way="handed")
    erase_ended()
    assert erased(ready) == [False]
    settings.DOSSIER_HELD_DAYS = 365
    erase_ended()
    assert erased(ready) == [True]


def erased(*dossiers: Dossier) -> list[bool]:
    return [Dossier.objects.get(pk=row.pk).erased_at is not None for row in dossiers]


@pytest.mark.both_databases
def test_what_the_national_portal_was_not_told_is_kept_and_never_leaves_without_a_name(desk, settings):
    settings.PORTAL_URL = "http://127.0.0.1:9/unreachable"
    row, told = desk.returned("2025-03-09T09:00"), desk.returned("2025-03-09T09:00")
    Dossier.objects.filter(pk=told.pk).update(sync="sent")
    grown_old(row, told)
    before = timezone.now() - timedelta(days=30)
    assert erase_dossiers(before=before, actor=SYSTEM) == 1 and erased(row, told) == [False, True]
    assert due_messages().filter(dossier=row).exists() and not due_messages().filter(dossier=told).exists()
    call_command("erase_dossiers", until=f"{before:%Y-%m-%d}", held=True)
    assert erased(row) == [True] and not due_messages().exists()
    desk.act(row, "pay", None, reference="VQR1")
    assert not SyncMessage.objects.filter(sent_at=None).exists(), "nothing is told without the name"
