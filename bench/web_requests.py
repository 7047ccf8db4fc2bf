"""CPU per request of the pages and of a 50-row list, against a bare Granian hello and Django REST framework.

One worker each, one keep-alive connection, all in one run; CPU is user + system time of the server's processes, so the
client's share and waiting do not count. `python bench/web_requests.py [requests]`
"""

import http.client
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


def tinhso(var: Path, *words: str) -> subprocess.Popen:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    environment |= {"TINHSO_VAR": str(var), "PYTHONPATH": f"{ROOT}/src:{ROOT}"}
    return subprocess.Popen([sys.executable, "-m", *words], cwd=ROOT, env=environment)


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for parent in found:
        for children in Path(f"/proc/{parent}/task").glob("*/children"):
            found += [int(child) for child in children.read_text().split()]
    return found


def cpu_seconds(pid: int) -> float:
    spent = 0
    for member in family(pid):
        fields = Path(f"/proc/{member}/stat").read_text().rsplit(")", 1)[1].split()
        spent += int(fields[11]) + int(fields[12])
    return spent / TICKS


def measure(var: Path, application: str, port: int, paths: list[str], count: int) -> dict[str, tuple[float, int]]:
    """CPU seconds per request and bytes of the answer, by path."""
    options = ("--interface", "wsgi", "--port", str(port), "--workers", "1", "--blocking-threads", "1")
    server = tinhso(var, "granian", *options, "--log-level", "warning", application)
    try:
        for _attempt in range(100):
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", paths[0])
                connection.getresponse().read()
                break
            except OSError:
                time.sleep(0.1)
        results = {}
        for path in paths:
            size = 0
            for phase in (count // 10 + 5, count):
                before = cpu_seconds(server.pid)
                for _number in range(phase):
                    connection.request("GET", path, headers={"Host": "localhost", "Accept-Encoding": "gzip"})
                    answer = connection.getresponse()
                    body = answer.read()
                    if answer.status != 200:
                        raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
                    size = len(body)
                spent = cpu_seconds(server.pid) - before
            results[path] = (spent / count, size)
        return results
    finally:
        server.terminate()
        server.wait(10)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder)
        for words in (["compile_messages"], ["migrate", "-v0"], ["demo"]):
            if tinhso(var, "tinhso", *words).wait():
                raise SystemExit(f"tinhso {words[0]} failed")
        rows = "as_of=2021-12-31&level=3&limit=50"
        ours = measure(
            var,
            "tinhso.config.wsgi:application",
            8811,
            ["/", "/dia-ban/13633/?ngay=2021-12-31", f"/api/places/units?{rows}"],
            count,
        )
        hello = measure(var, "bench.peers.hello:application", 8812, ["/"], count * 10)["/"][0]
        peer = measure(var, "bench.peers.drf:application", 8813, [f"/units?{rows}"], count)[f"/units?{rows}"]
    print(f"{'':44}{'ms CPU':>9}{'× hello':>9}{'bytes':>9}")
    print(f"{'Granian hello':44}{hello * 1000:9.3f}{1:9.1f}{5:9}")
    for path, (seconds, size) in ours.items():
        print(f"{path[:43]:44}{seconds * 1000:9.3f}{seconds / hello:9.1f}{size:9}")
    print(f"{'the same list by Django REST framework':44}{peer[0] * 1000:9.3f}{peer[0] / hello:9.1f}{peer[1]:9}")
    listed = ours[f"/api/places/units?{rows}"][0]
    print(f"\n50-row list: {listed / peer[0]:.2f} of Django REST framework's CPU")


if __name__ == "__main__":
    main()
