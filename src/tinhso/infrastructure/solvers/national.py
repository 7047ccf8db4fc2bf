"""One plan of cable for a whole country: pieces solved apart, their trees joined, one bound for the whole.

Every province is solved within its own candidates, then every cell of a division that ignores provinces, with what
lies outside it kept as it is, so that borders cost little. Trees of pieces are joined by the cheapest tree of the
country's graph over them, and local search over the whole graph follows. Each piece gets a fixed amount of work, so
that the answer depends neither on the clock nor on how many workers there are. Dual ascents over the whole graph, not
the pieces', give the bound.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.spatial import cKDTree

from tinhso.infrastructure.solvers.candidates import Floats, Point, flat, generated
from tinhso.infrastructure.solvers.steiner import Instance, Solution, solve
from tinhso.infrastructure.solvers.steiner.first import (
    cheapest_parallel,
    check_reachable,
    first_tree,
    parts,
    settle,
)
from tinhso.infrastructure.solvers.steiner.graph import Graph, build
from tinhso.infrastructure.solvers.steiner.heuristic import improve
from tinhso.infrastructure.solvers.steiner.problem import Ints
from tinhso.infrastructure.solvers.steiner.search import Search

JUNCTIONS = 3
FEWEST = 1 + JUNCTIONS
NEAREST = 6
# How often a piece asks whether to stop; dual ascents for the bound; rounds of local search; communes of a cell.
STEPS, ROOTS, ROUNDS, CELL = 100, 32, 4, 100
# Neighbours between whose pairs the junctions of communes at one point are sought.
NEIGHBOURS = 9
# Divisions that ignore provinces, one after the other.
TURNS = 2
Mapper = Callable[[Callable[["Shard"], list[int]], Sequence["Shard"]], Iterable[list[int]]]


@dataclass(frozen=True)
class Country:
    """The whole question: costs in metres; node i < the number of communes is commune i. `province` by node."""

    instance: Instance
    province: Ints
    points: list[Point]


@dataclass(frozen=True)
class Shard:
    """Part of a country, and the country's numbers of its edges."""

    instance: Instance
    edges: Ints


def country(communes: Sequence[Point], provinces: Sequence[str], *, detour_permille: int = 1000) -> Country:
    """Candidates for all communes (latitude, longitude in 1e-7 degree): Delaunay edges and nearest neighbours.

    Beside every commune stand three optional junctions, each a quarter of the way towards the middle of two of its
    nearest neighbours, where a branching saves most. Communes at one point have three each as long as there are pairs
    of NEIGHBOURS left, share them otherwise, and are joined there by 0 metres. Raises ValueError unless there is a
    province for each and they stand at 4 points or more.
    """
    if len(communes) != len(provinces):
        raise ValueError(f"{len(communes)} communes and {len(provinces)} provinces: as many of each are needed.")
    table = np.asarray(communes, np.int64).reshape(-1, 2)
    at, first, here = np.unique(table, axis=0, return_index=True, return_counts=True)
    if len(at) < FEWEST:
        raise ValueError(f"{len(communes)} communes at {len(at)} different points: at least {FEWEST} points.")
    order = np.argsort(first)
    at, first, here = at[order], first[order], here[order]
    nearest = min(NEIGHBOURS, len(at) - 1)
    pairs = np.array([(a, b) for b in range(2, nearest + 1) for a in range(1, b)])
    count = np.minimum(JUNCTIONS * here, len(pairs))
    owner = np.repeat(np.arange(len(at)), count)
    pair = pairs[np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)]
    where = flat(list(map(tuple, at.tolist())))
    near = cKDTree(where).query(where, k=nearest + 1)[1].astype(np.int64)
    junctions = (2 * at[owner] + at[near[owner, pair[:, 0]]] + at[near[owner, pair[:, 1]]]) // 4
    points: list[Point] = [*communes, *((lat, lon) for lat, lon in junctions.tolist())]
    offers = generated(points, [], [], nearest=NEAREST, detour_permille=detour_permille, method="")
    ends = np.array([(span.a, span.b, span.metres) for span in offers.spans], np.int64)
    instance = Instance.of(len(points), ends[:, 0], ends[:, 1], ends[:, 2], np.arange(len(communes)))
    number = np.unique(np.asarray(provinces), return_inverse=True)[1].astype(np.int64)
    return Country(instance, np.concatenate([number, number[first[owner]]]), points)


def shards(whole: Country) -> list[Shard]:
    """The connected parts of each province that hold at least two communes, in the order of their provinces."""
    instance = whole.instance
    within = np.flatnonzero(whole.province[instance.tails] == whole.province[instance.heads])
    part = parts(instance.nodes, instance.tails[within], instance.heads[within])
    names = np.flatnonzero(np.bincount(part[instance.terminals]) > 1)
    of_edge = part[instance.tails[within]]
    return [_shard(instance, np.arange(instance.nodes), within[edges]) for edges in _by_label(of_edge, names)]


def tiles(whole: Country, tree: Ints, cell: Ints) -> list[Shard]:
    """Each cell (by node) with what the tree joins outside it taken for one node."""
    instance = whole.instance
    label = np.where(cell[instance.tails] == cell[instance.heads], cell[instance.tails], -1)
    found = []
    for name, edges in enumerate(_by_label(label, np.arange(int(cell.max()) + 1))):
        kept = tree[label[tree] != name]
        group = parts(instance.nodes, instance.tails[kept], instance.heads[kept])
        shard = _shard(instance, group, edges)
        if len(shard.instance.terminals) > 1:
            found.append(shard)
    return found


def _by_label(labels: Ints, names: Ints) -> list[Ints]:
    """The places of each name among labels."""
    order = np.argsort(labels, kind="stable")
    low, high = (np.searchsorted(labels[order], names, side=side) for side in ("left", "right"))
    return [order[one:other] for one, other in zip(low, high, strict=True)]


def _shard(instance: Instance, group: Ints, edges: Ints) -> Shard:
    """Some edges between groups of nodes (by node); a group with a terminal is one."""
    tails, heads = group[instance.tails[edges]], group[instance.heads[edges]]
    between = tails != heads
    names, ends = np.unique(np.concatenate([tails[between], heads[between]]), return_inverse=True)
    count = int(between.sum())
    terminals = np.flatnonzero(np.isin(names, group[instance.terminals]))
    made = Instance(len(names), ends[:count], ends[count:], instance.costs[edges[between]], terminals)
    return Shard(made, edges[between])


def cells(where: Floats, turn: int, most: int = CELL) -> Ints:
    """Numbers of cells of at most so many points, halved at medians along the axes in turn, the first being `turn`."""
    label = np.zeros(len(where), np.int64)
    waiting, count = [(np.arange(len(where)), turn)], 0
    while waiting:
        members, axis = waiting.pop()
        if len(members) <= most:
            label[members] = count
            count += 1
            continue
        order = members[np.argsort(where[members, axis % 2], kind="stable")]
        # A third, not a half, in the second division: its borders should not be those of the first.
        cut = len(order) // (2 + turn)
        waiting += [(order[:cut], axis + 1), (order[cut:], axis + 1)]
    return label


class Patience:
    """Says stop after so many questions: an amount of work that no clock changes."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def solved(shard: Shard) -> list[int]:
    """The country's numbers of the edges of a tree that joins the shard's terminals."""
    tree = solve(shard.instance, time_limit=math.inf, should_stop=Patience(STEPS)).edges
    return [int(edge) for edge in shard.edges[tree]]


@dataclass(frozen=True)
class _Simple:
    """A graph without what costs nothing; `edges` and `group` lead from and to the instance's edges and nodes."""

    graph: Graph
    edges: Ints
    free: Ints
    group: Ints

    @classmethod
    def of(cls, instance: Instance) -> _Simple:
        n, tails, heads, costs = instance.nodes, instance.tails, instance.heads, instance.costs
        free = np.flatnonzero(costs == 0)
        group = parts(n, tails[free], heads[free])
        groups = int(group.max()) + 1
        simple = cheapest_parallel(groups, group[tails], group[heads], costs)
        terminals = np.unique(group[instance.terminals])
        graph = build(groups, group[tails[simple]], group[heads[simple]], costs[simple], terminals)
        return cls(graph, simple, free, group)

    def whole(self, instance: Instance, tree: Ints) -> Ints:
        """The instance's tree of a tree of the graph."""
        among = np.concatenate([self.free, self.edges[tree]])
        return settle(instance.nodes, instance.tails, instance.heads, instance.costs, instance.terminals, among)


def joined(instance: Instance, taken: Ints) -> Ints:
    """A cheap tree along connected pieces of cable (`taken`: edges)."""
    costs = instance.costs.copy()
    costs[taken] = 0
    plain = replace(instance, costs=costs)
    simple = _Simple.of(plain)
    g = simple.graph
    return simple.whole(plain, first_tree(g.n, g.tails, g.heads, g.costs, g.terminals))


def loosened(instance: Instance, tree: Ints, rounds: int) -> Ints:
    """The tree after some rounds of local search; never a dearer one."""
    simple = _Simple.of(instance)
    inside = np.zeros(simple.graph.n, np.bool_)
    inside[simple.group[np.concatenate([instance.tails[tree], instance.heads[tree], instance.terminals])]] = True
    chosen = improve(simple.graph, inside, np.random.default_rng(0), lambda: False, rounds)
    found = simple.whole(instance, np.flatnonzero(chosen))
    return min(found, tree, key=lambda edges: int(instance.costs[edges].sum()))


def bound_below(instance: Instance, tree: Ints, roots: int) -> int:
    """What no tree costs less than: the best of dual ascents from some roots, after reductions."""
    simple, cost = _Simple.of(instance), int(instance.costs[tree].sum())
    g = simple.graph
    if len(g.terminals) < 2:
        return cost
    draw = np.random.default_rng(0)
    first = first_tree(g.n, g.tails, g.heads, g.costs, g.terminals)
    work = Search(
        g, first, draw, over=lambda: False, on_tree=lambda _tree: None, on_bound=lambda _bound: None
    )  # fmt: skip
    work.reduce()
    for root in draw.permutation(work.graph.terminals)[:roots]:
        work.ascent(int(root), primal=False)
    return min(work.bound, cost)


def cover(
    whole: Country,
    *,
    run: Mapper = map,
    rounds: int = ROUNDS,
    tell: Callable[[str, int], None] = lambda _at, _cost: None,
) -> Solution:
    """A tree that joins all communes, and a bound no tree of the country's candidates goes below.

    `run` maps a function over shards, in order: the built-in map, or that of `Workers`; the answer is the same.
    `rounds` of local search at most follow each division; `tell` hears the cost after each stage. Raises Unreachable
    where the candidates do not hold together.
    """
    began = time.perf_counter()
    check_reachable(whole.instance)
    # What stands at one point is one node from here on: a crowd there makes no more work.
    simple = _Simple.of(whole.instance)
    g = simple.graph
    first = np.unique(simple.group, return_index=True)[1]
    instance = Instance(g.n, g.tails, g.heads, g.costs, g.terminals)
    asked = Country(instance, whole.province[first], [whole.points[node] for node in first])

    def together(pieces: Iterable[list[int]], kept: Ints) -> Ints:
        taken = np.array(sorted(edge for edges in pieces for edge in edges), np.int64)
        return loosened(instance, joined(instance, np.union1d(taken, kept)), rounds)

    def cost_of(edges: Ints) -> int:
        return int(instance.costs[edges].sum())

    tree = together(run(solved, shards(asked)), np.zeros(0, np.int64))
    tell("provinces", cost_of(tree))
    where = flat(asked.points)
    for turn in range(TURNS):
        cell = cells(where, turn, CELL * (1 + JUNCTIONS))
        across = tree[cell[instance.tails[tree]] != cell[instance.heads[tree]]]
        tree = min(together(run(solved, tiles(asked, tree, cell)), across), tree, key=cost_of)
        tell(f"cells {turn + 1}", cost_of(tree))
    cost, bound = cost_of(tree), bound_below(instance, tree, ROOTS)
    tell("bound", bound)
    edges = simple.whole(whole.instance, tree)
    return Solution(edges.tolist(), cost, bound, bound >= cost, time.perf_counter() - began)


def fingerprint(whole: Country, found: Solution) -> str:
    """SHA-256 of the plan: its spans as "node node metres", sorted."""
    instance = whole.instance
    rows = sorted((int(instance.tails[e]), int(instance.heads[e]), int(instance.costs[e])) for e in found.edges)
    return hashlib.sha256("\n".join(f"{a} {b} {metres}" for a, b, metres in rows).encode()).hexdigest()
