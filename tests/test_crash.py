"""`kill -9` while importing, measuring and serving: all of it is there or none, and the log is whole."""

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import finish, free_port, tinhso

CAPTURE = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
HREF = "https://standard.ofds.info/en/0__4__0/network-schema.json"
UUID = "5b0d7c2e-4f0a-4f57-9a52-2b6b5f1d9c01"


def count(var: Path, table: str, where: str = "1=1") -> int:
    with closing(sqlite3.connect(var / "tinhso.sqlite3")) as connection:
        return connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0]


def line_network(size: int) -> dict:
    """A chain of nodes through Nam Định, valid OFDS 0.4."""
    nodes = [
        {
            "id": str(number),
            "name": f"N{number}",
            "status": "operational",
            "location": {"type": "Point", "coordinates": [round(106.1 + number * 1e-5, 6), 20.4]},
        }
        for number in range(size)
    ]
    spans = [
        {"id": str(number), "start": str(number), "end": str(number + 1), "status": "operational"}
        for number in range(size - 1)
    ]
    links = [{"href": HREF, "rel": "describedby"}]
    return {"networks": [{"id": UUID, "name": "Chain", "links": links, "nodes": nodes, "spans": spans}]}


def kill_after(process: subprocess.Popen, seconds: float) -> None:
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture
def var(province_folder, tmp_path):
    copy = tmp_path / "var"
    shutil.copytree(province_folder, copy)
    return copy


def rounds(default: int) -> int:
    return int(os.environ.get("CRASH_ROUNDS", default))


def test_an_import_killed_at_any_moment_is_whole_or_absent(var, tmp_path):
    file = tmp_path / "chain.json"
    file.write_text(json.dumps(line_network(3000)))
    mine = f"network_id = (SELECT id FROM infrastructure_network WHERE uuid = '{UUID.replace('-', '')}')"
    moments = random.Random(36)
    for _round in range(rounds(5)):
        importing = tinhso(var, "tinhso", "import_ofds", str(file), start_new_session=True, **CAPTURE)
        kill_after(importing, moments.uniform(0.3, 3.5))
        nodes = count(var, "infrastructure_node", mine)
        assert (nodes, count(var, "infrastructure_span", mine)) in {(0, 0), (3000, 2999)}
        batches = count(var, "files_importbatch", "source_name LIKE '%chain.json'")
        assert batches == bool(nodes)
        if nodes:
            break
    finish(tinhso(var, "tinhso", "import_ofds", str(file), **CAPTURE))
    assert count(var, "infrastructure_node", mine) == 3000
    finish(tinhso(var, "tinhso", "sequencer", "--once", **CAPTURE))
    finish(tinhso(var, "tinhso", "check_log", **CAPTURE))


def test_a_measuring_killed_at_any_moment_leaves_no_half_figure(var):
    moments = random.Random(37)
    for _round in range(rounds(4)):
        measuring = tinhso(
            var, "tinhso", "measure", "--as-of", "2021-06-30", "--again", start_new_session=True, **CAPTURE
        )
        kill_after(measuring, moments.uniform(1.0, 4.0))
        measured = count(var, "measures_measurement")
        assert measured == count(var, "measures_evidence")
        assert measured == count(var, "proof_entry", "kind = 'measurement'")
    finish(tinhso(var, "tinhso", "sequencer", "--once", **CAPTURE))
    finish(tinhso(var, "tinhso", "check_log", **CAPTURE))


def test_a_web_killed_under_reads_comes_back_with_a_whole_province(var):
    port = free_port()
    serving = ["granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "2", "--log-level", "error"]
    for _round in range(rounds(2)):
        web = tinhso(var, *serving, "tinhso.config.wsgi:application", start_new_session=True)
        answered = 0
        for _attempt in range(200):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/openapi.json", timeout=30) as answer:
                    answered += answer.status == 200
                if answered == 5:
                    break
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
        assert answered == 5
        kill_after(web, 0)
    finish(tinhso(var, "tinhso", "check", "--database", "default", **CAPTURE))
    finish(tinhso(var, "tinhso", "check_log", **CAPTURE))
