"""The service index: facts kept as things happen, points, drill-down, reports, and recounting from the events."""

from __future__ import annotations

from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tinhso.government.services import indicators as numbers
from tinhso.government.services.index.counting import COUNTS, Period, by_agency_and_month, lost
from tinhso.government.services.index.formula import formula_at, formulas
from tinhso.government.services.index.incremental import differences
from tinhso.government.services.index.reports import report
from tinhso.government.services.index.rules import share, total
from tinhso.government.services.index.scores import year_of
from tinhso.government.services.models import DossierFact, DossierPaper
from tinhso.government.services.tests.recipes import COMMUNE, Desk, at
from tinhso.measures.contract import ScopeAt, indicators
from tinhso.measures.measuring import take

MARCH = Period(202603, 202603, at("2026-04-01T00:00"))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def now(dossier) -> DossierFact:
    return DossierFact.objects.get(dossier=dossier, until=None)


def finish(desk: Desk, dossier, moment: str) -> None:
    """From reception to the result, all at that moment."""
    desk.act(dossier, "claim", desk.officer, moment, task=1, holder=desk.officer.actor().code)
    desk.act(dossier, "complete_step", desk.officer, moment, task=1)
    desk.act(dossier, "claim", desk.leader, moment, task=2, holder=desk.leader.actor().code)
    desk.act(dossier, "finish", desk.leader, moment, task=2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("moment", "verdict"),
    [("2026-03-06T10:00", "before"), ("2026-03-09T16:59", "on"), ("2026-03-10T08:00", "late")],
)
def test_the_end_is_held_against_the_appointment(desk: Desk, moment: str, verdict: str):
    dossier = desk.received()
    finish(desk, dossier, moment)
    fact = now(dossier)
    assert (fact.verdict, fact.ended_month, fact.received_month, fact.status) == (verdict, 202603, 202603, 9)
    desk.act(dossier, "return_result", desk.clerk, "2026-04-02T08:00", way="online")
    assert (now(dossier).ended_month, now(dossier).digital) == (202603, True)


@pytest.mark.django_db
def test_what_stops_while_supplements_are_awaited_ended_at_the_request(desk: Desk):
    dossier = desk.received()
    desk.act(dossier, "claim", desk.officer, "2026-03-03T08:00", task=1, holder=desk.officer.actor().code)
    desk.act(dossier, "request_supplements", desk.officer, "2026-03-04T08:00", reason="thiếu", papers=[])
    assert now(dossier).paused and now(dossier).due_at is None
    desk.act(dossier, "stop", desk.leader, "2026-05-04T08:00", reason="quá thời hạn bổ sung")
    assert (now(dossier).ended_at, now(dossier).verdict, now(dossier).status) == (at("2026-03-04T08:00"), "before", 8)


@pytest.mark.django_db
def test_a_second_request_counts_as_late(desk: Desk):
    dossier = desk.received()
    desk.act(dossier, "claim", desk.officer, "2026-03-03T08:00", task=1, holder=desk.officer.actor().code)
    for day in ("04", "05"):
        desk.act(dossier, "request_supplements", desk.officer, f"2026-03-{day}T08:00", reason="thiếu", papers=[])
        desk.act(dossier, "supplement", desk.citizen, f"2026-03-{day}T09:00", papers=[])
    desk.act(dossier, "complete_step", desk.officer, "2026-03-05T10:00", task=1)
    desk.act(dossier, "claim", desk.leader, "2026-03-05T10:00", task=2, holder=desk.leader.actor().code)
    desk.act(dossier, "finish", desk.leader, "2026-03-05T11:00", task=2)
    assert now(dossier).verdict == "late"


@pytest.mark.django_db
def test_a_refused_dossier_ends_without_being_judged(desk: Desk):
    dossier = desk.file()
    desk.act(dossier, "refuse", desk.clerk, "2026-03-03T08:00", reason="không thuộc thẩm quyền")
    assert (now(dossier).verdict, now(dossier).ended_month) == ("", 202603)


@pytest.mark.django_db
@pytest.mark.both_databases
def test_sums_are_those_of_the_moment_and_losses_lead_to_dossiers(desk: Desk):
    early, late, slow = desk.received(), desk.received(), desk.received()
    finish(desk, early, "2026-03-05T08:00")
    finish(desk, late, "2026-03-20T08:00")
    desk.act(early, "pay", None, "2026-03-05T09:00", reference="VQR1")
    desk.act(late, "pay", desk.clerk, "2026-03-20T09:00", reference="BL01")
    desk.act(early, "return_result", desk.clerk, "2026-03-06T08:00", way="online")
    desk.act(late, "return_result", desk.clerk, "2026-03-21T08:00", way="handed")
    desk.act(late, "rate", desk.citizen, "2026-04-22T08:00", stars=1)
    desk.file("2026-03-30T08:00", channel="counter")
    counts = by_agency_and_month(MARCH)
    (key,) = counts
    assert key == (COMMUNE, 202603)
    wanted = {"filed": 4, "filed_online": 3, "judged": 3, "late": 2, "on_time": 1, "ended": 2, "disliked": 0}
    wanted |= {"paid": 2, "paid_online": 1, "finished": 2, "digital": 1}
    assert {name: counts[key][name] for name in wanted} == wanted
    assert {fact.dossier_id for fact in lost("on_time", MARCH)} == {late.pk, slow.pk}
    assert {fact.dossier_id for fact in lost("paid_online", MARCH)} == {late.pk}
    assert {fact.dossier_id for fact in lost("digital", MARCH)} == {late.pk}
    finish(desk, slow, "2026-04-03T08:00")
    assert by_agency_and_month(MARCH) == counts
    year = Period(202601, 202612, at("2026-12-31T00:00"))
    assert by_agency_and_month(year)[COMMUNE, 202603]["disliked"] == 1
    assert by_agency_and_month(year)[COMMUNE, 202604]["late"] == 1


@pytest.mark.django_db
@pytest.mark.both_databases
def test_recounting_from_the_events_is_equal_and_names_what_is_not(desk: Desk):
    dossier = desk.received()
    finish(desk, dossier, "2026-03-05T08:00")
    desk.file()
    assert differences(2026) == []
    DossierFact.objects.filter(dossier=dossier, until=None).update(verdict="late", stars=5)
    (first, second) = differences(2026)
    assert (first.code, first.column, first.kept, first.told) == (dossier.code, "verdict", "late", "before")
    assert second.column == "stars"
    with pytest.raises(CommandError, match="2 differences"):
        call_command("recount_766", year=2026, stdout=StringIO())
    said = StringIO()
    call_command("recount_766", year=2026, repair=True, stdout=said)
    assert "1 dossiers mended" in said.getvalue() and differences(2026) == []


@pytest.mark.django_db
def test_repeating_changes_no_fact_and_inner_steps_write_none(desk: Desk):
    dossier = desk.received()
    before = DossierFact.objects.count()
    desk.act(dossier, "claim", desk.officer, "2026-03-03T08:00", task=1, holder=desk.officer.actor().code)
    desk.act(dossier, "complete_step", desk.officer, "2026-03-03T09:00", task=1)
    desk.act(dossier, "note", desk.officer, "2026-03-03T09:00", text="đã xem")
    assert DossierFact.objects.count() == before
    assert DossierFact.objects.filter(dossier=dossier, until=None).count() == 1


@pytest.mark.django_db
def test_papers_given_again_are_counted(desk: Desk):
    papers = [
        DossierPaper(document=name, copy_kind="electronic", origin=origin, added_at=at("2026-03-02T08:00"))
        for name, origin in (("don", "uploaded"), ("cccd", "reused"))
    ]
    dossier = desk.file(papers=papers)
    assert (now(dossier).papers, now(dossier).reused) == (2, 1)


def test_points_are_full_at_the_threshold_and_pro_rata_below():
    part = {"points": 6, "full": 500, "plus": ["filed_online"], "minus": [], "of": "filed"}
    assert total.score(part, Counter(filed=10, filed_online=5)) == (6000, 6000)
    assert total.score(part, Counter(filed=10, filed_online=4)) == (4800, 6000)
    assert total.score(part, Counter()) == (0, 0)
    worse = {"points": 18, "full": 900, "plus": ["judged"], "minus": ["late", "disliked"], "of": "judged"}
    assert total.score(worse, Counter(judged=10, late=1)) == (18000, 18000)
    assert total.score(worse, Counter(judged=2, late=2, disliked=2)) == (0, 18000)


def test_the_formula_has_a_hundred_points_and_versions_follow_each_other():
    for one in formulas():
        parts = [part for group in one["groups"] for part in group["parts"]]
        assert sum(part["points"] for part in parts) == 100
        assert {name for part in parts for name in (*part["plus"], *part["minus"], part["of"])} <= set(COUNTS)
    points = [sum(part["points"] for part in group["parts"]) for group in formulas()[0]["groups"]]
    assert points == [18, 20, 18, 12, 10, 22]
    for before, after in zip(formulas(), formulas()[1:], strict=False):
        assert before["valid_to"] == after["valid_from"]
    assert formula_at(at("2026-03-02T08:00").date())["version"] == 1


def test_the_rule_of_a_share_says_where_nothing_was_counted():
    inputs = {
        "share": {"plus": ["a"], "minus": ["b"], "of": "n"},
        "rows": [
            {"key": "x", "unit": "u", "counts": {"a": 3, "b": 1, "n": 4}},
            {"key": "y", "counts": {"a": 0, "b": 0, "n": 0}},
        ],
    }
    first, second = share.count(inputs)
    assert (first["numerator"], first["denominator"], first["state"]) == (2, 4, "part")
    assert (second["denominator"], second["state"]) == (0, "no_data")


@pytest.mark.django_db
def test_a_year_scores_its_agencies_and_months(desk: Desk):
    finish(desk, desk.received(), "2026-03-05T08:00")
    year = year_of(Period(202601, 202604, at("2026-05-01T00:00")))
    score = year.score([COMMUNE])
    assert [group.key for group in score.groups][1] == "timeliness"
    assert (score.groups[1].earned, score.groups[1].attainable) == (20000, 20000)
    # Without a paid fee there is nothing to score there; without dossiers in January no month's timeliness.
    assert score.groups[4].attainable == 0
    assert year.series([COMMUNE])[0][1].groups[1].attainable == 0


@pytest.mark.django_db
def test_every_number_is_measured_from_counts_without_a_dossier_or_a_person(desk: Desk, monkeypatch):
    finish(desk, desk.received(), "2026-03-05T08:00")
    monkeypatch.setattr(numbers, "seated", lambda agencies, *_: dict.fromkeys(agencies, "13123"))
    end = ScopeAt("signing-province", at("2026-03-31T00:00").date(), at("2026-04-02T00:00"))
    mine = [item for item in indicators if item.id.startswith("services.")]
    assert len(mine) == 9 and sum(bool(item.dti) for item in mine) >= 6
    found = {item.id: take(item, end) for item in mine}
    assert found["services.on_time"].value.fraction == 1
    assert found["services.full_online_dossiers"].value.fraction == 1
    assert found["services.online_payment"].value.fraction is None
    total_points = found["services.index_766"].value
    assert 0 < total_points.numerator < total_points.denominator <= 100_000
    for one in found.values():
        assert b"H40.12.03-" not in one.inputs and "Nguyễn" not in one.inputs.decode()
    later = ScopeAt(end.code, end.as_of, at("2026-06-02T00:00"))
    finish(desk, desk.received("2026-03-30T09:00"), "2026-05-20T08:00")
    assert take(indicators["services.on_time"], later).value.fraction == 1


@pytest.fixture
def busy(desk: Desk) -> Desk:
    """Three dossiers of this year: one on time, one late and disliked, one overdue still."""
    early, late = desk.received("2026-03-02T09:00"), desk.received("2026-03-02T09:00")
    desk.received("2026-03-02T09:00")
    finish(desk, early, "2026-03-05T08:00")
    finish(desk, late, "2026-03-20T08:00")
    desk.act(late, "return_result", desk.clerk, "2026-03-21T08:00", way="handed")
    desk.act(late, "rate", desk.citizen, "2026-03-22T08:00", stars=1)
    desk.late = late
    return desk


@pytest.mark.django_db
def test_everybody_sees_points_and_counts_and_staff_the_dossiers_behind_them(busy: Desk, client):
    for address in ("/chi-so-766/?nam=2026", f"/en/chi-so-766/co-quan/{COMMUNE}/?nam=2026"):
        said = client.get(address).content.decode()
        assert "6,66" in said or "6.66" in said
        assert "H40.12.03-" not in said and "mat-diem" not in said
    lost_page = f"/chi-so-766/co-quan/{COMMUNE}/mat-diem/on_time/?nam=2026"
    assert client.get(lost_page).status_code == 302
    client.force_login(busy.citizen)
    assert client.get(lost_page).status_code == 403
    client.force_login(busy.leader)
    assert lost_page in client.get(f"/chi-so-766/co-quan/{COMMUNE}/?nam=2026").content.decode()
    said = client.get(lost_page).content.decode()
    assert busy.late.code in said and said.count("H40.12.03-") == 4
    assert client.get(lost_page.replace("on_time", "published")).status_code == 404
    assert client.get("/chi-so-766/co-quan/khong-co/").status_code == 404


@pytest.mark.django_db
def test_programs_read_the_index_and_staff_the_report(busy: Desk, client):
    one = client.get(f"/api/services/index766/{COMMUNE}?year=2026").json()
    (timely,) = [part for part in one["parts"] if part["key"] == "on_time"]
    assert (timely["done"], timely["of"], timely["earned"]) == (1, 3, 6666)
    assert [month["filed"] for month in one["months"]][2] == 3
    assert client.get("/api/services/index766?year=2026").json()["items"][0]["agency"] == COMMUNE
    assert client.get("/api/services/index766?year=1990").status_code == 422
    assert client.get("/api/services/reports/2026-03").status_code == 401
    client.force_login(busy.leader)
    told = client.get("/api/services/reports/2026-03").json()
    wanted = {"received": 3, "done_before": 1, "done_late": 1, "open_late": 1, "carried": 0, "paused": 0}
    assert {name: told["total"][name] for name in wanted} == wanted


@pytest.mark.django_db
def test_reports_balance_from_month_to_month_and_come_as_files(busy: Desk, client):
    for code in ("2026-02", "2026-03", "2026-04", "2026-q1", "2026"):
        total_of = report(code).total
        assert total_of["carried"] + total_of["received"] == total_of["done"] + total_of["stopped"] + total_of["open"]
        assert total_of["open"] == total_of["open_in_time"] + total_of["open_late"] + total_of["paused"]
    assert report("2026-04").total["carried"] == report("2026-03").total["open"] == 1
    client.force_login(busy.leader)
    assert "Cư trú" in client.get("/bao-cao-thu-tuc/?ky=2026-03").content.decode()
    wrong = client.get("/bao-cao-thu-tuc/?ky=2026-13")
    assert wrong.status_code == 422 and "2026-q1" in wrong.content.decode()
    starts = {"csv": b"\xef\xbb\xbfSTT,", "xlsx": b"PK", "pdf": b"%PDF"}
    for kind, start in starts.items():
        answer = client.get(f"/bao-cao-thu-tuc/tep.{kind}?ky=2026-03&co-quan={COMMUNE}")
        assert answer.content.startswith(start) and f"2026-03.{kind}" in answer["Content-Disposition"]
    client.force_login(busy.clerk)
    assert client.get("/bao-cao-thu-tuc/").status_code == 403


@pytest.mark.django_db
def test_pages_say_when_there_is_nothing_yet(client):
    assert "Chưa có hồ sơ trong năm này" in client.get("/chi-so-766/?nam=x").content.decode()
    assert client.get("/api/services/index766").json()["items"] == []


@pytest.mark.django_db
def test_reading_the_index_costs_the_same_for_many_dossiers(busy: Desk, client, django_assert_max_num_queries):
    client.get("/chi-so-766/?nam=2026")
    with django_assert_max_num_queries(22):
        client.get("/chi-so-766/?nam=2026")


@pytest.mark.django_db
@pytest.mark.parametrize("of", ["procedure", "account"])
def test_what_is_filed_in_a_demonstration_is_demonstration_and_counts_with_it(client, of: str):
    desk = Desk()
    desk.version.procedure.demonstration = of == "procedure"
    desk.citizen.demonstration = of == "account"
    first, second = desk.received(), desk.received()
    assert first.demonstration and now(second).demonstration
    client.force_login(desk.citizen)
    assert "Minh họa" in client.get(f"/tra-cuu/{first.code}/").content.decode()
    client.force_login(desk.clerk)
    assert "Minh họa" in client.get(f"/mot-cua/ho-so/{first.code}/").content.decode()
    assert by_agency_and_month(MARCH)[(COMMUNE, 202603)]["filed"] == 2
    desk.version.procedure.demonstration = desk.citizen.demonstration = False
    desk.received()
    assert by_agency_and_month(MARCH)[(COMMUNE, 202603)]["filed"] == 1, "a real one is never counted together with them"
