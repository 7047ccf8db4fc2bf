"""Connection as a Steiner tree: what stands is drawn together, the core's part is the root.

A site on several unconnected nodes becomes a terminal of its own, joined to each of their parts by an edge dearer than
any plan it could save (Voß, "Worst-case performance of some heuristics for Steiner's problem", 1990):
the cheapest tree takes exactly one such edge for each, so which node is joined is part of what is proven.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tinhso.infrastructure.solvers.double.near import plain_tree
from tinhso.infrastructure.solvers.double.problem import Bools, Ints
from tinhso.infrastructure.solvers.planner.problem import Question, Refused, steiner_ground


@dataclass(frozen=True)
class Connection:
    """Edges between parts (`span`: their candidates) and the parts to be joined, the core's being 0; `groups`: parts of
    which any one suffices; `names`: the sites of each part or group."""

    parts: int
    tails: Ints
    heads: Ints
    costs: Ints
    span: Ints
    single: tuple[int, ...]
    groups: tuple[tuple[int, ...], ...]
    names: dict[tuple[int, ...], list[str]]

    def named(self, sizes: Ints) -> Ints:
        """Terminals if of each group its largest part is taken."""
        return np.array(sorted({*self.single, *(max(group, key=lambda part: sizes[part]) for group in self.groups)}))

    def grouped(self, dear: int) -> tuple[int, Ints, Ints, Ints, Ints]:
        """Vertices, ends, costs and terminals with a vertex for each group, joined by edges that cost `dear`."""
        own = [self.parts + at for at, group in enumerate(self.groups) for _ in group]
        parts = [part for group in self.groups for part in group]
        return (
            self.parts + len(self.groups),
            np.append(self.tails, own).astype(np.int64),
            np.append(self.heads, parts).astype(np.int64),
            np.append(self.costs, [dear] * len(own)).astype(np.int64),
            np.array([*self.single, *range(self.parts, self.parts + len(self.groups))], np.int64),
        )

    def candidates(self, edges: Sequence[int]) -> list[int] | None:
        """The candidates of a tree; None where it leans on a group's vertex as if cable ran there."""
        real = [edge for edge in edges if edge < len(self.span)]
        return [int(self.span[edge]) for edge in real] if len(edges) - len(real) == len(self.groups) else None


def connection(question: Question) -> tuple[Connection, Ints]:
    """The connection a question asks for, and how many nodes each part has, -1 where none could be joined to the core.

    Refused names sites that no candidates join.
    """
    problem = question.problem
    by_node, count = steiner_ground(question)
    names: dict[tuple[int, ...], list[str]] = {}
    for site in problem.sites:
        reached = tuple(sorted(set(by_node[list(site.nodes)].tolist())))
        if 0 not in reached:
            names.setdefault(reached, []).append(site.key)
    offered = problem.offered
    tails, heads = by_node[problem.tails[offered]], by_node[problem.heads[offered]]
    useful = tails != heads
    tails, heads = tails[useful], heads[useful]
    joined = _joined(count, tails, heads)
    _refuse_cut_off(joined, names)
    single = {0} | {group[0] for group in names if len(group) == 1}
    groups = tuple(sorted(group for group in names if single.isdisjoint(group)))
    found = Connection(
        count, tails, heads, problem.costs[offered][useful], offered[useful] - question.standing,
        tuple(sorted(single)), groups, names,
    )  # fmt: skip
    return found, np.where(joined, np.bincount(by_node, minlength=count), -1)


def _joined(count: int, tails: Ints, heads: Ints) -> Bools:
    """The parts that candidates join to the core's."""
    ways: list[list[int]] = [[] for _ in range(count)]
    for one, other in zip(tails.tolist(), heads.tolist(), strict=True):
        ways[one].append(other)
        ways[other].append(one)
    joined, waiting = np.zeros(count, bool), [0]
    joined[0] = True
    while waiting:
        for other in ways[waiting.pop()]:
            if not joined[other]:
                joined[other] = True
                waiting.append(other)
    return joined


def _refuse_cut_off(joined: Bools, names: dict[tuple[int, ...], list[str]]) -> None:
    sites = sorted(key for group, keys in names.items() if not joined[list(group)].any() for key in keys)
    if sites:
        shown = ", ".join(sites[:10]) + (f" and {len(sites) - 10} more" if len(sites) > 10 else "")
        raise Refused("unreachable", f"no candidates join these sites to the core: {shown}", sites)


def at_once(asked: Connection, sizes: Ints) -> tuple[list[int], int, int]:
    """A first plan by plain code: its candidates, its cost, and a bound."""
    found = plain_tree(asked.parts, asked.tails, asked.heads, asked.costs, asked.named(sizes))
    assert found is not None
    edges, bound = found
    # With another node of a group the plan could be cheaper than any for the one named.
    return [int(asked.span[edge]) for edge in edges], int(asked.costs[edges].sum()), 0 if asked.groups else bound
