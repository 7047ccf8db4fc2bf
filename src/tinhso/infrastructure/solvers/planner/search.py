"""The search itself: which solver answers which question, and what it answers once the verifier agrees."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tinhso.infrastructure.solvers.budget import phases
from tinhso.infrastructure.solvers.double import Impossible, Malformed, Problem, Spending, double
from tinhso.infrastructure.solvers.planner.connect import at_once, connection
from tinhso.infrastructure.solvers.planner.problem import Question, Refused
from tinhso.infrastructure.solvers.room import room_for_code
from tinhso.infrastructure.solvers.verify import served, verify, verify_phases

Tell = Callable[[dict[str, Any]], None]
NO_BUDGET = 2**62
CONNECTION = "connection of sites"
# Phasing a plan already found is far easier than finding it.
PHASING_SHARE = 0.2


@dataclass
class Answer:
    """Candidates by phase; `rest` those no yearly budget pays for. For the aim "all", cost and bound in đồng; for
    "most", value and bound in weight. `won`: keys of sites by phase, the rest last."""

    years: list[list[int]]
    rest: list[int] = field(default_factory=list)
    cost: int = 0
    bound: int | None = None
    value: int | None = None
    value_bound: int | None = None
    proven: bool = False
    solved: str = ""
    stopped: str = ""

    @property
    def edges(self) -> list[int]:
        """All candidates built."""
        return sorted([edge for year in self.years for edge in year] + self.rest)

    @property
    def gap_ppm(self) -> int:
        """The gap in millionths: of the cost, or of the bound where weight is sought; rounded up."""
        if self.value is not None and self.value_bound is not None:
            return -(-(self.value_bound - self.value) * 10**6 // max(self.value_bound, 1))
        return -(-(self.cost - (self.bound or 0)) * 10**6 // max(self.cost, 1))


@dataclass
class Search:
    """One run: its question, whom to tell, when to stop."""

    question: Question
    tell: Tell
    should_stop: Callable[[], bool]
    time_limit: float
    seed: int
    began: float = field(default_factory=time.monotonic)
    best: list[int] | None = None
    best_cost: int = 0
    bound: int = 0

    def find(self) -> Answer:
        """The answer. Refused names sites that cannot be served, or what is wrong with the problem."""
        try:
            return self._all() if self.question.asked["aim"] == "all" else self._most()
        except Impossible as found:
            raise Refused("unreachable", str(found), found.sites) from found
        except Malformed as found:
            raise Refused("malformed", str(found)) from found

    def _left(self) -> float:
        return max(1.0, self.time_limit - (time.monotonic() - self.began))

    def _all(self) -> Answer:
        given = self.question.asked["start"]
        if given is not None:
            self._better(list(given), self._cost(given), 0)
        if not self.question.asked["search"]:
            bound = self.question.asked.get("bound") or 0
            answer = self._answer(list(given or ()), self._cost(given or ()), bound, False)
            answer.stopped = "stopped"
        elif self.question.need == "reach":
            answer = self._connected()
        else:
            plan = double(
                self.question.problem, protect=self.question.need, time_limit=self._left(), seed=self.seed,
                on_progress=lambda now: self._better(self._offered(list(now.edges)), now.value, now.bound),
                should_stop=self.should_stop,
            )  # fmt: skip
            answer = self._answer(self._offered(plan.edges), plan.cost, plan.bound, plan.proven)
            answer.solved, answer.stopped = plan.solved, plan.stopped
        return self._phased(answer)

    def _answer(self, edges: list[int], cost: int, bound: int, proven: bool) -> Answer:
        """The best plan known, be it an earlier run's."""
        bound = max(bound, self.bound)
        if self.best is not None and self.best_cost < cost:
            edges, cost = self.best, self.best_cost
        return Answer([sorted(edges)], cost=cost, bound=min(bound, cost), proven=proven or bound >= cost)

    def _connected(self) -> Answer:
        asked, sizes = connection(self.question)
        first = at_once(asked, sizes)
        self._better(*first)
        if first[1] == first[2]:
            return replace(self._answer(*first, True), solved=CONNECTION)
        # Compiled code is loaded only now, with the first plan already told.
        room_for_code()
        from tinhso.infrastructure.solvers.steiner import Instance, Invalid, solve

        dear = first[1] + 1
        instance = Instance.of(*asked.grouped(dear))
        own = dear * len(asked.groups)

        def progress(now: Any) -> None:
            self.bound = max(self.bound, now.bound - own)
            if (edges := asked.candidates(now.edges)) is not None:
                self._better(edges, now.cost - own, now.bound - own)

        try:
            found = solve(
                instance, time_limit=self._left(), seed=self.seed, on_progress=progress, should_stop=self.should_stop
            )
        except Invalid as wrong:
            raise Refused("malformed", str(wrong)) from wrong
        self.bound = max(self.bound, found.bound - own)
        answer = self._answer(*first, False)
        answer.solved, answer.stopped = CONNECTION, "" if answer.proven else "limit"
        return answer

    def _phased(self, answer: Answer) -> Answer:
        """A plan of least cost, its spans shared out to the years; what no budget pays for comes after them."""
        budgets, edges = self.question.budgets, answer.edges
        if not budgets or not edges:
            answer.years = [edges, *([] for _ in budgets[1:])]
            return answer
        answer.years = self._use(edges, budgets).years
        done = {edge for year in answer.years for edge in year}
        answer.rest = [edge for edge in edges if edge not in done]
        return answer

    def _most(self) -> Answer:
        budgets = self.question.budgets or [NO_BUDGET]
        given = self.question.asked["start"]
        known = self._use(sorted(given), budgets) if given else None
        if not self.question.asked["search"]:
            answer = known or Answer([[] for _ in budgets], value=0, value_bound=0)
            answer.stopped = "stopped"
            answer.value_bound = max(self.question.asked.get("bound") or 0, answer.value or 0)
        else:
            spent = self._spent(self.question.problem, budgets, self._left(), tell=True)
            answer = Answer(
                [self._offered(year) for year in spent.years], value=spent.value, value_bound=spent.bound,
                proven=spent.proven, solved=spent.solved, stopped=spent.stopped,
            )  # fmt: skip
            if known and (known.value or 0) > spent.value:
                answer.years, answer.value = known.years, known.value
        answer.cost = self._cost(answer.edges)
        return answer

    def _use(self, edges: list[int], budgets: list[int]) -> Answer:
        """The best use of the budgets with these candidates alone."""
        spent = self._spent(self._only(edges), budgets, max(1.0, self.time_limit * PHASING_SHARE), tell=False)
        years = [[edges[place] for place in self._offered(year)] for year in spent.years]
        return Answer(years, value=spent.value, solved=spent.solved)

    def _spent(self, problem: Problem, budgets: list[int], seconds: float, *, tell: bool) -> Spending:
        def progress(now: Any) -> None:
            self.tell(
                {"event": "progress", "value": now.value, "bound": now.bound, "edges": self._offered(list(now.edges))}
                | {"cost": self._cost(self._offered(list(now.edges)))}
                | {"gap_ppm": -(-(now.bound - now.value) * 10**6 // max(now.bound, 1))}
            )

        return phases(
            problem, budgets, need=self.question.need, time_limit=seconds, seed=self.seed,
            on_progress=progress if tell else None, should_stop=self.should_stop,
        )  # fmt: skip

    def _only(self, edges: list[int]) -> Problem:
        """The same problem with only these candidates on offer."""
        whole, first = self.question.problem, self.question.standing
        rows = np.concatenate((np.arange(first), np.array(edges, np.int64) + first))
        return Problem(
            whole.nodes, whole.tails[rows], whole.heads[rows], whole.costs[rows], whole.existing[rows], whole.core,
            whole.sites, whole.candidates,
        )  # fmt: skip

    def _offered(self, spans: list[int]) -> list[int]:
        """Candidate numbers of spans of the graph."""
        return sorted(int(span) - self.question.standing for span in spans)

    def _cost(self, edges: Any) -> int:
        rows = np.array(list(edges), np.int64) + self.question.standing
        return int(self.question.problem.costs[rows].sum()) if len(rows) else 0

    def _better(self, edges: list[int], cost: int, bound: int) -> None:
        self.bound = max(self.bound, bound)
        if self.best is None or cost < self.best_cost:
            self.best, self.best_cost = sorted(edges), cost
        gap = -(-(self.best_cost - self.bound) * 10**6 // max(self.best_cost, 1))
        told = {"event": "progress", "cost": self.best_cost, "value": None, "bound": self.bound}
        self.tell({**told, "gap_ppm": max(gap, 0), "edges": self.best})

    def won(self, answer: Answer) -> list[list[str]]:
        """By phase (the rest last), the sites that get what is needed then and had it not before."""
        ground, built, before = self.question.ground(), [], set[str]()
        before = served(ground, [], self.question.need)
        found = []
        for year in [*answer.years, answer.rest]:
            built += [edge + self.question.standing for edge in year]
            now = served(ground, built, self.question.need)
            found.append(sorted(now - before))
            before = now
        return found

    def faults(self, answer: Answer) -> list[str]:
        """What the independent verifier finds wrong."""
        ground, first = self.question.ground(), self.question.standing
        if answer.value is None:
            found = verify(
                ground, [edge + first for edge in answer.edges], need=self.question.need, cost=answer.cost,
                bound=answer.bound,
            )  # fmt: skip
            spent = [self._cost(year) for year in answer.years]
            over = [
                f"phase {number} spends {cost} of {budget} đồng"
                for number, (cost, budget) in enumerate(zip(spent, self.question.budgets, strict=False), 1)
                if cost > budget
            ]
            return [f"{failure.code}: {failure.detail}" for failure in found] + over
        weights = {site.key: site.weight for site in self.question.problem.sites}
        years = [[edge + first for edge in year] for year in answer.years]
        failures = verify_phases(
            ground, years, need=self.question.need, budgets=self.question.budgets or [NO_BUDGET], weights=weights,
            value=answer.value, bound=answer.value_bound,
        )  # fmt: skip
        return [f"{failure.code}: {failure.detail}" for failure in failures]
