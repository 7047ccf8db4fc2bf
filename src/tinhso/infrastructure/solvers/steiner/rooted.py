"""A tree hung from a terminal: parents, depth-first order and sizes below each vertex."""

from __future__ import annotations

from typing import Any

from tinhso.infrastructure.solvers.steiner.kernel import kernel


@kernel
def hang(
    start: Any, reach: Any, arcs: Any, chosen: Any, root: int, parent: Any, link: Any, order: Any, place: Any,
    below: Any, degree: Any
) -> int:  # fmt: skip
    """Fills the arrays from flags of edges; how many vertices the tree has. place is -1 outside the tree.

    link[v] is the edge to parent[v]; the vertices below v are order[place[v]:place[v]+below[v]].
    """
    for v in range(len(parent)):
        parent[v] = -1
        link[v] = -1
        place[v] = -1
        below[v] = 0
        degree[v] = 0
    # below serves as the stack until the order is known: a tree has no more waiting vertices than vertices.
    size, count = 1, 0
    below[0] = root
    while size > 0:
        size -= 1
        v = below[size]
        place[v] = count
        order[count] = v
        count += 1
        for i in range(start[v], start[v + 1]):
            edge = arcs[i] >> 1
            if chosen[edge]:
                degree[v] += 1
                if edge != link[v]:
                    w = reach[i]
                    parent[w] = v
                    link[w] = edge
                    below[size] = w
                    size += 1
    for i in range(len(below)):
        below[i] = 0
    for i in range(count - 1, -1, -1):
        v = order[i]
        below[v] += 1
        if parent[v] >= 0:
            below[parent[v]] += below[v]
    return count
