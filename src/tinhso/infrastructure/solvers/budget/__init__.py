"""What a budget buys: the most people or agencies covered or protected, in one year or in phases."""

from .spend import most_covered, most_protected, phases

__all__ = ["most_covered", "most_protected", "phases"]
