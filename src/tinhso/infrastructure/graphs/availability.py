"""How much of the time each service reaches the core, when spans and nodes fail independently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tinhso.infrastructure.graphs.prepared import Prepared

SCALE = 10**9


class Availability(NamedTuple):
    """A share of the time in parts per 10^9. "exact": right to the last part, low = high = value; "simulated": with a
    confidence interval low … high."""

    value: int
    method: str
    low: int
    high: int


def up(mtbf: int, mttr: int) -> int:
    """Share of the time an element works, from its mean times between failures and to repair (one unit for both), in
    parts per 10^9, rounded half up: MTBF / (MTBF + MTTR)."""
    if mtbf < 0 or mttr < 0 or mtbf + mttr == 0:
        raise ValueError(f"MTBF {mtbf} and MTTR {mttr}: give two times of at least 0, not both 0")
    return (2 * SCALE * mtbf + mtbf + mttr) // (2 * (mtbf + mttr))


def availability(
    prepared: Prepared,
    span_up: Sequence[int],
    node_up: Sequence[int],
    *,
    samples: int = 20_000,
    seed: int = 1,
) -> list[Availability]:
    """By service: the share of the time in which any of its nodes is up and joined to a core node that is up.

    `span_up`, `node_up`: shares of the time (parts per 10^9, see `up`) by span and node, failing independently.
    Services that do not reach the core have 0. Where no exact way is short enough, `samples` states of the network are
    drawn, the same for the same seed."""
    raise NotImplementedError
