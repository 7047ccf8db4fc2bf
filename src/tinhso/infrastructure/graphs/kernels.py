"""Linear-time loops over flat arrays, one source for two ways to run: `plain` below needs Python and numpy only;
the solvers' room compiles the very same functions.

Places: the search numbers nodes in the order it meets them (preorder). Place 0 is the virtual root, which holds every
core node by ways that cannot be cut; the subtree of place v is the range v … end[v]-1.
"""

# Compiled code takes its arrays one by one, and is fastest in one piece.
# ruff: noqa: PLR0912, PLR0915, PLR0917

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


def _cycle_classes(parent, lower, upper, by_place, by_bracket, way, link):
    """Classes of ways that lie on exactly the same cycles: any two of one class are a 2-cut (Johnson, Pearson, Pingali,
    PLDI 1994; exact, no random labels). Going up the tree, each place keeps a list of brackets: ways outside the tree
    that pass over it. The topmost bracket and the length name the list, since where two lists join a capping bracket
    is put on top.

    `way` by place, `link` by way outside the tree: class, or -1 (a bridge, or a link alone in its class). `by_place`
    and `by_bracket` are room to work in: 7 rows by place, 6 rows by link and place."""
    size, brackets, classes = len(parent), len(lower), 0
    from_here, to_here, top, bottom = by_place[0], by_place[1], by_place[2], by_place[3]
    length, high, second = by_place[4], by_place[5], by_place[6]
    next_from, next_to, after, before = by_bracket[0], by_bracket[1], by_bracket[2], by_bracket[3]
    size_seen, class_seen = by_bracket[4], by_bracket[5]
    for v in range(size):
        from_here[v] = to_here[v] = top[v] = bottom[v] = -1
        length[v] = 0
        high[v] = second[v] = size
    for b in range(brackets):
        next_from[b] = from_here[lower[b]]
        from_here[lower[b]] = b
        next_to[b] = to_here[upper[b]]
        to_here[upper[b]] = b
        size_seen[b] = link[b] = -1
    for v in range(size - 1, 0, -1):
        b = to_here[v]
        while b >= 0:
            if before[b] >= 0:
                after[before[b]] = after[b]
            else:
                top[v] = after[b]
            if after[b] >= 0:
                before[after[b]] = before[b]
            else:
                bottom[v] = before[b]
            length[v] -= 1
            b = next_to[b]
        own = size
        b = from_here[v]
        while True:
            if b >= 0:
                pushed = b
                own = min(own, upper[b])
                b = next_from[b]
            elif second[v] < own and second[v] < v:
                pushed = brackets
                brackets += 1
                size_seen[pushed] = -1
                next_to[pushed] = to_here[second[v]]
                to_here[second[v]] = pushed
                own = second[v]
            else:
                break
            before[pushed] = -1
            after[pushed] = top[v]
            if top[v] >= 0:
                before[top[v]] = pushed
            else:
                bottom[v] = pushed
            top[v] = pushed
            length[v] += 1
        way[v] = -1
        if length[v]:
            b = top[v]
            if size_seen[b] != length[v]:
                size_seen[b] = length[v]
                class_seen[b] = classes
                classes += 1
            way[v] = class_seen[b]
            if length[v] == 1 and b < len(lower):
                link[b] = way[v]
        up, reach = parent[v], min(own, high[v])
        if reach < high[up]:
            second[up] = high[up]
            high[up] = reach
        elif reach < second[up]:
            second[up] = reach
        if length[v]:
            if length[up]:
                after[bottom[up]] = top[v]
                before[top[v]] = bottom[up]
            else:
                top[up] = top[v]
            bottom[up] = bottom[v]
            length[up] += length[v]
    way[0] = -1


def _cactus(parent, chain, index, wraps, opened, comp, up):
    """The tree of 3-edge-connected components and of the cycles that 2-cuts form: `comp` by place, `up` by number in
    that tree (parents first; -1 beyond). By place: `chain` (the 2-cut class of the way above, -1 without; a bridge is
    -2), `index` in the class from the top, `wraps` 1 where below the way lies what also lies above the class.
    `opened` by class: the number of the cycle."""
    comp[0] = 0
    up[0] = -1
    count = 1
    for v in range(1, len(parent)):
        above = comp[parent[v]]
        c = chain[v]
        if c == -1:
            comp[v] = above
            continue
        if c >= 0:
            if index[v] == 0:
                opened[c] = count
                up[count] = above
                count += 1
            if wraps[v]:
                comp[v] = up[opened[c]]
                continue
            above = opened[c]
        comp[v] = count
        up[count] = above
        count += 1
    for number in range(count, len(up)):
        up[number] = -1


ADJACENCY = Kernel(_adjacency, 3)
SEARCH = Kernel(_search, 7)
DOMINATORS = Kernel(_dominators, 1)
NEST = Kernel(_nest, 2)
CYCLE_CLASSES = Kernel(_cycle_classes, 2)
CACTUS = Kernel(_cactus, 3)
