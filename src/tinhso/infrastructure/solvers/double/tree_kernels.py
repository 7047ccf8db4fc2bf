"""Compiled steps on a tree whose ways are to be covered by links.

Vertices are numbered in preorder (a parent before its children, subtrees contiguous), vertex 0 is the root; way v runs
from v to its parent. A link covers the ways of the path between its ends.
"""

from __future__ import annotations

import numpy as np

from tinhso.infrastructure.solvers.steiner.kernel import kernel


@kernel
def lengths(parent, ends, others):
    """Ways covered by each link: since numbers are in preorder, the larger end is never above the other."""
    found = np.zeros(len(ends), np.int64)
    for link in range(len(ends)):
        one, other = ends[link], others[link]
        while one != other:
            if one < other:
                one, other = other, one
            one = parent[one]
            found[link] += 1
    return found


@kernel
def subtrees(parent):
    """The number after the last of each vertex's subtree."""
    last = np.arange(1, len(parent) + 1)
    for vertex in range(len(parent) - 1, 0, -1):
        last[parent[vertex]] = max(last[parent[vertex]], last[vertex])
    return last


@kernel
def implied(parent, covering, onward):
    """Ways that every link over a neighbouring, kept, way covers; with the numbers and parents of what is left."""
    count = len(parent)
    gone = np.zeros(count, np.bool_)
    for vertex in range(count - 1, 0, -1):
        above = parent[vertex]
        if above == 0 or gone[vertex]:
            continue
        if onward[vertex] == covering[vertex]:
            gone[above] = True
        elif onward[vertex] == covering[above] and not gone[above]:
            gone[vertex] = True
    drawn, kept = np.zeros(count, np.int64), np.zeros(count, np.int64)
    size = 1
    for vertex in range(1, count):
        if gone[vertex]:
            drawn[vertex] = drawn[parent[vertex]]
        else:
            drawn[vertex] = size
            kept[size] = drawn[parent[vertex]]
            size += 1
    return drawn, kept[:size]


@kernel
def paths(parent, ends, others, first):
    """By link its ways, flattened, and where they meet; by way v how many of its links go on over its parent's."""
    ways = np.empty(first[-1], np.int64)
    meets = np.empty(len(ends), np.int64)
    onward = np.zeros(len(parent), np.int64)
    for link in range(len(ends)):
        one, other, at = ends[link], others[link], first[link]
        while one != other:
            if one < other:
                one, other = other, one
            ways[at] = one
            at += 1
            one = parent[one]
        meets[link] = one
        for slot in range(first[link], at):
            if parent[ways[slot]] != one:
                onward[ways[slot]] += 1
    return ways, meets, onward


@kernel
def dominated(last, ends, others, meets, costs, first, ways, by_way_first, by_way):
    """Links whose path lies within that of a link that costs no more; of equals the first stays."""
    gone = np.zeros(len(ends), np.bool_)
    for link in range(len(ends)):
        rarest, fewest = -1, 1 << 60
        for slot in range(first[link], first[link + 1]):
            count = by_way_first[ways[slot] + 1] - by_way_first[ways[slot]]
            if count < fewest:
                rarest, fewest = ways[slot], count
        length = first[link + 1] - first[link]
        for slot in range(by_way_first[rarest], by_way_first[rarest + 1]):
            by = by_way[slot]
            spare = first[by + 1] - first[by] - length
            if by == link or costs[by] > costs[link] or spare < 0:
                continue
            if costs[by] == costs[link] and spare == 0 and by > link:
                continue
            a, b, meet = ends[by], others[by], meets[by]
            if _on_path(last, a, b, meet, ends[link]) and _on_path(last, a, b, meet, others[link]):
                gone[link] = True
                break
    return gone


@kernel
def _on_path(last, a, b, meet, vertex):
    return vertex == meet or ((vertex <= a < last[vertex]) != (vertex <= b < last[vertex]))


@kernel
def dual_ascent(costs, order, by_way_first, by_way, first, ways):
    """A plan and a bound: each way in turn is paid until one of its links is paid for in full.

    Returns the links taken in order, and the integer bound (the sum paid); ways without links are skipped.
    """
    left = costs.copy()
    covered = np.zeros(len(by_way_first) - 1, np.bool_)
    taken = [0]
    taken.pop()
    bound = 0
    for way in order:
        if by_way_first[way] == by_way_first[way + 1]:
            continue
        cheapest, least = -1, 1 << 62
        for slot in range(by_way_first[way], by_way_first[way + 1]):
            if left[by_way[slot]] < least:
                cheapest, least = by_way[slot], left[by_way[slot]]
        if least > 0:
            bound += least
            for slot in range(by_way_first[way], by_way_first[way + 1]):
                left[by_way[slot]] -= least
        if not covered[way]:
            taken.append(cheapest)
            for slot in range(first[cheapest], first[cheapest + 1]):
                covered[ways[slot]] = True
    return np.array(taken), bound


@kernel
def cover(links, first, ways, count):
    """Links that cover a way no earlier one covers, in the order given."""
    covered = np.zeros(count, np.bool_)
    taken = np.zeros(len(first) - 1, np.bool_)
    for link in links:
        for slot in range(first[link], first[link + 1]):
            if not covered[ways[slot]]:
                taken[link] = True
                covered[ways[slot]] = True
    return taken


@kernel
def spare(taken, order, first, ways, count):
    """Drop, in the order given, every taken link whose ways are all covered twice."""
    times = np.zeros(count, np.int64)
    for link in range(len(taken)):
        if taken[link]:
            for slot in range(first[link], first[link + 1]):
                times[ways[slot]] += 1
    for link in order:
        if not taken[link]:
            continue
        needed = False
        for slot in range(first[link], first[link + 1]):
            if times[ways[slot]] == 1:
                needed = True
                break
        if not needed:
            taken[link] = False
            for slot in range(first[link], first[link + 1]):
                times[ways[slot]] -= 1
    return taken


@kernel
def exchange(taken, costs, first, ways, by_way_first, by_way, count, rounds):
    """Swap in a link when those it makes superfluous cost more; until nothing is won or the rounds are over."""
    times = np.zeros(count, np.int64)
    for link in range(len(taken)):
        if taken[link]:
            for slot in range(first[link], first[link + 1]):
                times[ways[slot]] += 1
    out = np.empty(len(taken), np.int64)
    for _ in range(rounds):
        improved = False
        for link in range(len(taken)):
            if taken[link]:
                continue
            for slot in range(first[link], first[link + 1]):
                times[ways[slot]] += 1
            saved, dropped = 0, 0
            for slot in range(first[link], first[link + 1]):
                if times[ways[slot]] > 4:
                    continue
                for place in range(by_way_first[ways[slot]], by_way_first[ways[slot] + 1]):
                    other = by_way[place]
                    if not taken[other]:
                        continue
                    needed = False
                    for inner in range(first[other], first[other + 1]):
                        if times[ways[inner]] == 1:
                            needed = True
                            break
                    if not needed:
                        taken[other] = False
                        saved += costs[other]
                        out[dropped] = other
                        dropped += 1
                        for inner in range(first[other], first[other + 1]):
                            times[ways[inner]] -= 1
            if saved > costs[link]:
                taken[link] = True
                improved = True
                continue
            for number in range(dropped):
                taken[out[number]] = True
                for inner in range(first[out[number]], first[out[number] + 1]):
                    times[ways[inner]] += 1
            for slot in range(first[link], first[link + 1]):
                times[ways[slot]] -= 1
        if not improved:
            break
    return taken
