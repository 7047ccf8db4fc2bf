"""Papers on pages and through the API: who gets them, in both languages, and checking them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tinhso.files.stored import fetch
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.models import Dossier
from tinhso.government.services.papers.commands import make
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, Desk, person
from tinhso.government.services.tests.test_papers import kept, var  # noqa: F401 (fixtures)
from tinhso.proof.models import AuditRecord

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def desk() -> Desk:
    cache.clear()
    return Desk()


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def code_of(dossier: Dossier) -> str:
    return json.loads(make(dossier.issued.get(form="01", language="vi")).content)["qr"]


def test_the_receipt_is_given_to_the_applicant_and_the_agency_and_to_nobody_else(desk: Desk):
    dossier = desk.received()
    address = reverse("services:receipt", args=[dossier.code])
    given = [signed_in(user).get(address) for user in (desk.citizen, desk.clerk, desk.citizen)]
    assert {one.status_code for one in given} == {200} and len({one.content for one in given}) == 1
    assert "no-store" in given[0]["Cache-Control"] and given[0]["Content-Type"] == "application/pdf"
    assert AuditRecord.objects.filter(verb="services.print_paper").count() == 3
    strangers = (person("x", "citizen"), person("y", "officer", OTHER), person("z", "auditor"))
    for client in (Client(), *(signed_in(user) for user in strangers)):
        assert client.get(address).status_code == 302


def test_code_and_secret_open_the_papers_but_not_the_internal_ones(desk: Desk):
    dossier = desk.finished()
    client = Client()
    page = reverse("services:papers", args=[dossier.code])
    assert client.get(page).url.startswith(reverse("services:track"))
    client.post(reverse("services:track"), {"code": dossier.code, "secret": secret_of(dossier)})
    said = client.get(page).content.decode()
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in said and "Phiếu kiểm soát" not in said
    sheet = dossier.issued.get(form="06")
    assert client.get(reverse("services:paper", args=[dossier.code, sheet.uid])).status_code == 404
    assert client.post(page, {"form": "06"}).status_code == 404
    assert secret_of(dossier) not in said


def test_english_is_asked_for_on_the_page_and_the_page_speaks_it(desk: Desk):
    dossier = desk.received()
    client = signed_in(desk.citizen)
    page = "/en" + reverse("services:papers", args=[dossier.code])
    assert "Receipt and appointment: add English" in client.get(page).content.decode()
    done = client.post(page, {"form": "01", "language": "en"}, follow=True)
    assert done["Content-Type"] == "application/pdf"
    assert "(with English)" in client.get(page).content.decode()
    refused = client.post(page, {"form": "02"})
    assert refused.status_code == 422 and "has not come to the point" in refused.content.decode()


def test_the_agency_makes_the_control_sheet_and_tries_again(desk: Desk, settings, tmp_path: Path):
    keys = tmp_path / "keys.json"
    keys.write_text('{"owners": {}}')
    settings.PAPER_KEYS = str(keys)
    dossier = desk.received()
    client = signed_in(desk.clerk)
    page = reverse("services:papers", args=[dossier.code])
    assert client.post(page, {"form": "06"}, follow=True).content.startswith(b"%PDF")
    paper = dossier.issued.get(form="06")
    assert "Chưa ký, sẽ đóng dấu sau" in client.get(page).content.decode()
    retry = reverse("services:retry_paper", args=[paper.uid])
    assert client.post(retry, follow=True).status_code == 200
    assert signed_in(desk.citizen).post(retry).status_code == 403
    assert signed_in(person("y", "officer", OTHER)).post(retry).status_code == 404


def test_a_register_is_made_by_the_agency_only_and_keeps_what_was_typed(desk: Desk):
    desk.received()
    client, page = signed_in(desk.clerk), reverse("services:registers")
    made = client.post(page, {"agency": COMMUNE, "period": "02/03/2026"}, follow=True)
    assert made.content.startswith(b"%PDF")
    assert "2026-03-02" in client.get(page).content.decode()
    wrong = client.post(page, {"agency": COMMUNE, "period": "30/02/2026"})
    assert wrong.status_code == 422 and 'value="30/02/2026"' in wrong.content.decode()
    assert client.post(page, {"agency": OTHER, "period": "03/2026"}).status_code == 422
    other = signed_in(person("y", "officer", OTHER))
    assert other.get(made.request["PATH_INFO"]).status_code == 404
    assert signed_in(desk.citizen).get(page).status_code == 403


def test_the_page_checks_codes_and_files_without_scripts(desk: Desk):
    dossier = desk.received()
    client, page = Client(), reverse("services:verify")
    assert "data-keys=" in client.get(page).content.decode()
    text = code_of(dossier)
    good = client.post("/en" + page, {"text": text}).content.decode()
    assert dossier.code in good and "The signature is right" in good and "17:00 09/03/2026" in good
    bad = client.post(page, {"text": text.replace("T17:00", "T16:00")})
    assert bad.status_code == 422 and "nội dung đã bị sửa" in bad.content.decode()
    assert "T16:00" in bad.content.decode(), "what was typed is kept"
    assert client.post(page, {}).status_code == 422
    pdf = fetch(dossier.issued.get(form="01").sha256)
    told = client.post(page, {"file": SimpleUploadedFile("a.pdf", pdf)}).content.decode()
    assert "Nội dung còn nguyên như khi ký." in told and "Chứng thư trình diễn" in told
    assert client.post(page, {"file": SimpleUploadedFile("a.pdf", b"%PDF-junk")}).status_code == 422


def test_the_api_does_what_the_pages_do(desk: Desk):
    dossier = desk.received()
    owner, nobody = signed_in(desk.citizen), signed_in(person("x", "citizen"))
    papers = f"/api/services/dossiers/{dossier.code}/papers"
    [listed] = owner.get(papers).json()["items"]
    assert listed["form"] == "01" and listed["state"] == "wanted"
    pdf = owner.get(f"/api/services/papers/{listed['uid']}.pdf")
    assert pdf.content.startswith(b"%PDF") and nobody.get(papers).status_code == 404
    assert nobody.get(f"/api/services/papers/{listed['uid']}.pdf").status_code == 404
    english = owner.post(papers, {"form": "01", "language": "en"}, content_type=JSON).json()
    assert english["state"] == "sealed"
    assert owner.post(papers, {"form": "06"}, content_type=JSON).status_code == 404

    secret = {"code": dossier.code, "secret": secret_of(dossier), "form": "01"}
    by_secret = Client().post("/api/services/papers/by-secret", secret, content_type=JSON)
    assert by_secret.content == pdf.content
    wrong = Client().post("/api/services/papers/by-secret", secret | {"secret": "AAAAAAAAAA"}, content_type=JSON)
    assert wrong.status_code == 422

    check = "/api/services/papers/check"
    assert Client().post(check, {"text": code_of(dossier)}, content_type=JSON).json()["code"] == dossier.code
    assert Client().post(check, {"text": "TS1~x"}, content_type=JSON).status_code == 422
    assert len(Client().get("/api/services/receipt-keys").json()) == 1
    [seal] = Client().post("/api/services/papers/check-pdf", {"file": SimpleUploadedFile("a.pdf", pdf.content)}).json()
    assert seal["intact"] and seal["whole"] and seal["trusted"] and seal["demonstration"]

    register = {"agency_uid": COMMUNE, "period": "2026-03"}
    assert signed_in(desk.clerk).post("/api/services/registers", register, content_type=JSON).json()["form"] == "07"
    assert owner.post("/api/services/registers", register, content_type=JSON).status_code == 403
