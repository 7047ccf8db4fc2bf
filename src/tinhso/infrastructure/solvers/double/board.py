"""The problem drawn together: what stands and can no longer fail is one vertex, sites alike are one group.

For spans, the parts that no single span cuts become vertices; for nodes, the nodes of a block that no candidate from an
unconnected part ends at share one vertex that cannot fail, since losing one of them parts nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .problem import Bools, Ints, Need, Problem, Site
from .standing import Standing, stand


@dataclass
class Group:
    """Sites on the same vertices; `own` are those of them that may fail without the site being lost."""

    vertices: tuple[int, ...]
    own: tuple[int, ...]
    sites: list[Site] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return sum(site.weight for site in self.sites)


@dataclass
class Board:
    """Vertex 0 is the core. `tails`, `heads`: ways; `column`: which candidate, -1 for what stands; `holds`: whether a
    standing way cannot fail. `spans[column]` is the candidate's span number, `costs[column]` its đồng."""

    need: Need
    count: int
    tails: Ints
    heads: Ints
    column: Ints
    holds: Bools
    fails: Bools
    spans: Ints
    costs: Ints
    groups: list[Group]
    standing: Standing
    connected: bool

    @property
    def asked(self) -> int:
        return 1 if self.need == "reach" else 2


def draw(problem: Problem, need: Need) -> Board:
    """The board of a problem: only sites that lack what is needed are on it."""
    standing = stand(problem)
    offered = problem.offered
    ends = standing.vertex[problem.tails[offered]], standing.vertex[problem.heads[offered]]
    number = np.array(standing.number)
    reached = number < standing.reached
    lacking = standing.unmet(problem.sites, need)
    entry = np.zeros(len(number), bool)
    for one, other in (ends, ends[::-1]):
        entry[one[~reached[other]]] = True
    place, ways, fails = _places(standing, need, entry)
    names = np.unique([0, *place.tolist(), *(end for way in ways for end in way[:2])])
    kept = {name: at for at, name in enumerate(names.tolist())}
    at = np.array([kept[int(name)] for name in place])
    useful = at[ends[0]] != at[ends[1]]
    columns = np.flatnonzero(useful)
    tails = [kept[one] for one, _, _ in ways] + at[ends[0][columns]].tolist()
    heads = [kept[other] for _, other, _ in ways] + at[ends[1][columns]].tolist()
    may_fail = np.zeros(len(kept), bool)
    for name, mapped in kept.items():
        may_fail[mapped] = name in fails
    return Board(
        need,
        len(kept),
        np.array(tails, dtype=np.int64),
        np.array(heads, dtype=np.int64),
        np.concatenate([np.full(len(ways), -1), np.arange(len(columns))]),
        np.array([holds for _, _, holds in ways] + [False] * len(columns), dtype=bool),
        may_fail,
        offered[columns],
        problem.costs[offered[columns]],
        _groups(lacking, at, standing, may_fail),
        standing,
        bool(reached[ends[0]].all() and reached[ends[1]].all())
        and all(reached[standing.vertex[list(site.nodes)]].any() for site in problem.sites),
    )


def _places(standing: Standing, need: Need, entry: Bools) -> tuple[Ints, list[tuple[int, int, bool]], set[int]]:
    """By vertex the name of the place it is drawn into; the ways that stand between places; the places that fail."""
    count = len(standing.number)
    ways: list[tuple[int, int, bool]] = []
    fails: set[int] = set()
    if need == "reach":
        place = np.arange(count)
        for vertex in standing.order:
            if standing.parent[vertex] >= 0:
                place[vertex] = place[standing.parent[vertex]]
        return place, ways, fails
    if need == "span":
        place = np.array(standing.component)
        for vertex in standing.order:
            if standing.bridge[vertex]:
                ways.append((int(place[vertex]), int(place[standing.parent[vertex]]), False))
        return place, ways, fails
    place = np.arange(count)
    for vertex in standing.order[1:]:
        above = standing.parent[vertex]
        if above < 0:
            fails.add(vertex)
            continue
        if standing.bridge[vertex]:
            ways.append((vertex, above, False))
            fails.add(vertex)
            continue
        hub = count + standing.block[vertex]
        if standing.block[vertex] == vertex:
            ways.append((above, hub, True))
        # In a part apart from the core a block counts as well: its nodes matter only where ways enter or leave it.
        if standing.top[vertex] or entry[vertex] or not standing.reaches(vertex):
            ways.append((vertex, hub, True))
            fails.add(vertex)
        else:
            place[vertex] = hub
    return place, ways, fails


def _groups(lacking: Sequence[Site], at: Ints, standing: Standing, may_fail: Bools) -> list[Group]:
    groups: dict[tuple[int, ...], Group] = {}
    for site in lacking:
        vertices = tuple(sorted({int(at[standing.vertex[node]]) for node in site.nodes}))
        own = tuple(vertex for vertex in vertices if may_fail[vertex])
        groups.setdefault(vertices, Group(vertices, own)).sites.append(site)
    return [groups[vertices] for vertices in sorted(groups)]
