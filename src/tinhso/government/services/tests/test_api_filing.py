"""Filing by a program, and what is left of a dossier once its people are erased."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from tinhso.government.services.dossiers.chain import broken_at
from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.models import Dossier, DossierAnswers, DossierDetail, DossierParty
from tinhso.government.services.schedules import erase_ended
from tinhso.government.services.tests.recipes import COMMUNE, Desk, person
from tinhso.government.services.tests.test_filing import FORM, client_of, photo
from tinhso.government.services.tests.test_tracking import page_of

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "0f6e2b52-1"}


def body(**changes: Any) -> dict[str, Any]:
    return {
        "procedure": "1.000001",
        "competent": COMMUNE,
        "applicant": {"name": "Nguyễn Văn An", "id_number": "036123456789", "address": "Xóm 1"},
        "answers": {
            "ly_do": "Vay vốn",
            "dien_tich": "85.5",
            "ngay": "2026-03-01",
            "loai": "a",
            "dong_y": True,
            "thanh_vien": [{"ten": "Bé"}],
        },
        "papers": [
            {"document": "don", "name": "don.jpg", "content": base64.b64encode(photo().read()).decode()},
        ],
        **changes,
    }


def send(client: Client, given: dict[str, Any], **headers: str) -> Any:
    return client.post("/api/services/dossiers", json.dumps(given), "application/json", headers=headers or KEY)


def test_a_program_files_once_per_key_and_reads_its_dossier():
    desk = Desk(form=FORM)
    client = client_of(desk.citizen)
    first, again = send(client, body()), send(client, body())
    assert (first.status_code, again.status_code) == (201, 200), first.content
    row = Dossier.objects.get()
    assert first.json()["code"] == again.json()["code"] == row.code
    assert first.json()["secret"] == secret_of(row)
    assert json.loads(row.answers.values)["dien_tich"] == "85.5"
    assert row.papers.get().document == "don"
    told = client.get(f"/api/services/own-dossiers/{row.code}").json()
    assert (told["status"], [event["kind"] for event in told["events"]]) == (1, ["submitted"])
    assert client_of(person("stranger", "citizen")).get(f"/api/services/own-dossiers/{row.code}").status_code == 404
    assert Client().get(f"/api/services/own-dossiers/{row.code}").status_code == 401


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"competent": "nowhere"}, "competent"),
        ({"answers": {}}, "answers.ly_do"),
        ({"papers": []}, "papers: don"),
        ({"papers": [{"document": "x", "name": "x", "content": ""}]}, "papers.0"),
        ({"papers": [{"document": "don", "name": "x", "content": "?"}]}, "papers.0.content"),
        ({"papers": [{"document": "don", "name": "x", "content": "YQ=="}]}, "papers.0"),
        ({"who": "guardian"}, "rep_name"),
    ],
)
def test_what_is_wrong_is_named(changes, place):
    desk = Desk(form=FORM)
    answer = send(client_of(desk.citizen), body(**changes))
    assert answer.status_code == 422
    assert answer.json()["place"] == place
    assert not Dossier.objects.exists()


def test_officers_file_nothing():
    desk = Desk(form=FORM)
    assert send(client_of(desk.officer), body()).status_code == 403


def test_people_are_erased_some_time_after_the_end_and_the_chain_holds(settings):
    desk = Desk()
    ended, running = desk.returned(), desk.file()
    erase_ended()
    assert DossierParty.objects.filter(erased_at=None).count() == 2
    settings.DOSSIER_DETAIL_DAYS = 30
    Dossier.objects.filter(pk=ended.pk).update(ended_at=timezone.now() - timedelta(days=31))
    erase_ended()
    party = DossierParty.objects.get(dossier=ended)
    assert (party.name, party.id_number, party.email) == ("", "", "")
    assert DossierAnswers.objects.get(dossier=ended).values == "{}"
    assert set(DossierDetail.objects.filter(event__dossier=ended).values_list("values", "actor_name")) == {("{}", "")}
    assert broken_at(str(ended.uid), ended.events.order_by("number")) is None
    assert DossierParty.objects.get(dossier=running).name == "Nguyễn Văn An"
    assert "Đã có kết quả" in page_of(client_of(desk.citizen), ended)


def test_the_command_line_says_how_many_it_erased(capsys):
    desk = Desk()
    row = desk.returned()
    Dossier.objects.filter(pk=row.pk).update(ended_at=timezone.now() - timedelta(days=400))
    call_command("erase_dossiers", until="2000-01-01")
    call_command("erase_dossiers", until=f"{timezone.now():%Y-%m-%d}")
    assert capsys.readouterr().out.split() == ["0", "1"]
