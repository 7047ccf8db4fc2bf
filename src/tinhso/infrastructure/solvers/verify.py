"""An independent check of plans: shares no code with the solvers, so that one mistake cannot hide in both.

Every span and every site becomes a vertex of its own; what must be passed on every way from the core to a site are its
dominators (Cooper, Harvey, Kennedy, "A simple, fast dominance algorithm", 2001). A site is behind a single span or node
exactly when one of its dominators is a span or a node that is neither its own nor of the core.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Need = Literal["reach", "span", "node"]


@dataclass(frozen=True)
class Failure:
    """`code` is stable and short; `detail` says what, where and by how much.

    Codes: span-unknown, span-stands, span-twice, cost-differs, bound-above-cost, site-unreached, site-behind-span,
    site-behind-node, years-differ, budget-exceeded, value-differs, bound-below-value.
    """

    code: str
    detail: str


@dataclass(frozen=True)
class Ground:
    """What a plan is judged on: nodes 0…n-1, spans (end, end, đồng), which of them stand, core nodes, nodes by site."""

    nodes: int
    spans: Sequence[tuple[int, int, int]]
    existing: Sequence[bool]
    core: Sequence[int]
    sites: Mapping[str, Sequence[int]]


def verify(ground: Ground, chosen: Sequence[int], *, need: Need, cost: int, bound: int | None = None) -> list[Failure]:
    """Failures of a plan of least cost (`chosen`: span numbers); an empty list means that it holds."""
    failures = _spans_once(ground, chosen)
    if any(failure.code == "span-unknown" for failure in failures):
        return failures
    total = sum(ground.spans[span][2] for span in chosen)
    if total != cost:
        failures.append(Failure("cost-differs", f"the spans cost {total} đồng, the plan says {cost}"))
    if bound is not None and bound > cost:
        failures.append(Failure("bound-above-cost", f"bound {bound} exceeds cost {cost}"))
    return failures + list(_unmet(ground, chosen, need).values())


def verify_phases(
    ground: Ground,
    years: Sequence[Sequence[int]],
    *,
    need: Need,
    budgets: Sequence[int],
    weights: Mapping[str, int],
    value: int,
    bound: int | None = None,
    carry_over: bool = False,
) -> list[Failure]:
    """Failures of a plan within yearly budgets (`years`: spans built each year); an empty list means that it holds."""
    chosen = [span for year in years for span in year]
    failures = _spans_once(ground, chosen)
    if len(years) != len(budgets):
        failures.append(Failure("years-differ", f"{len(years)} years of works for {len(budgets)} budgets"))
    if failures:
        return failures
    served_before = ground.sites.keys() - _unmet(ground, [], need).keys()
    left = total = 0
    built: list[int] = []
    for number, (year, budget) in enumerate(zip(years, budgets, strict=True)):
        spent = sum(ground.spans[span][2] for span in year)
        left = budget + (left if carry_over else 0) - spent
        if left < 0:
            failures.append(Failure("budget-exceeded", f"year {number} spends {spent} đồng, {-left} more than it has"))
        built.extend(year)
        missing = _unmet(ground, built, need)
        total += sum(weights[key] for key in ground.sites if key not in missing and key not in served_before)
    if total != value:
        failures.append(Failure("value-differs", f"the works win {total}, the plan says {value}"))
    if bound is not None and bound < total:
        failures.append(Failure("bound-below-value", f"bound {bound} is less than what is won, {total}"))
    return failures


def served(ground: Ground, chosen: Collection[int], need: Need) -> set[str]:
    """Keys of the sites that have what is needed with the chosen spans built."""
    return ground.sites.keys() - _unmet(ground, chosen, need).keys()


def _spans_once(ground: Ground, chosen: Iterable[int]) -> list[Failure]:
    failures, seen = [], set()
    for span in chosen:
        if not 0 <= span < len(ground.spans):
            failures.append(Failure("span-unknown", f"span {span} is not in the problem"))
        elif ground.existing[span]:
            failures.append(Failure("span-stands", f"span {span} stands already"))
        elif span in seen:
            failures.append(Failure("span-twice", f"span {span} is built twice"))
        seen.add(span)
    return failures


def _unmet(ground: Ground, chosen: Collection[int], need: Need) -> dict[str, Failure]:
    """By site key, why it lacks what is needed with the chosen spans built."""
    # Vertices: 0 the core, 1…n the nodes, then one per span in use, then one per site.
    core = set(ground.core)
    vertex = [0 if node in core else node + 1 for node in range(ground.nodes)]
    spans = [*(number for number, stands in enumerate(ground.existing) if stands), *chosen]
    ways: list[list[int]] = [[] for _ in range(1 + ground.nodes + len(spans) + len(ground.sites))]
    for at, span in enumerate(spans, start=1 + ground.nodes):
        one, other = vertex[ground.spans[span][0]], vertex[ground.spans[span][1]]
        if one != other:
            for end in (one, other):
                ways[at].append(end)
                ways[end].append(at)
    first_site = 1 + ground.nodes + len(spans)
    for at, nodes in enumerate(ground.sites.values(), start=first_site):
        for node in nodes:
            ways[vertex[node]].append(at)
    parent = _dominators(ways)
    failures = {}
    for at, (key, nodes) in enumerate(ground.sites.items(), start=first_site):
        if parent[at] < 0:
            failures[key] = Failure("site-unreached", f"site {key} does not reach the core")
            continue
        own = {vertex[node] for node in nodes}
        above = parent[at]
        while above:
            if above > ground.nodes and need != "reach":
                span = spans[above - 1 - ground.nodes]
                failures[key] = Failure("site-behind-span", f"site {key} loses the core when span {span} fails")
                break
            if above <= ground.nodes and above not in own and need == "node":
                failures[key] = Failure("site-behind-node", f"site {key} loses the core when node {above - 1} fails")
                break
            above = parent[above]
    return failures


def _dominators(ways: list[list[int]]) -> list[int]:
    """The immediate dominator of every vertex, -1 for those that vertex 0 does not reach."""
    order = _finishing_order(ways)
    rank = [0] * len(ways)
    for position, at in enumerate(order):
        rank[at] = position
    order.reverse()
    entries: list[list[int]] = [[] for _ in ways]
    for at in order:
        for other in ways[at]:
            entries[other].append(at)
    parent = [-1] * len(ways)
    parent[0] = 0
    changed = True
    while changed:
        changed = False
        for at in order[1:]:
            above = -1
            for other in entries[at]:
                if above < 0:
                    above = other if parent[other] >= 0 else -1
                elif parent[other] >= 0:
                    above = _meet(parent, rank, above, other)
            if parent[at] != above:
                parent[at] = above
                changed = True
    return parent


def _meet(parent: list[int], rank: list[int], one: int, other: int) -> int:
    while one != other:
        while rank[one] < rank[other]:
            one = parent[one]
        while rank[other] < rank[one]:
            other = parent[other]
    return one


def _finishing_order(ways: list[list[int]]) -> list[int]:
    order, seen, stack = [], {0}, [(0, iter(ways[0]))]
    while stack:
        at, onward = stack[-1]
        other = next((other for other in onward if other not in seen), None)
        if other is None:
            order.append(at)
            stack.pop()
        else:
            seen.add(other)
            stack.append((other, iter(ways[other])))
    return order
