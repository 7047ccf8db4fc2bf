"""The planner as the process it is: problems in, lines out, whatever the problem."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from tinhso.infrastructure.solvers.planner.problem import Refused, read

COMMAND = [sys.executable, "-m", "tinhso.infrastructure.solvers.planner"]
PRICES = {"method": {"aerial": 1_000_000}, "node": {"site": 1000, "junction": 100}, "crossing": {"river": 5_000_000}}


def problem(**changes) -> dict:
    """A core, a place on a spur of it, and two places without cable, on a square of about 1.1 km."""
    places = [[200_000_000, 1_060_000_000], [200_000_000, 1_060_100_000], [200_100_000, 1_060_100_000]]
    places.append([200_100_000, 1_060_000_000])
    return {
        "need": "reach",
        "aim": "all",
        "budgets": [],
        "places": places,
        "fresh": [2, 3],
        "existing": [[0, 1]],
        "core": [0],
        "sites": [{"key": f"s{place}", "places": [place], "weight": 10 * place} for place in (1, 2, 3)],
        "candidates": {"kind": "generated", "neighbours": 3},
        "obstacles": [],
        "prices": PRICES,
        "method": "aerial",
        "detour_permille": 1000,
        "seed": 1,
        "time_limit_s": 120,
        "memory_mb": 2048,
        "start": None,
        "search": True,
    } | changes


def told(tmp_path, asked: dict | str) -> list[dict]:
    path = tmp_path / "problem.json"
    path.write_text(asked if isinstance(asked, str) else json.dumps(asked))
    done = subprocess.run(
        [*COMMAND, str(path)], check=False, capture_output=True, text=True, env=environment(), timeout=300
    )
    assert done.stdout, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def environment() -> dict:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@pytest.mark.parametrize("need", ["reach", "span", "node"])
def test_everyone_is_served_at_least_cost_with_its_bound(tmp_path, need):
    lines = told(tmp_path, problem(need=need))
    last = lines[-1]
    assert lines[0]["event"] == "candidates" and last["event"] == "done", last
    assert last["proven"] and last["cost"] == last["bound"] and last["unserved"] == []
    (phase,) = last["phases"]
    assert last["cost"] == sum(span["cost"] for span in phase["spans"])
    assert len(phase["spans"]) == (2 if need == "reach" else 3)
    assert sorted(phase["won"]) == (["s2", "s3"] if need == "reach" else ["s1", "s2", "s3"])


def test_a_budget_buys_the_heaviest_it_can_and_phases_keep_within_theirs(tmp_path):
    one = told(tmp_path, problem(aim="most", budgets=[1_200_000]))[-1]
    assert one["phases"][0]["won"] == ["s3"] and one["cost"] <= 1_200_000 and one["value"] == 30
    none = told(tmp_path, problem(aim="most", budgets=[5]))[-1]
    assert none["event"] == "done" and none["value"] == 0 and none["cost"] == 0
    two = told(tmp_path, problem(budgets=[1_200_000, 1_200_000]))[-1]
    assert [len(phase["spans"]) for phase in two["phases"]] == [1, 1]
    short = told(tmp_path, problem(budgets=[1_200_000, 10]))[-1]
    assert [(len(phase["spans"]), phase["paid"]) for phase in short["phases"]] == [(1, True), (0, True), (1, False)]


def test_a_limit_too_short_for_compiled_code_ends_with_the_first_use_of_the_budget(tmp_path):
    last = told(tmp_path, problem(aim="most", budgets=[1_200_000], time_limit_s=1))[-1]
    assert last["phases"][0]["won"] == ["s3"] and (last["stopped"], last["proven"]) == ("time", False)
    assert last["value"] == 30 < last["value_bound"]


def test_an_earlier_plan_is_never_made_worse_and_can_be_kept_without_a_search(tmp_path):
    first = told(tmp_path, problem())[-1]
    edges = [span["candidate"] for span in first["phases"][0]["spans"]]
    again = told(tmp_path, problem(start=edges))
    assert again[1]["event"] == "progress" and again[1]["cost"] == first["cost"] == again[-1]["cost"]
    kept = told(tmp_path, problem(start=edges, search=False, bound=first["bound"] - 5))[-1]
    assert kept["cost"] == first["cost"] and kept["bound"] == first["bound"] - 5 and not kept["proven"]
    wrong = told(tmp_path, problem(start=edges[:1], search=False))[-1]
    assert wrong["event"] == "failed" and wrong["code"] == "verify"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"prices": PRICES | {"method": {"aerial": -1}}}, "malformed"),
        ({"prices": PRICES | {"method": {"aerial": 10**30}}}, "malformed"),
        ({"prices": PRICES | {"method": {"aerial": 1.5}}}, "malformed"),
        ({"prices": PRICES | {"method": {}}}, "malformed"),
        ({"budgets": [-1]}, "malformed"),
        ({"core": []}, "malformed"),
        ({"core": [99]}, "malformed"),
        ({"existing": [[0, 99]]}, "malformed"),
        ({"sites": [{"key": "s", "places": [1], "weight": 1}] * 2}, "malformed"),
        ({"sites": [{"key": "s", "places": [], "weight": 1}]}, "malformed"),
        ({"places": [[2_000_000_000, 0], [0, 0], [1, 1], [2, 2]]}, "malformed"),
        ({"places": [[200_000_000, 1_060_000_000], None, None, None]}, "no-candidates"),
        ({"need": "love"}, "malformed"),
    ],
)
def test_a_problem_that_contradicts_itself_is_refused_and_named(changes, code):
    with pytest.raises(Refused) as refused:
        read(problem(**changes))
    assert refused.value.code == code and refused.value.what


def test_a_refusal_is_the_last_line(tmp_path):
    last = told(tmp_path, problem(core=[]))[-1]
    assert (last["event"], last["code"]) == ("failed", "malformed") and "core" in last["what"]


def test_places_that_cannot_be_served_are_named(tmp_path):
    road = {"method": "", "metres": None, "points": [[200_000_000, 1_060_000_000], [200_100_000, 1_060_000_000]]}
    routes = {"kind": "imported", "reach_m": 50, "routes": [road]}
    last = told(tmp_path, problem(candidates=routes))[-1]
    assert (last["code"], last["sites"]) == ("unreachable", ["s2"])
    last = told(tmp_path, problem(candidates=routes, need="span"))[-1]
    assert last["code"] == "unreachable" and "s2" in last["sites"]


def test_disconnected_cores_and_sites_at_one_point_are_no_trouble(tmp_path):
    apart = told(tmp_path, problem(core=[0, 3]))[-1]
    assert apart["event"] == "done" and len(apart["phases"][0]["spans"]) == 1
    places = [[200_000_000, 1_060_000_000]] * 4
    same = told(tmp_path, problem(places=places))[-1]
    assert same["event"] == "done" and same["cost"] == 2 * 2 * 1000


def test_free_cable_costs_nothing_and_is_proven(tmp_path):
    free = {"method": {"aerial": 0}, "node": {"site": 0, "junction": 0}, "crossing": {}}
    last = told(tmp_path, problem(prices=free, need="span"))[-1]
    assert (last["event"], last["cost"], last["bound"], last["gap_ppm"]) == ("done", 0, 0, 0)


def test_nothing_to_do_is_said_with_an_empty_plan(tmp_path):
    last = told(tmp_path, problem(sites=[{"key": "s1", "places": [1], "weight": 1}]))[-1]
    assert (last["event"], last["cost"], last["proven"]) == ("done", 0, True)
    assert last["served_before"] == last["served_after"] == 1


def test_what_cannot_be_read_is_said():
    done = subprocess.run([*COMMAND, "/nowhere.json"], check=False, capture_output=True, text=True, env=environment())
    assert done.returncode == 2 and json.loads(done.stdout)["code"] == "malformed"


def test_memory_beyond_the_limit_is_told_or_ends_the_process(tmp_path):
    many = [[200_000_000 + n % 1000 * 1000, 1_060_000_000 + n // 1000 * 1000] for n in range(200_000)]
    sites = [{"key": f"s{n}", "places": [n], "weight": 1} for n in range(200_000)]
    path = tmp_path / "problem.json"
    path.write_text(json.dumps(problem(places=many, fresh=[], sites=sites, existing=[], memory_mb=256)))
    done = subprocess.run([*COMMAND, str(path)], check=False, capture_output=True, env=environment(), timeout=300)
    last = json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}
    assert last.get("code") == "memory" or (done.returncode and (done.returncode < 0 or b"MemoryError" in done.stderr))


def test_a_term_signal_ends_the_search_with_a_checked_plan(tmp_path):
    import random

    random.seed(4)
    places = [[200_000_000 + random.randrange(10**7), 1_060_000_000 + random.randrange(10**7)] for _ in range(700)]
    sites = [{"key": f"s{n}", "places": [n], "weight": 1} for n in range(1, 700, 2)]
    path = tmp_path / "problem.json"
    asked = problem(places=places, fresh=[], existing=[], sites=sites, need="node", time_limit_s=250)
    path.write_text(json.dumps(asked))
    process = subprocess.Popen([*COMMAND, str(path)], stdout=subprocess.PIPE, text=True, env=environment())
    lines = []
    for line in process.stdout:
        lines.append(json.loads(line))
        if lines[-1]["event"] == "progress" and len(lines) == 3:
            process.send_signal(signal.SIGTERM)
            began = time.monotonic()
    process.wait(timeout=200)
    assert lines[-1]["event"] == "done" and lines[-1]["bound"] <= lines[-1]["cost"]
    assert time.monotonic() - began < 120
