"""What survives a `kill -9`: every task runs, no slot starts twice, the dead worker's work is taken over."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, TimeoutError
from datetime import UTC, datetime

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.conftest import ROOT, finish, tinhso
from tinhso.config.models import ScheduledRun
from tinhso.config.processes import enqueue_due, requeue_orphans, slot_of
from tinhso.config.web import GATE, open_gate, wait_at_gate
from tinhso.foundation import schedules as declared
from tinhso.foundation.locks import exclusive


def test_an_empty_folder_setting_means_the_default(tmp_path):
    environment = {**os.environ, "TINHSO_VAR": "", "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", "from tinhso.config import settings; print(settings.VAR)"]
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == str(tmp_path / "var")


@pytest.mark.parametrize("opened", [True, False])
def test_the_web_waits_until_its_parent_is_ready_or_gone(tmp_path, monkeypatch, opened):
    monkeypatch.setenv(GATE, str(tmp_path / "gate"))
    with ThreadPoolExecutor() as pool, (tmp_path / "gate").open("w") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        waiting = pool.submit(wait_at_gate)
        with pytest.raises(TimeoutError):
            waiting.result(timeout=0.3)
        if opened:
            open_gate(gate)
            assert waiting.result(timeout=10) is None
        else:
            gate.close()
            with pytest.raises(SystemExit):
                waiting.result(timeout=10)


@pytest.mark.parametrize("words", [["--help"], ["--port", "many"], ["--no-such-word"]])
def test_a_start_that_only_says_something_ends_at_once(tmp_path, words):
    asked = tinhso(tmp_path, "tinhso", "serve", *words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    told, _ = asked.communicate(timeout=60)
    assert "usage: tinhso serve" in told


def test_a_start_that_fails_leaves_nothing_running(tmp_path):
    (tmp_path / "tinhso.sqlite3").write_text("no database")
    asked = tinhso(
        tmp_path, "tinhso", "serve", "--port", "0", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    told, _ = asked.communicate(timeout=60)
    assert asked.returncode != 0 and "not a database" in told


@pytest.mark.parametrize(
    ("moment", "every", "slot"),
    [
        ("2026-11-23T00:00:00", 60, "2026-11-23T00:00:00"),
        ("2026-11-23T00:59:59", 60, "2026-11-23T00:00:00"),
        ("2026-11-23T23:59:59", 1440, "2026-11-23T00:00:00"),
        ("2026-11-23T10:07:30", 5, "2026-11-23T10:05:00"),
    ],
)
def test_slots_count_from_midnight(moment, every, slot):
    assert slot_of(datetime.fromisoformat(moment + "+00:00"), every) == datetime.fromisoformat(slot).replace(tzinfo=UTC)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_a_slot_starts_once():
    names = {schedule.name for schedule in declared.schedules}
    assert set(enqueue_due()) == names
    assert enqueue_due() == []
    assert ScheduledRun.objects.count() == DBTaskResult.objects.count() == len(names)


@pytest.mark.both_databases
@pytest.mark.django_db
def test_interrupted_tasks_go_back_in_line():
    enqueue_due()
    DBTaskResult.objects.update(status="RUNNING", started_at=timezone.now())
    assert requeue_orphans("long") == len(list(declared.schedules))
    assert DBTaskResult.objects.ready().count() == len(list(declared.schedules))


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_a_lock_has_one_holder_and_is_free_again():
    with exclusive("test-lock") as held:
        assert held
    with exclusive("test-lock") as held:
        assert held


def test_a_killed_worker_leaves_no_task_stuck(province_folder, tmp_path):
    """The worker is killed in the middle of its work, again and again; in the end every task has run."""
    import shutil
    import sqlite3

    var = tmp_path / "var"
    shutil.copytree(province_folder, var)
    finish(tinhso(var, "tinhso", "scheduler", "--once"))
    database = var / "tinhso.sqlite3"

    def count(status: str) -> int:
        connection = sqlite3.connect(database)
        try:
            query = "SELECT count(*) FROM django_tasks_database_dbtaskresult WHERE status = ?"
            return connection.execute(query, [status]).fetchone()[0]
        finally:
            connection.close()

    waiting = count("READY")
    assert waiting
    for pause in (0.7, 1.1, 1.6):
        worker = tinhso(var, "tinhso", "worker", "--queue", "long", start_new_session=True)
        time.sleep(pause)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
    finish(tinhso(var, "tinhso", "worker", "--queue", "long", "--once"))
    assert count("READY") == count("RUNNING") == 0
    assert count("SUCCESSFUL") >= waiting  # some work starts more work
    assert count("FAILED") == 0
    finish(tinhso(var, "tinhso", "sequencer", "--once"))
    finish(tinhso(var, "tinhso", "check_log"))
