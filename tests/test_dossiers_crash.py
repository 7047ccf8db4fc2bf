"""`kill -9` of those who file and handle dossiers: what was acknowledged is there once, and nothing hangs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, finish, tinhso
from tinhso.government.services.tests import portal_stub

CAPTURE = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[str]:
    """Address of a national portal in a process of its own, which now and then loses an answer."""
    stub = subprocess.Popen(
        [sys.executable, "-S", portal_stub.__file__, str(tmp_path / "portal.jsonl"), "5", "3"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert stub.stdout
    yield f"http://127.0.0.1:{stub.stdout.readline().strip()}/api"
    stub.kill()
    stub.wait()
    stub.stdout.close()


def endure(var: Path, folder: Path, portal: str, rounds: int, database: str = "") -> dict[str, int]:
    """Load and kill; what the load says of itself."""
    keep = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "TINHSO_VAR"}}
    environment = {
        **keep,
        "TINHSO_VAR": str(var),
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "DJANGO_SETTINGS_MODULE": "tinhso.config.settings",
        "TINHSO_PORTAL_URL": portal,
        "TINHSO_PORTAL_TOKEN": "secret",
        **({"DATABASE_URL": database} if database else {}),
    }
    told = subprocess.run(
        [sys.executable, "-m", "tests.dossier_load", str(folder), str(rounds), "36"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60 + 20 * rounds,
        check=False,
    )
    assert told.returncode == 0, f"{told.stdout[-2000:]}\n{told.stderr[-3000:]}"
    finish(tinhso(var, "tinhso", "sequencer", "--once", database=database, **CAPTURE))
    finish(tinhso(var, "tinhso", "check_log", database=database, **CAPTURE))
    return json.loads(told.stdout.splitlines()[-1])


def test_acknowledged_acts_survive_five_kills(province_folder: Path, tmp_path: Path, portal: str):
    shutil.copytree(province_folder, tmp_path / "var")
    found = endure(tmp_path / "var", tmp_path, portal, 5)
    assert found["acknowledged"] <= found["acts"] and found["rounds"] == 5


@pytest.mark.soak
@pytest.mark.both_databases
def test_acknowledged_acts_survive_two_hundred_kills(tmp_path: Path, portal: str):
    var, database = tmp_path / "var", os.environ.get("DATABASE_URL", "")
    finish(tinhso(var, "tinhso", "migrate", "-v0", database=database, **CAPTURE))
    # Three processes die in every round.
    found = endure(var, tmp_path, portal, int(os.environ.get("CRASH_ROUNDS", "67")), database)
    assert found["dossiers"] >= found["rounds"] // 2
