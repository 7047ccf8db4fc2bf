"""The web process: its command line, and how `tinhso serve` begins it before the database is looked at.

Both processes load the same code, so one after the other a warm start would take twice as long. The web process is
begun first; having loaded the code it waits at a gate, which its parent opens once there is something to show.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

GATE = "TINHSO_GATE"
OPEN = "open"
#: What else `tinhso serve` may be told that still starts something.
STARTING = frozenset({"--no-demo"})


def add_options(parser: argparse.ArgumentParser) -> None:
    """What `tinhso serve` may be told of the web process."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--web-workers", type=int, default=1)


def command(host: str, port: int, web_workers: int) -> list[str]:
    """The web process's command line."""
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    granian += ["--workers", str(web_workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    return [*granian, "tinhso.config.wsgi:application"]


@dataclass
class Begun:
    """A web process that waits for its parent."""

    process: subprocess.Popen
    gate: IO[str]


#: The web process this process has begun, if any.
begun: Begun | None = None


@contextmanager
def begin(arguments: Sequence[str]) -> Iterator[None]:
    """Begin the web process for `tinhso serve` with these arguments; it ends with the block.

    The gate is a locked file: should this process be killed, the kernel drops the lock and the web process, finding
    nothing written, ends too.
    """
    global begun  # noqa: PLW0603 (one per process, handed from the console script to the command)
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    add_options(parser)
    try:
        given, rest = parser.parse_known_args(arguments)
    except argparse.ArgumentError:
        given, rest = None, []
    if given is None or not set(rest) <= STARTING:
        yield  # the command itself says what is wrong, or only helps
        return
    with tempfile.NamedTemporaryFile("w", prefix="tinhso-gate-") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        line = command(given.host, given.port, given.web_workers)
        begun = Begun(subprocess.Popen(line, env={**os.environ, GATE: gate.name}), gate)  # noqa: S603 (our own line)
        try:
            yield
        finally:
            # Whoever still waits at the gate goes home before it is waited for.
            fcntl.flock(gate, fcntl.LOCK_UN)
            begun.process.terminate()
            begun.process.wait()


def open_gate(gate: IO[str]) -> None:
    """Let the web process go on."""
    gate.write(OPEN)
    gate.flush()
    fcntl.flock(gate, fcntl.LOCK_UN)


def wait_at_gate() -> None:
    """Return once the parent has opened the gate, at once where there is none; SystemExit when the parent gave up."""
    if path := os.environ.get(GATE):
        with Path(path).open() as gate:
            fcntl.flock(gate, fcntl.LOCK_SH)
            if gate.read() != OPEN:
                raise SystemExit(1)
