"""A network parted into its blocks, and one block asked for chances: exactly where that is short, else by draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from tinhso.infrastructure.graphs.reliability.block import Node, TooLong, Ways, join, reliability
from tinhso.infrastructure.graphs.reliability.draws import Draws
from tinhso.infrastructure.graphs.reliability.fixed import ONE, Chance, either, times
from tinhso.infrastructure.graphs.reliability.sweep import Chain, chains_of, everyone

PARTS = 10**9
# Steps of exact counts: of all nodes of one block, of one service with several nodes in a block; and of a network, plus
# so many for each of its ways.
SWEEP, QUESTION = 250_000, 200_000
EFFORT, PER_WAY = 1_200_000, 40
# A block of so few ways is always counted exactly.
SMALL = 20
UNBOUNDED = 1 << 62
SURE = ONE // 10**12
# No place has this number: it stands for a service with several nodes in one block.
SERVICE = -1


class Budget:
    """Steps of exact counts that a network may still take."""

    def __init__(self, ways: int) -> None:
        self.left = EFFORT + PER_WAY * ways

    def at_most(self, steps: int) -> int:
        """Steps that the next count may take."""
        return min(steps, self.left)

    def spend(self, steps: int) -> None:
        """Steps that a count took."""
        self.left = max(self.left - steps, 0)


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

    def __init__(self, ways: Ways, up: dict[Node, int], goal: Node, samples: int, seed: str, *, budget: Budget) -> None:
        self.ways, self.up, self.goal = ways, up, goal
        self.samples, self.seed, self.budget = samples, seed, budget
        self.few = sum(map(len, ways.values())) <= 2 * SMALL
        # What one service may take; nothing where already one node takes too long, less each time that it did.
        self.question = QUESTION

    def to_goal(self, node: Node) -> Chance:
        """Chance that a node that works is joined to the top."""
        return self._known[node]

    @cached_property
    def _known(self) -> dict[Node, Chance]:
        if len(self.ways) == 2:
            return {node: Chance.of(chance) for node, chance in self.ways[self.goal].items()}
        effort = UNBOUNDED if self.few else self.budget.at_most(SWEEP)
        try:
            known, steps = everyone(self.ways, self.up, self.goal, effort)
        except TooLong:
            self.budget.spend(effort)
            self.question = 0
            return {node: self._draws.to_goal(node) for node in self.ways}
        self.budget.spend(steps)
        return {node: Chance.of(chance) for node, chance in known.items()}

    def any_of(self, sources: dict[Node, Chance]) -> Chance:
        """Chance that any of several nodes is joined to the top, each with a chance of its own to count if it works."""
        self._known  # noqa: B018  (settles whether the block is counted or drawn)
        if not any(chance.drawn for chance in sources.values()):
            return self._one_of({node: chance.value for node, chance in sources.items()})
        low, value, high = (
            self._one_of({node: max(getattr(chance, side), 0) for node, chance in sources.items()})
            for side in ("low", "value", "high")
        )
        return Chance(low.low, value.value, high.high, drawn=True)

    def _one_of(self, sources: dict[Node, int]) -> Chance:
        effort = UNBOUNDED if self.few else self.budget.at_most(self.question)
        if effort > len(self._chains):
            ways = self._around(sources)
            try:
                found, steps = reliability(ways, self.up, SERVICE, self.goal, effort)
            except TooLong:
                self.budget.spend(effort)
                self.question //= 4
            else:
                self.budget.spend(steps + len(self._chains))
                return Chance.of(found)
        return self._draws.any_of(sources)

    @cached_property
    def _chains(self) -> list[tuple[Chain, list[int]]]:
        return [(chain, chain.along(self.up)) for chain in chains_of(self.ways, self.goal)]

    @cached_property
    def _inner(self) -> dict[Node, tuple[int, int]]:
        """By node inside a chain: the number of the chain, and its own number within."""
        listed = enumerate(self._chains)
        return {node: (number, at) for number, (chain, _along) in listed for at, node in enumerate(chain.inner)}

    def _around(self, sources: dict[Node, int]) -> Ways:
        """Ways between the ends of chains and the sources upon them, and the service beside those."""
        stops: dict[int, list[int]] = {}
        for number, at in sorted(self._inner[node] for node in sources if node in self._inner):
            stops.setdefault(number, []).append(at)
        ways: Ways = {SERVICE: {}, self.goal: {}}
        for number, (chain, along) in enumerate(self._chains):
            if along[-1] < SURE and number in stops:
                # Too little is left of the chance of the whole to divide by.
                nodes = [chain.one, *chain.inner, chain.two]
                for one, two, works in zip(nodes, nodes[1:], chain.works, strict=False):
                    join(ways, one, two, works)
                continue
            here, reached = chain.one, ONE
            for at in stops.get(number, ()):
                join(ways, here, chain.inner[at], along[at] * ONE // reached)
                here, reached = chain.inner[at], times(along[at], self.up[chain.inner[at]])
            if here != chain.two:
                join(ways, here, chain.two, along[-1] * ONE // reached)
        for node, chance in sources.items():
            join(ways, node, SERVICE, chance)
        return ways

    @cached_property
    def _draws(self) -> Draws:
        return Draws(self.ways, self.up, self.goal, self.samples, self.seed)
