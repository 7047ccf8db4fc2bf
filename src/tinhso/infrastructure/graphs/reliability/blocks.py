"""A network parted into its blocks, and one block asked for chances: exactly where that is short, else by draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tinhso.infrastructure.graphs.reliability.block import Node, TooLong, Ways, join, reduce, reliability
from tinhso.infrastructure.graphs.reliability.draws import drawn
from tinhso.infrastructure.graphs.reliability.fixed import CERTAIN, ONE, Chance, either, times

PARTS = 10**9
# Steps of the exact count that one block may take over all its nodes, and one question at most.
EFFORT, QUESTION = 3_000_000, 300_000
# A block of so few ways is always counted exactly.
SMALL = 20
# No place has this number: it stands for a service with several nodes in one block.
SERVICE = -1


@dataclass(frozen=True)
class Blocks:
    """`place` by node (-1: not reached); by place: the node `above` it (its block's top), the number of its block, its
    chance to work; `ways` by block, between places, that of the top included."""

    place: list[int]
    above: list[int]
    block_of: list[int]
    up: dict[Node, int]
    ways: dict[int, Ways]


def blocks_of(nodes: Sequence[int], spans: Iterable[tuple[int, int, int]], core: Iterable[int]) -> Blocks:
    """Blocks by one depth-first search from a root that holds all core nodes. What never works is left out."""
    count = len(nodes)
    beside: list[list[int]] = [[] for _ in range(count + 1)]
    works: dict[tuple[int, int], int] = {}
    for one, two, share in spans:
        if one != two and one >= 0 and two >= 0 and share and nodes[one] and nodes[two]:
            pair = (one, two) if one < two else (two, one)
            if pair not in works:
                beside[one].append(two)
                beside[two].append(one)
            works[pair] = either(works.get(pair, 0), share * (ONE // PARTS))
    for node in sorted(set(core)):
        if nodes[node]:
            works[node, count] = ONE
            beside[node].append(count)
            beside[count].append(node)

    place, order, parent, low = _search(beside)
    above, block_of = [0] * len(order), [0] * len(order)
    for v in range(1, len(order)):
        own = low[v] >= parent[v]
        above[v] = parent[v] if own else above[parent[v]]
        block_of[v] = v if own else block_of[parent[v]]
    ways: dict[int, Ways] = {}
    for (one, two), chance in works.items():
        here, there = place[one], place[two]
        if here >= 0:
            block = ways.setdefault(block_of[max(here, there)], {})
            block.setdefault(here, {})[there] = chance
            block.setdefault(there, {})[here] = chance
    up = {v: nodes[node] * (ONE // PARTS) for v, node in enumerate(order) if v}
    return Blocks(place[:count], above, block_of, up | {0: ONE}, ways)


def _search(beside: list[list[int]]) -> tuple[list[int], list[int], list[int], list[int]]:
    """Depth first from the last node: place by node; by place the node, the place above, and the lowest place that
    its subtree touches."""
    count = len(beside) - 1
    # Between two nodes there is one way now, so that the one above can be told by its number.
    place = [-1] * (count + 1)
    order, parent, low = [count], [0], [0]
    place[count] = 0
    path, onward = [0], [iter(beside[count])]
    while path:
        here = path[-1]
        for other in onward[-1]:
            there = place[other]
            if there < 0:
                place[other] = len(order)
                order.append(other)
                parent.append(here)
                low.append(here)
                path.append(place[other])
                onward.append(iter(beside[other]))
                break
            low[here] = min(low[here], there)
        else:
            path.pop()
            onward.pop()
            if here:
                low[parent[here]] = min(low[parent[here]], low[here])
    return place, order, parent, low


class Block:
    """One block: its top works, and so does the node asked for; all else may fail."""

    def __init__(self, ways: Ways, up: dict[Node, int], goal: Node, samples: int, seed: str) -> None:
        self.ways, self.up, self.goal = ways, up, goal
        self.samples, self.seed = samples, seed
        self.known: dict[Node, Chance] = {goal: CERTAIN}
        self.exact: bool | None = None

    def to_goal(self, node: Node) -> Chance:
        """Chance that a node that works is joined to the top."""
        if self.exact is None:
            self._choose()
        if node not in self.known:
            self.known[node] = Chance.of(self._count(self._copy(), node, None)[0])
        return self.known[node]

    def any_of(self, sources: dict[Node, Chance]) -> Chance:
        """Chance that any of several nodes is joined to the top, each with a chance of its own to count if it works."""
        if all(chance == CERTAIN for chance in sources.values()) and len(self.ways) <= 2:
            return CERTAIN
        answers = []
        sides = ("value",) if not any(chance.drawn for chance in sources.values()) else ("low", "value", "high")
        for side in sides:
            ways = self._copy()
            ways[SERVICE] = {}
            for node, chance in sources.items():
                join(ways, node, SERVICE, max(getattr(chance, side), 0))
            answers.append(self._one_of(ways))
        low, high = answers[0], answers[-1]
        return Chance(low.low, answers[len(answers) // 2].value, high.high, len(sides) > 1 or low.drawn)

    def _one_of(self, ways: Ways) -> Chance:
        if self.exact is None:
            self._choose()
        copy = {node: dict(beside) for node, beside in ways.items()}
        few = sum(map(len, self.ways.values())) <= 2 * SMALL
        try:
            # In a block too wide for one node the way of several is hardly shorter.
            effort = None if few else QUESTION if self.exact else 0
            return Chance.of(self._count(copy, SERVICE, effort)[0])
        except TooLong:
            named = ",".join(map(str, sorted(ways[SERVICE])))
            up = self.up | {SERVICE: ONE}
            return drawn(ways, up, self.goal, self.samples, f"{self.seed}/{named}")[SERVICE]

    def _choose(self) -> None:
        """Count exactly or draw, for all nodes of the block alike."""
        self.exact = True
        if self._ring():
            return
        core = self._copy()
        reduce(core, self.up, {self.goal})
        left = sum(map(len, core.values())) // 2
        if left <= SMALL:
            return
        try:
            steps = self._count(self._copy(), max(self.ways), QUESTION)[1]
        except TooLong:
            steps = EFFORT
        if steps * len(self.ways) > EFFORT:
            self.exact = False
            self.known = drawn(self.ways, self.up, self.goal, self.samples, self.seed) | self.known

    def _ring(self) -> bool:
        """In a ring both ways around are chains, counted for all nodes at once."""
        if len(self.ways) < 3 or any(len(beside) != 2 for beside in self.ways.values()):
            return False
        chances: list[dict[Node, int]] = []
        for first in self.ways[self.goal]:
            before, node, chance = self.goal, first, self.ways[self.goal][first]
            found = {}
            while node != self.goal:
                found[node] = chance
                onward = next(other for other in self.ways[node] if other != before)
                chance = times(times(chance, self.up[node]), self.ways[node][onward])
                before, node = node, onward
            chances.append(found)
        for node, chance in chances[0].items():
            self.known[node] = Chance.of(either(chance, chances[1][node]))
        return True

    def _copy(self) -> Ways:
        return {node: dict(beside) for node, beside in self.ways.items()}

    def _count(self, ways: Ways, node: Node, effort: int | None) -> tuple[int, int]:
        return reliability(ways, self.up, node, self.goal, effort if effort is not None else 1 << 62)
