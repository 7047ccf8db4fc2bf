"""Pairs of a node with a node or a span that only together take the core from someone."""

from __future__ import annotations

from typing import Literal

import numpy as np

from tinhso.infrastructure.graphs.loss import node_losses, span_losses
from tinhso.infrastructure.graphs.multigraph import BrokenGraph
from tinhso.infrastructure.graphs.pairs import Pairs, leading_weight
from tinhso.infrastructure.graphs.prepared import Longs, Prepared, prepare

MOST_NODES = 5_000


def node_pairs(
    prepared: Prepared, other: Literal["node", "span"] = "node", limit: int | None = None, weight: str | None = None
) -> Pairs:
    """The `limit` worst pairs (all without one), by the weight of a name (default: the first): `first` is a node,
    `second` a node of higher number, or a span; `losses` what both together take and neither takes alone. Only pairs
    that take something are listed and counted.

    Exact: each node is left out once and all N-1 of the rest computed, nodes × (nodes + spans) steps. More than 5,000
    nodes that reach the core raise BrokenGraph."""
    rooted = prepared.rooted
    leading = leading_weight(prepared, limit, weight)
    nodes = np.sort(rooted.order[1:])
    if len(nodes) > MOST_NODES:
        raise BrokenGraph(
            f"{len(nodes):,} nodes are too many to pair", mend=f"at most {MOST_NODES:,}; use cut for a few"
        )
    alone = node_losses(prepared)
    beside = alone if other == "node" else span_losses(prepared)
    names = list(alone)
    listed: list[tuple[Longs, Longs, list[Longs]]] = []
    without = rooted.without()
    for node in nodes.tolist():
        left = prepare(without(node), prepared.services)
        both = node_losses(left) if other == "node" else span_losses(left)
        inside, around = _nested(prepared, node, other)
        extra = []
        for name in names:
            shared = np.where(inside, beside[name], np.where(around, alone[name][node], 0))
            extra.append(both[name] - beside[name] + shared)
        if other == "node":
            for found in extra:
                found[: node + 1] = 0
        some = np.flatnonzero(np.any(extra, axis=0))
        listed.append((np.full(len(some), node), some, [found[some] for found in extra]))
    first, second = (np.concatenate([row[side] for row in listed] or [np.empty(0, np.int64)]) for side in (0, 1))
    losses = {
        name: np.concatenate([row[2][at] for row in listed] or [np.empty(0, np.int64)]) for at, name in enumerate(names)
    }
    order = np.lexsort((second, first, -losses[leading]))[:limit]
    return Pairs(first[order], second[order], {name: loss[order] for name, loss in losses.items()}, len(first))


def _nested(prepared: Prepared, node: int, other: str) -> tuple[np.ndarray, np.ndarray]:
    """By other element: whether what it takes lies within what the node takes, and the other way round. What two
    elements take is nested or has no node in common."""
    rooted = prepared.rooted
    place = int(rooted.place[node])
    rank, last = rooted.first[place], rooted.last[place]
    if other == "node":
        at = rooted.place
        reached = at >= 0
        first, end = np.where(reached, rooted.first[at], -1), np.where(reached, rooted.last[at], -1)
        return (first >= rank) & (first < last), (first <= rank) & (end >= last)
    # Only bridges take anything: what lies below them.
    lower = np.full(len(rooted.graph.span_ids), -1, np.int64)
    lower[rooted.by[rooted.bridge_places]] = rooted.bridge_places
    bridge = lower >= 0
    inside = bridge & (rooted.first[lower] >= rank) & (rooted.first[lower] < last)
    return inside, bridge & (lower <= place) & (place < rooted.end[lower])
