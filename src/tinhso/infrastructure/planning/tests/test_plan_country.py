"""One plan for many provinces: whole, verified, and the same however many workers there are."""

import contextlib
import io
import json
import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tinhso.infrastructure.solvers import national
from tinhso.infrastructure.solvers import workers as workers_module
from tinhso.infrastructure.solvers.steiner import Solution, solve
from tinhso.infrastructure.solvers.verify import Ground, verify
from tinhso.infrastructure.solvers.workers import Workers
from tinhso.places import vietnam


def provinces(count: int = 3, each: int = 8) -> national.Country:
    chance = np.random.default_rng(5)
    points = np.concatenate(
        [chance.integers(0, 4_000_000, (each, 2)) + np.array([0, k * 4_000_000]) for k in range(count)]
    )
    moved = points + np.array([210_000_000, 1_050_000_000])
    return national.country(
        [tuple(point) for point in moved.tolist()], [f"{k}" for k in range(count) for _ in range(each)]
    )


def whole_and_sound(country: national.Country, found: Solution) -> bool:
    instance = country.instance
    spans = list(zip(instance.tails.tolist(), instance.heads.tolist(), instance.costs.tolist(), strict=True))
    ground = Ground(
        instance.nodes, spans, [False] * len(spans), [0], {str(t): [t] for t in instance.terminals.tolist()}
    )
    return not verify(ground, found.edges, need="reach", cost=found.cost, bound=found.bound)


def same(one: Solution, other: Solution) -> bool:
    return (one.edges, one.cost, one.bound) == (other.edges, other.cost, other.bound)


@contextlib.contextmanager
def scheduler(folder: Path, workers: int) -> Iterator[str]:
    """The address of a scheduler, and a worker, each a process that nothing of ours started."""
    told = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    asked = [
        [*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(told), "--no-dashboard"]
    ]
    asked += [
        [*dask, "worker", "--scheduler-file", str(told), "--no-nanny", "--nthreads", "1", "--no-dashboard",
         "--local-directory", str(folder)]
    ] * workers  # fmt: skip
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with contextlib.ExitStack() as running:
        for line in asked:
            process = running.enter_context(
                subprocess.Popen(line, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            running.callback(process.kill)
        until = time.monotonic() + 60
        while not told.exists() and time.monotonic() < until:
            time.sleep(0.05)
        yield json.loads(told.read_text())["address"]


def test_one_worker_and_four_give_the_plan_of_none() -> None:
    country = provinces()
    assert len(national.shards(country)) >= 3
    alone = national.cover(country)
    assert whole_and_sound(country, alone)
    for count in (1, 4):
        with Workers(count) as workers:
            assert len(workers.client.scheduler_info()["workers"]) == count
            assert same(national.cover(country, run=workers.map), alone)


def test_workers_end_with_the_process_that_began_them_however_it_ends() -> None:
    begin = (
        "import os, time\n"
        "from tinhso.infrastructure.solvers.workers import Workers\n"
        "with Workers(2) as workers:\n"
        "    print(*workers.client.run(os.getpid).values(), flush=True)\n"
        "    time.sleep(60)\n"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", begin], env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        workers = [int(pid) for pid in process.stdout.readline().split()]
        assert len(workers) == 2
        assert all(Path(f"/proc/{pid}").exists() for pid in workers)
        process.kill()
    until = time.monotonic() + 20
    while (left := [pid for pid in workers if Path(f"/proc/{pid}").exists()]) and time.monotonic() < until:
        time.sleep(0.1)
    assert not left


def test_a_scheduler_that_does_not_answer_or_has_no_worker_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        began = time.monotonic()
        with pytest.raises(OSError, match=str(port := deaf.getsockname()[1])):
            Workers(address=f"tcp://127.0.0.1:{port}", patience_s=0.5)
        assert time.monotonic() - began < 10
    with pytest.raises(OSError, match="no://such"):
        Workers(address="no://such", patience_s=0.5)
    with scheduler(tmp_path, 0) as address, pytest.raises(OSError, match="no worker"):
        Workers(address=address, patience_s=1)


def test_the_plan_and_the_bound_stand_on_both_sides_of_the_optimum() -> None:
    country = provinces(2, 12)
    best = solve(country.instance, time_limit=60.0)
    found = national.cover(country)
    assert best.proven
    assert found.bound <= best.cost <= found.cost <= best.cost * 1.02
    assert found.gap < 0.02


def test_every_commune_has_three_optional_junctions_of_its_province() -> None:
    country = provinces(3, 20)
    assert country.instance.nodes == 4 * 60
    assert country.province.tolist() == [k for k in range(3) for _ in range(20)] + [
        k for k in range(3) for _ in range(60)
    ]
    ends = np.concatenate([country.instance.tails, country.instance.heads])
    assert len(np.unique(ends)) == country.instance.nodes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "converter_2025.json").write_text("{}")
    with sqlite3.connect(tmp_path / "dataset.db") as data:
        for table, columns in vietnam.COLUMNS.items():
            data.execute(f"CREATE TABLE {table} ({columns})")
        for number in range(12):
            data.execute(
                "INSERT INTO admin_units_legacy (provinceCode, districtCode, wardCode, wardLat, wardLon) "
                "VALUES (?, '001', ?, ?, ?)",
                (f"0{number % 2 + 1}", f"{number:05}", 21 + number * 7 % 5 / 100, 105 + number / 100),
            )
        # An island district without communes counts as one.
        data.execute(
            "INSERT INTO admin_units_legacy (provinceCode, districtCode, districtLat, districtLon) "
            "VALUES ('02', '009', 20.9, 105.5)"
        )
    return tmp_path


def test_the_command_tells_length_bound_and_gap(folder: Path) -> None:
    out = io.StringIO()
    call_command("plan_country", folder, "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["communes"], told["nodes"]) == (13, 52)
    assert 0 < told["bound"] <= told["metres"]


def test_the_command_refuses_what_it_cannot_read(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="99"):
        call_command("plan_country", folder, "--province", "99")
    with pytest.raises(CommandError, match="--workers"):
        call_command("plan_country", folder, "--workers", "2", "--scheduler", "tcp://127.0.0.1:1")
    with sqlite3.connect(folder / "dataset.db") as data:
        data.execute("UPDATE admin_units_legacy SET wardLat = NULL WHERE wardCode = '00003'")
    with pytest.raises(CommandError, match="00003"):
        call_command("plan_country", folder)


def test_a_scheduler_named_by_the_environment_plans_as_this_process_does(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    with scheduler(tmp_path, 1) as address:
        for named in ("", address):
            out = io.StringIO()
            monkeypatch.setenv("TINHSO_DASK_SCHEDULER", named)
            call_command("plan_country", folder, "--json", stdout=out)
            told.append({key: value for key, value in json.loads(out.getvalue()).items() if key != "seconds"})
    assert told[0] == told[1]


def test_the_plan_is_written_whole_or_not_at_all(folder: Path, tmp_path: Path) -> None:
    out, plan = io.StringIO(), tmp_path / "plan.geojson"
    call_command("plan_country", folder, "--json", "--output", plan, stdout=out)
    lines = json.loads(plan.read_text())["features"]
    told = json.loads(out.getvalue())
    assert (len(lines), sum(line["properties"]["metres"] for line in lines)) == (told["spans"], told["metres"])
    with pytest.raises(CommandError, match="nowhere"):
        call_command("plan_country", folder, "--output", tmp_path / "nowhere" / "plan.geojson")
    assert not list(tmp_path.glob("*.part"))


def test_a_scheduler_out_of_reach_is_an_error_of_the_command(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers_module, "PATIENCE_S", 0.3)
    with pytest.raises(CommandError, match=r"127\.0\.0\.1:1"):
        call_command("plan_country", folder, "--scheduler", "tcp://127.0.0.1:1")


def test_one_point_alone_is_refused_and_a_crowd_at_one_point_stays_small() -> None:
    with pytest.raises(ValueError, match="20000 communes at 1 different points"):
        national.country([(210_000_000, 1_050_000_000)] * 20_000, ["01"] * 20_000)
    apart = provinces(2, 6)
    communes = apart.points[:12]
    crowd = [*communes, *[communes[3]] * 20_000]
    crowded = national.country(crowd, ["0"] * len(crowd))
    assert len(crowded.instance.costs) < len(apart.instance.costs) + 20_500
    assert whole_and_sound(crowded, national.cover(crowded))


def test_two_communes_at_one_point_have_three_junctions_each() -> None:
    communes = provinces(2, 6).points[:12]
    country = national.country([*communes, communes[3]], ["0"] * 13)
    assert len(set(country.points)) == 12 + 3 * 13


def test_a_province_with_one_commune_is_joined_to_the_others() -> None:
    apart = provinces(1, 12)
    country = national.country(apart.points[:12], ["one", *["other"] * 11])
    assert whole_and_sound(country, national.cover(country))
