"""Programs that read strangers' files, each in a process of its own with little memory and time: a small file can
unpack into gigabytes, and parsers written for honest files do not ask.

A program is one file that imports nothing of ours: it is started by its path, so that no module beside it shadows
another and nothing of the product need be loaded. `python -P confined.py BYTES SECONDS PROGRAM …` is how it runs.
"""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

MEMORY, SECONDS = 2**29, 20


class GaveUp(Exception):
    """The program failed, or wanted more memory or time than it may have."""


def confined(program: Path, arguments: Sequence[str], given: bytes) -> bytes:
    """What a program says about the bytes it is given. GaveUp when it ends in any other way than well."""
    limits = [str(MEMORY), str(SECONDS)]
    command = [sys.executable, "-P", __file__, *limits, str(program), *arguments]
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=True, timeout=3 * SECONDS)  # noqa: S603
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as failed:
        raise GaveUp(program.name) from failed
    return done.stdout


if __name__ == "__main__":
    import resource

    memory, seconds = int(sys.argv[1]), int(sys.argv[2])
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    sys.argv = sys.argv[3:]
    runpy.run_path(sys.argv[0], run_name="__main__")
