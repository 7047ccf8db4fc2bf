"""Programs of agencies and of auditors: dossiers whole, chains, boards, registers, the synchronisation, the index."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tinhso.foundation import canonical
from tinhso.government.services.models import SyncFinding, SyncMessage, SyncRun
from tinhso.government.services.papers.commands import request_register
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, Desk, agency, person, procedure
from tinhso.government.services.tests.test_filing import client_of
from tinhso.proof.audit import SYSTEM
from tinhso.proof.models import AuditRecord

pytestmark = pytest.mark.django_db
BASE, JSON = "/api/services", "application/json"
ROLES = ("clerk", "officer", "leader", "citizen", "auditor", "administrator", "stranger", "nobody")


@pytest.fixture
def desk() -> Desk:
    cache.clear()
    return Desk()


def everybody(desk: Desk) -> dict[str, Client]:
    people = {name: getattr(desk, name) for name in ("clerk", "officer", "leader", "citizen")}
    people |= {role: person(role, role) for role in ("auditor", "administrator")}
    people["stranger"] = person("stranger", "leader", OTHER)
    return {name: client_of(user) for name, user in people.items()} | {"nobody": Client()}


def test_who_reads_what_of_a_dossier_and_of_an_office(desk: Desk):
    row = desk.received()
    run = SyncRun.objects.create(started_at=timezone.now(), first_day=date(2026, 3, 1), last_day=date(2026, 3, 2))
    dossier, sync = f"dossiers/{row.code}", "synchronisation"
    message = SyncMessage.objects.filter(dossier=row).first()
    missing = {"citizen": 403, "nobody": 401, "stranger": 404, "administrator": 403}
    watching = {"clerk": 403, "officer": 403, "citizen": 403, "nobody": 401}
    working = {"citizen": 403, "auditor": 403, "administrator": 403, "nobody": 401}
    leading = working | {"clerk": 403, "officer": 403}
    lost = f"index766/{COMMUNE}/lost/on_time"
    table: list[tuple[str, str, dict[str, int]]] = [
        ("get", f"{dossier}/content", missing),
        ("get", f"{dossier}/events", missing),
        ("get", f"{dossier}/files", {"nobody": 401, "stranger": 404, "administrator": 404}),
        ("get", f"{dossier}/payments", {"nobody": 401, "stranger": 404, "administrator": 404}),
        ("get", sync, watching),
        ("get", f"{sync}/messages", watching),
        ("get", f"{sync}/runs", watching),
        ("get", f"{sync}/runs/{run.pk}/findings", watching),
        ("post", f"{sync}/messages/{message.pk}/retry", watching | {"stranger": 404, "administrator": 404}),
        ("get", "registers", working),
        ("get", "board", leading),
        ("get", f"board?agency={COMMUNE}", leading | {"stranger": 403}),
        ("get", lost, {"clerk": 403, "officer": 403, "citizen": 403, "administrator": 403, "nobody": 401}),
    ]
    clients = everybody(desk)
    for method, path, refused in table:
        for name in ROLES:
            status = getattr(clients[name], method)(f"{BASE}/{path}").status_code
            assert status == refused.get(name, 200), (name, path)


def test_the_content_is_told_whole_and_its_reading_recorded(desk: Desk):
    row = desk.in_process()
    desk.act(row, "note", desk.officer, text="đã gọi điện")
    told = client_of(desk.officer).get(f"{BASE}/dossiers/{row.code}/content").json()
    assert told["people"][0]["name"] == "Nguyễn Văn An" and told["answers"] == {"ly_do": "vay vốn"}
    assert told["written"][-1]["words"] == {"text": "đã gọi điện"}
    client_of(desk.officer).get(f"{BASE}/dossiers/{row.code}/content")
    assert AuditRecord.objects.filter(verb="services.read_dossier", target=row.code).count() == 1
    row.erased_at = timezone.now()
    row.save(update_fields=["erased_at"])
    assert client_of(desk.officer).get(f"{BASE}/dossiers/{row.code}/content").status_code == 410


def test_an_auditor_recounts_the_chain_from_what_the_api_tells(desk: Desk):
    row = desk.finished()
    auditor = client_of(person("kiem", "auditor"))
    events = auditor.get(f"{BASE}/dossiers/{row.code}/events?limit=500").json()["items"]
    assert len(events) == row.events_count
    before = ""
    for event in events:
        told = event.pop("hash")
        assert event["previous"] == before and canonical.digest(event) == told
        before = told
    assert before == row.head


def test_registers_are_listed_by_agency_and_period(desk: Desk, django_assert_max_num_queries):
    desk.received()
    for uid, period in ((COMMUNE, "2026-03"), (COMMUNE, "2026-03-02"), (OTHER, "2026-03")):
        request_register(agency_uid=uid, period=period, actor=SYSTEM)
    client = client_of(desk.clerk)
    with django_assert_max_num_queries(8):
        found = client.get(f"{BASE}/registers").json()
    assert found["count"] == 2 and {one["agency_uid"] for one in found["items"]} == {COMMUNE}
    assert client.get(f"{BASE}/registers?period=2026-03-02").json()["count"] == 1
    assert client.get(f"{BASE}/registers?agency={OTHER}").json()["count"] == 0


def test_a_paper_that_waits_is_made_again_by_its_agency_alone(desk: Desk):
    row = desk.received()
    paper = row.issued.get(form="01", language="vi")
    address = f"{BASE}/papers/{paper.uid}/retry"
    for user, status in ((desk.citizen, 403), (person("x", "clerk", OTHER), 404), (person("z", "auditor"), 403)):
        assert client_of(user).post(address).status_code == status
    assert client_of(desk.clerk).post(address).json()["state"] == "sealed"


def test_the_outbox_and_the_comparisons_are_read_in_pages(desk: Desk, settings, django_assert_max_num_queries):
    rows = [desk.file() for _n in range(4)]
    run = SyncRun.objects.create(started_at=timezone.now(), first_day=date(2026, 3, 1), last_day=date(2026, 3, 2))
    for code, kind in ((rows[0].code, "missing"), ("H40.12.04-260302-0001", "missing"), ("X", "unknown")):
        SyncFinding.objects.create(run=run, code=code, kind=kind)
    SyncMessage.objects.filter(dossier=rows[1]).update(last_error="refused", attempts=5)
    SyncMessage.objects.filter(dossier=rows[2]).update(sent_at=timezone.now())
    client = client_of(desk.leader)
    told = client.get(f"{BASE}/synchronisation").json()
    assert (told["pending"], told["last_run"]["id"], told["configured"]) == (4, run.pk, False)
    with django_assert_max_num_queries(8):
        all_of = client.get(f"{BASE}/synchronisation/messages").json()
    assert all_of["count"] == SyncMessage.objects.count() and all_of["items"][0]["dossier"] == rows[3].code
    by_state = {
        state: client.get(f"{BASE}/synchronisation/messages?state={state}").json()["items"]
        for state in ("failed", "waiting", "sent")
    }
    assert {one["dossier"] for one in by_state["failed"]} == {rows[1].code}
    assert {one["dossier"] for one in by_state["sent"]} == {rows[2].code}
    assert sum(map(len, by_state.values())) == all_of["count"]
    found = client.get(f"{BASE}/synchronisation/runs/{run.pk}/findings").json()["items"]
    assert [one["code"] for one in found] == [rows[0].code, "X"]
    sent = by_state["sent"][0]["id"]
    assert client.post(f"{BASE}/synchronisation/messages/{sent}/retry").status_code == 409


def test_boards_add_up(desk: Desk):
    for _n in range(2):
        desk.received()
    told = client_of(desk.leader).get(f"{BASE}/board").json()
    assert told["total"]["open"] == 2 and [one["key"] for one in told["agencies"]] == [COMMUNE]
    assert told["procedures"][0]["key"] == "1.000001" and told["officers"][0]["open"] == 2


def test_versions_of_a_procedure_are_compared(desk: Desk):
    other = procedure("1.000002", online="partial")
    first = desk.version
    type(first).objects.create(
        **{
            name: getattr(other, name)
            for name in ("content", "sha256", "published_at", "published_by", "published_by_name", "note")
        },
        procedure=first.procedure,
        number=2,
        valid_from=date(2026, 1, 1),
    )
    address = f"{BASE}/procedures/1.000001/differences"
    [told] = Client().get(f"{address}?before=1&after=2", headers={"Accept-Language": "en"}).json()
    assert (told["part"], told["kind"]) == ("Online level", "changed")
    assert Client().get(f"{address}?before=2&after=2").json() == []
    assert Client().get(f"{address}?before=1&after=3").status_code == 404
    assert Client().get(f"{BASE}/procedures?online=full&day=2026-03-01").json()["count"] == 0


def test_a_draft_of_the_catalogue_is_discarded_by_editors_only(desk: Desk):
    editor = client_of(person("bien", "editor"))
    address = f"{BASE}/procedures/1.000001/draft"
    given: dict[str, Any] = {"definition": {**desk.version.definition.content, "online": "partial"}}
    assert editor.put(address, given, content_type=JSON).status_code == 200
    assert client_of(desk.leader).delete(address).status_code == 403
    assert [editor.delete(address).status_code for _n in range(2)] == [204, 409]
    assert editor.delete(f"{BASE}/procedures/9.9/draft").status_code == 404


def test_the_index_of_everybody_and_of_a_unit_has_its_months(desk: Desk):
    seat = agency("test.phuong", "H40.12.09")
    type(seat).objects.filter(pk=seat.pk).update(seat_unit_code="13633")
    desk.received()
    told = Client().get(f"{BASE}/index766?year=2026").json()
    assert [month["filed"] for month in told["months"]][:3] == [0, 0, 1] and told["items"][0]["agency"] == COMMUNE
    assert Client().get(f"{BASE}/index766/units/00000").status_code == 404
    assert client_of(desk.leader).get(f"{BASE}/index766/{COMMUNE}/lost/x").status_code == 404
    lost = client_of(desk.leader).get(f"{BASE}/index766/{COMMUNE}/lost/on_time?year=2026").json()
    assert lost["all"] == lost["count"] == len(lost["items"])
