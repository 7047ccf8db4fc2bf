"""Disjoint paths in a network with parallel spans: pure functions, linear in nodes plus spans.

A node has two span-disjoint paths to the core when no single span cuts it off from every core node. With all core
nodes drawn together into one, that is the 2-edge-connected component of the core, found by one depth-first search:
a tree span is a bridge exactly when no back span passes over it (Tarjan, SIAM J. Comput. 1972; Schmidt, Inf. Process.
Lett. 2013). A node parts another from the core when no back span from below leads past it (Hopcroft and Tarjan, CACM
1973). Each span has its own id, so that a parallel span is a second way and not the same one.
"""

from collections.abc import Hashable, Iterable
from typing import NamedTuple


class Reach(NamedTuple):
    """What the core reaches: `one` nodes with a path to it, `two` those with two span-disjoint paths, and `bridges`,
    the ids of the spans that alone hold something to the core.

    `behind`: for nodes in `one` but not `two`, the bridge nearest the core that they hang on; `through`: for nodes in
    `one` outside the core, the node nearest the core that all their paths pass, themselves where there is no other.
    """

    one: set[Hashable]
    two: set[Hashable]
    bridges: set[Hashable]
    behind: dict[Hashable, Hashable]
    through: dict[Hashable, Hashable]

    def ways(self, nodes: Iterable[Hashable]) -> int:
        """0: none of these nodes reaches the core; 1: a single span can cut them all off; 2: none can."""
        reached = self.one.intersection(nodes)
        if not reached:
            return 0
        spans = {self.behind.get(node) for node in reached}
        return 2 if len(spans) > 1 or None in spans else 1

    def node_ways(self, nodes: Iterable[Hashable]) -> int:
        """Likewise for single spans and single nodes, core nodes and these nodes themselves excepted."""
        reached = self.one.intersection(nodes)
        if self.ways(reached) < 2:
            return self.ways(reached)
        gates = {self.through.get(node) for node in reached}
        return 2 if len(gates) > 1 or None in gates or gates <= reached else 1


def reach(spans: Iterable[tuple[Hashable, Hashable, Hashable]], core: Iterable[Hashable]) -> Reach:
    """Reach of the core over spans (id, end, other end); core nodes that end no span are still in `one` and `two`."""
    core = set(core)
    if not core:
        return Reach(set(), set(), set(), {}, {})
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

    order, by, passing, depth, highest = _search(ways, across)
    for node in reversed(order[1:]):
        above = node ^ across[by[node]]
        passing[above] += passing[node]
        highest[above] = min(highest[above], highest[node])
    behind = [-1] * len(names)  # by node, the first bridge on its way from the core
    gates = [0] * len(names)  # the nearest node that all its paths pass; 0, the core, where there is none
    through = [0] * len(names)  # the last such node before the core, else itself
    for node in order[1:]:
        above = node ^ across[by[node]]
        behind[node] = by[node] if behind[above] < 0 and not passing[node] else behind[above]
        gates[node] = above if highest[node] >= depth[above] else gates[above]
        through[node] = through[gates[node]] or node
    reached = order[1:]
    return Reach(
        core.union(names[node] for node in reached),
        core.union(names[node] for node in reached if behind[node] < 0),
        {ids[by[node]] for node in reached if not passing[node]},
        {names[node]: ids[behind[node]] for node in reached if behind[node] >= 0},
        {names[node]: names[through[node]] for node in reached},
    )


def _search(ways: list[list[int]], across: list[int]) -> tuple[list[int], list[int], list[int], list[int], list[int]]:
    """Depth first from node 0, without recursion: nodes in the order found; by node the span over which it was, how
    many back spans start there less those that end there, its depth, and the least depth its own spans lead to."""
    depth = [-1] * len(ways)
    by = [-1] * len(ways)
    passing = [0] * len(ways)
    highest = [len(ways)] * len(ways)
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
                highest[node] = min(highest[node], depth[other])
        else:
            if not node:
                return order, by, passing, depth, highest
            node ^= across[came]
