"""The question and the answer of the Steiner tree problem in graphs, and what makes a question valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]

# Twice the dearest tree must fit in 63 bits, so that sums of two path lengths never wrap round.
LARGEST = 1 << 60


class Unreachable(ValueError):
    """Terminals lie in different parts of the graph: no tree joins them.

    `groups` holds the terminals of each part, the largest first; `terminals` those outside the largest.
    """

    def __init__(self, groups: list[list[int]]) -> None:
        self.groups = groups
        self.terminals = sorted(terminal for group in groups[1:] for terminal in group)
        shown = ", ".join(map(str, self.terminals[:20])) + (", …" if len(self.terminals) > 20 else "")
        super().__init__(
            f"{len(self.terminals)} terminal(s) cannot be reached from the others: {shown}. "
            "Add edges that lead to them, or leave them out."
        )


class Invalid(ValueError):
    """The instance contradicts itself; the message names the edge or terminal and the rule."""


@dataclass(frozen=True)
class Instance:
    """An undirected graph with costs and terminals; find the cheapest tree that joins all terminals.

    Nodes are 0 … nodes-1. Edge i joins tails[i] and heads[i] at costs[i], an integer of at least 0 (0: it exists
    already); self-loops and parallel edges are allowed. Costs are in any unit, say đồng; no tree may cost 2⁶⁰ or more.
    """

    nodes: int
    tails: Ints
    heads: Ints
    costs: Ints
    terminals: Ints

    @classmethod
    def of(cls, nodes: int, tails: ArrayLike, heads: ArrayLike, costs: ArrayLike, terminals: ArrayLike) -> Instance:
        """From any sequences of integers; raises Invalid."""
        made = cls(
            int(nodes),
            _integers("tails", tails),
            _integers("heads", heads),
            _integers("costs", costs),
            np.unique(_integers("terminals", terminals)),
        )
        made.check()
        return made

    def check(self) -> None:
        """Raises Invalid naming the first fault."""
        if not len(self.tails) == len(self.heads) == len(self.costs):
            raise Invalid(f"{len(self.tails)} tails, {len(self.heads)} heads and {len(self.costs)} costs do not match.")
        for name, values in (("tail", self.tails), ("head", self.heads), ("terminal", self.terminals)):
            wrong = np.flatnonzero((values < 0) | (values >= self.nodes))
            if len(wrong):
                at = int(wrong[0])
                raise Invalid(f"{name} {at} is node {int(values[at])}; nodes are 0 to {self.nodes - 1}.")
        negative = np.flatnonzero(self.costs < 0)
        if len(negative):
            at = int(negative[0])
            raise Invalid(f"edge {at} costs {int(self.costs[at])}; a cost is at least 0.")
        dearest = np.sort(self.costs)[-max(self.nodes - 1, 1) :]
        if sum(map(int, dearest)) >= LARGEST:
            raise Invalid(f"a tree could cost {LARGEST} or more; use a larger unit of cost.")


def _integers(name: str, values: ArrayLike) -> Ints:
    """As 64-bit integers, refusing what would be rounded or cut."""
    array: NDArray[Any] = np.asarray(values)
    if array.size == 0:
        return np.zeros(0, np.int64)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise Invalid(f"{name} must be a row of integers below 2⁶³, not {array.dtype} of shape {array.shape}.")
    if array.dtype.kind == "u" and int(array.max()) > np.iinfo(np.int64).max:
        raise Invalid(f"{name} holds {int(array.max())}, which is beyond 2⁶³.")
    return np.ascontiguousarray(array, dtype=np.int64)


@dataclass(frozen=True)
class Progress:
    """Where a run stands: seconds since its start, the cheapest tree so far, and what no tree can cost less than."""

    at_s: float
    cost: int
    bound: int
    phase: str
    edges: list[int]

    @property
    def gap(self) -> float:
        """(cost - bound) / cost; 0 when proven."""
        return (self.cost - self.bound) / self.cost if self.cost > self.bound else 0.0


@dataclass(frozen=True)
class Solution:
    """A tree as indices of edges, its cost, and a certified bound: no tree costs less than `bound`."""

    edges: list[int]
    cost: int
    bound: int
    proven: bool
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        """(cost - bound) / cost; 0 when proven."""
        return (self.cost - self.bound) / self.cost if self.cost > self.bound else 0.0
