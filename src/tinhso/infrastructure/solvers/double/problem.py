"""What is asked of the two-way solvers and what they answer.

A problem is one undirected multigraph: spans that stand (free) and candidate spans (integer costs in đồng), nodes
numbered from 0, the nodes that are the core, and sites. A site is a unit or an agency: it is served while any of its
nodes reaches any node of the core.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Need = Literal["reach", "span", "node"]
"""reach: joined to the core; span: and no single span cuts it; node: and no single node cuts it either.

Nodes of the core and the site's own nodes are not counted as failing. "node" includes "span": the site has two ways
to the core that share no span and no node but its own and the core's (Menger).
"""

AUGMENTATION = "augmentation of a connected network"
SURVIVABLE = "survivable design"
COVERING = "connection of sites"


class Malformed(ValueError):
    """The problem contradicts itself; the text names what, where and how to mend it."""


class Impossible(ValueError):
    """Some sites cannot get what is needed even if every candidate were built; `sites` holds their keys."""

    def __init__(self, sites: Sequence[str], need: Need) -> None:
        self.sites = tuple(sites)
        self.need = need
        shown = ", ".join(self.sites[:10]) + (f" and {len(self.sites) - 10} more" if len(self.sites) > 10 else "")
        what = {"reach": "reach the core", "span": "be protected from a span", "node": "be protected from a node"}
        super().__init__(
            f"no set of candidates lets these sites {what[need]}: {shown}; add candidates or leave them out"
        )


@dataclass(frozen=True)
class Site:
    """A unit or agency: `key` names it, `nodes` serve it (any one suffices), `weight` is what it counts in budgets."""

    key: str
    nodes: tuple[int, ...]
    weight: int = 1


@dataclass(frozen=True)
class Problem:
    """Spans are rows of four arrays: `tails`, `heads` (node numbers), `costs` (đồng, ≥ 0) and `existing`.

    The cost of an existing span is not counted. `candidates` says in words which candidate set was offered (for
    instance "straight lines to the 8 nearest nodes, detour factor 1.3"); every plan repeats it.
    """

    nodes: int
    tails: Ints
    heads: Ints
    costs: Ints
    existing: Bools
    core: tuple[int, ...]
    sites: tuple[Site, ...]
    candidates: str = ""

    @classmethod
    def build(
        cls,
        nodes: int,
        existing: Sequence[tuple[int, int]],
        candidates: Sequence[tuple[int, int, int]],
        core: Sequence[int],
        sites: Sequence[Site],
        *,
        candidate_set: str = "",
    ) -> Problem:
        """From pairs that stand and triples (end, end, đồng) on offer: candidate i is span len(existing) + i."""
        for number, (_, _, cost) in enumerate(candidates):
            if isinstance(cost, bool) or not isinstance(cost, int | np.integer):
                raise Malformed(f"candidate {number} costs {cost!r}: give whole đồng, 0 or more")
        ends = [*((a, b, 0) for a, b in existing), *candidates]
        table = np.array(ends, dtype=np.int64).reshape(-1, 3)
        stands = np.arange(len(table)) < len(existing)
        problem = cls(nodes, table[:, 0], table[:, 1], table[:, 2], stands, tuple(core), tuple(sites), candidate_set)
        problem.check()
        return problem

    def check(self) -> None:
        """Raise `Malformed` on the first contradiction."""
        self._check_spans()
        self._check_places()

    def _check_spans(self) -> None:
        spans = len(self.tails)
        if not len(self.heads) == len(self.costs) == len(self.existing) == spans:
            raise Malformed("tails, heads, costs and existing differ in length: give one row per span")
        for name, ends in (("tails", self.tails), ("heads", self.heads), ("costs", self.costs)):
            if not np.issubdtype(np.asarray(ends).dtype, np.integer):
                raise Malformed(f"{name} holds {np.asarray(ends).dtype}: give whole numbers")
        for name, ends in (("tails", self.tails), ("heads", self.heads)):
            outside = np.flatnonzero((ends < 0) | (ends >= self.nodes))
            if len(outside):
                raise Malformed(
                    f"span {outside[0]}: {name} names node {ends[outside[0]]}; nodes run 0…{self.nodes - 1}"
                )
        negative = np.flatnonzero(self.costs < 0)
        if len(negative):
            raise Malformed(f"span {negative[0]} costs {self.costs[negative[0]]} đồng: costs are 0 or more")
        if float(self.costs.sum(dtype=np.float64)) > 2.0**62:
            raise Malformed("the costs add up to more than 2^62 đồng: give costs in a larger unit")

    def _check_places(self) -> None:
        if not self.core:
            raise Malformed("the core is empty: choose at least one core node")
        outside_core = [node for node in self.core if not 0 <= node < self.nodes]
        if outside_core:
            raise Malformed(f"core node {outside_core[0]} does not exist; nodes run 0…{self.nodes - 1}")
        seen: set[str] = set()
        for site in self.sites:
            if site.key in seen:
                raise Malformed(f"site {site.key} is given twice: merge its nodes into one")
            seen.add(site.key)
            if not site.nodes:
                raise Malformed(f"site {site.key} has no node: place it on a node, or leave it out")
            if any(not 0 <= node < self.nodes for node in site.nodes):
                raise Malformed(f"site {site.key} names a node that does not exist; nodes run 0…{self.nodes - 1}")
            if site.weight < 0:
                raise Malformed(f"site {site.key} weighs {site.weight}: weights are 0 or more")

    @cached_property
    def offered(self) -> Ints:
        """Numbers of the candidate spans that can carry (no loops)."""
        return np.flatnonzero(~self.existing & (self.tails != self.heads))


@dataclass(frozen=True)
class Progress:
    """Where a run stands: seconds since its start, the best plan's value and spans, the proven bound.

    For least cost: value in đồng, bound ≤ value. For a budget: value is weight won, bound ≥ value.
    """

    at_s: float
    value: int
    bound: int
    edges: tuple[int, ...]

    @property
    def gap(self) -> float:
        """|value − bound| over the larger of them; 0 when proven."""
        return abs(self.value - self.bound) / max(abs(self.value), abs(self.bound), 1)


Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Plan:
    """The cheapest additions found. `edges` are span numbers of candidates, ascending; `cost` and `bound` in đồng.

    `proven`: no plan over this candidate set is cheaper. `solved` says which problem was solved; `impossible` names
    sites left out because no candidate set protects them; `stopped` is "" or why the run ended before the proof.
    """

    edges: list[int]
    cost: int
    bound: int
    proven: bool
    need: Need
    solved: str
    candidates: str
    impossible: tuple[str, ...] = ()
    stopped: str = ""
    seconds: float = 0.0

    @property
    def gap(self) -> float:
        return (self.cost - self.bound) / max(self.cost, 1)


@dataclass(frozen=True)
class Spending:
    """The best use found of one or more yearly budgets.

    `years[t]` are the candidates built in year t, `costs[t]` their cost, `won[t]` the keys of the sites that have what
    is needed at the end of year t and had not before it. `value` counts each site's weight once for every year at whose
    end it has what is needed (with one year: the weight won); sites that have it already are not counted.
    `bound` ≥ `value` holds for every possible use of the same budgets.
    """

    years: list[list[int]]
    costs: list[int]
    won: list[list[str]]
    value: int
    bound: int
    proven: bool
    need: Need
    solved: str
    candidates: str
    budgets: tuple[int, ...] = ()
    carry_over: bool = False
    stopped: str = ""
    seconds: float = 0.0

    @property
    def edges(self) -> list[int]:
        return sorted(edge for year in self.years for edge in year)

    @property
    def gap(self) -> float:
        return (self.bound - self.value) / max(self.bound, 1)
