"""The kernels of graphs, compiled by numba: the same functions, for networks of up to millions of spans."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numba

from tinhso.infrastructure.graphs.kernels import Kernel


@lru_cache
def _machine_code(kernel: Kernel) -> Any:
    return numba.njit(cache=True, nogil=True)(kernel.function)


def compiled(kernel: Kernel, *arguments: Any) -> None:
    """Run a kernel compiled; give it to Rooted.of as `run`. The first run on a machine compiles, later ones load."""
    _machine_code(kernel)(*arguments)
