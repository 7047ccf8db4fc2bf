"""Reads a problem, searches within its limits, answers in lines of JSON."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

# Each library would otherwise start a thread a core, each with memory of its own: the limit is for the whole process.
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

NOT_STARTED, TOLD = 2, 1


def limit_memory(megabytes: int) -> None:
    """Let the system refuse what is beyond the limit; the compiler's and solver's own code is not counted."""
    wanted = megabytes * 2**20
    _soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (allowed, hard))


class Teller:
    """Writes events, each with the milliseconds since the start."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def __call__(self, event: dict[str, Any]) -> None:
        event = {**event, "after_ms": int((time.monotonic() - self.began) * 1000)}
        sys.stdout.write(json.dumps(event, separators=(",", ":")) + "\n")
        sys.stdout.flush()


def run(asked: dict[str, Any], tell: Teller) -> int:
    """Search and answer; the exit status."""
    from tinhso.infrastructure.solvers.planner.problem import Refused, read
    from tinhso.infrastructure.solvers.planner.search import Search
    from tinhso.infrastructure.solvers.planner.telling import told

    stopping = False

    def stop(_signal: int, _frame: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    try:
        question = read(asked)
        tell({"event": "candidates", "edges": len(question.offers), "edges_sha256": question.edges_sha256})
        search = Search(question, tell, lambda: stopping, float(asked["time_limit_s"]), int(asked["seed"]))
        answer = search.find()
        if faults := search.faults(answer):
            raise Refused("verify", "the plan found does not hold: " + "; ".join(faults[:5]))
        tell(told(search, answer))
    except Refused as refused:
        tell({"event": "failed", "code": refused.code, "what": refused.what, "sites": refused.sites})
        return TOLD
    except MemoryError:
        tell({"event": "failed", "code": "memory", "what": f"{asked['memory_mb']} MB do not suffice", "sites": []})
        return TOLD
    return 0


def main() -> int:
    tell = Teller()
    try:
        asked = json.loads(Path(sys.argv[1]).read_bytes())
        limit_memory(int(asked["memory_mb"]))
    except (IndexError, OSError, ValueError, KeyError, TypeError) as broken:
        tell({"event": "failed", "code": "malformed", "what": f"no problem to read: {broken}", "sites": []})
        return NOT_STARTED
    return run(asked, tell)


if __name__ == "__main__":
    raise SystemExit(main())
