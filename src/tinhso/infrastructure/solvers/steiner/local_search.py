"""Better trees near a tree: a vertex more, a branching vertex less, a path for a path.

The moves are those of T. Pajor, E. Uchoa, R. F. Werneck, "A robust and scalable algorithm for the Steiner problem in
graphs", Math. Prog. Comp. 10 (2018); pieces of a cut tree are joined again by searches from the smaller pieces, which
stop where the tree would get no cheaper.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.steiner.heap import pop, push
from tinhso.infrastructure.solvers.steiner.kernel import kernel
from tinhso.infrastructure.solvers.steiner.rooted import hang


@kernel
def insert_vertices(
    start: Any, reach: Any, arcs: Any, costs: Any, chosen: Any, tries: Any, parent: Any, link: Any, place: Any
) -> int:
    """Adds each tried vertex with its edges to the tree, dropping the dearest edge of each circle, where that pays.

    chosen, parent, link and place (>= 0: in the tree) are kept true; bare branches may remain. The cost saved.
    """
    n, saved = len(parent), 0
    changed, was_parent, was_link = np.empty(4 * n, np.int64), np.empty(4 * n, np.int64), np.empty(4 * n, np.int64)
    for v in tries:
        if place[v] >= 0:
            continue
        gain, logged, attached = 0, 0, False
        for i in range(start[v], start[v + 1]):
            w, edge = reach[i], arcs[i] >> 1
            if place[w] < 0:
                continue
            worst, at = -1, w
            if attached:
                x = w
                while x != v:
                    if worst < 0 or costs[link[x]] > costs[link[worst]]:
                        worst = x
                    x = parent[x]
                if costs[link[worst]] <= costs[edge]:
                    continue
                gain += costs[link[worst]]
            gain -= costs[edge]
            # Turn the way from w up to the edge dropped (or to the root), so that w hangs from v.
            up, by = v, edge
            while at >= 0:
                if logged >= len(changed):
                    break
                changed[logged], was_parent[logged], was_link[logged] = at, parent[at], link[at]
                logged += 1
                following, old = parent[at], link[at]
                parent[at] = up
                link[at] = by
                if at == worst:
                    break
                up, by, at = at, old, following
            if logged >= len(changed):
                gain = 0
                break
            attached = True
        if gain > 0:
            saved += gain
            place[v] = 0
            parent[v] = -1
            link[v] = -1
            for k in range(logged):
                if was_link[k] >= 0:
                    chosen[was_link[k]] = False
            for k in range(logged):
                if link[changed[k]] >= 0:
                    chosen[link[changed[k]]] = True
        else:
            for k in range(logged - 1, -1, -1):
                parent[changed[k]] = was_parent[k]
                link[changed[k]] = was_link[k]
    return saved


@kernel
def find(up: Any, a: int) -> int:
    """The representative of a piece."""
    while up[a] != a:
        a = up[a]
    return a


@kernel
def rejoin(
    start: Any, reach: Any, arcs: Any, tails: Any, heads: Any, costs: Any, place: Any, piece: Any, removed: int,
    lists: Any, ends: Any, pieces: int, limit: int, far: Any, by: Any, stamp: Any, clock: Any, keys: Any, items: Any,
    added: Any
) -> tuple[int, int]:  # fmt: skip
    """Joins pieces of a tree by shortest paths in total below `limit`; the cost (-1: not below) and the edges in added.

    Piece 0 is all of the tree (place >= 0) not marked otherwise: piece[v] = mark + number, mark of a vertex taken out
    being `removed`. lists[ends[i]:ends[i+1]] are the vertices of piece i+1. Ever the smallest piece is joined to the
    nearest other.
    """
    up, weight = np.arange(pieces), np.zeros(pieces, np.int64)
    for i in range(1, pieces):
        weight[i] = ends[i] - ends[i - 1]
    weight[0] = 1 << 40
    total, count = 0, 0
    extra = np.empty(len(added) + 1, np.int64)
    extra_of, extras = np.empty(len(added) + 1, np.int64), 0
    for _step in range(pieces - 1):
        smallest = -1
        for i in range(1, pieces):
            if up[i] == i and (smallest < 0 or weight[i] < weight[smallest]):
                smallest = i
        clock[0] += 1
        mark, size, reached = clock[0], 0, -1
        for i in range(1, pieces):
            if find(up, i) == smallest:
                for k in range(ends[i - 1], ends[i]):
                    far[lists[k]], stamp[lists[k]] = 0, mark
                    size = push(keys, items, size, 0, lists[k])
        for k in range(extras):
            if find(up, extra_of[k]) == smallest:
                far[extra[k]], stamp[extra[k]] = 0, mark
                size = push(keys, items, size, 0, extra[k])
        while size > 0:
            key, v = keys[0], items[0]
            size = pop(keys, items, size)
            if key != far[v]:
                continue
            if total + key >= limit:
                break
            number = piece[v] - removed if piece[v] > removed else (0 if place[v] >= 0 and piece[v] < removed else -1)
            if number >= 0 and find(up, number) != smallest:
                reached = v
                break
            for i in range(start[v], start[v + 1]):
                w = reach[i]
                through = key + costs[arcs[i] >> 1]
                if (stamp[w] != mark or through < far[w]) and total + through < limit:
                    far[w] = through
                    stamp[w] = mark
                    by[w] = arcs[i]
                    size = push(keys, items, size, through, w)
        if reached < 0:
            return -1, 0
        total += far[reached]
        other = find(up, piece[reached] - removed if piece[reached] > removed else 0)
        v = reached
        while far[v] > 0:
            arc = by[v]
            added[count] = arc >> 1
            count += 1
            v = tails[arc >> 1] if arc & 1 == 0 else heads[arc >> 1]
            if far[v] > 0:
                piece[v] = removed + smallest
                extra[extras], extra_of[extras] = v, smallest
                extras += 1
        up[smallest] = other
        weight[other] += weight[smallest]
    return total, count


@kernel
def exchange(
    start: Any,
    reach: Any,
    arcs: Any,
    tails: Any,
    heads: Any,
    costs: Any,
    terminal: Any,
    chosen: Any,
    root: int,
    tries: Any,
) -> int:
    """For each tried vertex takes out the path above it, or it and all paths at it, and joins the rest anew.

    Paths run through vertices of degree two that are no terminals. `tries` lists 2v for the path above v and 2v + 1
    for v itself. chosen is kept a tree; the cost saved.
    """
    n, m, saved = len(start) - 1, len(tails), 0
    parent, link, order, place = (
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
    )
    below, degree = np.empty(n, np.int64), np.empty(n, np.int64)
    piece, far, by, stamp = np.zeros(n, np.int64), np.empty(n, np.int64), np.empty(n, np.int64), np.zeros(n, np.int64)
    keys, items = np.empty(2 * m + n + 2, np.int64), np.empty(2 * m + n + 2, np.int64)
    lists, ends, added, clock = (
        np.empty(n, np.int64),
        np.empty(n + 1, np.int64),
        np.empty(n, np.int64),
        np.zeros(1, np.int64),
    )
    dropped, tops = np.empty(n, np.int64), np.empty(n, np.int64)
    count = hang(start, reach, arcs, chosen, root, parent, link, order, place, below, degree)
    base = 1
    for code in tries:
        v, whole = code >> 1, code & 1
        if place[v] < 0 or v == root:
            continue
        if whole and (terminal[v] or degree[v] < 3):
            continue
        if not whole and degree[v] == 2 and not terminal[v]:
            continue
        base += n + 2
        lost, drops, pieces, filled = 0, 0, 1, 0
        ends[0] = 0
        if whole:
            piece[v] = base
            tops[0] = 0
            branches = 0
            for i in range(start[v], start[v + 1]):
                if chosen[arcs[i] >> 1] and parent[reach[i]] == v and link[reach[i]] == arcs[i] >> 1:
                    tops[branches] = reach[i]
                    branches += 1
            for k in range(branches):
                x = tops[k]
                lost += costs[link[x]]
                dropped[drops] = link[x]
                drops += 1
                while degree[x] == 2 and not terminal[x]:
                    piece[x] = base
                    for i in range(start[x], start[x + 1]):
                        if parent[reach[i]] == x and link[reach[i]] == arcs[i] >> 1:
                            x = reach[i]
                            break
                    lost += costs[link[x]]
                    dropped[drops] = link[x]
                    drops += 1
                for k2 in range(place[x], place[x] + below[x]):
                    lists[filled] = order[k2]
                    filled += 1
                    piece[order[k2]] = base + pieces
                ends[pieces] = filled
                pieces += 1
        else:
            for k2 in range(place[v], place[v] + below[v]):
                lists[filled] = order[k2]
                filled += 1
                piece[order[k2]] = base + pieces
            ends[pieces] = filled
            pieces += 1
        x = v
        while True:
            lost += costs[link[x]]
            dropped[drops] = link[x]
            drops += 1
            x = parent[x]
            if x == root or degree[x] != 2 or terminal[x]:
                break
            piece[x] = base
        # What hangs below may be most of the tree; the part above is then the smaller one, and is searched from.
        if filled > count // 2 + 1:
            largest = 1
            for i in range(2, pieces):
                if ends[i] - ends[i - 1] > ends[largest] - ends[largest - 1]:
                    largest = i
            if 2 * (ends[largest] - ends[largest - 1]) > count:
                swap_largest(order, count, piece, base, lists, ends, pieces, largest, place)
        cost, edges = rejoin(
            start, reach, arcs, tails, heads, costs, place, piece, base, lists, ends, pieces, lost, far, by, stamp,
            clock, keys, items, added
        )  # fmt: skip
        if cost >= 0:
            saved += lost - cost
            for k in range(drops):
                chosen[dropped[k]] = False
            for k in range(edges):
                chosen[added[k]] = True
            count = hang(start, reach, arcs, chosen, root, parent, link, order, place, below, degree)
    return saved


@kernel
def swap_largest(
    order: Any, count: int, piece: Any, base: int, lists: Any, ends: Any, pieces: int, largest: int, place: Any
) -> None:
    """Makes the largest listed piece the unlisted one, and lists the piece that was."""
    spare = np.empty(count, np.int64)
    filled = 0
    sizes = np.empty(pieces + 1, np.int64)
    for i in range(1, pieces):
        begin = filled
        if i == largest:
            for k in range(count):
                v = order[k]
                if piece[v] < base:
                    spare[filled] = v
                    filled += 1
        else:
            for k in range(ends[i - 1], ends[i]):
                spare[filled] = lists[k]
                filled += 1
        sizes[i] = filled - begin
    for k in range(ends[largest - 1], ends[largest]):
        piece[lists[k]] = 0
    at = 0
    for i in range(1, pieces):
        if i == largest:
            for k in range(at, at + sizes[i]):
                piece[spare[k]] = base + largest
        at += sizes[i]
        ends[i] = at
    for k in range(filled):
        lists[k] = spare[k]
