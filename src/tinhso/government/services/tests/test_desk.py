"""The officers' desk: what waits, one dossier, acts alone and on many, deputies, the board."""

from __future__ import annotations

import pytest
from django.test import Client

from tinhso.government.services.tests.recipes import Desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def shown(user, path: str, status: int = 200) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(path)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


SECTIONS = ["", "?section=tiep-nhan", "?section=dang-dung", "?section=tra-ket-qua", "?section=tat-ca"]


@pytest.mark.parametrize("language", ["", "/en"])
def test_pages_open_empty_and_full(desk: Desk, language: str):
    paths = [*SECTIONS, "so/", "bang/", "ban-giao/"]
    for path in paths:
        shown(desk.leader, f"{language}/mot-cua/{path}")
    desk.file()
    dossier, finished = desk.in_process(), desk.finished()
    for path in [*paths, f"ho-so/{dossier.code}/", f"ho-so/{finished.code}/", "so/?ngay=2026-03-02"]:
        shown(desk.leader, f"{language}/mot-cua/{path}")


def send(user, path: str, data: dict, status: int = 302) -> str:
    client = Client()
    client.force_login(user)
    answer = client.post(path, data)
    assert answer.status_code == status, answer.content.decode()[:4000]
    return answer.content.decode()


def test_each_section_shows_what_waits_there(desk: Desk):
    filed, received, finished = desk.file(), desk.received(), desk.finished()
    asked = desk.received()
    desk.act(asked, "claim", desk.officer, "2026-03-03T08:00", task=1, holder=desk.officer.actor().code)
    desk.act(asked, "request_supplements", desk.officer, "2026-03-03T09:00", reason="thiếu", papers=["cccd"])
    seen = {path: shown(desk.clerk, f"/mot-cua/{path}") for path in SECTIONS}
    where = {
        one.code: {path for path, page in seen.items() if f">{one.code}<" in page}
        for one in (filed, received, finished, asked)
    }
    assert where == {
        filed.code: {"?section=tiep-nhan", "?section=tat-ca"},
        received.code: {"?section=tat-ca"},
        finished.code: {"?section=tra-ket-qua", "?section=tat-ca"},
        asked.code: {"?section=dang-dung", "?section=tat-ca"},
    }
    assert f">{received.code}<" in shown(desk.officer, "/mot-cua/")


def test_an_act_is_done_once_however_often_it_is_sent(desk: Desk):
    dossier = desk.received()
    data = {"key": "k1", "expected": dossier.events_count, "task": 1}
    for _ in range(2):
        send(desk.officer, f"/mot-cua/ho-so/{dossier.code}/claim/", data)
    assert dossier.events.filter(kind="claimed").count() == 1


def test_the_second_of_two_sees_who_did_what_and_keeps_the_words(desk: Desk):
    dossier = desk.in_process()
    seen = dossier.events_count
    desk.act(dossier, "note", desk.colleague, text="đã gọi")
    data = {"key": "k2", "expected": seen, "reason": "chờ biên bản"}
    page = send(desk.officer, f"/mot-cua/ho-so/{dossier.code}/suspend/", data, 409)
    assert "Colleague" in page and "ghi chú" in page and "chờ biên bản" in page
    dossier.refresh_from_db()
    assert not dossier.suspended
