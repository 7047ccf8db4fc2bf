"""How surely services reach the core when spans and nodes fail independently. Standard library only: this may travel
with a rule and be run again by anyone.

Exact where it says so: on the tree of blocks and cut nodes chances multiply; inside a block ways in series and in
parallel are drawn together, and the rest is counted along a moving frontier. Blocks too wide for that are simulated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from tinhso.infrastructure.graphs.reliability.blocks import Block, Budget, blocks_of
from tinhso.infrastructure.graphs.reliability.fixed import CERTAIN, NEVER, ONE, Chance

PARTS = 10**9


def served(
    nodes: Sequence[int],
    spans: Iterable[tuple[int, int, int]],
    core: Iterable[int],
    services: Iterable[Iterable[int]],
    *,
    samples: int = 20_000,
    seed: int = 1,
) -> list[tuple[int, str, int, int]]:
    """By service, given the nodes it has: the share of the time in which any of them works and is joined to a core
    node that works, as (value, "exact" or "simulated", low, high) in parts per 10^9.

    `nodes`: share of the time each node works; `spans`: both ends (node numbers) and the share it works; all in parts
    per 10^9. Simulated values come with an interval of at least 95% confidence, and are the same for the same seed."""
    listed = list(spans)
    shares = {"node": list(nodes), "span": [span[2] for span in listed]}
    for kind, given in shares.items():
        for index, share in enumerate(given):
            if not 0 <= share <= PARTS:
                raise ValueError(f"{kind} {index} · works {share} parts per 10^9 · give 0 to {PARTS}")
    network = _Network(nodes, listed, core, samples, seed)
    return [_told(network.chance(set(found))) for found in services]


def _told(chance: Chance) -> tuple[int, str, int, int]:
    step = ONE // PARTS
    value = (chance.value + step // 2) // step
    if not chance.drawn:
        return value, "exact", value, value
    return value, "simulated", max(chance.low // step, 0), min(-(-chance.high // step), PARTS)


class _Network:
    """Blocks under the virtual root (place 0), asked lazily; places are numbered as a depth-first search meets them."""

    def __init__(
        self, nodes: Sequence[int], spans: list[tuple[int, int, int]], core: Iterable[int], samples: int, seed: int
    ) -> None:
        found = blocks_of(nodes, spans, core)
        self.place, self.above, self.block_of = found.place, found.above, found.block_of
        self.up = found.up
        budget = Budget(sum(map(len, found.ways.values())) // 2)
        self.blocks: dict[int, Block] = {
            key: Block(found.ways[key], self.up, found.above[key], samples, f"{seed}/{key}", budget=budget)
            for key in found.ways
        }
        # By place: it reaches the root; it reaches the place that a jump leads to, so that ways up are short.
        self.whole: dict[int, Chance] = {0: CERTAIN}
        self.far: dict[int, Chance] = {0: CERTAIN}
        self.jump = _jumps(self.above)

    def chance(self, service: set[int]) -> Chance:
        """Chance that any node of a service works and reaches the root."""
        places = {self.place[node] for node in service if self.place[node] > 0}
        if not places:
            return NEVER
        # From below: the chance that any node of the service at or below a place is joined to it, if it works.
        given: dict[int, Chance] = dict.fromkeys(places, CERTAIN)
        waiting: dict[int, dict[int, list[int]]] = {}
        heap = [-place for place in places]
        heapify(heap)
        while True:
            place = -heappop(heap)
            if place not in given:
                given[place] = self._below(waiting[place], given)
            if not heap:
                return self._to_root(place).and_(given[place])
            place, given[place] = self._lifted(place, -heap[0], given[place])
            above = self.above[place]
            if above not in waiting:
                waiting[above] = {}
                if above not in places:
                    heappush(heap, -above)
            waiting[above].setdefault(self.block_of[place], []).append(place)

    def _lifted(self, place: int, other: int, chance: Chance) -> tuple[int, Chance]:
        """The last place on the way up that is numbered above another, and the chance to come there. All that hangs
        from a place is numbered after it in one row, so that the place where both ways meet is never passed."""
        if self.above[place] > other:
            self._to_root(place)
        while self.above[place] > other:
            if self.jump[place] > other:
                place, chance = self.jump[place], self.far[place].and_(chance)
            else:
                place, chance = self.above[place], self._step(place).and_(chance)
        return place, chance

    def _below(self, blocks: dict[int, list[int]], given: dict[int, Chance]) -> Chance:
        """Blocks that hang from one node fail apart from each other."""
        some = NEVER
        for key, places in blocks.items():
            if len(places) == 1:
                one = self._step(places[0]).and_(given[places[0]])
            else:
                one = self.blocks[key].any_of({place: given[place] for place in places})
            some = some.or_(one)
        return some

    def _step(self, place: int) -> Chance:
        """A node works and is joined to the node above it, if that works."""
        return self.blocks[self.block_of[place]].to_goal(place).and_(Chance.of(self.up[place]))

    def _to_root(self, place: int) -> Chance:
        """A node works and reaches the root."""
        way = []
        while place not in self.whole:
            way.append(place)
            place = self.above[place]
        for below in reversed(way):
            step = self._step(below)
            self.whole[below] = self.whole[place].and_(step)
            long = self.jump[below] != place
            self.far[below] = step.and_(self.far[place]).and_(self.far[self.jump[place]]) if long else step
            place = below
        return self.whole[place]


def _jumps(above: list[int]) -> list[int]:
    """By place, a place further up, so that any place above is some twice log steps away (Myers, Inf. Process. Lett.
    1983)."""
    jump, depth = [0] * len(above), [0] * len(above)
    for place in range(1, len(above)):
        up = above[place]
        depth[place] = depth[up] + 1
        once = jump[up]
        twice = jump[once]
        jump[place] = twice if depth[up] - depth[once] == depth[once] - depth[twice] else up
    return jump
