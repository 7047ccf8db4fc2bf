"""The demonstration is made in steps: pages say so until it is whole, and a start that was killed is completed."""

import os
import signal
import sqlite3
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command

from tests.conftest import finish, tinhso
from tinhso.config.management.commands import demo
from tinhso.config.processes import once
from tinhso.foundation.demo import DemoStep, Making, making
from tinhso.portal.context import Site


@pytest.fixture
def var(tmp_path, settings):
    settings.VAR = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_the_mark_names_the_step_that_failed_and_goes_when_all_are_done(var, monkeypatch):
    done: list[str] = []

    def fail(*_: object) -> None:
        raise RuntimeError("killed")

    first = DemoStep(1, "first", lambda *_: done.append("first"), True)
    second = DemoStep(2, "second", fail, False)
    monkeypatch.setattr(demo, "steps", [first, second])
    call_command("demo", essential=True, as_of="2024-10-01", verbosity=0)
    assert making() == Making("36", "2024-10-01", 1, 2)
    with pytest.raises(RuntimeError):
        call_command("demo", rest=True, as_of="2024-10-01")
    assert making() == Making("36", "2024-10-01", 2, 2)
    monkeypatch.setattr(demo, "steps", [first, replace(second, run=lambda *_: done.append("second"))])
    call_command("demo", rest=True, as_of="2024-10-01")
    assert making() is None
    assert done == ["first", "second"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"province": "36"}'])
def test_a_damaged_mark_is_no_demonstration(var, text):
    (var / "demonstration.json").write_text(text)
    assert making() is None


def test_production_looks_at_no_mark(var, settings):
    Making("36", "2021-12-31", 3, 12).keep()
    settings.PRODUCTION = True
    assert making() is None


@pytest.mark.django_db
def test_pages_say_how_far_it_is(var, client, monkeypatch):
    cache.clear()
    monkeypatch.setattr("tinhso.portal.context.read_site", lambda: Site(None, True))
    Making("36", "2021-12-31", 7, 12).keep()
    assert "bước 7 trên 12" in client.get("/").content.decode()
    assert "step 7 of 12" in client.get("/en/").content.decode()
    (var / "demonstration.json").unlink()
    assert "bước 7 trên 12" not in client.get("/").content.decode()


@pytest.mark.parametrize(("code", "restarts"), [("--version", 0), ("no-such-command", 3)])
def test_work_with_an_end_is_not_repeated_for_ever(code, restarts):
    child = once("work", [code])
    child.wait = 0.01
    child.start()
    for _ in range(restarts + 1):
        assert child.process is not None
        child.process.wait(timeout=60)
        child.tend()
    assert child.ended
    assert child.restarts == restarts


@pytest.mark.soak
def test_killed_anywhere_and_run_again_it_is_the_same_province(tmp_path):
    """Killed again and again at growing moments, then left alone: the same rows as made in one go; again changes
    nothing."""
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    for var in (whole, killed):
        var.mkdir()
        finish(tinhso(var, "tinhso", "migrate", "-v0"))
    finish(tinhso(whole, "tinhso", "demo"))
    every = _counts(whole)
    finish(tinhso(whole, "tinhso", "demo"))
    assert _counts(whole) == every
    expected = {name: count for name, count in every.items() if name not in MORE_AFTER_A_KILL}
    pause = 1.5
    while True:
        work = tinhso(killed, "tinhso", "demo", start_new_session=True)
        time.sleep(pause)
        if work.poll() is not None:
            break
        os.killpg(work.pid, signal.SIGKILL)
        work.wait()
        pause *= 1.3
    assert work.returncode == 0
    assert not (killed / "demonstration.json").exists()
    assert {name: count for name, count in _counts(killed).items() if name in expected} == expected
    finish(tinhso(killed, "tinhso", "check_log"))


# A search that was killed starts anew from its best plan: more points of it, more rows of the log and of the audit, and
# of equally good plans perhaps another.
MORE_AFTER_A_KILL = {
    "planning_decision",
    "planning_gain",
    "planning_plannednode",
    "planning_plannedphase",
    "planning_plannedspan",
    "planning_progress",
    "proof_auditdetail",
    "proof_auditrecord",
    "proof_checkpoint",
    "proof_entry",
    "proof_leaf",
    "proof_treenode",
}


def _counts(var: Path) -> dict[str, int]:
    connection = sqlite3.connect(var / "tinhso.sqlite3")
    try:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}
    finally:
        connection.close()
