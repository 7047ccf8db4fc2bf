"""Odd sets of vertices with a light border: what sharpens the covering of a tree's bridges.

The lightest border among sets with an odd number of odd vertices is that of one way of a Gomory-Hu tree (Padberg and
Rao 1982), built by Gusfield's method (1990). Where a piece is too large for it, sets met while the heaviest edges are
drawn together are tried.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from tinhso.infrastructure.solvers.steiner.kernel import kernel

from .flows import Floats, Net, augment
from .problem import Bools, Ints

LIGHT = 1.0 - 1e-4
EXACT_UP_TO = 600


def light_odd_sets(count: int, ones: Ints, others: Ints, weights: Floats, odd: Ints) -> list[Ints]:
    """Sets of vertices with an odd sum of `odd` and a border of weight below 1, in the graph of these edges."""
    used = weights > 1e-7
    ones, others, weights = ones[used], others[used], weights[used]
    graph = coo_matrix((weights, (ones, others)), shape=(count, count))
    _, piece = connected_components(graph, directed=False)
    by_piece = np.argsort(piece, kind="stable")
    starts = np.searchsorted(piece[by_piece], np.arange(int(piece.max()) + 2))
    edges_of = np.argsort(piece[ones], kind="stable")
    edge_starts = np.searchsorted(piece[ones][edges_of], np.arange(int(piece.max()) + 2))
    parity = np.bincount(piece, weights=odd)
    found: list[Ints] = [by_piece[starts[at] : starts[at + 1]] for at in np.flatnonzero(parity % 2 == 1)]
    number = np.zeros(count, dtype=np.int64)
    for at in np.flatnonzero(parity >= 2):
        inside = by_piece[starts[at] : starts[at + 1]]
        number[inside] = np.arange(len(inside))
        edges = edges_of[edge_starts[at] : edge_starts[at + 1]]
        table = number[ones[edges]], number[others[edges]], weights[edges]
        sets = _merged(*table, odd[inside])
        if not sets and len(inside) <= EXACT_UP_TO:
            sets = _by_cut_tree(*table, odd[inside])
        found += [inside[kept] for kept in sets]
    return found


def _by_cut_tree(ones: Ints, others: Ints, weights: Floats, odd: Ints) -> list[Bools]:
    count = len(odd)
    parent, border = _cut_tree(count, ones, others, weights)
    below = [np.zeros(count, bool) for _ in range(count)]
    depth = np.zeros(count, dtype=np.int64)
    for vertex in range(count):
        above = vertex
        while above != parent[above]:
            above = parent[above]
            depth[vertex] += 1
    for vertex in np.argsort(-depth, kind="stable"):
        below[vertex][vertex] = True
        if parent[vertex] != vertex:
            below[parent[vertex]] |= below[vertex]
    return [
        below[vertex]
        for vertex in range(count)
        if parent[vertex] != vertex and border[vertex] < LIGHT and odd[below[vertex]].sum() % 2 == 1
    ]


def _cut_tree(count: int, ones: Ints, others: Ints, weights: Floats) -> tuple[Ints, Floats]:
    """Gomory-Hu tree: parents (vertex 0 its own) and the lightest border between a vertex and its parent."""
    tails, heads = np.column_stack((ones, others)).ravel(), np.column_stack((others, ones)).ravel()
    leaving = np.argsort(tails, kind="stable")
    none = np.zeros(0, dtype=np.int64)
    net = Net(
        np.searchsorted(tails[leaving], np.arange(count + 1)), leaving, heads, none, np.repeat(weights, 2),
        np.zeros(0, bool), none, none, none, none, none,
    )  # fmt: skip
    return _gusfield(net, count)


@kernel
def _gusfield(net, count):
    parent, border = np.zeros(count, np.int64), np.zeros(count)
    came, queue = np.empty(count, np.int64), np.empty(count, np.int64)
    for vertex in range(1, count):
        above = parent[vertex]
        left = net.fixed.copy()
        flow = 0.0
        while True:
            carried = augment(net, vertex, above, left, came, queue)
            if carried == 0.0:
                break
            flow += carried
        border[vertex] = flow
        for other in range(count):
            if other != vertex and came[other] != -1 and parent[other] == above:
                parent[other] = vertex
        if came[parent[above]] != -1:
            parent[vertex], parent[above] = parent[above], vertex
            border[vertex], border[above] = border[above], flow
    return parent, border


def _merged(ones: Ints, others: Ints, weights: Floats, odd: Ints) -> list[Bools]:
    """Light odd sets among those met while the heaviest edges are drawn together."""
    return [np.isin(np.arange(len(odd)), inside) for inside in _merging(ones, others, weights, odd)]


def _merging(ones: Ints, others: Ints, weights: Floats, odd: Ints) -> Iterator[list[int]]:
    border: dict[int, dict[int, float]] = defaultdict(dict)
    edges = []
    for one, other, weight in zip(ones.tolist(), others.tolist(), weights.tolist(), strict=True):
        if one != other:
            border[one][other] = border[one].get(other, 0.0) + weight
            border[other][one] = border[other].get(one, 0.0) + weight
            edges.append((-weight, one, other))
    leader = list(range(len(odd)))
    parity = odd.tolist()
    inside = {piece: [piece] for piece in border}
    weigh = {piece: sum(edges_of.values()) for piece, edges_of in border.items()}

    def lead(piece: int) -> int:
        while leader[piece] != piece:
            leader[piece] = leader[leader[piece]]
            piece = leader[piece]
        return piece

    for piece in inside:
        if parity[piece] % 2 == 1 and weigh[piece] < LIGHT:
            yield [piece]
    heapq.heapify(edges)
    while edges:
        _, one, other = heapq.heappop(edges)
        one, other = lead(one), lead(other)
        if one == other:
            continue
        if len(border[one]) < len(border[other]):
            one, other = other, one
        leader[other] = one
        shared = border[one].pop(other)
        del border[other][one]
        weigh[one] += weigh[other] - 2 * shared
        for third, weight in border.pop(other).items():
            del border[third][other]
            border[one][third] = border[third][one] = border[one].get(third, 0.0) + weight
        parity[one] += parity[other]
        inside[one] = inside[one] + inside[other]
        if parity[one] % 2 == 1 and weigh[one] < LIGHT:
            yield inside[one]
