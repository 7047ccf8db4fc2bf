"""A multigraph seen from its core: spanning tree, bridges, and the tree of cut nodes, found once per version."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tinhso.infrastructure.graphs import kernels
from tinhso.infrastructure.graphs.multigraph import BrokenGraph, Ints, Multigraph

ARRAYS = ("core", "place", "order", "parent", "by", "low", "end", "above", "first", "last")


@dataclass(frozen=True)
class Rooted:
    """A virtual root stands above all core nodes, joined to each by ways that cannot be cut; core nodes themselves
    can be lost. Arrays are int32; by place (place 0 is the root, nodes follow in the order of a depth-first search):

    order   node at the place (-1 at the root)
    parent  place above it in the spanning tree
    by      span of that tree way, -1 where the root holds a core node
    low     lowest place its subtree reaches over one span outside the tree
    end     its subtree is the places v … end[v]-1
    above   nearest place that all its ways to the root pass (the tree of blocks and cut nodes, nodes only)
    first, last   rank in that tree: what the loss of the node takes along are the ranks first[v] … last[v]-1

    `place` is by node, -1 where the node does not reach the core."""

    graph: Multigraph
    core: Ints
    place: Ints
    order: Ints
    parent: Ints
    by: Ints
    low: Ints
    end: Ints
    above: Ints
    first: Ints
    last: Ints
    run: kernels.Runner = field(default=kernels.plain, compare=False, repr=False)

    @classmethod
    def of(cls, graph: Multigraph, core: Iterable[int], run: kernels.Runner = kernels.plain) -> Rooted:
        """Root a graph at core nodes (numbers). `run` is `kernels.plain`, or the compiled runner of the solvers' room.
        Time and memory are linear in nodes and spans. Without core nodes nothing is reached."""
        count = len(graph.node_ids)
        chosen = np.unique(np.fromiter(core, np.int32))
        if len(chosen) and (chosen[0] < 0 or chosen[-1] >= count):
            raise BrokenGraph(f"core node {int(chosen[0] if chosen[0] < 0 else chosen[-1])} is no node of the graph")
        return cls._walked(graph, chosen, _adjacency(graph, run), None, run)

    def without(self) -> Callable[[int], Rooted]:
        """A function that roots the same network without one node, adjacency being shared between its calls."""
        shared = _adjacency(self.graph, self.run)
        return lambda node: Rooted._walked(self.graph, self.core, shared, node, self.run)

    @classmethod
    def _walked(
        cls, graph: Multigraph, core: Ints, adjacency: tuple[Ints, Ints, Ints], barred: int | None, run: kernels.Runner
    ) -> Rooted:
        count = len(graph.node_ids)
        is_core = np.zeros(count, np.uint8)
        is_core[core] = 1
        place = np.full(count, -1, np.int32)
        if barred is not None:
            # Found already, and higher than any place: the search passes it by.
            place[barred] = np.iinfo(np.int32).max
        cursor, order, parent, by, low, end = (np.zeros(count + 1, np.int32) for _ in range(6))
        run(kernels.SEARCH, *adjacency, core, is_core, cursor, place, order, parent, by, low, end)
        if barred is not None:
            place[barred] = -1
        size = int(order[0])
        order[0] = -1
        order, parent, by, low, end = (kept[:size] for kept in (order, parent, by, low, end))
        above, first, last = (np.empty(size, np.int32) for _ in range(3))
        run(kernels.DOMINATORS, parent, low, above)
        run(kernels.NEST, above, cursor[:size], first, last)
        return cls(graph, core, place, order, parent, by, low, end, above, first, last, run)

    def save(self, folder: Path) -> None:
        """Write all arrays into a folder, to be mapped by `load`."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        for name in ("a", "b"):
            np.save(folder / f"{name}.npy", getattr(self.graph, name))
        ids = {"nodes": self.graph.node_ids, "spans": self.graph.span_ids}
        (folder / "ids.json").write_text(json.dumps(ids, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, mmap: bool = True) -> Rooted:
        """Read what `save` wrote; `mmap` leaves arrays on disk until they are touched."""
        ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
        read = {name: np.load(folder / f"{name}.npy", mmap_mode="r" if mmap else None) for name in (*ARRAYS, "a", "b")}
        graph = Multigraph(ids["nodes"], ids["spans"], read.pop("a"), read.pop("b"))
        return cls(graph, **read)

    @property
    def size(self) -> int:
        """Number of places: the nodes reached, and the root."""
        return len(self.order)

    @cached_property
    def bridge_places(self) -> NDArray[np.int64]:
        """Places whose tree way is a bridge: cut, and their subtree loses the core."""
        return np.flatnonzero((self.low >= np.arange(self.size, dtype=np.int32)) & (self.by >= 0))

    @property
    def bridges(self) -> Ints:
        """Spans that alone hold something to the core."""
        return np.sort(self.by[self.bridge_places])

    @property
    def articulation(self) -> Ints:
        """Nodes whose loss takes the core from another node."""
        inner = np.flatnonzero(self.last - self.first > 1)
        return np.sort(self.order[inner[inner > 0]])

    @cached_property
    def tree_place(self) -> Ints:
        """By span: the lower place of the tree way it is, -1 for spans outside the tree."""
        found = np.full(len(self.graph.span_ids), -1, np.int32)
        real = np.flatnonzero(self.by >= 0)
        found[self.by[real]] = real
        return found

    @cached_property
    def links(self) -> tuple[Ints, Ints, Ints]:
        """Ways outside the tree: span (-1 for those of the root to core nodes), lower place, upper place."""
        graph = self.graph
        reached = np.zeros(len(graph.span_ids), bool)
        kept = np.flatnonzero(graph.carrying)
        reached[kept] = self.place[graph.a[kept]] >= 0
        spans = np.flatnonzero(reached & (self.tree_place < 0)).astype(np.int32)
        one, two = self.place[graph.a[spans]], self.place[graph.b[spans]]
        held = self.place[self.core]
        held = held[self.by[held] >= 0]
        return (
            np.concatenate([spans, np.full(len(held), -1, np.int32)]),
            np.concatenate([np.maximum(one, two), held]),
            np.concatenate([np.minimum(one, two), np.zeros(len(held), np.int32)]),
        )


def _adjacency(graph: Multigraph, run: kernels.Runner) -> tuple[Ints, Ints, Ints]:
    start = np.zeros(len(graph.node_ids) + 1, np.int32)
    other, span = (np.empty(2 * int(graph.carrying.sum()), np.int32) for _ in range(2))
    run(kernels.ADJACENCY, graph.a, graph.b, start, other, span)
    return start, other, span


def common(parent: NDArray[np.integer], one: NDArray[np.integer], two: NDArray[np.integer]) -> NDArray[np.int64]:
    """Lowest common ancestors of pairs of ranks in a tree numbered in preorder, `parent` by rank.

    Between two ranks the smallest parent is their ancestor, since one step down from it lies in between: a range
    minimum, answered level by level of a sparse table of which one level is kept at a time."""
    low, high = np.minimum(one, two).astype(np.int64), np.maximum(one, two).astype(np.int64)
    found = low.copy()
    width = high - low
    least = np.asarray(parent)
    step = 1
    while len(least) and (wide := width >= step).any():
        here = np.flatnonzero(wide & (width < 2 * step))
        found[here] = np.minimum(least[low[here] + 1], least[high[here] - step + 1])
        least = np.minimum(least[:-step], least[step:]) if len(least) > step else least[:0]
        step *= 2
    return found
