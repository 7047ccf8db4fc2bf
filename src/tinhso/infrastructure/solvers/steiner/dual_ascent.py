"""Wong's dual ascent: a certified lower bound in integers, and the reduced costs that go with it.

R. T. Wong, "A dual ascent approach for Steiner tree problems on a directed graph", Math. Programming 28 (1984), with
the order of components of T. Pajor, E. Uchoa, R. F. Werneck, "A robust and scalable algorithm for the Steiner problem
in graphs", Math. Prog. Comp. 10 (2018). Directed cuts that separate a terminal from the root each demand one arc; the
dual value of a cut is what is taken from every arc entering it. All arithmetic is on 64-bit integers, so the bound
holds exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.heap import pop, push
from tinhso.infrastructure.solvers.steiner.kernel import kernel

# The reduced cost of an arc that is not to be used; dearer than any tree.
BARRED = 1 << 61


@kernel
def grow(
    start: Any, reach: Any, arcs: Any, reduced: Any, seen: Any, mark: int, active: Any, root: int, terminal: int,
    members: Any, first: int, size: int, entering: Any, waiting: int
) -> tuple[int, int, bool]:  # fmt: skip
    """Adds to a component all that reaches members[first:size] by arcs of no reduced cost.

    Returns the sizes of members and entering (arcs that still cost something), and whether the component is closed:
    false once it holds the root or another active terminal.
    """
    at = first
    while at < size:
        v = members[at]
        at += 1
        for i in range(start[v], start[v + 1]):
            w = reach[i]
            if seen[w] == mark:
                continue
            arc = arcs[i] ^ 1
            if reduced[arc] > 0:
                entering[waiting] = arc
                waiting += 1
            else:
                if w == root or (active[w] and w != terminal):
                    return size, waiting, False
                seen[w] = mark
                members[size] = w
                size += 1
    return size, waiting, True


@kernel
def ascend(
    start: Any, reach: Any, arcs: Any, tails: Any, heads: Any, reduced: Any, root: int, terminals: Any,
    cut_of: Any, cut_start: Any
) -> tuple[int, int]:  # fmt: skip
    """Raises duals until every terminal is reached from the root by arcs of no reduced cost.

    Returns the bound gained (-1: some terminal cannot be reached at all) and how many cuts were kept. `reduced` (by
    arc; BARRED: not to be used) is lowered in place. cut_of[cut_start[i]:cut_start[i+1]] receives the vertices of cut
    i, while they fit.
    """
    n, m = len(start) - 1, len(tails)
    keys, items = np.empty(len(terminals) + 1, np.int64), np.empty(len(terminals) + 1, np.int64)
    active, seen = np.zeros(n, np.bool_), np.zeros(n, np.int64)
    members, entering = np.empty(n, np.int64), np.empty(2 * m, np.int64)
    size, mark, bound, cuts, filled = 0, 0, 0, 0, 0
    for t in terminals:
        if t != root:
            active[t] = True
            size = push(keys, items, size, start[t + 1] - start[t], t)
    while size > 0:
        terminal = items[0]
        size = pop(keys, items, size)
        mark += 1
        seen[terminal] = mark
        members[0] = terminal
        count, waiting, closed = grow(
            start, reach, arcs, reduced, seen, mark, active, root, terminal, members, 0, 1, entering, 0
        )
        while closed:
            kept, least = 0, BARRED
            for i in range(waiting):
                arc = entering[i]
                origin = tails[arc >> 1] if arc & 1 == 0 else heads[arc >> 1]
                if seen[origin] != mark and reduced[arc] < BARRED:
                    entering[kept] = arc
                    kept += 1
                    least = min(least, reduced[arc])
            waiting = kept
            if kept == 0:
                return -1, cuts
            if size > 0 and kept > keys[0] + (keys[0] >> 2):
                size = push(keys, items, size, kept, terminal)
                break
            bound += least
            if cuts + 1 < len(cut_start) and filled + count <= len(cut_of):
                for i in range(count):
                    cut_of[filled + i] = members[i]
                filled += count
                cuts += 1
                cut_start[cuts] = filled
            before = count
            for i in range(waiting):
                arc = entering[i]
                reduced[arc] -= least
                if reduced[arc] == 0:
                    origin = tails[arc >> 1] if arc & 1 == 0 else heads[arc >> 1]
                    if origin == root or active[origin]:
                        closed = False
                    elif seen[origin] != mark:
                        seen[origin] = mark
                        members[count] = origin
                        count += 1
            if closed:
                count, waiting, closed = grow(
                    start, reach, arcs, reduced, seen, mark, active, root, terminal, members, before, count,
                    entering, waiting
                )  # fmt: skip
        if not closed:
            active[terminal] = False
    return bound, cuts
