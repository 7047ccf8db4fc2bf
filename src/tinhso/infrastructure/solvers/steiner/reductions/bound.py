"""What no tree cheaper than the best known can use, by reduced costs of a dual bound."""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.kernel import kernel


@kernel
def beyond(
    start: Any, reach: Any, arcs: Any, tails: Any, heads: Any, terminal: Any, reduced: Any, room: int,
    down: Any, one: Any, which: Any, two: Any
) -> tuple[Any, Any]:  # fmt: skip
    """Flags of edges that cost `room` or more beyond the bound, and of vertices that do so with three or more edges.

    A tree is directed from the root: an arc in it lies on a way from the root and leads to a terminal; a vertex that
    branches leads to two. down, one, which and two are those of paths.reduced_distances.
    """
    n, m = len(start) - 1, len(tails)
    out, slim = np.zeros(m, np.bool_), np.zeros(n, np.bool_)
    for v in range(n):
        slim[v] = not terminal[v] and down[v] + one[v] + two[v] >= room
    for e in range(m):
        a, b = tails[e], heads[e]
        out[e] = (down[a] + reduced[2 * e] + one[b] >= room or down[a] >= room or one[b] >= room) and (
            down[b] + reduced[2 * e + 1] + one[a] >= room or down[b] >= room or one[a] >= room
        )
    return out, slim


@kernel
def beyond_arcs(tails: Any, heads: Any, reduced: Any, room: int, down: Any, one: Any) -> Any:
    """Flags of arcs that cost `room` or more beyond the bound, in a tree directed from the root of the distances."""
    m = len(tails)
    out = np.zeros(2 * m, np.bool_)
    for arc in range(2 * m):
        a, b = tails[arc >> 1], heads[arc >> 1]
        if arc & 1:
            a, b = b, a
        out[arc] = down[a] >= room or one[b] >= room or down[a] + reduced[arc] + one[b] >= room
    return out
