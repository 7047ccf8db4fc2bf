"""An import killed at any moment leaves nothing behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tinhso.infrastructure.network.tests.ofds.recipes import network, node, package, raw, span

SOURCE = Path(__file__).resolve().parents[5]
WHOLE = 10  # rows beside nodes and spans: network, reading, import, head, phase, organisation, four orders
TABLES = ("network", "node", "span", "record", "reading")


def many(count: int) -> dict:
    nodes = [node(f"n{index}", 106 + index / count, 20.4) for index in range(count)]
    spans = [span(f"s{index}", f"n{index}", f"n{(index + 1) % count}") for index in range(count)]
    return package(network(nodes=nodes, spans=spans))


def rows(var: Path) -> int:
    with sqlite3.connect(var / "tinhso.sqlite3") as base:
        counted = [base.execute(f"SELECT count(*) FROM infrastructure_{table}").fetchone()[0] for table in TABLES]
        return sum(counted) + base.execute("SELECT count(*) FROM files_importbatch").fetchone()[0]


def start(var: Path, *words: str) -> subprocess.Popen:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"TINHSO_VAR": str(var), "PYTHONPATH": str(SOURCE)}
    return subprocess.Popen(
        [sys.executable, "-m", "tinhso", *words], env=environment, stdout=subprocess.PIPE, text=True
    )


def killed_after(var: Path, file: Path, seconds: float) -> bool:
    """Kill an import some time after it says that it writes; whether it was still running."""
    process = start(var, "import_ofds", str(file), "--as-of", "2020-01-01")
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Ghi"):
            break
    time.sleep(seconds)
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    return running


def attempt(tmp_path: Path, count: int, moments: list[float]) -> None:
    var, file = tmp_path / "var", tmp_path / "large.json"
    var.mkdir()
    file.write_bytes(raw(many(count)))
    assert start(var, "migrate", "-v0").wait(120) == 0
    cut = 0
    for seconds in moments:
        if killed_after(var, file, seconds) and rows(var) == 0:
            cut += 1
        else:
            assert rows(var) in {0, 2 * count + WHOLE}
            undo = start(var, "import_ofds", "--undo")
            undo.communicate()
            break
    assert cut, "the import was never caught writing"


def test_kill_while_writing_leaves_nothing(tmp_path: Path) -> None:
    attempt(tmp_path, 3000, [0.0])


@pytest.mark.soak
def test_kill_at_many_moments_leaves_nothing(tmp_path: Path) -> None:
    attempt(tmp_path, 60_000, [0.0, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0])
