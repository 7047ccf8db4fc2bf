"""Dossiers under load: lookup, inbox, transition, the year's report, a signed receipt.

    python bench/services.py [--dossiers 20000] [--acts 200]
    bash tools/postgres.sh python bench/services.py --dossiers 1000000

Fills the database with dossiers and ten events each (generator in bench/_dossier_rows.py), then measures on it. CPU is
of the process that does the work (client and database apart); ratios are to a bare indexed query or a bare Granian
hello of the same run. Transitions are timed from the call to the commit, by 1 and by 8 processes at once.
"""

from __future__ import annotations

import argparse
import http.client
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from web_requests import ROOT, cpu_seconds


def share(values: list[float], of: int) -> float:
    """A percentile, in milliseconds."""
    return sorted(values)[min(len(values) - 1, len(values) * of // 100)] * 1000


def each(work: Callable[[int], object], times: int) -> float:
    """CPU milliseconds per call."""
    work(0)
    began = time.process_time()
    for number in range(times):
        work(number)
    return (time.process_time() - began) / times * 1000


def served(application: str, port: int, paths: dict[str, str], count: int, cookie: str = "") -> dict[str, float]:
    """CPU milliseconds per request of one Granian worker, by name."""
    words = ["granian", "--interface", "wsgi", "--port", str(port), "--workers", "1", "--blocking-threads", "1"]
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}/src:{ROOT}", "TINHSO_HOSTS": "localhost,127.0.0.1"}
    server = subprocess.Popen(
        [sys.executable, "-m", *words, "--log-level", "error", application], cwd=ROOT, env=environment
    )
    headers = {"Host": "localhost", "Cookie": cookie, "Accept-Encoding": "gzip"}
    found: dict[str, float] = {}
    try:
        for name, path in paths.items():
            spent = 0.0
            for phase in (count // 5 + 3, count):
                before = cpu_seconds(server.pid)
                for _number in range(phase):
                    status = _get(port, path, headers)
                    if status != 200:
                        raise SystemExit(f"{path}: {status}")
                spent = cpu_seconds(server.pid) - before
            found[name] = spent / count * 1000
        return found
    finally:
        server.terminate()
        server.wait(20)


_open: dict[int, http.client.HTTPConnection] = {}


def _get(port: int, path: str, headers: dict[str, str]) -> int:
    for _attempt in range(150):
        connection = _open.setdefault(port, http.client.HTTPConnection("127.0.0.1", port, timeout=60))
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            _open.pop(port).close()
            time.sleep(0.2)
    raise SystemExit(f"nobody listens on {port}")


def transitions(desk: Any, clients: int, acts: int, pause: float = 0.0) -> list[float]:
    """Seconds of every act: each client hands a dossier of its own to and fro, `pause` seconds from act to act."""
    from django.db import connections

    from tinhso.government.services.dossiers.commands import apply
    from tinhso.government.services.ground.process import Act

    officer, colleague = desk.officer, desk.colleague
    ready = [desk.received() for _client in range(clients)]
    connections.close_all()
    pipes = []
    for dossier in ready:
        reader, writer = os.pipe()
        if os.fork() == 0:
            times = []
            for number in range(acts + 10):
                # Handed to and fro: a transition with a task, a log entry, a message and the facts.
                before, after = (officer, colleague) if number % 2 else (colleague, officer)
                verb, user = ("hand_over", before) if number else ("claim", officer)
                holder = after if number else officer
                act = Act(verb, {"task": 1, "holder": holder.actor().code, **({"reason": "x"} if number else {})})
                # Clients that pause do not all come at once.
                time.sleep(pause * random.uniform(0.5, 1.5))
                began = time.perf_counter()
                apply(dossier=dossier.pk, act=act, actor=user.actor(), key=f"b-{dossier.pk}-{number}-{acts}", user=user)
                times.append(time.perf_counter() - began)
            os.write(writer, " ".join(f"{value:.6f}" for value in times[10:]).encode())
            os._exit(0)
        os.close(writer)
        pipes.append(reader)
    found: list[float] = []
    for reader in pipes:
        with os.fdopen(reader) as told:
            found += [float(value) for value in told.read().split()]
    for _client in range(clients):
        os.wait()
    if len(found) != clients * acts:
        raise SystemExit("a client failed")
    return found


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--dossiers", type=int, default=20_000)
    asked.add_argument("--acts", type=int, default=200)
    options = asked.parse_args()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("compile_messages", verbosity=0)
    from _dossier_rows import fill, templates
    from django.db import connection

    from tinhso.government.services.index.counting import Period, by_agency_and_month
    from tinhso.government.services.index.incremental import differences
    from tinhso.government.services.models import Dossier
    from tinhso.government.services.tests.recipes import Desk

    desk = Desk()
    seconds = fill(templates(desk), options.dossiers)
    with connection.cursor() as cursor:
        # What the database would do by itself after such a fill, minutes long, is not what is measured.
        for upkeep in ("VACUUM ANALYZE", "CHECKPOINT") if connection.vendor == "postgresql" else ("ANALYZE",):
            cursor.execute(upkeep)
    print(
        f"{options.dossiers:,} dossiers on {connection.vendor}, written in {seconds:.0f} s; "
        f"load {os.getloadavg()[0]:.1f}"
    )
    codes = list(Dossier.objects.filter(competent_uid="test.xa").values_list("code", flat=True)[:500])
    with connection.cursor() as cursor:

        def bare(number: int) -> None:
            cursor.execute("SELECT id, status FROM services_dossier WHERE code = %s", [codes[number % len(codes)]])
            cursor.fetchone()

        floor = each(bare, 2000)
    lookup = each(
        lambda number: Dossier.objects.select_related("version__procedure").get(code=codes[number % len(codes)]), 500
    )
    print(f"{'one indexed query':34}{floor:9.3f} ms CPU")
    print(f"{'a dossier by its code, as a row':34}{lookup:9.3f} ms CPU {lookup / floor:6.1f} × that query")
    web(desk, codes)
    for clients, pause in ((1, 0.0), (8, 0.0), (8, 0.25), (8, 0.5)):
        times = transitions(desk, clients, options.acts, pause)
        how = f"{clients} clients, " + (f"each every {pause} s" if pause else "without a pause")
        print(f"transition, {how}: p50 {share(times, 50):6.1f} ms, p99 {share(times, 99):6.1f} ms")
    period = Period.of(202601, 202612)
    # The first reading may find nothing of the index in memory.
    for reading in ("first", "second"):
        began = time.perf_counter()
        counts = by_agency_and_month(period)
        print(f"year's report from kept facts, {reading}: {time.perf_counter() - began:.2f} s, {len(counts)} sums")
    receipts(desk)
    began = time.perf_counter()
    wrong = differences(2026)
    print(f"recomputed from every event: {time.perf_counter() - began:.1f} s, {len(wrong)} differences")
    if wrong:
        raise SystemExit(f"kept facts differ from the events: {wrong[:3]}")


def web(desk: Any, codes: list[str]) -> None:
    """Pages through the server, each signed in as whoever reads them."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.db import connections

    def cookie(user: Any) -> str:
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "tinhso.identity.backends.Backend"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return f"sessionid={session.session_key}"

    signed = {name: cookie(getattr(desk, name)) for name in ("citizen", "officer")}
    connections.close_all()
    hello = served("bench.peers.hello:application", 8822, {"hello": "/"}, 3000)["hello"]
    bare = served("bench.peers.one_query:application", 8823, {"bare": f"/{codes[0]}/"}, 300, signed["citizen"])["bare"]
    print(f"{'Granian hello':34}{hello:9.3f} ms CPU")
    print(f"{'one indexed query behind our doors':34}{bare:9.3f} ms CPU {bare / hello:6.1f} × hello")
    pages = {
        "citizen": {
            "a dossier by code, API": f"/api/services/own-dossiers/{codes[0]}",
            "a dossier by code, page": f"/tra-cuu/{codes[0]}/",
        },
        "officer": {"an officer's inbox": "/mot-cua/"},
    }
    for port, (who, paths) in enumerate(pages.items(), 8824):
        for name, spent in served("tinhso.config.wsgi:application", port, paths, 100, signed[who]).items():
            print(f"{name:34}{spent:9.3f} ms CPU {spent / hello:6.1f} × hello, {spent / bare:5.1f} × that query")


def receipts(desk: Any) -> None:
    """A receipt made, sealed and stored."""
    from tinhso.government.services.papers.commands import make_receipt

    times = []
    for number in range(45):
        dossier = desk.received()
        began = time.perf_counter()
        make_receipt(dossier)
        if number >= 5:
            times.append(time.perf_counter() - began)
    print(f"signed receipt: p50 {share(times, 50):.0f} ms, p95 {share(times, 95):.0f} ms")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TINHSO_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
        main()
