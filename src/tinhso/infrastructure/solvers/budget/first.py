"""The first use of budgets, with numpy alone: told while compiled code is still being loaded.

Every site at once where the first budget pays for that; else, as long as money lasts, the ring or way that wins the
most weight for its cost.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..double.first import first_plan
from ..double.near import Areas
from ..double.problem import Ints, Need, Problem, Site
from ..double.standing import Standing, merged

# Each pick looks through the whole network again.
MOST_PICKS = 24


def first_use(problem: Problem, need: Need, budgets: Sequence[int], *, carry_over: bool) -> list[list[int]]:
    """Candidate spans to build by year, within the budgets; `problem` holds only sites that can be served."""
    if need != "reach":
        whole = first_plan(problem, need)
        if whole is not None and int(problem.costs[whole[0]].sum()) <= budgets[0]:
            return [whole[0].tolist(), *([] for _ in budgets[1:])]
    picker = _Picker(problem, need)
    years: list[list[int]] = []
    left = 0
    for budget in budgets:
        left = budget + (left if carry_over else 0)
        built = []
        while picker.picks < MOST_PICKS and (spans := picker.best(left)):
            left -= int(problem.costs[spans].sum())
            built += spans
        years.append(built)
    return years


class _Picker:
    def __init__(self, problem: Problem, need: Need) -> None:
        self.problem, self.need = problem, need
        self.vertex = merged(problem)
        self.spans = np.flatnonzero(problem.existing)
        self.picks = 0

    def best(self, money: int) -> list[int]:
        """The spans, taken as built, that win most for their cost; none if money buys nothing."""
        standing = Standing(self.problem, self.spans, self.vertex)
        lacking = standing.unmet(self.problem.sites, self.need)
        found = self._way(standing, lacking, money) if self.need == "reach" else self._ring(standing, lacking, money)
        self.spans = np.concatenate([self.spans, np.array(found, np.int64)])
        self.picks += 1
        return found

    def _ring(self, standing: Standing, lacking: Sequence[Site], money: int) -> list[int]:
        """One span whose ends hang on the core by different branches: all on the way between is then protected."""
        here: dict[int, int] = {}
        for site in lacking:
            at = [int(self.vertex[node]) for node in site.nodes]
            reached = [standing.place(one) for one in at if standing.reaches(one)]
            if reached:
                place = standing.lowest_common(reached)
                here[place] = here.get(place, 0) + site.weight
        won, branch = {~0: 0}, {~0: ~0}
        weight = np.zeros(len(standing.number), np.int64)
        trunk = np.zeros(len(standing.number), np.int64)
        for vertex in standing.order[: standing.reached]:
            place, climbed = standing.place(vertex), []
            while place not in won:
                climbed.append(place)
                place = standing.above(place)
            for lower in reversed(climbed):
                above = standing.above(lower)
                won[lower] = won[above] + here.get(lower, 0)
                branch[lower] = lower if above == ~0 else branch[above]
            weight[vertex], trunk[vertex] = won[standing.place(vertex)], branch[standing.place(vertex)]
        offered = self.problem.offered
        one, other = self.vertex[self.problem.tails[offered]], self.vertex[self.problem.heads[offered]]
        near = np.array(standing.number) < standing.reached
        gain = np.where(near[one] & near[other] & (trunk[one] != trunk[other]), weight[one] + weight[other], 0)
        return self._worth_most(offered, gain, money)

    def _worth_most(self, offered: Ints, gain: Ints, money: int) -> list[int]:
        costs = self.problem.costs[offered]
        worth = np.where(costs <= money, gain / np.maximum(costs, 1), 0.0)
        best = int(np.argmax(worth)) if len(worth) else 0
        return [int(offered[best])] if len(worth) and worth[best] > 0 else []

    def _way(self, standing: Standing, lacking: Sequence[Site], money: int) -> list[int]:
        """The cheapest way from the core to the site worth it most."""
        problem = self.problem
        spans = np.concatenate([self.spans, problem.offered[~np.isin(problem.offered, self.spans)]])
        costs = np.where(np.arange(len(spans)) < len(self.spans), 0, problem.costs[spans])
        areas = Areas(
            len(standing.number), self.vertex[problem.tails[spans]], self.vertex[problem.heads[spans]], costs,
            standing.order[: standing.reached],
        )  # fmt: skip
        best, worth = -1, 0.0
        for site in lacking:
            ends = [int(self.vertex[node]) for node in site.nodes]
            nearest = min((end for end in ends if areas.far[end] >= 0), key=lambda end: areas.far[end], default=-1)
            if nearest >= 0 and areas.far[nearest] <= money and site.weight > worth * max(areas.far[nearest], 1):
                best, worth = nearest, site.weight / max(areas.far[nearest], 1)
        found = []
        while best >= 0 and (edge := areas.by[best]) >= 0:
            if edge >= len(self.spans):
                found.append(int(spans[edge]))
            best = int(areas.tails[edge] + areas.heads[edge]) - best
        return found
