"""Span-disjoint paths in a network with parallel spans: pure functions, linear in nodes plus spans.

A node has two span-disjoint paths to the core when no single span cuts it off from every core node. With all core
nodes drawn together into one, that is the 2-edge-connected component of the core, found by one depth-first search:
a tree span is a bridge exactly when no back span passes over it (Tarjan, SIAM J. Comput. 1972; Schmidt, Inf. Process.
Lett. 2013). Each span has its own id, so that a parallel span is a second way and not the same one.
"""

from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Reach(NamedTuple):
    """What the core reaches: `one` nodes with a path to it, `two` those with two span-disjoint paths, and `bridges`,
    the ids of the spans that alone hold something to the core."""

    one: set[Hashable]
    two: set[Hashable]
    bridges: set[Hashable]


def reach(spans: Iterable[tuple[Hashable, Hashable, Hashable]], core: Iterable[Hashable]) -> Reach:
    """Reach of the core over spans (id, end, other end); core nodes that end no span are still in `one` and `two`."""
    core = set(core)
    if not core:
        return Reach(set(), set(), set())
    number: dict[Hashable, int] = dict.fromkeys(core, 0)  # the core is one node: 0
    names: list[Hashable] = [None]
    ways: list[list[int]] = [[]]
    ids: list[Hashable] = []
    across: list[int] = []  # by span, the numbers of its ends XORed: the other end is across[span] ^ this end
    for span, *both in spans:
        for end in both:
            if end not in number:
                number[end] = len(names)
                names.append(end)
                ways.append([])
        a, b = number[both[0]], number[both[1]]
        if a != b:
            ways[a].append(len(ids))
            ways[b].append(len(ids))
            across.append(a ^ b)
            ids.append(span)

    order, by, passing = _search(ways, across)
    for node in reversed(order[1:]):
        if passing[node]:
            passing[node ^ across[by[node]]] += passing[node]
    bridges = {ids[by[node]] for node in order[1:] if not passing[node]}
    held = bytearray(len(names))
    held[0] = 1
    for node in order[1:]:
        held[node] = bool(passing[node]) and held[node ^ across[by[node]]]
    reached = order[1:]
    return Reach(core.union(names[n] for n in reached), core.union(names[n] for n in reached if held[n]), bridges)


def _search(ways: list[list[int]], across: list[int]) -> tuple[list[int], list[int], list[int]]:
    """Depth first from node 0, without recursion: nodes in the order found, the span over which each was, and how
    many back spans start at each less those that end there."""
    depth = [-1] * len(ways)
    by = [-1] * len(ways)
    passing = [0] * len(ways)
    onward = [iter(found) for found in ways]
    depth[0] = 0
    order, node = [0], 0
    while True:
        here, came = depth[node], by[node]
        for way in onward[node]:
            other = across[way] ^ node
            if depth[other] < 0:
                depth[other], by[other] = here + 1, way
                order.append(other)
                node = other
                break
            if way != came and depth[other] < here:
                passing[node] += 1
                passing[other] -= 1
        else:
            if not node:
                return order, by, passing
            node ^= across[came]
