"""States of a block drawn at random, thousands at once: bit k of every whole number belongs to draw k.

A block of three or more nodes survives any single failure, so that only states with at least two failures are drawn
and their share is known exactly; without that, failures of reliable networks would hardly ever be seen.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from itertools import accumulate
from math import isqrt
from random import Random

from tinhso.infrastructure.graphs.reliability.block import Node, Ways
from tinhso.infrastructure.graphs.reliability.fixed import CERTAIN, ONE, Chance, times

# Square of the normal quantile of 99.9%, in millionths: even a way through fifty drawn blocks is told at 95%.
Z2 = 10_827_566
BITS = 48
# Fewest failures to expect, in millionths, where so many (0, 1, …) were drawn: the Poisson limits for 0.05%. Wilson's
# interval, which serves beyond, is too narrow below for a few.
FEW = (0, 500, 31_961, 149_703, 355_189, 632_491, 967_188, 1_348_363, 1_767_903, 2_219_693)
# An element that fails more often than one draw in so many is drawn by itself.
OFTEN = 64


class Draws:
    """Draws of one block, from which any of its nodes may be asked for."""

    def __init__(self, ways: Ways, up: dict[Node, int], goal: Node, samples: int, seed: str) -> None:
        self.samples, self.seed, self.goal = samples, seed, goal
        spans = [(one, two) for one in ways for two in ways[one] if one < two and ways[one][two] < ONE]
        nodes = [node for node in ways if node != goal and up[node] < ONE]
        works = [ways[one][two] for one, two in spans] + [up[node] for node in nodes]
        failed, self.share, alone = _failures(works, samples, Random(seed))  # noqa: S311
        every = (1 << samples) - 1
        span_works = {span: every ^ bits for span, bits in zip(spans, failed, strict=False)}
        self.node_works = {node: every ^ bits for node, bits in zip(nodes, failed[len(spans) :], strict=True)}
        # By node, the chance that it and nothing else fails; not asked for where all states are drawn.
        self.alone = dict(zip(nodes, alone[len(spans) :], strict=True)) if alone else {}
        self.arrives = _arrives(ways, span_works, self.node_works, goal, every)

    def to_goal(self, node: Node) -> Chance:
        """Chance that a node is joined to the goal if itself it works."""
        lost = self.samples - self.arrives[node].bit_count()
        return CERTAIN if node == self.goal else _interval(lost, self.samples, self.share)

    def any_of(self, sources: dict[Node, int]) -> Chance:
        """Chance that any of several nodes works, is joined to the goal, and counts, each with a chance of its own."""
        every = (1 << self.samples) - 1
        served, missed = 0, ONE
        for node, counts in sources.items():
            some = self.arrives[node] & self.node_works.get(node, every)
            if counts < ONE:
                some &= _bits(counts, self.samples, Random(f"{self.seed}/{node}"))  # noqa: S311
            served |= some
            missed = times(missed, ONE - counts)
        # With at most one failure all nodes are joined but the one that fails.
        quiet = times(ONE - self.share, missed)
        for node in sources:
            others = ONE
            for other, counts in sources.items():
                others = others if other == node else times(others, ONE - counts)
            quiet += times(self.alone.get(node, 0), others - missed)
        told = _interval(self.samples - served.bit_count(), self.samples, self.share)
        return Chance(told.low - quiet - 1, told.value - quiet, told.high - quiet, drawn=True)


def _arrives(
    ways: Ways, span_works: dict[tuple[Node, Node], int], node_works: dict[Node, int], goal: Node, every: int
) -> dict[Node, int]:
    """By node, the draws in which some neighbour that is joined to the goal has a working way to it."""
    arrives = dict.fromkeys(ways, 0)
    reached = dict.fromkeys(ways, 0)
    arrives[goal] = reached[goal] = every
    waiting = deque([goal])
    while waiting:
        node = waiting.popleft()
        for other in ways[node]:
            span = (node, other) if node < other else (other, node)
            arrives[other] |= reached[node] & span_works.get(span, every)
            now = arrives[other] & node_works.get(other, every)
            if now != reached[other]:
                reached[other] = now
                waiting.append(other)
    return arrives


def _failures(works: list[int], samples: int, draw: Random) -> tuple[list[int], int, list[int]]:
    """Failures of each element over all draws, the share of all states that the draws stand for, and the chances that
    an element fails alone (none where the draws stand for all states)."""
    intact = list(accumulate(works, times, initial=ONE))
    behind = list(accumulate(reversed(works), times, initial=ONE))[::-1]
    alone = [times(times(intact[i], ONE - chance), behind[i + 1]) for i, chance in enumerate(works)]
    several = max(ONE - intact[-1] - sum(alone), 0)
    if 2 * several > ONE:
        return _all_states(works, samples, draw), ONE, []
    # The first failure leaves at least one more behind it; the next ones follow as chance has it.
    firsts = [times(times(intact[i], ONE - chance), ONE - behind[i + 1]) for i, chance in enumerate(works)]
    upto = list(accumulate(firsts))
    fallen: list[list[int]] = [[] for _ in works]
    falling = [-level for level in intact]
    for sample in range(samples if upto and upto[-1] else 0):
        at = bisect_left(upto, draw.randrange(upto[-1]) + 1)
        fallen[at].append(sample)
        # Levels below intact[at + 1] down to the last: at least one failure follows.
        level = intact[at + 1] - draw.randrange(intact[at + 1] - intact[-1]) - 1
        while level >= intact[-1]:
            at = bisect_left(falling, -level, at + 2) - 1
            fallen[at].append(sample)
            level = draw.randrange(intact[at + 1]) if at + 1 < len(works) else -1
    return [_set_bits(which, samples) for which in fallen], several, alone


def _all_states(works: list[int], samples: int, draw: Random) -> list[int]:
    """Often failing elements one by one; of the others, in groups that mostly stay whole, only failures are drawn."""
    every = (1 << samples) - 1
    often = {at for at, chance in enumerate(works) if OFTEN * (ONE - chance) > ONE}
    failed = [every ^ _bits(chance, samples, draw) if at in often else 0 for at, chance in enumerate(works)]
    rare = [at for at in range(len(works)) if at not in often]
    while rare:
        levels = [ONE]
        for at in rare:
            levels.append(times(levels[-1], works[at]))
            if 2 * levels[-1] < ONE:
                break
        group, rare = rare[: len(levels) - 1], rare[len(levels) - 1 :]
        falling = [-level for level in levels]
        fallen: list[list[int]] = [[] for _ in group]
        for sample in range(samples):
            level = draw.randrange(ONE)
            while level >= levels[-1]:
                at = bisect_left(falling, -level) - 1
                fallen[at].append(sample)
                level = draw.randrange(levels[at + 1]) if at + 1 < len(group) else -1
        for at, which in zip(group, fallen, strict=True):
            failed[at] = _set_bits(which, samples)
    return failed


def _set_bits(which: list[int], samples: int) -> int:
    held = bytearray(samples // 8 + 1)
    for sample in which:
        held[sample >> 3] |= 1 << (sample & 7)
    return int.from_bytes(held, "little")


def _bits(chance: int, samples: int, draw: Random) -> int:
    """Each bit set with a chance, to 48 binary digits."""
    digits = (chance << BITS) // ONE
    bits = 0
    for place in range(BITS):
        fresh = draw.getrandbits(samples)
        bits = bits | fresh if digits >> place & 1 else bits & fresh
    return bits if digits < 1 << BITS else (1 << samples) - 1


def _interval(failed: int, samples: int, share: int) -> Chance:
    """Wilson's score interval (J. Amer. Statist. Assoc. 1927) of the failures drawn, scaled to their share."""
    million = 10**6
    spread = Z2 * (failed * (samples - failed) * million // samples + Z2 // 4)
    half = isqrt(spread) + 1
    middle = failed * million + Z2 // 2
    whole = samples * million + Z2
    low, high = max(middle - half, 0), min(middle + half, whole)
    if failed < len(FEW):
        low = min(low, FEW[failed] * whole // (samples * million))
    return Chance(
        ONE - (share * high // whole + 1), ONE - share * failed // samples, ONE - share * low // whole, drawn=True
    )
