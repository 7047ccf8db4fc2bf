"""Room in memory and time for code loaded late: OpenBLAS, refused memory while it starts, tries for ever."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

# scipy, HiGHS and numba take 85 MB together, and kernels some more.
NEEDED_MB = 128
# Loading them and reading kept kernels takes about two seconds of a processor.
LOADING_S = 1.0


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


def time_for_code(seconds: float) -> bool:
    """Whether a search with so many seconds left gains anything by compiled code, were it still to be loaded."""
    return seconds > LOADING_S or "highspy" in sys.modules
