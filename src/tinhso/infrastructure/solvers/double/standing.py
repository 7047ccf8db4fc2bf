"""What a set of spans gives: who reaches the core, which spans and nodes cut it, and the tree of blocks.

One depth-first search from a root that stands for all core nodes (Hopcroft and Tarjan 1973), on multigraphs: a parallel
span is a second way. Vertex 0 is the root, vertex v + 1 is node v.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from .problem import Ints, Need, Problem, Site


def merged(problem: Problem) -> Ints:
    """The vertex of every node: 0 for the core."""
    vertex = np.arange(1, problem.nodes + 1)
    vertex[list(problem.core)] = 0
    return vertex


class Standing:
    """Depth-first tree, bridges, blocks and cut vertices of some spans; the root's part comes first.

    `block[v]`: the block of the way above v; a block's number is the vertex right below its top, so `parent[block]` is
    its top. `heads_block[v]`: v is the top of some block, so the root or a cut vertex.
    """

    def __init__(self, problem: Problem, spans: Ints, vertex: Ints) -> None:
        count = problem.nodes + 1
        self.vertex = vertex
        tails, heads = vertex[problem.tails[spans]], vertex[problem.heads[spans]]
        ends = np.concatenate([tails, heads])
        by_end = np.argsort(ends, kind="stable")
        first = np.searchsorted(ends[by_end], np.arange(count + 1)).tolist()
        others = np.concatenate([heads, tails])[by_end].tolist()
        names = np.tile(spans, 2)[by_end].tolist()
        self.parent, self.way = [-1] * count, [-1] * count
        self._search(count, first, others, names)
        self._blocks(count)

    def _search(self, count: int, first: list[int], others: list[int], names: list[int]) -> None:
        parent, way = self.parent, self.way
        number, low, at = [-1] * count, [0] * count, first[:count]
        order: list[int] = []
        for start in range(count):
            if number[start] >= 0:
                continue
            number[start] = low[start] = len(order)
            order.append(start)
            here = start
            while here >= 0:
                edge = at[here]
                if edge == first[here + 1]:
                    above = parent[here]
                    if above >= 0 and low[here] < low[above]:
                        low[above] = low[here]
                    here = above
                    continue
                at[here] = edge + 1
                other = others[edge]
                if number[other] < 0:
                    number[other] = low[other] = len(order)
                    order.append(other)
                    parent[other], way[other] = here, names[edge]
                    here = other
                elif names[edge] != way[here] and number[other] < low[here]:
                    low[here] = number[other]
            if start == 0:
                self.reached = len(order)
        self.order, self.number, self.low = order, number, low

    def _blocks(self, count: int) -> None:
        parent, number, low = self.parent, self.number, self.low
        self.block, self.bridge, self.top = list(range(count)), [False] * count, [False] * count
        self.component = list(range(count))
        self.spans_above, self.cuts_above = [0] * count, [0] * count
        for vertex in self.order:
            above = parent[vertex]
            if above < 0:
                continue
            if low[vertex] < number[above]:
                self.block[vertex] = self.block[above]
            else:
                self.top[above] = True
            self.bridge[vertex] = low[vertex] == number[vertex]
            if not self.bridge[vertex]:
                self.component[vertex] = self.component[above]
        self.top[0] = True

    def reaches(self, vertex: int) -> bool:
        return self.number[vertex] < self.reached

    def above(self, place: int) -> int:
        """The parent in the block-cut tree. Places: a block is its number, a top is ~vertex (negative)."""
        return self.block[~place] if place < 0 else ~self.parent[place]

    def place(self, vertex: int) -> int:
        return ~vertex if self.top[vertex] else self.block[vertex]

    def failing(self, site: Site, need: Need) -> Iterable[int]:
        """Places of the block-cut tree whose failure cuts the site off: bridges and (negative) cut vertices."""
        own = {int(self.vertex[node]) for node in site.nodes}
        reached = [vertex for vertex in own if self.reaches(vertex)]
        place = self.lowest_common([self.place(vertex) for vertex in reached])
        while place != ~0:
            if (place >= 0 and self.bridge[place]) or (place < 0 and need == "node" and ~place not in own):
                yield place
            place = self.above(place)

    def lowest_common(self, places: Sequence[int]) -> int:
        """The lowest place above, or at, all of these places of the root's part."""
        common = places[0]
        for place in places[1:]:
            one, other = common, place
            while one != other:
                # A block's number is met in the search right after its top, so deeper places have larger keys.
                if self._key(one) > self._key(other):
                    one = self.above(one)
                else:
                    other = self.above(other)
            common = one
        return common

    def _key(self, place: int) -> tuple[int, bool]:
        return (self.number[~place], False) if place < 0 else (self.number[self.parent[place]], True)

    def unmet(self, sites: Iterable[Site], need: Need) -> list[Site]:
        """Sites that lack what is needed."""
        lacking = []
        clear: dict[int, bool] = {~0: True}
        for site in sites:
            reached = any(self.reaches(int(self.vertex[node])) for node in site.nodes)
            if not reached or (need != "reach" and not self._clear(site, need, clear)):
                lacking.append(site)
        return lacking

    def _clear(self, site: Site, need: Need, clear: dict[int, bool]) -> bool:
        """Nothing fails from the site's place up; `clear` remembers places seen, own nodes apart."""
        own = {int(self.vertex[node]) for node in site.nodes}
        place = self.lowest_common([self.place(vertex) for vertex in own if self.reaches(vertex)])
        if place < 0 and ~place in own and place != ~0:
            place = self.above(place)
        climbed = []
        while place not in clear:
            climbed.append(place)
            if (place >= 0 and self.bridge[place]) or (place < 0 and need == "node"):
                break
            place = self.above(place)
        outcome = clear.get(place, False)
        clear.update(dict.fromkeys(climbed, outcome))
        return outcome


def stand(problem: Problem, spans: Ints | None = None, vertex: Ints | None = None) -> Standing:
    """The standing of the existing spans and, if given, of these besides."""
    every = np.flatnonzero(problem.existing)
    if spans is not None:
        every = np.concatenate([every, spans])
    return Standing(problem, every, merged(problem) if vertex is None else vertex)
