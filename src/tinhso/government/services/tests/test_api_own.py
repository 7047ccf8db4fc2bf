"""A citizen's program: own dossiers, their story, supplements, drafts, files and fees; and nobody else's."""

from __future__ import annotations

import base64
from typing import Any
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client

from tinhso.government.services.dossiers.secrets import secret_of
from tinhso.government.services.models import Dossier, Draft
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, Desk, person
from tinhso.government.services.tests.test_api_filing import KEY, body
from tinhso.government.services.tests.test_filing import ANSWERS, FORM, PEOPLE, PLACE, client_of, photo
from tinhso.payments.tests.recipes import account

pytestmark = pytest.mark.django_db
BASE, JSON = "/api/services", "application/json"


@pytest.fixture
def desk() -> Desk:
    cache.clear()
    return Desk()


def test_own_dossiers_are_listed_and_told_and_nobody_elses(desk: Desk, django_assert_max_num_queries):
    for _n in range(4):
        desk.received()
    row = desk.finished()
    desk.act(row, "return_result", desk.clerk, way="handed")
    client = client_of(desk.citizen)
    with django_assert_max_num_queries(8):
        told = client.get(f"{BASE}/own-dossiers?limit=3").json()
    assert (told["count"], len(told["items"])) == (5, 3)
    assert client.get(f"{BASE}/own-dossiers?status=10").json()["items"][0]["code"] == row.code
    assert client.get(f"{BASE}/own-dossiers?status=11").status_code == 422
    with django_assert_max_num_queries(20):
        story = client.get(f"{BASE}/own-dossiers/{row.code}/timeline").json()
    assert story["moments"][0]["words"] == "Đã trả kết quả" and story["explanation"]
    assert story["acts"] == ["rate"]
    assert "Officer" not in str(story)
    others = {
        "citizen": client_of(person("x", "citizen")),
        "officer": client_of(desk.officer),
        "auditor": client_of(person("z", "auditor")),
    }
    for who, other in others.items():
        assert other.get(f"{BASE}/own-dossiers").json()["count"] == 0, who
        assert other.get(f"{BASE}/own-dossiers/{row.code}/timeline").status_code == 404, who
    assert Client().get(f"{BASE}/own-dossiers").status_code == 401


def test_code_and_secret_tell_the_same_story(desk: Desk):
    row = desk.received()
    given = {"code": row.code.lower(), "secret": secret_of(row)}
    told = Client().post(f"{BASE}/tracking", given, content_type=JSON).json()
    assert told == client_of(desk.citizen).get(f"{BASE}/own-dossiers/{row.code}/timeline").json()
    wrong = [
        Client().post(f"{BASE}/tracking", given | changes, content_type=JSON)
        for changes in ({"secret": "AAAAAAAAAA"}, {"code": "H40.12.03-260302-9999"})
    ]
    assert {one.status_code for one in wrong} == {422} and wrong[0].json() == wrong[1].json()


def test_supplements_are_handed_in_once_and_by_the_applicant_alone(desk: Desk):
    row = desk.in_process()
    desk.act(row, "request_supplements", desk.clerk, papers=["cccd"], reason="mờ")
    address, key = f"{BASE}/own-dossiers/{row.code}/supplements", str(uuid4())

    def send(client: Client, **changes: Any) -> Any:
        paper = {"document": "cccd", "name": "a.jpg", "content": base64.b64encode(photo().read()).decode()}
        given = {"key": changes.pop("key", key), "papers": [{**paper, **changes}]}
        return client.post(address, given, content_type=JSON)

    owner = client_of(desk.citizen)
    assert send(owner, document="la").status_code == 422
    assert send(client_of(desk.clerk)).status_code == send(client_of(person("x", "citizen"))).status_code == 404
    assert send(Client()).status_code == 401
    first, again = send(owner), send(owner)
    assert (first.json()["repeated"], again.json()["repeated"]) == (False, True), first.content
    assert send(owner, key=str(uuid4())).status_code == 409
    [file] = owner.get(f"{BASE}/dossiers/{row.code}/files").json()["items"]
    assert (file["document"], file["origin"], file["size"] > 0) == ("cccd", "uploaded", True)
    assert (
        b"".join(owner.get(f"{BASE}/dossiers/{row.code}/files/{file['number']}").streaming_content)[:2] == b"\xff\xd8"
    )
    stranger = client_of(person("y", "officer", OTHER))
    for path in ("files", f"files/{file['number']}", "payments"):
        assert stranger.get(f"{BASE}/dossiers/{row.code}/{path}").status_code == 404


def test_a_draft_is_begun_filled_in_and_filed_by_a_program():
    desk = Desk(form=FORM)
    client, address = client_of(desk.citizen), f"{BASE}/drafts"
    begun = client.post(address, {"procedure": "1.000001", "values": PLACE}, content_type=JSON)
    assert begun.status_code == 201, begun.content
    one = f"{address}/{begun.json()['uid']}"
    assert {"answers-ly_do", "don"} <= {fault["place"] for fault in begun.json()["faults"]}
    refused = client.put(one, {"values": {"reason": "x"}}, content_type=JSON)
    assert (refused.status_code, refused.json()["place"]) == (422, "values.reason")
    saved = client.put(one, {"values": {**PLACE, **PEOPLE, **ANSWERS}}, content_type=JSON).json()
    assert [fault["place"] for fault in saved["faults"]] == ["don"]
    assert client.post(f"{one}/filing").status_code == 422
    for changes in ({"document": "la"}, {"kind": "copy"}):
        assert client.post(f"{one}/papers", {"file": photo(), "document": "don", **changes}).status_code == 422
    first = client.post(f"{one}/papers", {"file": photo(), "document": "don"}).json()["number"]
    assert client.delete(f"{one}/papers/{first}").status_code == 204
    given = client.post(f"{one}/papers", {"file": photo(), "document": "don"}).json()["number"]
    assert client.get(address).json()["items"][0]["uid"] == begun.json()["uid"]
    assert (client.get(one).json()["state"], client.get(one).json()["faults"]) == ("open", [])
    other = client_of(person("x", "citizen"))
    for method, path in (
        ("get", one),
        ("delete", one),
        ("delete", f"{one}/papers/{given}"),
        ("post", f"{one}/filing"),
        ("post", f"{one}/renewal"),
    ):
        assert getattr(other, method)(path).status_code == 404, path
        assert getattr(client_of(desk.officer), method)(path).status_code == 403, path
        assert getattr(Client(), method)(path).status_code == 401, path
    first, again = client.post(f"{one}/filing"), client.post(f"{one}/filing")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["code"] == again.json()["code"] == Dossier.objects.get().code
    assert not Draft.objects.exists()


def test_a_draft_begins_only_where_one_may_file():
    desk = Desk(form=FORM)
    client, address = client_of(desk.citizen), f"{BASE}/drafts"
    wrong = client.post(address, {"procedure": "1.000001", "values": {}}, content_type=JSON)
    assert (wrong.status_code, wrong.json()["place"]) == (422, "values.place-competent")
    assert client.post(address, {"procedure": "x", "values": PLACE}, content_type=JSON).status_code == 404
    assert client_of(desk.clerk).get(address).status_code == 403


def test_the_fee_is_read_by_those_concerned_and_taken_at_the_counter(desk: Desk):
    account(COMMUNE)
    row = desk.received()
    address = f"{BASE}/dossiers/{row.code}/payments"
    clients = {name: client_of(getattr(desk, name)) for name in ("citizen", "clerk", "officer", "leader")}
    for client in clients.values():
        told = client.get(address).json()
        assert (told["payment"], told["owed"]) == ("due", 10_000)
    [asked] = told["requests"]
    assert asked["code"].startswith("0002") and asked["state"] == "open"
    paid = {"reference": asked["reference"]}
    for name in ("citizen", "officer", "leader"):
        assert clients[name].post(f"{address}/cash", paid, content_type=JSON).status_code == 403
    assert clients["clerk"].post(f"{address}/cash", {"reference": "TS"}, content_type=JSON).status_code == 404
    for _twice in range(2):
        told = clients["clerk"].post(f"{address}/cash", paid, content_type=JSON).json()
    assert (told["payment"], told["requests"][0]["entries"][-1]["way"]) == ("paid", "cash")


def test_a_clerks_program_files_for_somebody_once():
    desk = Desk(form=FORM)
    scan = base64.b64encode(photo().read()).decode()
    given = body(competent=OTHER, received=COMMUNE, channel="post", papers=[{"document": "don"}])
    given["papers"].append({"document": "cccd", "kind": "copy", "name": "a.jpg", "content": scan})

    def send(user: Any, **changes: Any) -> Any:
        headers = {"Idempotency-Key": KEY["Idempotency-Key"]}
        return client_of(user).post(f"{BASE}/counter/dossiers", given | changes, content_type=JSON, headers=headers)

    first, again = send(desk.clerk), send(desk.clerk)
    assert (first.status_code, again.status_code) == (201, 200), first.content
    row = Dossier.objects.get()
    assert (row.code, row.channel, row.received_uid, row.owner) == (first.json()["code"], "post", COMMUNE, None)
    assert {(one.document, one.file is None) for one in row.papers.all()} == {("don", True), ("cccd", False)}
    for changes, place in (
        ({"received": OTHER}, "received"),
        ({"papers": []}, "don__given"),
        ({"papers": [{"document": "la"}]}, "papers.0.document"),
        ({"answers": {}}, "answers.ly_do"),
    ):
        refused = send(desk.clerk, **changes)
        assert (refused.status_code, refused.json()["place"]) == (422, place)
    assert send(desk.citizen).status_code == send(desk.officer).status_code == 403
