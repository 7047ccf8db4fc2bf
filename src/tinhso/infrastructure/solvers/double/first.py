"""The first plan and bound of two-way connection, with numpy alone: told while compiled code is still being loaded.

Sets of vertices that one failure parts from the core are taken from the leaves up. Each that no chosen way leaves yet
is paid for until one of the ways out of it is paid in full, and that one is chosen; what was paid bounds every plan's
cost (primal-dual: Agrawal, Klein and Ravi 1995; Goemans and Williamson 1995).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .near import Areas
from .problem import Bools, Ints, Need, Problem, Site
from .standing import Standing, merged

# Comparing every set with every way takes so long beyond this that compiled code is there first.
MOST_WORK = 60_000_000
# So much of trying which spans can go again takes a tenth of a second.
MOST_TRIES = 100_000
# Each round at least pairs what was apart; ways that share a road may need more.
MOST_ROUNDS = 40


class Side(NamedTuple):
    """Vertices numbered first … last-1 in the search's order, parted from the core by losing `node` (a number, -1
    where a span is lost or nothing joins them); `short`: how many ways out they lack."""

    first: int
    last: int
    node: int
    short: int


def first_plan(problem: Problem, need: Need) -> tuple[Ints, int] | None:
    """Candidate spans that give every site what it needs, and a bound on any that do. None where that would take long,
    or where ways found one by one do not add up to a plan."""
    vertex = merged(problem)
    stands, offered = np.flatnonzero(problem.existing), problem.offered
    ends = vertex[problem.tails[offered]], vertex[problem.heads[offered]]
    costs = problem.costs[offered]
    standing = Standing(problem, stands, vertex)
    number = np.array(standing.number)
    asked = sides(standing, standing.unmet(problem.sites, need), need, whole=True)
    if len(asked) * len(offered) > MOST_WORK:
        return None
    _, bound, left = ascend(asked, number[ends[0]], number[ends[1]], costs)
    alone = [side for side in asked if side.node < 0 and side.short == 2]
    bound += _grown(alone, number[ends[0]], number[ends[1]], left)
    chosen = np.zeros(len(offered), bool)
    for _ in range(MOST_ROUNDS):
        lacking = standing.unmet(problem.sites, need)
        if not lacking:
            return _without_spare(problem, offered[chosen], vertex, need), bound
        known = _known(problem, vertex, np.concatenate([stands, offered[chosen]]))
        rest = np.flatnonzero(~chosen)
        areas = Areas(len(number), ends[0][rest], ends[1][rest], costs[rest], np.flatnonzero(known).tolist())
        one, other, far, middle = areas.links()
        picked, _, _ = ascend(sides(standing, lacking, need, whole=False), number[one], number[other], far)
        if not picked:
            return None
        for link in picked:
            chosen[rest[areas.way(int(middle[link]))]] = True
        standing = Standing(problem, np.concatenate([stands, offered[chosen]]), vertex)
        number = np.array(standing.number)
    return None


def _without_spare(problem: Problem, spans: Ints, vertex: Ints, need: Need) -> Ints:
    """Without the spans, the dearest first, that the others make superfluous."""
    stands = np.flatnonzero(problem.existing)
    if len(spans) * (len(stands) + len(spans) + problem.nodes) > MOST_TRIES:
        return spans
    for span in spans[np.argsort(-problem.costs[spans], kind="stable")].tolist():
        fewer = spans[spans != span]
        if not Standing(problem, np.concatenate([stands, fewer]), vertex).unmet(problem.sites, need):
            spans = fewer
    return spans


def _known(problem: Problem, vertex: Ints, spans: Ints) -> Bools:
    """The vertices that spans end at, sites stand on, or the core is: others are on the way only."""
    known = np.zeros(problem.nodes + 1, bool)
    known[0] = True
    known[vertex[problem.tails[spans]]] = known[vertex[problem.heads[spans]]] = True
    known[vertex[[node for site in problem.sites for node in site.nodes]]] = True
    return known


def sides(standing: Standing, lacking: Sequence[Site], need: Need, *, whole: bool) -> list[Side]:
    """The sets that hold a lacking site and must be left by more ways, smaller ones first.

    With `whole` only sets that hold all nodes of a site, as a bound must, and all they lack; else of its nodes those
    that reach the core, or its first, and one way at a time.
    """
    number, count = standing.number, len(standing.number)
    last = [at + 1 for at in number]
    for vertex in reversed(standing.order):
        above = standing.parent[vertex]
        if above >= 0:
            last[above] = max(last[above], last[vertex])
    # The first place, from each place on, at which a site that begins there ends.
    ends = [count] * (count + 1)
    for site in lacking:
        at = sorted(number[int(standing.vertex[node])] for node in site.nodes)
        if not whole:
            at = [one for one in at if one < standing.reached] or at[:1]
        ends[at[0]] = min(ends[at[0]], at[-1])
    for place in range(count - 1, -1, -1):
        ends[place] = min(ends[place], ends[place + 1])
    found = []
    for vertex in reversed(standing.order[1:]):
        first, above = number[vertex], standing.parent[vertex]
        if ends[first] >= last[vertex]:
            continue
        if above < 0:
            found.append(Side(first, last[vertex], -1, 2 if whole and need != "reach" else 1))
            continue
        if need != "reach" and standing.bridge[vertex]:
            found.append(Side(first, last[vertex], -1, 1))
        if need == "node" and above != 0 and standing.block[vertex] == vertex:
            found.append(Side(first, last[vertex], number[above], 1))
    return found


def ascend(asked: Sequence[Side], one: Ints, other: Ints, costs: Ints) -> tuple[list[int], int, Ints]:
    """Ways (`one`, `other`: the numbers of their ends) such that one leaves every set that any leaves, none of them
    superfluous; what the sets paid; what is left to pay of each way."""
    left, bound = costs.copy(), 0
    chosen: list[int] = []
    leaves: list[Bools] = []
    for side in asked:
        out = ((one >= side.first) & (one < side.last)) != ((other >= side.first) & (other < side.last))
        if side.node >= 0:
            out &= (one != side.node) & (other != side.node)
        ways = np.flatnonzero(out)
        if not len(ways):
            continue
        bound += _pay(left, ways, side.short)
        if not out[chosen].any():
            chosen.append(int(ways[np.argmin(left[ways])]))
        leaves.append(out)
    return _needed(chosen, leaves), bound, left


def _pay(left: Ints, ways: Ints, short: int) -> int:
    """Pay until as many ways as a set is short of are paid in full: none counts twice, since it is built only once."""
    paid = np.sort(left[ways])[:short]
    left[ways] = np.maximum(left[ways] - paid[-1], 0)
    return int(paid.sum())


def _grown(alone: Sequence[Side], one: Ints, other: Ints, left: Ints) -> int:
    """What parts apart from the core pay further, as they grow together along ways paid in full."""
    bound = 0
    waiting = [((one >= side.first) & (one < side.last), (other >= side.first) & (other < side.last)) for side in alone]
    while waiting:
        (mine, yours), *waiting = waiting
        ways = np.flatnonzero(mine != yours)
        if not len(ways):
            continue
        bound += _pay(left, ways, 2)
        way = int(ways[np.argmin(left[ways])])
        # The part beyond that way: another that waits, or one that needs nothing (such as the core's): then it is done.
        beyond = [at for at, (here, there) in enumerate(waiting) if (here if yours[way] else there)[way]]
        if beyond:
            here, there = waiting.pop(beyond[0])
            waiting.append((mine | here, yours | there))
    return bound


def _needed(chosen: list[int], leaves: list[Bools]) -> list[int]:
    """Those without which some set is not left, looked through from the last chosen."""
    if not chosen:
        return []
    table = np.array([out[chosen] for out in leaves])
    times = table.sum(axis=1)
    kept = []
    for at in range(len(chosen) - 1, -1, -1):
        if (times[table[:, at]] == 1).any():
            kept.append(chosen[at])
        else:
            times -= table[:, at]
    return sorted(kept)
