"""One plan of cable for a whole country: provinces solved apart, their trees joined, one bound for the whole.

Every province is solved within its own candidates, to a fixed amount of work, so that the answer depends neither on the
clock nor on how many workers there are. The joined trees are then free in the country's graph: the cheapest tree over
them joins the provinces, and local search over the whole graph loosens what the borders held. Dual ascents over the
whole graph, not the provinces', give the bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from tinhso.infrastructure.solvers.candidates import Point, flat, generated
from tinhso.infrastructure.solvers.steiner import Instance, Solution
from tinhso.infrastructure.solvers.steiner.first import (
    cheapest_parallel,
    check_reachable,
    first_tree,
    parts,
    settle,
)
from tinhso.infrastructure.solvers.steiner.graph import build
from tinhso.infrastructure.solvers.steiner.heuristic import improve
from tinhso.infrastructure.solvers.steiner.problem import Ints
from tinhso.infrastructure.solvers.steiner.search import Search

JUNCTIONS = 3
NEAREST = 6
# Trees begun within a province; over the country dual ascents, and rounds of local search at most.
STARTS, ROOTS, ROUNDS = 4, 32, 4
Mapper = Callable[[Callable[["Shard"], list[int]], Sequence["Shard"]], Iterable[list[int]]]


@dataclass(frozen=True)
class Country:
    """The whole question: costs in metres; node i < the number of communes is commune i. `province` by node."""

    instance: Instance
    province: Ints
    points: list[Point]


@dataclass(frozen=True)
class Shard:
    """Part of a country within one province, and the country's numbers of its edges."""

    instance: Instance
    edges: Ints


def country(communes: Sequence[Point], provinces: Sequence[str], *, detour_permille: int = 1000) -> Country:
    """Candidates for all communes (latitude, longitude in 1e-7 degree): Delaunay edges and nearest neighbours.

    Beside every commune stand three optional junctions, each a quarter of the way towards the middle of two of its
    three nearest neighbours, where a branching saves most. Raises ValueError below four communes or without a province
    for each.
    """
    if len(communes) < 4 or len(communes) != len(provinces):
        raise ValueError(f"{len(communes)} communes and {len(provinces)} provinces: at least 4, and as many of each.")
    at = np.asarray(communes, np.int64)
    _far, near = cKDTree(flat(communes)).query(flat(communes), k=JUNCTIONS + 1)
    others = [near[:, pair].astype(np.int64) for pair in ((1, 2), (1, 3), (2, 3))]
    junctions = np.concatenate([(2 * at + at[pair[:, 0]] + at[pair[:, 1]]) // 4 for pair in others])
    points = [*map(tuple, at.tolist()), *map(tuple, junctions.tolist())]
    offers = generated(points, [], [], nearest=NEAREST, detour_permille=detour_permille, method="")
    ends = np.array([(span.a, span.b, span.metres) for span in offers.spans], np.int64)
    instance = Instance.of(len(points), ends[:, 0], ends[:, 1], ends[:, 2], np.arange(len(communes)))
    number = np.unique(np.asarray(provinces), return_inverse=True)[1].astype(np.int64)
    return Country(instance, np.tile(number, 1 + JUNCTIONS), points)


def shards(whole: Country) -> list[Shard]:
    """The connected parts of each province that hold at least two communes, in the order of their provinces."""
    instance = whole.instance
    within = np.flatnonzero(whole.province[instance.tails] == whole.province[instance.heads])
    part = parts(instance.nodes, instance.tails[within], instance.heads[within])
    terminal = np.zeros(instance.nodes, np.bool_)
    terminal[instance.terminals] = True
    of_edge = part[instance.tails[within]]
    found = []
    for name in np.flatnonzero(np.bincount(part[instance.terminals]) > 1):
        nodes, edges = np.flatnonzero(part == name), within[of_edge == name]
        number = np.full(instance.nodes, -1)
        number[nodes] = np.arange(len(nodes))
        found.append(
            Shard(
                Instance(
                    len(nodes), number[instance.tails[edges]], number[instance.heads[edges]], instance.costs[edges],
                    np.flatnonzero(terminal[nodes]),
                ),
                edges,
            )
        )  # fmt: skip
    return found


def worked(
    instance: Instance, *, starts: int = 0, roots: int = 0, tree: Ints | None = None, rounds: int = 0
) -> Solution:
    """A tree and a bound after a fixed amount of work; never asks the clock.

    The tree is `tree` (edges) after `rounds` of local search, or the first found, or a better one from `starts` starts;
    the bound is the best of dual ascents from `roots` roots after reductions.
    """
    n, tails, heads, costs = instance.nodes, instance.tails, instance.heads, instance.costs
    free = np.flatnonzero(costs == 0)
    group = parts(n, tails[free], heads[free])
    groups = int(group.max()) + 1
    simple = cheapest_parallel(groups, group[tails], group[heads], costs)
    graph = build(
        groups, group[tails[simple]], group[heads[simple]], costs[simple], np.unique(group[instance.terminals])
    )
    draw = np.random.default_rng(0)
    if tree is None:
        best = first_tree(graph.n, graph.tails, graph.heads, graph.costs, graph.terminals)
    else:
        inside = np.zeros(groups, np.bool_)
        inside[group[np.concatenate([tails[tree], heads[tree], instance.terminals])]] = True
        best = np.flatnonzero(improve(graph, inside, draw, lambda: False, rounds))
    bound = 0
    if len(graph.terminals) > 1 and starts + roots:
        work = Search(
            graph, best, draw, over=lambda: False, on_tree=lambda _tree: None, on_bound=lambda _bound: None
        )  # fmt: skip
        work.reduce()
        work.starts(starts)
        for root in draw.permutation(work.graph.terminals)[:roots]:
            work.ascent(int(root), primal=False)
        best, bound = work.tree, work.bound
    edges = settle(n, tails, heads, costs, instance.terminals, np.concatenate([free, simple[best]]))
    cost = int(costs[edges].sum())
    return Solution(edges.tolist(), cost, min(bound, cost), bound >= cost)


def solved(shard: Shard) -> list[int]:
    """The country's numbers of the edges of a tree that joins the shard's communes."""
    tree = worked(shard.instance, starts=STARTS).edges
    return [int(edge) for edge in shard.edges[tree]]


def cover(whole: Country, *, run: Mapper = map, rounds: int = ROUNDS) -> Solution:
    """A tree that joins all communes, and a bound no tree of the country's candidates goes below.

    `run` maps a function over shards, in order: the built-in map, or that of `Workers`; the answer is the same.
    `rounds` of local search follow over the whole graph. Raises Unreachable where the candidates do not hold together.
    """
    began = time.perf_counter()
    instance = whole.instance
    check_reachable(instance)
    taken = np.array(sorted(edge for edges in run(solved, shards(whole)) for edge in edges), np.int64)
    costs = instance.costs.copy()
    costs[taken] = 0
    joined = worked(replace(instance, costs=costs)).edges
    found = worked(instance, tree=np.array(joined, np.int64), rounds=rounds, roots=ROOTS)
    return replace(found, seconds=time.perf_counter() - began)


class Workers:
    """Processes of Dask distributed: a cluster on this machine, or the one whose scheduler is at `address`.

    Those elsewhere need the same version of this package. Raises ImportError where `distributed` is not installed and
    OSError where no scheduler answers.
    """

    def __init__(self, count: int = 0, address: str = "") -> None:
        from distributed import Client, LocalCluster

        self.cluster = None
        if not address:
            self.cluster = LocalCluster(
                n_workers=count, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
            )  # fmt: skip
        self.client = Client(address or self.cluster, timeout="20s")

    def __enter__(self) -> Workers:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        if self.cluster is not None:
            self.cluster.close()

    def map(self, function: Callable[..., Any], items: Sequence[Any]) -> list[Any]:
        """The results in the order of the items; the largest are begun first, so that none is left to the end alone."""
        order = sorted(range(len(items)), key=lambda index: -len(items[index].edges))
        futures = self.client.map(function, [items[index] for index in order], pure=False)
        return [result for _, result in sorted(zip(order, self.client.gather(futures), strict=True))]
