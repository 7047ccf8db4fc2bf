"""Compilation of the kernels by numba, with a cache on disk that follows the sources."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

# Only files with kernels count: a change elsewhere leaves what is compiled as it is.
_SOURCES = (path.read_bytes() for path in sorted(Path(__file__).parents[1].rglob("*.py")))
_DIGEST = hashlib.sha256(b"".join(source for source in _SOURCES if b"\n@kernel\n" in source)).hexdigest()
_checked: set[Path] = set()


def _refresh(folder: Path) -> None:
    """Empties a cache written by other sources: numba notices a change in a kernel's own file, not in what it calls."""
    if folder in _checked:
        return
    _checked.add(folder)
    mark = folder / "kernels.sha256"
    try:
        if mark.exists() and mark.read_text() == _DIGEST:
            return
        folder.mkdir(parents=True, exist_ok=True)
        for pattern in ("*.nbi", "*.nbc"):
            for stale in folder.glob(pattern):
                stale.unlink(missing_ok=True)
        mark.write_text(_DIGEST)
    except OSError:
        return


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compiled at the first call; kept on disk where a folder can be written, else compiled anew in each process."""
    try:
        compiled = numba.njit(cache=True, nogil=True)(function)
        if compiled.stats.cache_path:
            _refresh(Path(compiled.stats.cache_path))
    except RuntimeError:
        return numba.njit(nogil=True)(function)
    return compiled
