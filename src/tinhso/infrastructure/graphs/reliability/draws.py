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
from tinhso.infrastructure.graphs.reliability.fixed import ONE, Chance, times

# Square of the normal quantile of 99.9%, in millionths: even a way through fifty drawn blocks is told at 95%.
Z2 = 10_827_566
BITS = 48


def drawn(ways: Ways, up: dict[Node, int], goal: Node, samples: int, seed: str) -> dict[Node, Chance]:
    """By node, the chance that it is joined to the goal while itself it works, all from the same draws."""
    spans = [(one, two) for one in ways for two in ways[one] if one < two and ways[one][two] < ONE]
    nodes = [node for node in ways if node != goal and up[node] < ONE]
    works = [ways[one][two] for one, two in spans] + [up[node] for node in nodes]
    failed, share = _failures(works, samples, Random(seed))  # noqa: S311
    every = (1 << samples) - 1
    span_works = {span: every ^ bits for span, bits in zip(spans, failed, strict=False)}
    node_works = {node: every ^ bits for node, bits in zip(nodes, failed[len(spans) :], strict=True)}
    arrives = _arrives(ways, span_works, node_works, goal, every)
    return {node: _interval(samples - bits.bit_count(), samples, share) for node, bits in arrives.items()}


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


def _failures(works: list[int], samples: int, draw: Random) -> tuple[list[int], int]:
    """Failures of each element over all draws, and the share of all states that the draws stand for."""
    intact = list(accumulate(works, times, initial=ONE))
    behind = list(accumulate(reversed(works), times, initial=ONE))[::-1]
    single = sum(times(times(intact[i], ONE - chance), behind[i + 1]) for i, chance in enumerate(works))
    several = max(ONE - intact[-1] - single, 0)
    if 2 * several > ONE:
        return [(1 << samples) - 1 ^ _bits(chance, samples, draw) for chance in works], ONE
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
    return [_set_bits(which, samples) for which in fallen], several


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
    return Chance(
        ONE - (share * high // whole + 1), ONE - share * failed // samples, ONE - share * low // whole, drawn=True
    )
