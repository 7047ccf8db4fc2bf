"""Compiled building of plans: the cheapest ways of a group, and the candidates no group's ways need."""

from __future__ import annotations

import numpy as np

from tinhso.infrastructure.solvers.steiner.heap import pop, push
from tinhso.infrastructure.solvers.steiner.kernel import kernel

from .flows import _open, augment


@kernel
def _shortest(net, left, price, raised, came, far, keys, items):
    """Cheapest augmenting way by Dijkstra with potentials `raised`; true if there is one.

    Vertices further than the root need not be settled: their potential rises by the root's distance.
    """
    source = len(net.first) - 2
    came[:] = -1
    far[:] = 1e300
    far[source] = 0.0
    keys[0], items[0] = 0.0, source
    size = 1
    while size:
        distance, here = keys[0], items[0]
        size = pop(keys, items, size)
        if distance > far[here]:
            continue
        if here == 0:
            break
        for slot in range(net.first[here], net.first[here + 1]):
            arc = net.leaving[slot]
            other = net.head[arc]
            if left[arc] > 0.5:
                onward = distance + max(0.0, price[arc] + raised[here] - raised[other])
                if onward < far[other] - 1e-9:
                    far[other] = onward
                    came[other] = arc
                    size = push(keys, items, size, onward, other)
    if far[0] > 1e299:
        return False
    for vertex in range(len(raised)):
        raised[vertex] += min(far[vertex], far[0])
    return True


@kernel
def cheapest_ways(net, prices, asked, order, built):
    """Give each group in `order` its cheapest ways, free along what is built; marks what it builds in `built`.

    Returns whether every group got what it asks.
    """
    head, column = net.head, net.column
    arcs, vertices = len(head), len(net.first) - 1
    base, left, price = np.empty(arcs), np.empty(arcs), np.zeros(arcs)
    came, far, raised = np.empty(vertices, np.int64), np.empty(vertices), np.empty(vertices)
    keys, items = np.empty(arcs + vertices), np.empty(arcs + vertices, np.int64)
    complete = True
    for arc in range(0, arcs, 2):
        base[arc], base[arc + 1] = net.fixed[arc], 0.0
        if column[arc] >= 0:
            base[arc] = 1.0
            if not built[column[arc]]:
                price[arc] = prices[column[arc]]
                price[arc + 1] = -price[arc]
    for group in order:
        left[:] = base
        _open(net, group, left)
        raised[:] = 0.0
        for _ in range(int(asked[group])):
            if not _shortest(net, left, price, raised, came, far, keys, items):
                complete = False
                break
            other = 0
            while other != vertices - 1:
                left[came[other]] -= 1.0
                left[came[other] ^ 1] += 1.0
                other = head[came[other] ^ 1]
        fresh = False
        for arc in range(0, arcs, 2):
            if column[arc] >= 0 and left[arc] < 0.5 and not built[column[arc]]:
                built[column[arc]] = True
                fresh = True
        if fresh:
            for arc in range(0, arcs, 2):
                if column[arc] >= 0 and built[column[arc]]:
                    price[arc] = price[arc + 1] = 0.0
    return complete


@kernel
def _ways_of(net, group, base, asked, left, came, queue):
    """Find a group's ways along what `base` holds; `left` then tells which arcs they take. True if it gets enough."""
    left[:] = base
    _open(net, group, left)
    flow = 0.0
    while flow < asked[group]:
        carried = augment(net, len(net.first) - 2, 0, left, came, queue)
        if carried == 0.0:
            return False
        flow += carried
    return True


@kernel
def without_spare(net, asked, built, order):
    """Take columns out of `built`, in the order given, while every group that asks keeps its ways.

    Each group remembers the ways it has; only those that use a column look for others when it goes.
    """
    arcs, vertices = len(net.head), len(net.first) - 1
    base, left = np.empty(arcs), np.empty(arcs)
    came, queue = np.empty(vertices, np.int64), np.empty(vertices, np.int64)
    rank = np.full(len(built), -1, np.int64)
    arcs_of, counted = np.zeros((len(order), 2), np.int64), np.zeros(len(order), np.int64)
    for place in range(len(order)):
        rank[order[place]] = place
    for arc in range(arcs):
        base[arc] = net.fixed[arc]
        if net.column[arc] >= 0:
            base[arc] = 1.0 if built[net.column[arc]] else 0.0
            place = rank[net.column[arc]]
            if place >= 0:
                arcs_of[place, counted[place]] = arc
                counted[place] += 1
    uses = np.zeros((len(order), len(asked)), np.bool_)
    for group in range(len(asked)):
        if asked[group] > 0 and _ways_of(net, group, base, asked, left, came, queue):
            for place in range(len(order)):
                uses[place, group] = left[arcs_of[place, 0]] < 0.5 or left[arcs_of[place, 1]] < 0.5
    for place in range(len(order)):
        one, other = arcs_of[place, 0], arcs_of[place, 1]
        base[one] = base[other] = 0.0
        needed = False
        for group in range(len(asked)):
            if not uses[place, group]:
                continue
            if not _ways_of(net, group, base, asked, left, came, queue):
                needed = True
                break
            for later in range(place, len(order)):
                there, back = arcs_of[later, 0], arcs_of[later, 1]
                uses[later, group] = base[there] > 0.5 and (left[there] < 0.5 or left[back] < 0.5)
        if needed:
            base[one] = base[other] = 1.0
        else:
            built[order[place]] = False
