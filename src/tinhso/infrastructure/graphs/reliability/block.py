"""Two-terminal reliability with nodes that fail too: series and parallel ways are drawn together, what remains is
counted exactly state by state along a moving frontier (Hardy, Lucet, Limnios, IEEE Trans. Reliability 2007)."""

from __future__ import annotations

from itertools import islice

from tinhso.infrastructure.graphs.reliability.fixed import ONE, either, times

Node = int
# By node, the chance that each neighbour's way works; parallel ways are one.
Ways = dict[Node, dict[Node, int]]
# More nodes of interest at once have too many states to be counted; the next one is chosen among so many.
WIDEST, LOOKED_AT = 16, 60


class TooLong(Exception):
    """The exact count would take more steps than allowed."""


def join(ways: Ways, one: Node, two: Node, chance: int) -> None:
    """Add a way; beside one that exists it is a parallel."""
    beside = ways.setdefault(one, {})
    beside[two] = ways.setdefault(two, {})[one] = either(beside.get(two, 0), chance)


def reduce(ways: Ways, up: dict[Node, int], kept: set[Node]) -> None:
    """Drop dead ends and draw series together, in place, leaving nodes of `kept`."""
    waiting = [node for node in ways if node not in kept and len(ways[node]) <= 2]
    while waiting:
        node = waiting.pop()
        if node not in ways or len(ways[node]) > 2:
            continue
        beside = ways.pop(node)
        for other in beside:
            del ways[other][node]
        if len(beside) == 2:
            (one, first), (two, second) = beside.items()
            join(ways, one, two, times(times(first, up[node]), second))
        waiting += [other for other in beside if other not in kept and len(ways[other]) <= 2]


def reliability(ways: Ways, up: dict[Node, int], start: Node, goal: Node, effort: int) -> tuple[int, int]:
    """Chance that two nodes that work are joined, and the steps it took; changes `ways`. Beyond `effort` steps raises
    TooLong."""
    sure = ONE
    while True:
        reduce(ways, up, {start, goal})
        if not ways[start] or not ways[goal]:
            return 0, 0
        if len(ways) == 2:
            return times(sure, ways[start][goal]), 0
        ends = [end for end in (start, goal) if len(ways[end]) == 1]
        if not ends:
            break
        # An end with one way moves over it, at the price of that way and of the node behind.
        ((other, chance),) = ways.pop(ends[0]).items()
        del ways[other][ends[0]]
        if other in {start, goal}:
            return times(sure, chance), 0
        sure = times(sure, times(chance, up[other]))
        start, goal = (other, goal) if ends[0] == start else (start, other)
    direct = ways[start].pop(goal, 0)
    ways[goal].pop(start, None)
    counted, steps = _frontier(ways, up, start, goal, effort)
    return times(sure, either(direct, counted)), steps


def _frontier(ways: Ways, up: dict[Node, int], start: Node, goal: Node, effort: int) -> tuple[int, int]:
    """Nodes enter one by one; a state says which of those still of interest hang together: 0 with the start, 1 with
    the goal, 2… otherwise, -1 for nodes that failed. States that agree are one."""
    states: dict[tuple[int, ...], int] = {(): ONE}
    active: list[Node] = []
    joined, steps = 0, 0
    waiting = {node: len(ways[node]) for node in ways}
    for node in order(ways, (start, goal)):
        entering: dict[tuple[int, ...], int] = {}
        for labels, chance in states.items():
            entering[(*labels, len(labels) + 2)] = times(chance, up[node])
            if up[node] < ONE:
                entering[(*labels, -1)] = times(chance, ONE - up[node])
        states = entering
        active.append(node)
        seat = {member: at for at, member in enumerate(active)}
        for other, works in ways[node].items():
            if other not in {start, goal} and other not in seat:
                continue
            waiting[node] -= 1
            waiting[other] -= 1
            after: dict[tuple[int, ...], int] = {}
            for labels, chance in states.items():
                here = labels[-1]
                there = 0 if other == start else 1 if other == goal else labels[seat[other]]
                if here < 0 or there < 0 or here == there:
                    after[labels] = after.get(labels, 0) + chance
                    continue
                both = times(chance, works)
                if here + there == 1:
                    joined += both
                else:
                    low, high = min(here, there), max(here, there)
                    merged = tuple(low if label == high else label for label in labels)
                    after[merged] = after.get(merged, 0) + both
                if chance > both:
                    after[labels] = after.get(labels, 0) + chance - both
            states = after
        leaving = [at for at, member in enumerate(active) if not waiting[member]]
        active = [member for member in active if waiting[member]]
        steps += len(states) * (1 + len(ways[node]))
        if steps > effort:
            raise TooLong
        states = _kept(states, set(leaving), bool(waiting[start]), bool(waiting[goal]))
    return joined, steps


def _kept(
    states: dict[tuple[int, ...], int], leaving: set[int], start_waits: bool, goal_waits: bool
) -> dict[tuple[int, ...], int]:
    """States without the nodes that no way touches any more, labels in order; hopeless ones are dropped."""
    kept: dict[tuple[int, ...], int] = {}
    for labels, chance in states.items():
        left = [label for at, label in enumerate(labels) if at not in leaving]
        if not (start_waits or 0 in left) or not (goal_waits or 1 in left):
            continue
        names = {-1: -1, 0: 0, 1: 1}
        # Labels are renumbered by first sight; a new node's own is the count of nodes before it plus 2.
        named = tuple(names.setdefault(label, len(names) - 1) for label in left)
        kept[named] = kept.get(named, 0) + chance
    return kept


def order(ways: Ways, ends: tuple[Node, ...]) -> list[Node]:
    """Nodes but the ends, each time the one of the last few met that leaves the fewest nodes of interest; ties go to
    the one met first. Raises TooLong where more than WIDEST would be of interest at once."""
    listed: list[Node] = []
    left = {node: len(beside) for node, beside in ways.items()}
    done = set(ends)
    for end in ends:
        for other in ways[end]:
            left[other] -= 1
    fringe = dict.fromkeys(other for other in ways[ends[0]] if other not in done)
    active = 0
    while fringe:
        near = list(islice(reversed(fringe), LOOKED_AT))[::-1]
        node = min(near, key=lambda member: left[member] - sum(left[other] == 1 for other in ways[member]))
        del fringe[node]
        done.add(node)
        listed.append(node)
        active += left[node] > 0
        for other in ways[node]:
            left[other] -= 1
            if other not in done:
                fringe[other] = fringe.pop(other, None)
            elif other not in ends and not left[other]:
                active -= 1
        if active > WIDEST:
            raise TooLong
    return listed
