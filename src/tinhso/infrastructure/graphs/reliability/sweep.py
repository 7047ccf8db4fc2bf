"""Chances of all nodes of a block to be joined to one of them, counted exactly in one sweep forth and one back.

Ways over nodes of degree two are one way to the sweep; along it the chances of what lies inside follow from those of
its ends. States say which nodes of the frontier hang together (Hardy, Lucet, Limnios, IEEE Trans. Reliability 2007):
forth goes the chance of each state, back the chance of each of its parts to be joined to the goal in the end.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

from tinhso.infrastructure.graphs.reliability.block import Node, TooLong, Ways, join, order
from tinhso.infrastructure.graphs.reliability.fixed import ONE, times

# By node of the frontier: 0 joined to the goal, 1… parts that hang together, -1 failed.
Labels = tuple[int, ...]
# By label the chance to be joined to the goal in the end, with one place for each label that could be; the last place,
# which label -1 finds, is that of what failed.
Ends = tuple[int, ...]


class Chain(NamedTuple):
    """A way from `one` to `two` over `inner` nodes that touch nothing else; `works` of its spans, one more of them."""

    one: Node
    two: Node
    inner: list[Node]
    works: list[int]

    def along(self, up: dict[Node, int]) -> list[int]:
        """Chances to come from `one` to each inner node, then to `two`, if both ends of that way work."""
        return _along(self.works, [up[node] for node in self.inner])


def _along(works: list[int], up: list[int]) -> list[int]:
    steps = [works[0], *(times(node, span) for node, span in zip(up, works[1:], strict=True))]
    return list(accumulate(steps, times))


def chains_of(ways: Ways, goal: Node) -> list[Chain]:
    """The ways of a block (of three or more nodes) between its goal and the nodes where more than two meet."""
    ends = {node for node, beside in ways.items() if len(beside) > 2} | {goal}
    found = []
    for one in sorted(ends):
        for first, chance in ways[one].items():
            before, node, inner, works = one, first, [], [chance]
            while node not in ends:
                inner.append(node)
                onward = next(other for other in ways[node] if other != before)
                works.append(ways[node][onward])
                before, node = node, onward
            if (one, first) < (node, before):
                found.append(Chain(one, node, inner, works))
    return found


class _Layer(NamedTuple):
    """States before a node enters, a chain is tried, or nodes (all but `seats`) leave the frontier."""

    states: dict[Labels, int]
    node: Node | None = None
    chain: Chain | None = None
    chance: int = 0
    seats: tuple[int, ...] = ()
    goal_waits: bool = True


def everyone(ways: Ways, up: dict[Node, int], goal: Node, effort: int) -> tuple[dict[Node, int], int]:
    """By node, the chance that it is joined to the goal if itself it works; and the steps it took. Beyond `effort`
    steps raises TooLong."""
    chains = chains_of(ways, goal)
    known = {goal: ONE}
    for chain in chains:
        if chain.one == chain.two:
            _inside(chain, up, (ONE, ONE, ONE), known)
    layers, steps = _forth([chain for chain in chains if chain.one != chain.two], up, goal, effort)
    _back(layers, up, known)
    return known, steps


def _forth(chains: list[Chain], up: dict[Node, int], goal: Node, effort: int) -> tuple[list[_Layer], int]:
    drawn: Ways = {goal: {}}
    at: dict[Node, list[Chain]] = {goal: []}
    for chain in chains:
        for end in (chain.one, chain.two):
            drawn.setdefault(end, {})
            at.setdefault(end, []).append(chain)
        join(drawn, chain.one, chain.two, ONE)
    waiting = {node: len(found) for node, found in at.items()}
    layers: list[_Layer] = []
    states: dict[Labels, int] = {(): ONE}
    active: list[Node] = []
    steps = 0
    for node in order(drawn, (goal,)):
        layers.append(_Layer(states, node=node))
        states = _entered(states, up[node])
        active.append(node)
        seat = {member: place for place, member in enumerate(active)}
        for chain in at[node]:
            other = chain.two if chain.one == node else chain.one
            if other != goal and other not in seat:
                continue
            waiting[node] -= 1
            waiting[other] -= 1
            chance = chain.along(up)[-1]
            ends = (seat.get(chain.one, -1), seat.get(chain.two, -1))
            layers.append(_Layer(states, chain=chain, chance=chance, seats=ends))
            states = _tried(states, ends, chance, bool(chain.inner))
            steps += len(states)
            if steps > effort:
                raise TooLong
        seats = tuple(place for place, member in enumerate(active) if waiting[member])
        layers.append(_Layer(states, seats=seats, goal_waits=bool(waiting[goal])))
        states = _left(states, seats, bool(waiting[goal]))
        active = [active[place] for place in seats]
    return layers, steps


def _new(labels: Labels) -> int:
    return max((0, *labels)) + 1


def _entered(states: dict[Labels, int], works: int) -> dict[Labels, int]:
    after = {}
    for labels, chance in states.items():
        after[(*labels, _new(labels))] = times(chance, works)
        if works < ONE:
            after[(*labels, -1)] = times(chance, ONE - works)
    return after


def _merged(labels: Labels, seats: tuple[int, ...]) -> tuple[int, int, Labels] | None:
    """Two labels that become the lower one, and what is so after; None where the way changes nothing."""
    one, two = (labels[seat] if seat >= 0 else 0 for seat in seats)
    if one < 0 or two < 0 or one == two:
        return None
    low, high = min(one, two), max(one, two)
    return low, high, tuple(low if label == high else label for label in labels)


def _tried(states: dict[Labels, int], seats: tuple[int, ...], works: int, every: bool) -> dict[Labels, int]:
    after: dict[Labels, int] = {}
    for labels, chance in states.items():
        changed = _merged(labels, seats)
        both = 0
        if changed:
            both = times(chance, works)
            after[changed[2]] = after.get(changed[2], 0) + both
        if not changed or every or works < ONE:
            after[labels] = after.get(labels, 0) + chance - both
    return after


def _renamed(labels: Labels, seats: tuple[int, ...], goal_waits: bool) -> tuple[Labels, dict[int, int]] | None:
    """Labels of those that stay, numbered by first sight, and the new name of each; None where nothing can be joined to
    the goal any more."""
    left = [labels[seat] for seat in seats]
    if not goal_waits and 0 not in left:
        return None
    names = {-1: -1, 0: 0}
    return tuple([names.setdefault(label, len(names) - 1) for label in left]), names


def _left(states: dict[Labels, int], seats: tuple[int, ...], goal_waits: bool) -> dict[Labels, int]:
    after: dict[Labels, int] = {}
    for labels, chance in states.items():
        if found := _renamed(labels, seats, goal_waits):
            after[found[0]] = after.get(found[0], 0) + chance
    return after


def _back(layers: list[_Layer], up: dict[Node, int], known: dict[Node, int]) -> None:
    after: dict[Labels, Ends] = {(): (ONE, 0)}
    while layers:
        layer = layers.pop()
        if layer.chain:
            after = _back_tried(layer, layer.chain, after, up, known)
        elif layer.node is not None:
            after = _back_entered(layer, layer.node, after, up[layer.node], known)
        else:
            after = {labels: _back_left(labels, layer, after) for labels in layer.states}


def _back_left(labels: Labels, layer: _Layer, after: dict[Labels, Ends]) -> Ends:
    before = [0] * (len(labels) + 2)
    before[0] = ONE
    if found := _renamed(labels, layer.seats, layer.goal_waits):
        ends, names = after[found[0]], found[1]
        for label, name in names.items():
            before[label] = ends[name]
    return tuple(before)


def _back_tried(
    layer: _Layer, chain: Chain, after: dict[Labels, Ends], up: dict[Node, int], known: dict[Node, int]
) -> dict[Labels, Ends]:
    works, fails, seats = layer.chance, ONE - layer.chance, layer.seats
    before: dict[Labels, Ends] = {}
    first = second = some = 0
    for labels, chance in layer.states.items():
        changed = _merged(labels, seats)
        if not changed:
            apart = together = before[labels] = after[labels]
        else:
            low, high, merged = changed
            ends = after[merged]
            together = (*ends[:high], ends[low], *ends[high + 1 :])
            apart = after.get(labels, together)
            before[labels] = tuple(
                [(works * one + fails * two) // ONE for one, two in zip(together, apart, strict=True)]
            )
        if chain.inner:
            one, two = (labels[seat] if seat >= 0 else 0 for seat in seats)
            first += times(chance, apart[one])
            second += times(chance, apart[two])
            some += times(chance, max(together[one], together[two]))
    if chain.inner:
        _inside(chain, up, (first, second, some), known)
    return before


def _back_entered(
    layer: _Layer, node: Node, after: dict[Labels, Ends], works: int, known: dict[Node, int]
) -> dict[Labels, Ends]:
    before: dict[Labels, Ends] = {}
    fails = ONE - works
    joined = 0
    for labels, chance in layer.states.items():
        new = _new(labels)
        stays = after[*labels, new]
        joined += times(chance, stays[new])
        if fails:
            pairs = zip(stays, after[*labels, -1], strict=True)
            stays = tuple([(works * one + fails * two) // ONE for one, two in pairs])
        before[labels] = (*stays[: len(labels) + 1], 0)
    known[node] = joined
    return before


def _inside(chain: Chain, up: dict[Node, int], ends: tuple[int, int, int], known: dict[Node, int]) -> None:
    """Nodes along a chain: joined over its one end, over the other, or both; `ends`: the chances that without the chain
    the first, the second, and any of both are joined to the goal."""
    first, second, some = ends
    inner = [up[node] for node in chain.inner]
    over_one = _along(chain.works, inner)
    over_two = _along(chain.works[::-1], inner[::-1])[::-1]
    for place, node in enumerate(chain.inner):
        one, two = over_one[place], over_two[place + 1]
        known[node] = times(one, first) + times(two, second) - times(times(one, two), first + second - some)
