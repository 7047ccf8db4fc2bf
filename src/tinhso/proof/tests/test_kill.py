"""kill -9 of the sequencer at any moment leaves the log as before a batch or as after it."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection, transaction

import tinhso
from tinhso.proof.tests.recipes import entries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
WAITING = 2500


def database_url(var: Path) -> str:
    """Where another process reaches the test's tables: SQLite's are in memory, so it gets a copy of them."""
    held = connection.settings_dict
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(var / "copy.sqlite3")) as copy:
            connection.connection.backup(copy)
        return f"sqlite:///{var / 'copy.sqlite3'}"
    user, host = quote(held["USER"] or ""), quote(held["HOST"] or "", safe="")
    password = f":{quote(held['PASSWORD'])}" if held["PASSWORD"] else ""
    return f"postgres://{user}{password}@{host}:{held['PORT']}/{held['NAME']}"


def start(words: list[str], url: str, var: Path, **popen: object) -> subprocess.Popen:
    source = str(Path(tinhso.__file__).parent.parent)
    environment = {**os.environ, "DATABASE_URL": url, "TINHSO_VAR": str(var), "PYTHONPATH": source}
    return subprocess.Popen([sys.executable, "-m", "tinhso", *words], env=environment, **popen)


def state(url: str) -> tuple[int, int]:
    """Leaves, and the size the newest checkpoint signs."""
    query = "SELECT (SELECT count(*) FROM proof_leaf), (SELECT coalesce(max(size), 0) FROM proof_checkpoint)"
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30)) as other:
            return other.execute(query).fetchone()
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchone()


@pytest.mark.parametrize("kills", [4, pytest.param(60, marks=pytest.mark.soak)])
def test_killed_again_and_again_the_log_stays_whole(kills, own_var):
    with transaction.atomic():
        entries(WAITING)
    url, chance = database_url(own_var), random.Random(4)
    wanted = batches = 0
    for _kill in range(kills):
        process = start(["sequencer", "--batch", "5", "--every", "0"], url, own_var, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        time.sleep(chance.random() / 8)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=30)
        leaves, signed = state(url)
        assert leaves == signed
        batches += leaves > wanted
        wanted = leaves
    assert batches > 1
    finished = start(["sequencer", "--once"], url, own_var, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert finished.wait(60) == 0, finished.communicate()
    assert state(url)[0] >= WAITING
    check = start(["check_log"], url, own_var, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    said, _nothing = check.communicate(timeout=120)
    assert check.returncode == 0, said
    assert "0 entries waiting: the log is whole" in said


def test_terminated_it_ends_by_itself(own_var):
    entries(1)
    url = database_url(own_var)
    # Its next look is ten minutes away: ending within one shows that it did not wait for it.
    process = start(["sequencer", "--every", "600"], url, own_var, stdout=subprocess.PIPE, text=True)
    process.stdout.readline()
    process.terminate()
    assert process.wait(60) == 0
