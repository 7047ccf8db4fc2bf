"""The demonstration province, built once for all journeys, and a real server in front of it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def tinhso(var: Path, *words: str, database: str = "", **popen: object) -> subprocess.Popen:
    """Start a command of the product on the province kept in `var`, or in another database."""
    environment = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "TINHSO_VAR"}}
    environment |= {"TINHSO_VAR": str(var), "PYTHONPATH": str(ROOT / "src"), "TINHSO_HOSTS": "localhost,127.0.0.1"}
    if database:
        environment["DATABASE_URL"] = database
    return subprocess.Popen([sys.executable, "-m", *words], env=environment, cwd=ROOT, **popen)


def finish(process: subprocess.Popen) -> None:
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out


@pytest.fixture(scope="session")
def province_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder holding the demonstration province as `make run` makes it; copy it before changing it."""
    var = tmp_path_factory.mktemp("province")
    capture = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    # The folder is empty: `demo` prepares its database itself.
    for words in (["demo"], ["sequencer", "--once"]):
        finish(tinhso(var, "tinhso", *words, **capture))
    return var


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def served_folder(province_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The copy of the province that is served."""
    var = tmp_path_factory.mktemp("served") / "var"
    shutil.copytree(province_folder, var)
    return var


@pytest.fixture(scope="session")
def served_province(served_folder: Path) -> Iterator[str]:
    """Address of a web process serving a copy of the province."""
    var = served_folder
    port = free_port()
    web = tinhso(
        var,
        *("granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--blocking-threads", "4", "--log-level", "warning", "tinhso.config.wsgi:application"),
    )
    address = f"http://127.0.0.1:{port}"
    for _attempt in range(100):
        try:
            urllib.request.urlopen(f"{address}/api/openapi.json", timeout=5).read()
            break
        except OSError:
            time.sleep(0.2)
    else:
        web.kill()
        raise RuntimeError("the web process did not come up")
    yield address
    web.terminate()
    web.wait(10)
