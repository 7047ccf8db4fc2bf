"""Probabilities as whole numbers, so that every machine gets the same digits: ONE is certainty."""

from __future__ import annotations

from typing import NamedTuple

ONE = 10**27


def times(one: int, two: int) -> int:
    """Both of two independent events."""
    return one * two // ONE


def either(one: int, two: int) -> int:
    """At least one of two independent events."""
    return one + two - one * two // ONE


class Chance(NamedTuple):
    """A probability known to lie between low and high (parts of ONE); exact where `drawn` is false."""

    low: int
    value: int
    high: int
    drawn: bool = False

    @classmethod
    def of(cls, value: int) -> Chance:
        """A probability known exactly."""
        return cls(value, value, value)

    def and_(self, other: Chance) -> Chance:
        """Both of two independent events."""
        drawn = self.drawn or other.drawn
        return Chance(times(self.low, other.low), times(self.value, other.value), times(self.high, other.high), drawn)

    def or_(self, other: Chance) -> Chance:
        """At least one of two independent events."""
        drawn = self.drawn or other.drawn
        low, value = either(self.low, other.low), either(self.value, other.value)
        return Chance(low, value, either(self.high, other.high), drawn)


CERTAIN, NEVER = Chance.of(ONE), Chance.of(0)
