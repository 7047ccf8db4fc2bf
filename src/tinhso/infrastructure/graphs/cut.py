"""What a cut takes: any set of spans and nodes at once, without searching the network again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tinhso.infrastructure.graphs.multigraph import BrokenGraph, Ints
from tinhso.infrastructure.graphs.prepared import Prepared
from tinhso.infrastructure.graphs.rooted import Rooted


@dataclass(frozen=True)
class Lost:
    """Services and nodes that lose the core (numbers, ascending; removed nodes included), and the weights of the
    services. Those that did not reach it before are not among them."""

    services: NDArray[np.int64]
    nodes: Ints
    weights: dict[str, int]


def cut(prepared: Prepared, spans: Iterable[int] = (), nodes: Iterable[int] = ()) -> Lost:
    """Lose some spans and nodes (numbers) together.

    Removed tree ways part the search's order into pieces, each a few ranges of places; surviving spans outside the
    tree join pieces again; pieces that the root's does not meet are lost. Exact; a few passes over flat arrays."""
    rooted = prepared.rooted
    gone_spans = _checked(spans, len(rooted.graph.span_ids), "span")
    gone_nodes = _checked(nodes, len(rooted.graph.node_ids), "node")
    removed = rooted.place[gone_nodes]
    removed = removed[removed >= 0]
    heads = _heads(rooted, gone_spans, removed)
    if not len(heads):
        return Lost(np.empty(0, np.int64), np.empty(0, np.int32), prepared.weighed(np.empty(0, np.int64)))
    piece, count = _pieces(rooted, heads)
    barred = np.zeros(count, bool)
    barred[piece[removed]] = True
    held = _held(rooted, piece, barred, gone_spans)
    dead = ~held[piece]
    lost_entries = prepared.at_service[dead[prepared.at_place]]
    lost = np.bincount(lost_entries, minlength=len(prepared.count))
    services = np.flatnonzero((lost == prepared.count) & prepared.reached)
    return Lost(services, np.sort(rooted.order[dead]), prepared.weighed(services))


def _checked(given: Iterable[int], count: int, kind: str) -> NDArray[np.int64]:
    found = np.unique(np.fromiter(given, np.int64))
    if len(found) and (found[0] < 0 or found[-1] >= count):
        wrong = int(found[0] if found[0] < 0 else found[-1])
        raise BrokenGraph(f"{kind} {wrong} is not in the network", mend=f"give numbers from 0 to {count - 1}")
    return found


def _heads(rooted: Rooted, spans: NDArray[np.int64], removed: Ints) -> NDArray[np.int64]:
    """Places whose tree way is removed: those of cut spans, and those around removed nodes."""
    broken = np.zeros(rooted.size, bool)
    ways = rooted.tree_place[spans]
    broken[ways[ways >= 0]] = True
    if len(removed):
        out = np.zeros(rooted.size, bool)
        out[removed] = True
        broken |= out
        broken[1:] |= out[rooted.parent[1:]]
    return np.flatnonzero(broken)


def _pieces(rooted: Rooted, heads: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """The piece of each place, and how many there are; piece 0 holds the root."""
    ends = rooted.end[heads].tolist()
    bounds, labels = [0], [0]
    around, until = [0], [rooted.size]
    for label, (head, end) in enumerate(zip(heads.tolist(), ends, strict=True), start=1):
        while until[-1] <= head:
            bounds.append(until.pop())
            around.pop()
            labels.append(around[-1])
        bounds.append(head)
        labels.append(label)
        around.append(label)
        until.append(end)
    while len(until) > 1:
        bounds.append(until.pop())
        around.pop()
        labels.append(around[-1])
    bounds.append(rooted.size)
    return np.repeat(np.array(labels), np.diff(bounds)), len(heads) + 1


def _held(
    rooted: Rooted, piece: NDArray[np.int64], barred: NDArray[np.bool_], spans: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """By piece: whether surviving ways outside the tree join it to the root's."""
    link, lower, upper = rooted.links
    one, two = piece[lower], piece[upper]
    joins = np.flatnonzero((one != two) & ~barred[one] & ~barred[two])
    joins = joins[~np.isin(link[joins], spans)]
    count = len(barred)
    ways: dict[int, list[int]] = defaultdict(list)
    for pair in np.unique(one[joins] * count + two[joins]).tolist():
        ways[pair // count].append(pair % count)
        ways[pair % count].append(pair // count)
    held = np.zeros(count, bool)
    held[0] = True
    waiting = [0]
    while waiting:
        for other in ways.get(waiting.pop(), ()):
            if not held[other]:
                held[other] = True
                waiting.append(other)
    return held
