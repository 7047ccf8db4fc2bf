"""The search as a process of its own: killable, limited in time and memory, heard line by line."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.infrastructure.planning.commands.runs import MOST_ATTEMPTS, fail, finish, record_progress, take_up
from tinhso.infrastructure.planning.models import PlanRun
from tinhso.infrastructure.planning.wording import detail
from tinhso.proof.audit import SYSTEM

PLANNER = "tinhso.infrastructure.solvers.planner"
LOOK_S = 1.0  # how often a wish to cancel is looked for
PATIENCE_S = 20.0  # from asking a process to stop until it is killed
# Reading roads, compiling kernels and verifying come before and after the search proper.
GRACE_S = 120.0
LONGEST_LINE = 64 * 2**20


class Gone(Exception):
    """The process ended without an answer; `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def search(run: PlanRun) -> None:
    """Take a run up and see it through: finished, cancelled, or failed with a reason a reader understands."""
    taken = take_up(actor=SYSTEM, run=run)
    if taken is None:
        return
    if taken.attempts > MOST_ATTEMPTS:
        fail(actor=SYSTEM, run=taken, code="worker-lost", reason="")
        return
    problem: dict[str, Any] = json.loads(taken.problem)
    problem.pop("about", None)
    if taken.best:
        problem["start"] = json.loads(taken.best)["edges"]
    try:
        told = _heard(taken, problem)
    except Gone as gone:
        told = _rescued(taken, problem, gone.code)
    if told["event"] == "done":
        finish(actor=SYSTEM, run=taken, told=told)
    else:
        about = json.loads(taken.problem)["about"]
        fail(actor=SYSTEM, run=taken, code=told["code"], reason=detail(about["names"], told["what"], told["sites"]))


def _rescued(run: PlanRun, problem: dict[str, Any], code: str) -> dict[str, Any]:
    """The best plan a lost search had told, checked and kept; else what became of it."""
    run.refresh_from_db()
    if run.best and code != "cancelled":
        best = json.loads(run.best)
        bound = best["bound"] if isinstance(best["bound"], int) else 0
        with suppress(Gone):
            told = _heard(run, {**problem, "start": best["edges"], "bound": bound, "search": False})
            return {**told, "stopped": code} if told["event"] == "done" else told
    return {"event": "failed", "code": code, "what": "", "sites": []}


def _heard(run: PlanRun, problem: dict[str, Any]) -> dict[str, Any]:
    """Start the process and keep its progress; its last word. Gone when it ends without one."""
    folder = Path(settings.VAR) / "planning"
    folder.mkdir(parents=True, exist_ok=True)
    path, errors = folder / f"{run.uid}.json", folder / f"{run.uid}.log"
    path.write_text(json.dumps(problem))
    limit = time.monotonic() + problem["time_limit_s"] * 1.5 + GRACE_S
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        with errors.open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 (our own command line)
                [sys.executable, "-m", PLANNER, str(path)], stdout=subprocess.PIPE, stderr=log, env=environment
            )
        try:
            return _last_word(run, process, limit, errors)
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()
            if process.stdout:
                process.stdout.close()
    finally:
        path.unlink(missing_ok=True)
        errors.unlink(missing_ok=True)


def _last_word(run: PlanRun, process: subprocess.Popen, limit: float, errors: Path) -> dict[str, Any]:
    asked_to_stop: float | None = None
    why = ""
    for line in _lines(process):
        if line:
            told = json.loads(line)
            if told["event"] == "progress":
                record_progress(actor=SYSTEM, run=run, told=told)
            elif told["event"] in ("done", "failed"):
                if why == "cancelled":
                    raise Gone(why)
                return {**told, "stopped": why or told.get("stopped", "")}
            continue
        now = time.monotonic()
        if asked_to_stop is not None:
            if now - asked_to_stop > PATIENCE_S:
                raise Gone(why)
        elif now > limit:
            why = "time"
        elif PlanRun.objects.filter(pk=run.pk).exclude(cancel_asked_at=None).exists():
            why = "cancelled"
        if why and asked_to_stop is None:
            asked_to_stop = now
            process.terminate()
    if why:
        raise Gone(why)
    raise Gone(_cause(process.wait(), errors))


def _cause(status: int, errors: Path) -> str:
    """Why a process ended that said nothing: the system refuses or takes memory by abort, kill or MemoryError."""
    tail = errors.read_bytes()[-4000:] if errors.exists() else b""
    out_of_memory = status in (-6, -9, -11) or any(
        word in tail for word in (b"MemoryError", b"bad_alloc", b"LLVM ERROR")
    )
    return "memory" if out_of_memory else "crashed"


def _lines(process: subprocess.Popen) -> Iterator[bytes]:
    """Whole lines of a process's output; an empty one at least once a second, until it has said its last."""
    assert process.stdout is not None
    waiting = b""
    with selectors.DefaultSelector() as ready:
        ready.register(process.stdout, selectors.EVENT_READ)
        while True:
            if not ready.select(LOOK_S):
                yield b""
                continue
            block = os.read(process.stdout.fileno(), 2**16)
            if not block:
                return
            *lines, waiting = (waiting + block).split(b"\n")
            if len(waiting) > LONGEST_LINE:
                raise Gone("crashed")
            yield from (line for line in lines if line)
            yield b""
