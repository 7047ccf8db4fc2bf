"""A question asked, searched in a process of its own, verified and kept."""

import json
from datetime import date

import pytest

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.models import Node
from tinhso.infrastructure.network.tests.coverage_recipes import point_of
from tinhso.infrastructure.planning.asking import problem_of
from tinhso.infrastructure.planning.commands.runs import cancel, go_on
from tinhso.infrastructure.planning.models import PlanRun, Progress
from tinhso.infrastructure.planning.running import search
from tinhso.infrastructure.planning.tests import recipes
from tinhso.places.tests.recipes import nam_dinh

pytestmark = pytest.mark.django_db


def test_covering_a_district_connects_every_commune_and_says_for_how_much():
    network = recipes.province()
    run = recipes.found(network, question="cover", protect="", target="units", scope="unit:359")
    assert (run.state, run.reason) == ("finished", "")
    result = run.result
    assert result.proven and result.bound == result.cost > 0 and result.gap_ppm == 0
    assert (result.served_before, result.served_after) == (3, result.sites)
    (phase,) = result.phases.all()
    assert phase.cost == result.cost and phase.units == result.sites - 3 == phase.gains.filter(kind="unit").count()
    assert phase.people == sum(gain.people for gain in phase.gains.all()) > 0
    assert Progress.objects.filter(run=run).exists()
    fresh = {node.unit_code for node in phase.nodes.filter(kind="site")}
    assert fresh == {gain.key for gain in phase.gains.all()}


def test_the_same_seed_gives_the_same_plan():
    network = recipes.province()
    asked = {"question": "cover", "protect": "", "target": "units", "scope": "unit:359"}
    one, other = (recipes.found(network, **asked) for _ in range(2))
    told = [
        [row.span_id.partition("-")[2] for phase in run.result.phases.all() for row in phase.built_spans.all()]
        for run in (one, other)
    ]
    assert told[0] == told[1] and one.result.edges_sha256 == other.result.edges_sha256


@pytest.mark.parametrize("how", [{"status": "inactive"}, {"status": "unknown"}, {"valid_to": date(2021, 6, 1)}])
def test_plans_lead_to_core_nodes_in_service(how):
    network = recipes.province()
    ends = [f"n{recipes.COMMUNES[index]}" for index in (0, 2)]
    choose_core(actor=recipes.ENGINEER, network=network, nodes=ends, valid_from=recipes.BEGIN, reason="thử")
    Node.objects.filter(network=network, element_id=ends[0]).update(**how)
    question = recipes.asked(network)
    problem = problem_of(question.plan, [])
    places = problem["places"]
    assert [places[number] for number in problem["core"]] == [list(point_of(recipes.COMMUNES[2]))]
    Node.objects.filter(network=network, element_id=ends[1]).update(**how)
    with pytest.raises(Invalid) as refused:
        problem_of(question.plan, [])
    assert refused.value.place == "network" and "hoạt động" in str(refused.value)


def test_a_question_that_cannot_be_asked_writes_nothing():
    nam_dinh()
    network = recipes.chain()
    for changes, place in (
        ({"title": " "}, "title"),
        ({"question": "sửa"}, "question"),
        ({"target": "units", "scope": ""}, "scope"),
        ({"aim": "most"}, "budget"),
        ({"aim": "most", "budget": -5}, "budget"),
        ({"aim": "most", "budget": 5, "years": [(2026, 5)]}, "budget"),
        ({"aim": "all", "budget": 5}, "budget"),
        ({"years": [(2026, 5), (2026, 6)]}, "years"),
        ({"question": "bypass", "protect": "", "span_id": "none"}, "span_id"),
        ({"time_limit_s": 0}, "time_limit_s"),
        ({"memory_mb": 1}, "memory_mb"),
        ({"day": date(2015, 1, 1)}, "network"),
    ):
        with pytest.raises(Invalid) as refused:
            recipes.asked(network, **changes)
        assert refused.value.place == place
    assert not PlanRun.objects.exists()


def test_a_queued_run_is_cancelled_at_once_and_can_go_on():
    network = recipes.province()
    run = recipes.asked(network, question="cover", protect="", target="units", scope="unit:359")
    assert cancel(actor=recipes.ENGINEER, run=run).state == "cancelled"
    search(run)
    assert PlanRun.objects.get().state == "cancelled"
    with pytest.raises(Conflict):
        cancel(actor=recipes.ENGINEER, run=run)
    go_on(actor=recipes.ENGINEER, run=run)
    search(run)
    assert PlanRun.objects.get().state == "finished"


def test_a_run_whose_worker_was_killed_starts_from_its_best_plan():
    network = recipes.province()
    asked = {"question": "cover", "protect": "", "target": "units", "scope": "unit:359"}
    first = recipes.found(network, **asked)
    best = json.loads(first.best)
    run = recipes.asked(network, **asked)
    PlanRun.objects.filter(pk=run.pk).update(state="running", attempts=1, best=first.best)
    search(run)
    run.refresh_from_db()
    assert (run.state, run.attempts, run.result.cost) == ("finished", 2, first.result.cost)
    point = run.progress.first()
    assert (point.cost, json.loads(run.best)["edges"]) == (first.result.cost, best["edges"])


def test_places_that_no_candidate_reaches_are_named(tmp_path):
    network = recipes.province()
    away = recipes.collection(recipes.feature([(106.0, 20.0), (106.001, 20.0)], id="xa"))
    from tinhso.infrastructure.planning.commands.candidates import import_routes

    chosen = import_routes(actor=recipes.ENGINEER, raw=away, source_name="a.geojson", name="Xa").candidate_set
    run = recipes.found(network, question="cover", protect="", target="units", scope="unit:359", candidate_set=chosen)
    assert run.state == "failed" and run.reason_code in ("unreachable", "no-candidates")
