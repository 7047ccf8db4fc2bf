"""Compiling kernels before the clock of a search starts: once per machine it takes half a minute, later nothing."""

from __future__ import annotations

import numpy as np

from tinhso.infrastructure.solvers.steiner.problem import Instance

CUBE = 4
_begun: set[int] = set()


def warm_up() -> None:
    """Solve two small Steiner problems that no reduction settles, so that every kernel is compiled, or read from
    where an earlier run kept it; nothing the second time."""
    from tinhso.infrastructure.solvers.steiner.solver import solve

    if CUBE in _begun:
        return
    _begun.add(CUBE)
    nodes = 1 << CUBE
    tails, heads = zip(
        *((node, node ^ (1 << bit)) for node in range(nodes) for bit in range(CUBE) if node < node ^ (1 << bit)),
        strict=True,
    )
    even = [node for node in range(nodes) if node.bit_count() % 2 == 0]
    chance = np.random.default_rng(0)
    for costs in (np.ones(len(tails), np.int64), chance.integers(90, 111, len(tails))):
        solve(Instance.of(nodes, tails, heads, costs, even), time_limit=120.0)
