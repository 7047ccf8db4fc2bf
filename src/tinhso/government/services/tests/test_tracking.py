"""Tracking: who sees what, what is told in the citizen's words, and what they may do."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from tinhso.delivery.models import Message
from tinhso.files.stored import store
from tinhso.government.services.dossiers.commands import Party
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.models import Dossier, DossierPaper
from tinhso.government.services.tests.recipes import COMMUNE, Desk, at, person
from tinhso.identity.tests.recipes import signed_in as client_of

pytestmark = pytest.mark.django_db


def page_of(client: Client, row: Dossier) -> str:
    answer = client.get(reverse("services:dossier", args=[row.code]))
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def opened(row: Dossier) -> Client:
    """A visitor who has proved code and secret."""
    client = Client()
    answer = client.post(reverse("services:track"), {"code": row.code, "secret": secret_of(row).lower()})
    assert answer.status_code == 302
    return client


def do(client: Client, row: Dossier, verb: str, **data: Any) -> Any:
    key = data.pop("key", str(uuid4()))
    return client.post(reverse("services:dossier", args=[row.code]), {"verb": verb, "key": key, **data})


def image(name: str = "bo-sung.png") -> SimpleUploadedFile:
    target = io.BytesIO()
    Image.new("L", (9, 9)).save(target, "PNG")
    return SimpleUploadedFile(name, target.getvalue())


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_code_and_secret_open_a_dossier_and_nothing_else_does(desk):
    row, other = desk.received(), desk.file()
    visitor = opened(row)
    page = page_of(visitor, row)
    assert "Thẩm định" in page
    assert "Cơ quan test.xa" in page
    for client in (visitor, Client(), client_of(person("stranger", "citizen"))):
        assert client.get(reverse("services:dossier", args=[other.code])).status_code == 302


def test_an_unknown_code_and_a_wrong_secret_are_answered_alike(desk):
    row = desk.file()
    answers = []
    for code, secret in ((row.code, "AAAAAAAAAA"), ("H40.12.03-990101-0001", secret_of(row))):
        page = Client().post(reverse("services:track"), {"code": code, "secret": secret})
        assert page.status_code == 422
        bare = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.content.decode())
        answers.append(bare.replace(code, "").replace(secret, ""))
    assert answers[0] == answers[1]


def test_guessing_is_slowed_down(desk):
    row = desk.file()
    tries = [Client().post(reverse("services:track"), {"code": row.code, "secret": f"{n}"}) for n in range(11)]
    assert "quá nhiều lần" in tries[-1].content.decode()
    right = Client().post(reverse("services:track"), {"code": row.code, "secret": secret_of(row)})
    assert right.status_code == 422, "the right secret waits too"


def test_the_page_names_no_officer_and_no_note(desk):
    row = desk.in_process()
    desk.act(row, "note", desk.officer, text="Nội bộ: nghi giả mạo")
    page = page_of(client_of(desk.citizen), row)
    assert "Bắt đầu xử lý" in page
    for hidden in ("Officer", "Clerk", "nghi giả mạo"):
        assert hidden not in page


def test_the_due_date_comes_with_its_reasons(desk):
    row = desk.received("2026-03-02T09:00")
    page = page_of(client_of(desk.citizen), row)
    assert "17:00 09/03/2026" in page
    assert "Vì sao là ngày này" in page
    assert "nghỉ hằng tuần" in page


def test_supplements_are_brought_once_and_go_on(desk):
    row = desk.in_process()
    desk.act(row, "request_supplements", desk.officer, reason="Thiếu căn cước", papers=["cccd", "don"])
    visitor = opened(row)
    page = page_of(visitor, row)
    assert page.index("Thiếu căn cước") < page.index('name="asked_cccd"') < page.index("Cơ quan giải quyết")
    empty = do(visitor, row, "supplement", document="cccd")
    assert empty.status_code == 422
    key = str(uuid4())
    for _again in range(2):
        given = {"asked_cccd": image(), "asked_don": image()}
        assert do(visitor, row, "supplement", document="cccd", key=key, **given).status_code == 302
    row.refresh_from_db()
    assert row.status == 4
    paper, form = DossierPaper.objects.order_by("document")
    assert form.document == "don", "all that was asked for comes at once"
    assert (paper.document, paper.origin, paper.name) == ("cccd", "uploaded", "bo-sung.png")
    event = row.events.get(kind="supplemented")
    assert paper.file.sha256 in event.data
    assert event.actor_code == f"holder:{row.uid}"


def test_a_refused_supplement_leaves_nothing(desk):
    row = desk.in_process()
    desk.act(row, "request_supplements", desk.officer, reason="Thiếu", papers=["cccd"])
    bad = SimpleUploadedFile("a.pdf", b"%PDF-1.7 /JavaScript")
    answer = do(client_of(desk.citizen), row, "supplement", document="cccd", papers=[image(), bad])
    assert answer.status_code == 422
    assert "a.pdf: Tệp PDF chứa mã JavaScript" in answer.content.decode()
    assert not DossierPaper.objects.exists()


def test_withdrawing_needs_a_reason_and_rating_happens_once(desk):
    row = desk.file()
    citizen = client_of(desk.citizen)
    assert do(citizen, row, "withdraw", reason=" ").status_code == 422
    assert do(citizen, row, "withdraw", reason="Nộp nhầm").status_code == 302
    row.refresh_from_db()
    assert row.status == 8
    assert do(citizen, row, "rate", stars="9").status_code == 422
    assert do(citizen, row, "rate", stars="4", words="Nhanh").status_code == 302
    again = do(citizen, row, "rate", stars="1")
    assert again.status_code == 422
    assert "đã được đánh giá" in again.content.decode()


def test_what_the_state_does_not_allow_is_said(desk):
    row = desk.finished()
    answer = do(opened(row), row, "withdraw", reason="Đổi ý")
    assert answer.status_code == 422
    assert "không làm được khi hồ sơ" in answer.content.decode()


def test_files_are_the_dossiers_readers_only(desk):
    row = desk.file()
    kept = store(actor=desk.citizen.actor(), content=io.BytesIO(b"text"), name="a.txt", public=False)
    paper = DossierPaper.objects.create(
        dossier=row, document="don", copy_kind="copy", origin="uploaded", file=kept, added_at=at("2026-03-02T08:00")
    )
    address = reverse("services:paper_file", args=[row.code, paper.pk])
    for client in (opened(row), client_of(desk.citizen)):
        answer = client.get(address)
        assert answer.content == b"text"
        assert "attachment" in answer["Content-Disposition"]
    stranger = client_of(person("stranger", "citizen"))
    assert [client.get(address).status_code for client in (Client(), stranger)] == [404, 404]
    assert opened(desk.file()).get(address).status_code == 404


def test_my_dossiers_are_mine(desk, django_assert_max_num_queries):
    rows = [desk.file() for _n in range(3)]
    citizen = client_of(desk.citizen)
    with django_assert_max_num_queries(14):
        page = citizen.get(reverse("services:mine")).content.decode()
    assert all(row.code in page for row in rows)
    empty = client_of(person("stranger", "citizen")).get(reverse("services:mine")).content.decode()
    assert "Bạn chưa nộp hồ sơ nào" in empty


def test_what_to_keep_after_filing_is_shown_to_those_who_filed(desk):
    row = desk.file()
    address = reverse("services:filed", args=[row.code])
    assert secret_of(row) in client_of(desk.citizen).get(address).content.decode()
    assert secret_of(row) in client_of(desk.clerk).get(address).content.decode()
    for user in (desk.officer, person("stranger", "citizen"), person("far", "clerk", "test.xa-khac")):
        assert client_of(user).get(address).status_code == 404
    assert row.received_uid == COMMUNE


def test_news_goes_by_mail_in_both_languages_without_personal_details(desk):
    row = desk.received("2026-03-02T09:00")
    filed, accepted = Message.objects.order_by("id")
    assert (filed.to, accepted.to) == ("an@example.vn", "an@example.vn")
    assert "hẹn trả 09/03/2026" in accepted.body
    assert "due on 09/03/2026" in accepted.body
    assert f"/tra-cuu/?ma={row.code}" in accepted.body
    assert f"/en/tra-cuu/?ma={row.code}" in accepted.body
    for hidden in (secret_of(row), "Nguyễn Văn An", "036123456789"):
        assert hidden not in accepted.subject + accepted.body


def test_people_without_mail_get_a_text_message_and_those_without_either_nothing(desk):
    desk.file(applicant=Party("Bà Tư", phone="0912 345 678"))
    assert [(row.way, row.to) for row in Message.objects.all()] == [("sms", "+84912345678")]
    desk.file(applicant=Party("Ông Năm", phone="không có"))
    assert Message.objects.count() == 1
