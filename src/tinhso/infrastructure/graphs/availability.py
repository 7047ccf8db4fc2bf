"""How much of the time each service reaches the core, when spans and nodes fail independently."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tinhso.infrastructure.graphs.multigraph import BrokenGraph
from tinhso.infrastructure.graphs.prepared import Prepared
from tinhso.infrastructure.graphs.reliability.served import served

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
    graph = prepared.rooted.graph
    for name, given, count in (("spans", span_up, len(graph.span_ids)), ("nodes", node_up, len(graph.node_ids))):
        if len(given) != count:
            raise BrokenGraph(f"{count} {name}, but shares of {len(given)}")
    ends = zip(graph.a.tolist(), graph.b.tolist(), map(int, span_up), strict=True)
    start, nodes = prepared.services.start.tolist(), prepared.services.nodes.tolist()
    services = [nodes[start[i] : start[i + 1]] for i in range(len(start) - 1)]
    core = prepared.rooted.core.tolist()
    found = served([int(share) for share in node_up], ends, core, services, samples=samples, seed=seed)
    return [Availability(*one) for one in found]
