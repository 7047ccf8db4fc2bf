"""Room in memory for code loaded late: OpenBLAS, refused memory while it starts, tries for ever."""

from __future__ import annotations

import resource
from pathlib import Path

# scipy, HiGHS and numba take 85 MB together, and kernels some more.
NEEDED_MB = 128


def room_for_code() -> None:
    """Call before loading compiled code. MemoryError where the process's limit leaves too little for it."""
    limit, _hard = resource.getrlimit(resource.RLIMIT_DATA)
    if limit == resource.RLIM_INFINITY:
        return
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return
    held = next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmData:")), 0)
    if limit - held < NEEDED_MB * 2**20:
        raise MemoryError(f"{held >> 20} MB of {limit >> 20} MB are in use: compiled code does not fit beside")
