"""Span-disjoint paths in a network with parallel spans: pure functions, linear in nodes plus spans.

A node has two span-disjoint paths to the core when no single span cuts it off from every core node. With all core
nodes drawn together into one, that is the 2-edge-connected component of the core, found by one depth-first search:
a tree span is a bridge exactly when no back span passes over it (Tarjan, SIAM J. Comput. 1972; Schmidt, Inf. Process.
Lett. 2013). Each span has its own id, so that a parallel span is a second way and not the same one.
"""

from collections.abc import Hashable, Iterable, Iterator
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
    root: Hashable = object()
    ways: dict[Hashable, list[tuple[Hashable, Hashable]]] = {root: []}
    for span, end, other in spans:
        a, b = root if end in core else end, root if other in core else other
        if a is not b and a != b:
            ways.setdefault(a, []).append((span, b))
            ways.setdefault(b, []).append((span, a))

    order: list[Hashable] = [root]
    depth = {root: 0}
    came: dict[Hashable, tuple[Hashable, Hashable]] = {}
    passing = {root: 0}  # back spans that start below a node's tree span, less those that end at or above it
    stack: list[tuple[Hashable, Hashable, Iterator]] = [(root, None, iter(ways[root]))]
    while stack:
        node, by, onward = stack[-1]
        here = depth[node]
        for span, other in onward:
            if other not in depth:
                depth[other] = here + 1
                came[other] = (node, span)
                passing[other] = 0
                order.append(other)
                stack.append((other, span, iter(ways[other])))
                break
            if span != by and depth[other] < here:
                passing[node] += 1
                passing[other] -= 1
        else:
            stack.pop()

    bridges: set[Hashable] = set()
    for node in reversed(order[1:]):
        parent, span = came[node]
        if passing[node]:
            passing[parent] += passing[node]
        else:
            bridges.add(span)
    one, two = set(core), set(core)
    held = {root}
    for node in order[1:]:
        one.add(node)
        parent, span = came[node]
        if parent in held and span not in bridges:
            held.add(node)
            two.add(node)
    return Reach(one, two, bridges) if core else Reach(set(), set(), set())
