"""How many separate ways lead from one place to the core: a maximum flow of unit capacities.

By Menger's theorem the number of span-disjoint (node-disjoint) ways equals the smallest number of spans (nodes) whose
loss parts the place from the core. Each augmenting path is one breadth-first search (Edmonds and Karp, J. ACM 1972),
so that the count costs one pass over the network for every way found.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Literal

from tinhso.infrastructure.graphs.multigraph import Multigraph


def disjoint_ways(
    graph: Multigraph,
    sources: Iterable[int],
    core: Iterable[int],
    kind: Literal["span", "node"] = "span",
    most: int = 8,
) -> int:
    """The number of ways from any of the nodes `sources` to any of the nodes `core` that share no span, or for "node"
    no node in between; `most` at most, and `most` too where a source is a core node itself.

    Ways may begin at different sources and end at different core nodes, or at the same ones.
    """
    starts, ends = set(sources), set(core)
    if starts & ends:
        return most
    if not starts or not ends:
        return 0
    flow = _Flow()
    if kind == "node":
        # Every node is two points, way in 2v and way out 2v + 1; the arc between them holds one way.
        shared = starts | ends
        for node in range(len(graph.node_ids)):
            flow.arc(2 * node, 2 * node + 1, most if node in shared else 1, 0)
    for a, b, carries in zip(graph.a.tolist(), graph.b.tolist(), graph.carrying.tolist(), strict=True):
        if carries and kind == "node":
            flow.arc(2 * a + 1, 2 * b, 1, 0)
            flow.arc(2 * b + 1, 2 * a, 1, 0)
        elif carries:
            flow.arc(2 * a, 2 * b, 1, 1)
    first, goals = [2 * node for node in starts], {2 * node for node in ends}
    return next((found for found in range(most) if not flow.augment(first, goals)), most)


class _Flow:
    """Arcs with room; every arc's way back has the number beside its own."""

    def __init__(self) -> None:
        self.heads: list[int] = []
        self.room: list[int] = []
        self.leaving: dict[int, list[int]] = {}

    def arc(self, tail: int, head: int, room: int, back: int) -> None:
        for point, other, left in ((tail, head, room), (head, tail, back)):
            self.leaving.setdefault(point, []).append(len(self.heads))
            self.heads.append(other)
            self.room.append(left)

    def augment(self, first: list[int], goals: set[int]) -> bool:
        """Send one more way along a shortest path with room; False where there is none."""
        came = dict.fromkeys(first, -1)
        waiting = deque(first)
        while waiting:
            point = waiting.popleft()
            for index in self.leaving.get(point, ()):
                head = self.heads[index]
                if self.room[index] and head not in came:
                    came[head] = index
                    if head in goals:
                        self._send(head, came)
                        return True
                    waiting.append(head)
        return False

    def _send(self, point: int, came: dict[int, int]) -> None:
        while (index := came[point]) >= 0:
            self.room[index] -= 1
            self.room[index ^ 1] += 1
            point = self.heads[index ^ 1]
