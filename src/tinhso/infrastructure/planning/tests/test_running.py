"""What becomes of a search whose process ends otherwise than it should."""

import json
import sys

import pytest

from tinhso.infrastructure.planning import running
from tinhso.infrastructure.planning.commands.runs import cancel, take_up
from tinhso.infrastructure.planning.models import PlanRun
from tinhso.infrastructure.planning.tests import recipes
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db
COVER = {"question": "cover", "protect": "", "target": "units", "scope": "unit:359"}
LINE = '{"event":"progress","cost":9,"value":null,"bound":3,"gap_ppm":666667,"edges":[1,2],"after_ms":5}'


def played(monkeypatch, tmp_path, script: str) -> PlanRun:
    """A run whose planner is a script of our own."""
    folder = tmp_path / "played"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "__main__.py").write_text(script)
    monkeypatch.setattr(running, "PLANNER", "played")
    monkeypatch.setattr(running, "LOOK_S", 0.05)
    monkeypatch.setattr(running, "PATIENCE_S", 0.3)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    run = recipes.asked(recipes.province(), **COVER)
    running.search(run)
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os.abort()", "memory"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "memory"),
        ("raise MemoryError", "memory"),
        ("raise RuntimeError", "crashed"),
        ("", "crashed"),
        (
            'print(\'{"event":"failed","code":"unreachable","what":"x","sites":["node:n1"],"after_ms":1}\')',
            "unreachable",
        ),
    ],
)
def test_a_process_that_ends_badly_fails_the_run_with_its_reason(monkeypatch, tmp_path, script, code):
    run = played(monkeypatch, tmp_path, script)
    assert (run.state, run.reason_code) == ("failed", code) and run.ended_at


def test_the_best_plan_of_a_process_that_died_is_checked_and_kept(monkeypatch, tmp_path, found_run):
    told = json.loads(found_run.problem)
    spans = [span.span_id for phase in found_run.result.phases.all() for span in phase.built_spans.all()]
    edges = [int(name.rpartition("-s")[2]) for name in spans]
    heard = []

    def dying(run, problem):
        heard.append(problem)
        if problem["search"]:
            PlanRun.objects.filter(pk=run.pk).update(best=json.dumps({"edges": edges, "bound": 7}))
            raise running.Gone("memory")
        return real(run, problem)

    real = running._heard
    monkeypatch.setattr(running, "_heard", dying)
    run = recipes.asked(found_run.plan.network, **COVER)
    assert json.loads(run.problem)["sites"] == told["sites"]
    running.search(run)
    run.refresh_from_db()
    assert (run.state, run.reason_code) == ("finished", "memory")
    assert (run.result.cost, run.result.bound, run.result.proven) == (found_run.result.cost, 7, False)
    assert [problem["search"] for problem in heard] == [True, False]


def test_a_search_is_stopped_when_asked_and_when_it_will_not_hear(monkeypatch, tmp_path):
    deaf = (
        f"import signal, sys, time\nsignal.signal(15, signal.SIG_IGN)\nprint('''{LINE}''', flush=True)\ntime.sleep(60)"
    )
    real = running.record_progress

    def noted(**given):
        real(**given)
        cancel(actor=recipes.ENGINEER, run=given["run"])

    monkeypatch.setattr(running, "record_progress", noted)
    run = played(monkeypatch, tmp_path, deaf)
    assert run.state == "cancelled" and json.loads(run.best) == {"edges": [1, 2], "bound": 3}
    assert run.progress.get().cost == 9


def test_a_search_beyond_its_time_ends(monkeypatch, tmp_path):
    monkeypatch.setattr(running, "GRACE_S", -100.0)
    run = played(monkeypatch, tmp_path, "import time; time.sleep(60)")
    assert (run.state, run.reason_code) == ("failed", "time")


def test_a_run_whose_workers_die_again_and_again_gives_up(monkeypatch):
    run = recipes.asked(recipes.province(), **COVER)
    for _ in range(running.MOST_ATTEMPTS):
        take_up(actor=SYSTEM, run=run)
    running.search(run)
    run.refresh_from_db()
    assert (run.state, run.reason_code) == ("failed", "worker-lost")
