"""The first tree, by scipy's compiled routines: there before any kernel of ours is loaded or compiled."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree

from tinhso.infrastructure.solvers.steiner.problem import Instance, Ints, Unreachable


def parts(n: int, tails: Ints, heads: Ints) -> Ints:
    """The number of the connected part of each vertex."""
    ones = np.ones(len(tails), np.int8)
    return connected_components(coo_matrix((ones, (tails, heads)), shape=(n, n)), directed=False)[1].astype(np.int64)


def check_reachable(instance: Instance) -> None:
    """Raises Unreachable unless all terminals lie in one part."""
    if len(instance.terminals) < 2:
        return
    part = parts(instance.nodes, instance.tails, instance.heads)[instance.terminals]
    names, sizes = np.unique(part, return_counts=True)
    if len(names) > 1:
        order = names[np.argsort(-sizes, kind="stable")]
        raise Unreachable([[int(t) for t in instance.terminals[part == name]] for name in order])


def cheapest_parallel(n: int, tails: Ints, heads: Ints, costs: Ints) -> Ints:
    """Edges without self-loops and, of parallel ones, only the cheapest (then the first)."""
    low, high = np.minimum(tails, heads), np.maximum(tails, heads)
    order = np.lexsort((np.arange(len(tails)), costs, high, low))
    order = order[low[order] != high[order]]
    pairs = low[order] * n + high[order]
    keep = np.ones(len(order), np.bool_)
    keep[1:] = pairs[1:] != pairs[:-1]
    return np.sort(order[keep])


def spanning_edges(n: int, tails: Ints, heads: Ints, costs: Ints, among: Ints) -> Ints:
    """A minimum spanning forest of some edges (no self-loops), as their numbers.

    Weights are ranks, not costs: distinct, positive and exact in floating point.
    """
    simple = among[cheapest_parallel(n, tails[among], heads[among], costs[among])]
    order = simple[np.argsort(costs[simple], kind="stable")]
    rank = csr_matrix((np.arange(1.0, len(order) + 1), (tails[order], heads[order])), shape=(n, n))
    return np.sort(order[minimum_spanning_tree(rank).data.astype(np.int64) - 1])


def prune(n: int, tails: Ints, heads: Ints, terminals: Ints, tree: Ints) -> Ints:
    """A tree without the branches that lead to no terminal, and without what does not touch the terminals' part."""
    if len(terminals) == 0:
        return tree[:0]
    degree = (np.bincount(tails[tree], minlength=n) + np.bincount(heads[tree], minlength=n)).tolist()
    ends = (tails[tree] ^ heads[tree]).tolist()
    others = np.zeros(n, np.int64)
    np.bitwise_xor.at(others, tails[tree], np.arange(1, len(tree) + 1))
    np.bitwise_xor.at(others, heads[tree], np.arange(1, len(tree) + 1))
    left, keep = others.tolist(), np.ones(len(tree), np.bool_)
    fixed = np.zeros(n, np.bool_)
    fixed[terminals] = True
    bare = [v for v in range(n) if degree[v] == 1 and not fixed[v]]
    while bare:
        leaf = bare.pop()
        if degree[leaf] != 1:
            continue
        edge = left[leaf] - 1
        keep[edge] = False
        up = ends[edge] ^ leaf
        degree[leaf], degree[up] = 0, degree[up] - 1
        left[up] ^= edge + 1
        if degree[up] == 1 and not fixed[up]:
            bare.append(up)
    return tree[keep]


def settle(n: int, tails: Ints, heads: Ints, costs: Ints, terminals: Ints, among: Ints) -> Ints:
    """The tree left of a connected set of edges: spanning, then pruned."""
    return prune(n, tails, heads, terminals, spanning_edges(n, tails, heads, costs, among))


def first_tree(n: int, tails: Ints, heads: Ints, costs: Ints, terminals: Ints) -> Ints:
    """Mehlhorn's 2-approximation (Inform. Process. Lett. 27, 1988) on a simple graph of positive costs.

    Distances are in floating point and only guide the choice; the tree is judged by its integer costs.
    """
    if len(terminals) < 2:
        return np.zeros(0, np.int64)
    both = csr_matrix(
        (
            np.concatenate([costs, costs]).astype(np.float64),
            (np.concatenate([tails, heads]), np.concatenate([heads, tails])),
        ),
        shape=(n, n),
    )
    far, before, base = dijkstra(both, indices=terminals, min_only=True, return_predecessors=True)
    crossing = np.flatnonzero((base[tails] != base[heads]) & (base[tails] >= 0) & (base[heads] >= 0))
    length = far[tails[crossing]] + costs[crossing] + far[heads[crossing]]
    order = crossing[np.argsort(length, kind="stable")]
    a, b = base[tails[order]].astype(np.int64), base[heads[order]].astype(np.int64)
    joins = order[spanning_edges(n, a, b, np.arange(len(order), dtype=np.int64), np.arange(len(order)))]
    pairs = np.minimum(tails, heads) * n + np.maximum(tails, heads)
    by_pair = np.argsort(pairs)
    chosen, ends = [joins], np.unique(np.concatenate([tails[joins], heads[joins]]))
    while len(ends):
        ends = ends[before[ends] >= 0]
        up = before[ends].astype(np.int64)
        steps = np.minimum(ends, up) * n + np.maximum(ends, up)
        chosen.append(by_pair[np.searchsorted(pairs, steps, sorter=by_pair)])
        ends = np.unique(up)
    edges = np.unique(np.concatenate(chosen)).astype(np.int64)
    return settle(n, tails, heads, costs, terminals, edges)
