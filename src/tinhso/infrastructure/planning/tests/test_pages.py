"""Pages and API of planning, for every kind of reader."""

import hashlib
import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from tinhso.foundation.dates import today
from tinhso.identity.tests.recipes import signed_in, someone
from tinhso.infrastructure.planning.charts import search_chart
from tinhso.infrastructure.planning.commands import works
from tinhso.infrastructure.planning.ends import ended, node_names
from tinhso.infrastructure.planning.models import CandidateSet, CostModel, Plan, PlanRun, Progress
from tinhso.infrastructure.planning.surveys_file import survey_rows
from tinhso.infrastructure.planning.tests import recipes

pytestmark = pytest.mark.django_db


def engineer() -> Client:
    return signed_in(someone("engineer"))


def leader() -> Client:
    return signed_in(someone("leader"))


def page(client: Client, name: str, *args, status: int = 200, **query) -> str:
    answer = client.get(reverse(f"planning:{name}", args=args), query)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def test_lists_say_what_to_do_while_there_is_nothing():
    assert "Chưa có phương án nào được công bố" in page(Client(), "plans")
    assert "Chưa có đợt nào được duyệt" in page(Client(), "works")
    assert "Chưa có bảng giá nào" in page(Client(), "costs")
    assert "Chưa có tập ứng viên nào" in page(engineer(), "candidates")
    assert "Cần một bảng giá" in page(engineer(), "new")


@pytest.mark.parametrize("name", ["new", "new_costs", "candidates", "generate"])
def test_only_planners_open_their_pages(name):
    address = reverse(f"planning:{name}")
    assert Client().get(address).status_code == 302
    assert signed_in(someone("auditor")).get(address).status_code == 403
    assert engineer().get(address).status_code == 200


def test_a_question_is_asked_by_form_and_its_search_waits_in_line():
    network = recipes.province()
    client = engineer()
    prices = {"code": "bg", "title": "Bảng giá", "source": "Gói thầu 1", "valid_from": "2026-01-01", "method": "aerial"}
    prices |= {"detour_permille": "1300", "method_aerial": "70.000.000", "node_site": "20000000", "years": "2027: 1050"}
    assert client.post(reverse("planning:new_costs"), prices).status_code == 302
    assert CostModel.objects.get().prices()["year"] == {"2027": 1050}
    made = client.post(reverse("planning:generate"), {"name": "Đường thẳng", "neighbours": "6"})
    assert made.status_code == 302
    form = {
        "title": "Phủ Vụ Bản",
        "network": str(network.uuid),
        "question": "cover",
        "target": "units",
        "scope": "signing-province",
        "day": "2021-12-31",
        "aim": "all",
        "years": "2026: 5.000.000.000\n2027: 9.000.000.000",
        "cost_model": CostModel.objects.get().pk,
        "candidate_set": str(CandidateSet.objects.get().uid),
        "time_limit_s": "30",
        "memory_mb": "2048",
        "seed": "1",
    }
    refused = client.post(reverse("planning:new"), form | {"budget": "5"})
    assert refused.status_code == 422 and "không lấy ngân sách chung" in refused.content.decode()
    wrong = client.post(reverse("planning:new"), form | {"years": "năm nay: 5"})
    assert wrong.status_code == 422 and not Plan.objects.exists()
    answer = client.post(reverse("planning:new"), form)
    run = PlanRun.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("planning:plan", args=[run.plan.uid])
    assert [row.dong for row in run.plan.years.all()] == [5 * 10**9, 9 * 10**9]
    assert json.loads(run.problem)["budgets"] == [5 * 10**9, 9 * 10**12 // 1050]
    shown = page(client, "plan", run.plan.uid)
    assert "Đang chờ" in shown and 'hx-trigger="every 2s"' in shown and "tải lại trang" in shown
    stopped = client.post(reverse("planning:cancel", args=[run.plan.uid]))
    assert stopped.status_code == 302 and PlanRun.objects.get().state == "cancelled"
    assert "Tính lại từ đầu" in page(client, "plan", run.plan.uid), "there is no best plan yet to go on from"
    assert client.post(reverse("planning:cancel", args=[run.plan.uid])).status_code == 409
    assert Client().get(reverse("planning:plan", args=[run.plan.uid])).status_code == 404


def test_the_public_sees_approved_phases_by_unit_and_no_route(found_run, django_assert_max_num_queries):
    plan, phase = found_run.plan, found_run.result.phases.get()
    public, ours = Client(), engineer()
    assert public.get(reverse("planning:plan", args=[plan.uid])).status_code == 404
    span = phase.built_spans.first()
    shown = page(ours, "plan", plan.uid)
    assert "tốt nhất có thể trên tập ứng viên này" in shown and "Chi phí" in shown
    assert span.span_id in page(ours, "phase", plan.uid, 1)
    works.approve(actor=recipes.LEADER, phase=phase, due_on=today() + timedelta(days=30))
    with django_assert_max_num_queries(40):
        shown = page(public, "plan", plan.uid)
    assert plan.title in page(public, "plans") and plan.title in page(public, "works")
    gained = phase.gains.first()
    assert "Xã " in shown and gained.key not in ("", None)
    for html in (shown, page(public, "phase", plan.uid, 1)):
        assert span.span_id not in html and span.start_id not in html
    lines = json.loads(page(public, "map_layer", "planning.plan", a=plan.uid))["features"]
    exact = json.loads(page(ours, "map_layer", "planning.plan", a=plan.uid))["features"]
    assert len(exact) == phase.spans and 0 < len(lines) <= len(exact)
    assert all(len(line["geometry"]["coordinates"]) == 2 and span.span_id not in str(line) for line in lines)
    assert public.get(reverse("planning:phase", args=[plan.uid, 7])).status_code == 404


def test_the_map_has_units_for_everyone_and_the_standing_network_for_engineers(found_run):
    plan, phase = found_run.plan, found_run.result.phases.get()
    works.approve(actor=recipes.LEADER, phase=phase, due_on=today())
    public, ours = Client(), engineer()
    units = json.loads(page(public, "map_layer", "planning.units", a=plan.uid))["features"]
    served = {unit["properties"]["title"] for unit in units if unit["properties"]["class"] == "served"}
    assert len(served) == phase.units and all("Xã" in name or "Thị trấn" in name for name in served)
    assert len(units) > len(served), "the rest of the scope is drawn too"
    standing = json.loads(page(ours, "map_layer", "planning.standing", a=plan.uid))["features"]
    assert {feature["properties"]["class"] for feature in standing} == {"standing"}
    page(public, "map_layer", "planning.standing", status=403, a=plan.uid)
    page(signed_in(someone("auditor")), "map_layer", "planning.standing", status=403, a=plan.uid)
    for client, told in ((public, False), (ours, True)):
        shown = page(client, "plan", plan.uid)
        assert ("planning.standing" in shown) == told
        still = page(client, "map_still", a=plan.uid)
        assert still.count("<path") >= len(lines_of(client, plan)) + len(served)
        assert (still.count("<g ") == 4) == told, "units that gain, others, what stands, what is new"


def lines_of(client, plan):
    return json.loads(page(client, "map_layer", "planning.plan", a=plan.uid))["features"]


def test_the_map_of_one_phase_shows_that_phase(found_run):
    plan = found_run.plan
    assert lines_of(engineer(), plan)
    assert json.loads(page(engineer(), "map_layer", "planning.plan", a=plan.uid, dot=2))["features"] == []
    shown = page(engineer(), "phase", plan.uid, 1)
    assert "dot=1" in shown and "Xã " in shown


def test_ends_of_cable_go_by_name(found_run):
    plan, phase = found_run.plan, found_run.result.phases.get()
    told = ended(plan, phase.built_spans.all())
    built = {node.node_id: node.name for node in phase.nodes.all()}
    ends = [end for row in told for end in (row.start, row.end)]
    assert any(end.name == built[end.id] != end.id for end in ends if end.id in built)
    standing = node_names(plan, [end.id for end in ends if end.id not in built])
    assert standing and all(end.name == standing[end.id] for end in ends if end.id in standing)


def test_files_are_for_those_who_may_have_them(found_run):
    plan = found_run.plan
    works.approve(actor=recipes.LEADER, phase=found_run.result.phases.get(), due_on=today())
    starts = {"ofds": b'{"networks"', "geojson": b"{", "xlsx": b"PK", "pdf": b"%PDF"}
    for kind, start in starts.items():
        answer = engineer().get(reverse("planning:take", args=[plan.uid, kind]))
        assert answer.status_code == 200 and answer.content.startswith(start), kind
        open_to_all = Client().get(reverse("planning:take", args=[plan.uid, kind])).status_code
        assert open_to_all == (403 if kind in ("ofds", "geojson") else 200)
    assert engineer().get(reverse("planning:take", args=[plan.uid, "exe"])).status_code == 404


def test_the_bill_of_quantities_adds_up(found_run):
    import io

    from openpyxl import load_workbook

    content = engineer().get(reverse("planning:take", args=[found_run.plan.uid, "xlsx"])).content
    book = load_workbook(io.BytesIO(content))
    rows = list(book["Khối lượng"].iter_rows(min_row=2, values_only=True))
    assert sum(row[5] for row in rows[:-2]) == rows[-2][5] == rows[-1][5] == found_run.result.cost
    spans = list(book["Đoạn cáp"].iter_rows(min_row=2, values_only=True))
    assert sum(row[9] for row in spans) == found_run.result.cost
    public = Client()
    works.approve(actor=recipes.LEADER, phase=found_run.result.phases.get(), due_on=today())
    content = public.get(reverse("planning:take", args=[found_run.plan.uid, "xlsx"])).content
    assert "Đoạn cáp" not in load_workbook(io.BytesIO(content)).sheetnames


def test_a_phase_goes_from_approval_to_service_by_pages(found_run):
    plan = found_run.plan
    where = [plan.uid, 1]
    boss, ours, office = leader(), engineer(), signed_in(someone("programme_operator"))
    due = {"due_on": today().isoformat(), "remark": "vốn"}
    assert ours.post(reverse("planning:approve", args=where), due).status_code == 403
    assert boss.post(reverse("planning:approve", args=where), {"due_on": "mai"}).status_code == 422
    assert boss.post(reverse("planning:approve", args=where), due).status_code == 302
    day = {"on_day": today().isoformat(), "remark": ""}
    assert boss.post(reverse("planning:start", args=where), day).status_code == 403
    assert ours.post(reverse("planning:complete", args=where), day).status_code == 422
    assert ours.post(reverse("planning:start", args=where), day).status_code == 302
    span = found_run.result.phases.get().built_spans.first()
    raw = f"span_id,length_m\n{span.span_id},999\n".encode()
    from django.core.files.uploadedfile import SimpleUploadedFile

    def survey(client, **given):
        file = SimpleUploadedFile("hc.csv", raw)
        return client.post(
            reverse("planning:survey", args=where), {"file": file, "signature": "", "sha256": "", **given}
        )

    sha256 = hashlib.sha256(raw).hexdigest()
    assert survey(ours, sha256=sha256).status_code == 422
    assert survey(office, sha256=sha256).status_code == 302
    kept = found_run.result.phases.get().surveys.get()
    shown = page(ours, "phase", *where)
    assert "hc.csv" in shown and "Ghi hoàn thành" in shown
    stray = ours.post(reverse("planning:complete", args=where), day | {"survey": kept.pk + 1})
    assert stray.status_code == 422 and "Không có khảo sát này" in stray.content.decode()
    assert ours.post(reverse("planning:complete", args=where), day | {"survey": kept.pk}).status_code == 302
    public = page(Client(), "phase", *where)
    assert "Đang hoạt động" in public and "theo khảo sát hc.csv" in public
    assert "Đang hoạt động" in page(Client(), "works")


def test_a_page_that_watched_a_search_shows_its_answer_once_it_has_ended(found_run):
    address = reverse("planning:plan", args=[found_run.plan.uid])
    assert engineer().get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "HX-Refresh" not in engineer().get(address)


def test_the_survey_to_fill_in_is_accepted_as_it_is(found_run):
    phase = found_run.result.phases.get()
    raw = engineer().get(reverse("planning:blank_survey", args=[found_run.plan.uid, 1])).content
    rows, findings = survey_rows(raw, dict(phase.built_spans.values_list("span_id", "length_m")))
    assert findings == [] and len(rows) == phase.spans
    works.approve(actor=recipes.LEADER, phase=phase, due_on=today())
    page(signed_in(someone("leader")), "blank_survey", found_run.plan.uid, 1, status=403)


def test_a_search_is_drawn_as_steps_and_goes_on_where_it_was_stopped():
    told = [(100, None, 50), (400, 90, 50), (900, 80, 60), (200, 80, 70)]
    chart = search_chart([Progress(after_ms=ms, cost=cost, bound=bound) for ms, cost, bound in told], people=False)
    assert (chart.highest, chart.lowest, chart.seconds) == (90, 50, 2)
    xs = [int(point.partition(",")[0]) for point in chart.found.split()]
    assert xs == sorted(xs) and xs[-1] == chart.right
    assert search_chart([], people=True) is None


def test_two_plans_stand_side_by_side(found_run):
    other = recipes.asked(found_run.plan.network, question="cover", protect="", target="units", scope="unit:359")
    shown = page(engineer(), "compare", a=found_run.plan.uid, b=other.plan.uid)
    assert found_run.plan.title in shown and "Chi phí (đồng)" in shown
    page(engineer(), "compare", status=422, a="x", b="y")
    page(engineer(), "compare", status=404, a=str(uuid4()))
    assert "chính nó" in page(engineer(), "compare", a=found_run.plan.uid, b=found_run.plan.uid)
    classes = {"planning.plan": {"a"}, "planning.units": {"served", "unit"}}
    for layer, expected in classes.items():
        drawn = json.loads(page(engineer(), "map_layer", layer, a=found_run.plan.uid, b=other.plan.uid))
        assert {feature["properties"]["class"] for feature in drawn["features"]} == expected


def test_a_comparison_without_choices_says_what_to_choose(found_run):
    public = Client()
    assert "Chưa đủ hai phương án" in page(public, "compare") and found_run.plan.title not in page(public, "compare")
    assert json.loads(page(public, "map_layer", "planning.plan"))["features"] == []
    assert page(public, "map_still").startswith("<svg")
    page(public, "map_layer", "planning.x", status=404)
    page(public, "compare", status=404, a=found_run.plan.uid)
    second = recipes.found(found_run.plan.network, question="cover", protect="", target="units", scope="unit:359")
    shown = page(engineer(), "compare", a=second.plan.uid)
    assert f'<option value="{second.plan.uid}" selected' in shown and "Hai phương án cạnh nhau" not in shown


def test_the_list_costs_the_same_whatever_its_length(found_run, django_assert_max_num_queries):
    for _ in range(4):
        recipes.asked(found_run.plan.network, question="cover", protect="", target="units", scope="unit:359")
    client = engineer()
    with django_assert_max_num_queries(16):
        page(client, "plans")


def test_pages_speak_english(found_run):
    works.approve(actor=recipes.LEADER, phase=found_run.result.phases.get(), due_on=today())
    html = Client().get("/en" + reverse("planning:plan", args=[found_run.plan.uid])).content.decode()
    assert "Phases" in html and "Các đợt" not in html


def api(client: Client, path: str, body=None, **options):
    if body is None:
        return client.get(f"/api/planning/{path}", **options)
    return client.post(f"/api/planning/{path}", json.dumps(body), content_type="application/json", **options)


def test_the_api_asks_reads_and_decides(found_run):
    plan = found_run.plan
    ours, boss, public = engineer(), leader(), Client()
    assert api(public, "plans").json() == {"count": 0, "items": []}
    assert api(public, f"plans/{plan.uid}").status_code == 404
    assert api(public, f"plans/{plan.uid}/spans").status_code == 401
    assert api(boss, f"plans/{plan.uid}/spans").status_code == 403
    assert api(ours, f"plans/{plan.uid}/spans").json()["count"] == found_run.result.phases.get().spans
    told = api(ours, f"plans/{plan.uid}/all").json()
    assert told["result"]["proven"] and told["run"]["state"] == "finished" and told["cost"] == found_run.result.cost
    approved = api(boss, f"plans/{plan.uid}/phases/1/approve", {"due_on": today().isoformat()})
    assert approved.json()["status"] == "planned"
    assert (
        api(ours, f"plans/{plan.uid}/phases/1/start", {"on_day": today().isoformat()}).json()["status"]
        == "underConstruction"
    )
    assert (
        api(ours, f"plans/{plan.uid}/phases/1/complete", {"on_day": today().isoformat()}).json()["status"]
        == "operational"
    )
    read = api(public, f"plans/{plan.uid}").json()
    assert read["phases"][0]["built_on"] == today().isoformat() and read["result"] is None
    asked = {"title": "API", "network": str(plan.network.uuid), "question": "cover", "target": "units"}
    asked |= {
        "scope": "unit:359",
        "day": "2021-12-31",
        "cost_model": "thu",
        "candidate_set": str(plan.candidate_set.uid),
    }
    assert api(boss, "plans", asked).status_code == 403
    made = api(ours, "plans", asked)
    assert made.status_code == 201 and made.json()["run"]["state"] == "queued"
    assert api(ours, f"plans/{made.json()['uid']}/cancel", {}).json()["state"] == "cancelled"
    assert api(ours, f"plans/{made.json()['uid']}/go-on", {}).json()["state"] == "queued"
    assert api(ours, "plans", asked | {"aim": "most"}).status_code == 422
    assert api(public, "cost-models").json()["items"][0]["code"] == "thu"
    assert api(ours, "candidate-sets").json()["count"] == 1
    assert date.fromisoformat(read["day"]) == date(2021, 12, 31)
