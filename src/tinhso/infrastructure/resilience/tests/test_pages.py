"""Pages, panels, layers and API: who sees what, with and without a core, on which day."""

import json
from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tinhso.foundation.layers import layers
from tinhso.foundation.panels import render_panels
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.infrastructure.network.tests.coverage_recipes import connect
from tinhso.infrastructure.resilience.commands import record_group
from tinhso.infrastructure.resilience.models import Reliability, SharedRiskGroup
from tinhso.infrastructure.resilience.tests.recipes import AFTER, AN, AN_BINH, BINH, CUONG, DUNG, drawn, territory
from tinhso.places.queries import unit_at
from tinhso.places.tests.recipes import TESTER

pytestmark = pytest.mark.django_db
DAY = {"ngay": AFTER.isoformat()}


@pytest.fixture
def net(db, tmp_path):
    territory(tmp_path)
    homes = {"A": AN, "B": BINH, "C": CUONG, "D": DUNG}
    return drawn("ka=K-A ab=A-B bk=B-K bc=B-C cd1=C-D cd2=C-D", homes, core="K")


def pages(net):
    root = f"/mang-cap-quang/{net.uuid}/"
    return [f"{root}{name}/" for name in ("do-ben", "neu-dut", "rui-ro-chung", "do-tin-cay")]


def apis(net):
    root = f"/api/resilience/networks/{net.uuid}/"
    return [f"{root}{name}" for name in ("impact", "weak/span", "weak/node", "pairs", "groups", "reliability")]


def test_the_public_sees_units_and_never_an_element(client, net):
    answer = client.get("/mang-cap-quang/do-ben/", DAY)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "1.200" in text
    assert "Chỉ có một đường" in text
    told = client.get("/api/resilience/units", {"as_of": AFTER.isoformat()}).json()
    assert {item["code"]: item["paths"] for item in told["items"]} == {"00011": "two", "00013": "one", "00014": "one"}
    assert (told["people_behind"], told["people"]) == (1200, 1500)
    layer = json.dumps(layers["resilience.paths"].features(AFTER, AnonymousUser()))
    panel = str(render_panels("places.place", asked(AnonymousUser()), unit=unit_at(AN_BINH, AFTER), day=AFTER))
    for shown in (text, layer, panel, json.dumps(told)):
        assert not any(name in shown for name in ("Nút A", "cd1", '"bc"'))


def asked(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_details_are_refused_to_everyone_but_engineers(client, net):
    for path in pages(net):
        assert client.get(path).status_code == 302
    for path in apis(net):
        assert client.get(path).status_code == 401
    for role in ("citizen", "administrator", "programme_operator", "auditor"):
        other = signed_in(someone(role))
        for path in [*pages(net), *apis(net)]:
            assert other.get(path).status_code == 403, (role, path)
    for name in ("resilience.spans", "resilience.nodes"):
        assert layers[name].permission == "infrastructure.exact_routes"


def test_weak_points_worst_first(engineer, net):
    record_group(
        actor=TESTER,
        network=net,
        code="cau",
        name="Cầu thử",
        kind="bridge",
        spans=["ka", "bk"],
        nodes=[],
        valid_from=AFTER,
        source="thử",
    )
    answer = engineer.get(pages(net)[0], DAY)
    assert answer.status_code == 200
    assert [row.id for row in answer.context["spans"]["rows"]] == ["bc"]
    assert [(row.id, row.people) for row in answer.context["nodes"]["rows"]] == [("K", 1500), ("B", 1400), ("C", 1200)]
    assert [pair.ids for pair, _still in answer.context["pairs"]] == [
        ("bk", "ka"),
        ("ab", "bk"),
        ("cd1", "cd2"),
        ("ab", "ka"),
    ]
    ((group, lost, _still),) = answer.context["groups"]
    assert (group.code, lost.people) == ("cau", 1500)
    only = engineer.get(pages(net)[0], {**DAY, "xa": AN_BINH})
    assert [row.id for row in only.context["spans"]["rows"]] == []
    assert [row.id for row in only.context["nodes"]["rows"]] == ["K", "B"]


def test_cut_here_answers_with_and_without_choices(engineer, net):
    page = pages(net)[1]
    assert "Chưa chọn gì" in engineer.get(page, DAY).content.decode()
    answer = engineer.get(page, {**DAY, "doan": ["bc", "zz"], "nut": ["A"]})
    assert answer.context["lost"].units == ("00011", "00013", "00014")
    assert answer.context["lost"].people == 1300
    assert answer.context["lost"].unknown == ("zz",)
    text = answer.content.decode()
    assert "Xã Cường Mới" in text
    assert "1.300" in text
    assert "không có hoặc không hoạt động ngày này" in text
    found = engineer.get(page, {**DAY, "tim": "nút b"}).context["found"]
    assert [(row["param"], row["id"]) for row in found] == [("nut", "B")]
    assert [row["id"] for row in engineer.get(page, {**DAY, "tim": "cd"}).context["found"]] == ["cd1", "cd2"]
    assert "Không ai mất đường về lõi" in engineer.get(page, {**DAY, "doan": "ka"}).content.decode()


def test_pages_tell_cut_off_from_still_served(engineer, net):
    assert "mất hẳn" not in engineer.get(pages(net)[1], {**DAY, "doan": "bc"}).content.decode()
    drawn("mc=M-C", {"C": CUONG}, core="M", uuid="7b1f0f0e-0000-4000-8000-00000000000b")
    group = {"code": "cau", "name": "Cầu thử", "kind": "bridge", "spans": ["bc"], "nodes": []}
    record_group(actor=TESTER, network=net, valid_from=AFTER, source="thử", **group)
    text = engineer.get(pages(net)[1], {**DAY, "doan": "bc"}).content.decode()
    assert (text.count("còn mạng khác phục vụ"), text.count("mất hẳn")) == (1, 2)
    told = engineer.get(apis(net)[0], {"as_of": AFTER.isoformat(), "spans": "bc"}).json()
    assert (told["units"], told["still_units"], told["people_cut"]) == (["00013", "00014"], ["00013"], 800)
    answer = engineer.get(pages(net)[0], DAY)
    assert [(row.people, row.people_cut) for row in answer.context["spans"]["rows"]] == [(1200, 800)]
    pairs = {pair.ids: still.people_cut for pair, still in answer.context["pairs"]}
    assert (pairs["bk", "ka"], pairs["cd1", "cd2"]) == (1100, 800), "Cường alone has the other network"
    ((_group, lost, still),) = answer.context["groups"]
    assert (lost.people, still.people_cut) == (1200, 800)
    assert answer.content.decode().count("Người mất hẳn") == 4
    day = {"as_of": AFTER.isoformat()}
    told = engineer.get(apis(net)[3], day).json()["items"][0]["impact"]
    assert (told["people"], told["people_cut"], told["still_units"]) == (1500, 1100, ["00013"])
    (told,) = engineer.get(apis(net)[4], day).json()
    assert (told["impact"]["people_cut"], told["impact"]["still_units"]) == (800, ["00013"])


def test_wrong_addresses_are_told(engineer, net):
    page = pages(net)[1]
    assert engineer.get(page, {"ngay": "hôm qua"}).status_code == 422
    assert engineer.get(page, {**DAY, "doan": [str(number) for number in range(300)]}).status_code == 422
    assert engineer.get(page.replace(str(net.uuid), "7b1f0f0e-0000-4000-8000-00000000ffff")).status_code == 404


def test_without_a_core_every_page_says_so(engineer, tmp_path):
    territory(tmp_path)
    bare = drawn("ka=K-A", {"A": AN})
    for path in pages(bare)[:2]:
        text = engineer.get(path, {**DAY, "doan": "ka"}).content.decode()
        assert "Chưa có lõi hoạt động" in text
    assert "Chưa có lõi hoạt động" in engineer.get("/mang-cap-quang/do-ben/", DAY).content.decode()
    assert engineer.get(apis(bare)[0], {"spans": "ka"}).json()["people"] is None
    assert engineer.get(apis(bare)[1]).json() == {"has_core": False, "count": 0, "items": []}
    assert engineer.get(apis(bare)[3]).json() == {"count": 0, "items": []}


def test_nothing_loaded(client, db):
    assert "Chưa có đơn vị hành chính nào" in client.get("/mang-cap-quang/do-ben/").content.decode()
    assert client.get("/api/resilience/units").status_code == 422


def test_engineers_record_and_end_groups_on_the_page(engineer, net):
    page = pages(net)[2]
    given = {"code": "cau", "name": "Cầu", "kind": "bridge", "spans": "ka\nbk\n", "nodes": "", "source": "thử"}
    wrong = engineer.post(page, {**given, "valid_from": AFTER.isoformat(), "spans": "zz"})
    assert wrong.status_code == 422
    assert "mạng không có đoạn cáp: zz" in wrong.content.decode()
    assert engineer.post(page, {**given, "valid_from": AFTER.isoformat()}).status_code == 302
    (row,) = SharedRiskGroup.objects.known_at()
    assert row.span_ids == ["bk", "ka"]
    assert "Cầu" in engineer.get(page).content.decode()
    assert engineer.post(page, {"row": row.pk, "valid_to": "2025-07-01"}).status_code == 422
    assert engineer.post(page, {"row": row.pk, "valid_to": "2025-07-01", "reason": "đã tách"}).status_code == 302
    assert SharedRiskGroup.objects.known_at().get().valid_to == date(2025, 7, 1)
    assert "đã thay" in engineer.get(page).content.decode()


def test_engineers_record_reliability_on_the_page(engineer, net):
    page = pages(net)[3]
    assert "Còn thiếu độ tin cậy cho 6 đoạn cáp và 5 nút" in engineer.get(page).content.decode()
    given = {"mtbf_hours": "1000", "mttr_minutes": "60", "valid_from": "2020-01-01", "source": "thử"}
    assert engineer.post(page, {**given, "target": "spans", "general": "on"}).status_code == 302
    assert engineer.post(page, {**given, "target": "nodes", "per_km": "on"}).status_code == 422
    assert engineer.post(page, {**given, "target": "nodes"}).status_code == 302
    assert [row.network_id is None for row in Reliability.objects.order_by("pk")] == [True, False]
    assert "đều có độ tin cậy" in engineer.get(page).content.decode()


def test_the_api_of_engineers(engineer, net, tmp_path):
    root = f"/api/resilience/networks/{net.uuid}"
    day = {"as_of": AFTER.isoformat()}
    told = engineer.get(f"{root}/impact", {**day, "spans": ["bc"], "nodes": ["zz"]}).json()
    assert (told["units"], told["people"], told["unknown"]) == (["00013", "00014"], 1200, ["zz"])
    weak = engineer.get(f"{root}/weak/span", day).json()
    assert weak["items"] == [
        {
            "id": "bc",
            "name": "",
            "ends": ["Nút B", "Nút C"],
            "length_m": None,
            "units": 2,
            "agencies": 0,
            "people": 1200,
            "people_cut": 1200,
        }
    ]
    assert engineer.get(f"{root}/pairs", day).json()["items"][0]["spans"] == ["bk", "ka"]
    given = {"code": "g", "name": "G", "kind": "duct", "spans": ["bc"], "valid_from": "2025-01-01", "source": "thử"}
    made = engineer.post(f"{root}/groups", json.dumps(given), content_type="application/json")
    assert (made.status_code, made.json()["impact"]["people"]) == (201, 1200)
    bad = engineer.post(f"{root}/groups", json.dumps({**given, "spans": ["zz"]}), content_type="application/json")
    assert (bad.status_code, bad.json()["place"]) == (422, "spans")
    assert [group["code"] for group in engineer.get(f"{root}/groups", day).json()] == ["g"]
    end = json.dumps({"valid_to": "2025-05-01", "reason": "thử"})
    done = engineer.post(f"{root}/groups/{made.json()['id']}/end", end, content_type="application/json")
    assert done.status_code == 204
    assert engineer.get(f"{root}/groups", day).json() == []
    rate = {"target": "spans", "mtbf_hours": 1, "mttr_minutes": 1, "valid_from": "2025-01-01", "source": "thử"}
    kept = engineer.post(f"{root}/reliability", json.dumps(rate), content_type="application/json")
    assert (kept.status_code, kept.json()["general"]) == (201, False)
    ended = engineer.post(f"{root}/reliability/{kept.json()['id']}/end", end, content_type="application/json")
    assert ended.status_code == 204
    assert engineer.get(f"{root}/reliability", day).json() == []


def test_agencies_are_listed_by_name(engineer, net):
    from tinhso.identity.models import Agency

    row = Agency(uid="ub", name="Ủy ban thử", kind="peoples_committee", level="commune", seat_unit_code="00013")
    row.save()
    connect(net, "ub", "C")
    answer = engineer.get(pages(net)[1], {**DAY, "doan": "bc"})
    assert answer.context["lost"].agencies == ("ub",)
    assert "Ủy ban thử" in answer.content.decode()


def test_layers_lead_to_the_question(net, engineer_user):
    spans = layers["resilience.spans"].features(AFTER, engineer_user)["features"]
    nodes = layers["resilience.nodes"].features(AFTER, engineer_user)["features"]
    assert (spans, nodes) == ([], []), "the network has no coordinates"


def test_pages_speak_english(engineer, net):
    for path, word in zip(pages(net), ("weak points", "If it is cut here", "Shared risk", "Reliability"), strict=True):
        assert word in engineer.get(f"/en{path}", DAY).content.decode()


@pytest.mark.parametrize("page", [0, 1])
def test_pages_ask_the_database_a_few_times_whatever_the_network(engineer, net, page, django_assert_max_num_queries):
    path = pages(net)[page]
    asked = {**DAY, "doan": "bc", "tim": "c"}
    engineer.get(path, asked)
    with django_assert_max_num_queries(45):
        engineer.get(path, asked)
