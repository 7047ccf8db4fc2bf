"""Linear-time loops over flat arrays, one source for two ways to run: `plain` below needs Python and numpy only;
the solvers' room compiles the very same functions.

Places: the search numbers nodes in the order it meets them (preorder). Place 0 is the virtual root, which holds every
core node by ways that cannot be cut; the subtree of place v is the range v … end[v]-1.
"""

# Compiled code takes its arrays one by one.
# ruff: noqa: PLR0917

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Kernel:
    """A function over flat sequences whose last `outputs` arguments it writes to."""

    function: Callable[..., None]
    outputs: int


Runner = Callable[..., None]


def plain(kernel: Kernel, *arguments: Any) -> None:
    """Run uncompiled. Lists are read far faster than arrays, one item at a time."""
    lists = [given.tolist() if isinstance(given, np.ndarray) else given for given in arguments]
    kernel.function(*lists)
    for array, written in zip(arguments[-kernel.outputs :], lists[-kernel.outputs :], strict=True):
        array[:] = written


def _adjacency(a, b, start, other, span):
    """Neighbours of each node: other[start[x]:start[x + 1]], over the spans beside them. `start` comes in as zeros."""
    for i in range(len(a)):
        if a[i] != b[i] and a[i] >= 0 and b[i] >= 0:
            start[a[i] + 1] += 1
            start[b[i] + 1] += 1
    for x in range(1, len(start)):
        start[x] += start[x - 1]
    # Filled from behind, each list's end moves to its beginning; start[x + 1] then is where x begins.
    for i in range(len(a) - 1, -1, -1):
        if a[i] != b[i] and a[i] >= 0 and b[i] >= 0:
            for x, y in ((a[i], b[i]), (b[i], a[i])):
                at = start[x + 1] - 1
                start[x + 1] = at
                other[at] = y
                span[at] = i
    for x in range(len(start) - 1):
        start[x] = start[x + 1]
    start[len(start) - 1] = len(other)


def _search(start, other, span, core, is_core, cursor, place, order, parent, by, low, end):
    """Depth first from the virtual root (Tarjan, SIAM J. Comput. 1972), each span told apart by its number.

    `place` (by node) comes in as -1. By place: `order` the node, `parent` the place above, `by` the span between (-1:
    held by the core's root), `low` the lowest place that the subtree reaches by one span outside the tree, `end`.
    order[0] comes back as the number of places."""
    count = 1
    parent[0] = -1
    by[0] = -1
    low[0] = 0
    for c in core:
        if place[c] >= 0:
            continue
        here = count
        node = c
        place[c] = here
        order[here] = c
        parent[here] = 0
        by[here] = -1
        low[here] = here
        cursor[here] = start[c]
        count += 1
        while here > 0:
            at = cursor[here]
            if at < start[node + 1]:
                cursor[here] = at + 1
                next_node = other[at]
                found = place[next_node]
                if found < 0:
                    place[next_node] = count
                    order[count] = next_node
                    parent[count] = here
                    by[count] = span[at]
                    low[count] = 0 if is_core[next_node] else count
                    cursor[count] = start[next_node]
                    here = count
                    node = next_node
                    count += 1
                elif found < low[here] and span[at] != by[here]:
                    low[here] = found
            else:
                end[here] = count
                up = parent[here]
                if up > 0 and low[here] < low[up]:
                    low[up] = low[here]
                here = up
                node = order[up]
    end[0] = count
    order[0] = count


def _dominators(parent, low, above):
    """By place, the nearest other place that all its ways to the root pass: the top of the block it hangs in."""
    above[0] = -1
    for v in range(1, len(parent)):
        up = parent[v]
        above[v] = up if low[v] >= up else above[up]


def _nest(parent, cursor, first, last):
    """Preorder of a tree in which every parent has a lower number than its children: the subtree of v takes the ranks
    first[v] … last[v]-1."""
    for v in range(len(parent)):
        last[v] = 1
    for v in range(len(parent) - 1, 0, -1):
        last[parent[v]] += last[v]
    first[0] = 0
    cursor[0] = 1
    for v in range(1, len(parent)):
        at = cursor[parent[v]]
        cursor[parent[v]] = at + last[v]
        first[v] = at
        cursor[v] = at + 1
    for v in range(len(parent)):
        last[v] += first[v]


ADJACENCY = Kernel(_adjacency, 3)
SEARCH = Kernel(_search, 7)
DOMINATORS = Kernel(_dominators, 1)
NEST = Kernel(_nest, 2)
