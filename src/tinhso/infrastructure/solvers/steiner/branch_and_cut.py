"""Branch and cut over directed cuts: until proven, out of time, or so much is ruled out that reducing anew pays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tinhso.infrastructure.solvers.steiner.construct import spanning_tree
from tinhso.infrastructure.solvers.steiner.cut_model import CutModel
from tinhso.infrastructure.solvers.steiner.dual_ascent import ascend
from tinhso.infrastructure.solvers.steiner.max_flow import UNIT, violated_cuts
from tinhso.infrastructure.solvers.steiner.paths import reduced_distances
from tinhso.infrastructure.solvers.steiner.reductions.bound import beyond, beyond_arcs
from tinhso.infrastructure.solvers.steiner.rooted import hang
from tinhso.infrastructure.solvers.steiner.search import Search

DONE, STOPPED, AGAIN = -1, -2, -3
# Fewer cuts halfway to the inner point, and the solution itself is separated in the same round.
FEW = 30
# Rounds of cuts between two turns of breeding.
BREED = 15


@dataclass
class Branch:
    """A part of the search: vertices taken in and left out, and a bound (in the graph's costs) on its trees."""

    taken: frozenset[int]
    left: frozenset[int]
    bound: int


class BranchAndCut:
    """Over what is left of a search. `run` is true if the search should be reduced and begun anew."""

    def __init__(self, search: Search, root: int) -> None:
        self.search, self.root = search, root
        self.g = g = search.graph
        self.terminal = g.is_terminal
        self.order = np.argsort(g.costs, kind="stable")
        self.out, self.slim = np.zeros(g.m, np.bool_), np.zeros(g.n, np.bool_)
        reduced = np.repeat(g.costs, 2)
        cut_of, cut_start = np.empty(max(200_000, 40 * g.n), np.int64), np.zeros(6 * g.n + 100, np.int64)
        bound, cuts = ascend(
            g.start, g.reach, g.arcs, g.tails, g.heads, reduced, root, g.terminals, cut_of, cut_start
        )  # fmt: skip
        down, one, _which, _two = reduced_distances(g.start, g.reach, g.arcs, reduced, root, g.terminals)
        barred = beyond_arcs(g.tails, g.heads, reduced, max(1, search.room - int(bound)), down, one)
        self.model = CutModel(g, root, ~barred)
        self.shut = np.zeros(len(self.model.arc_of), np.bool_)
        arcs, starts = self._arcs_of_sets(cut_of, cut_start, int(cuts))
        self.model.add_cuts(arcs, starts)
        self.value: np.ndarray = np.zeros(g.n)
        # In-out separation (W. Ben-Ameur, J. Neto, "Acceleration of cutting-plane and column generation algorithms",
        # Networks 49, 2007): halfway to a point that no cut forbids, here a tree, cuts are deeper and fewer.
        self.inner = self._tree_flow()

    def _tree_flow(self) -> np.ndarray:
        """By arc, 1 where a good tree leads away from the root."""
        g, tree = self.g, self.search.good_tree()
        parent, link, order, place, below, degree = (np.empty(g.n, np.int64) for _ in range(6))
        hang(g.start, g.reach, g.arcs, tree, self.root, parent, link, order, place, below, degree)
        into = np.flatnonzero(parent >= 0)
        flow = np.zeros(2 * g.m)
        flow[2 * link[into] + (g.heads[link[into]] != into)] = 1.0
        return flow

    def _arcs_of_sets(self, cut_of: np.ndarray, cut_start: np.ndarray, cuts: int) -> tuple[np.ndarray, np.ndarray]:
        """The arcs that enter each set of vertices."""
        g, inside = self.g, np.zeros(self.g.n, np.bool_)
        found, starts = [np.zeros(0, np.int64)], [0]
        seen = set()
        for i in range(cuts):
            members = cut_of[cut_start[i] : cut_start[i + 1]]
            if len(members) == 1 or (key := np.sort(members).tobytes()) in seen:
                continue
            seen.add(key)
            inside[members] = True
            spots = np.concatenate([np.arange(g.start[v], g.start[v + 1]) for v in members])
            entering = g.arcs[spots[~inside[g.reach[spots]]]] ^ 1
            inside[members] = False
            found.append(entering)
            starts.append(starts[-1] + len(entering))
        return np.concatenate(found), np.array(starts, np.int64)

    def run(self, rounds: int | None = None, breed: Callable[[], None] | None = None) -> bool:
        """Works through branches, the latest first, in so many rounds of cuts at most; breed is called now and then."""
        search = self.search
        self.rounds, self.breed = rounds, breed
        waiting = [Branch(frozenset(), frozenset(), 0)]
        while waiting and not search.over():
            branch = waiting.pop()
            split = self.solve(branch) if branch.bound < search.room else DONE
            if split == STOPPED:
                waiting.append(branch)
            elif split == AGAIN:
                return True
            elif split >= 0:
                low = Branch(branch.taken, branch.left | {split}, branch.bound)
                high = Branch(branch.taken | {split}, branch.left, branch.bound)
                waiting += [low, high] if self.value[split] >= 0.5 else [high, low]
            search.raise_bound(min((b.bound for b in waiting), default=search.room))
            if split == STOPPED:
                break
        return False

    def solve(self, branch: Branch) -> int:
        """Raises the bound of a branch by cuts; the vertex to split at, or DONE, STOPPED, AGAIN."""
        search, model = self.search, self.model
        top = not branch.taken and not branch.left
        self.enter(branch)
        must = np.union1d(self.g.terminals, np.array(sorted(branch.taken), np.int64))
        rounds, stalled, before = 0, 0, -1.0
        while not search.over():
            if self.rounds is not None:
                self.rounds -= 1
                if self.rounds < 0:
                    return STOPPED
            state = model.run(search.over, search.slice_s)
            if state == "stopped":
                return STOPPED
            if state == "infeasible" and model.unreachable(must):
                return DONE
            if state != "optimal":
                return self.choose(branch)
            bound, reduced = model.certify(must)
            if bound < 0:
                return DONE
            branch.bound = max(branch.bound, -(-bound // model.scale))
            if top:
                search.raise_bound(branch.bound)
            if branch.bound >= search.room:
                return DONE
            # The more cuts would be lost, the more must be gained by beginning anew.
            if top and self.fix(bound, reduced) > min(0.8, 0.25 + rounds / 100):
                return AGAIN
            flow = model.flow()
            self.value = np.bincount(model.head, flow, self.g.n)
            if rounds % 4 == 0:
                self.round_up(flow)
            objective = float((self.g.costs * (flow[0::2] + flow[1::2])).sum())
            stalled = stalled + 1 if objective < before + 1e-4 * max(1.0, abs(before)) else 0
            before = objective
            if not top and stalled >= 8 and self.fractional(branch) >= 0:
                return self.choose(branch)
            if rounds % 10 == 9:
                model.purge()
            if top and self.breed and rounds % BREED == BREED - 1:
                self.breed()
            if not self.cut_off(flow, must, top):
                if model.straighten():
                    continue
                self.round_up(flow)
                return DONE if branch.bound >= search.room else self.choose(branch)
            rounds += 1
        return STOPPED

    def enter(self, branch: Branch) -> None:
        """Sets the program to a branch."""
        model = self.model
        shut = self.shut.copy()
        if branch.left:
            left = np.zeros(self.g.n, np.bool_)
            left[list(branch.left)] = True
            shut |= left[model.head[model.arc_of]] | left[model.tail[model.arc_of]]
        model.close(shut)
        for v in np.flatnonzero(~self.terminal):
            model.demand(int(v), 1.0 if int(v) in branch.taken else 0.0)

    def cut_off(self, flow: np.ndarray, must: np.ndarray, top: bool) -> int:
        """Adds cuts that the solution violates; how many."""
        found = 0
        # Where vertices are taken in, the inner point may itself be cut off, and cuts found there bind nothing.
        if top:
            between = 0.5 * (flow + self.inner)
            found = self.separate(between, must)
            if not found:
                self.inner = between
        return found if found >= FEW else found + self.separate(flow, must)

    def separate(self, flow: np.ndarray, must: np.ndarray) -> int:
        """Adds violated cuts; how many."""
        g = self.g
        capacity = np.minimum(np.rint(flow * UNIT), UNIT).astype(np.int64)
        targets = self.search.draw.permutation(must[must != self.root])
        demand = np.full(g.n, UNIT, np.int64)
        most = 400 + g.n // 4
        room = np.empty(max(100 * most, 4 * g.m), np.int64)
        starts, target = np.zeros(most + 1, np.int64), np.zeros(most, np.int64)
        cuts = int(
            violated_cuts(
                g.start, g.reach, g.arcs, g.tails, g.heads, capacity, self.root, targets, demand, most, 5, room, starts,
                target
            )
        )  # fmt: skip
        if cuts == 0:
            return 0
        return self.model.add_cuts(room[: starts[cuts]], starts[: cuts + 1])

    def fix(self, bound: int, reduced: np.ndarray) -> float:
        """Bars arcs for good that no better tree uses; the share of edges gone since the graph was reduced."""
        search, model, g = self.search, self.model, self.g
        # A better tree costs at least one whole unit less.
        room = (search.room - 1) * model.scale + 1 - bound
        down, one, which, two = reduced_distances(g.start, g.reach, g.arcs, reduced, self.root, g.terminals)
        barred = beyond_arcs(g.tails, g.heads, reduced, room, down, one)
        self.shut |= barred[model.arc_of]
        model.close(self.shut.copy())
        out, slim = beyond(
            g.start, g.reach, g.arcs, g.tails, g.heads, self.terminal, reduced, room, down, one, which, two
        )  # fmt: skip
        self.out |= out
        self.slim |= slim
        return float(self.out.mean())

    def fractional(self, branch: Branch) -> int:
        """The vertex whose use is least decided, -1 if all are."""
        doubt = np.minimum(self.value, 1 - self.value)
        doubt[self.terminal] = 0
        for v in (*branch.taken, *branch.left):
            doubt[v] = 0
        v = int(np.argmax(doubt))
        return v if doubt[v] > 1e-5 else -1

    def choose(self, branch: Branch) -> int:
        """A vertex to split at; any undecided one if the program decides all; DONE if there is none.

        With every vertex decided a minimum spanning tree is the best of the branch.
        """
        v = self.fractional(branch)
        if v >= 0:
            return v
        decided = branch.taken | branch.left
        rest = [int(v) for v in np.flatnonzero(~self.terminal) if int(v) not in decided]
        if rest:
            return max(rest, key=lambda v: self.value[v])
        inside = self.terminal.copy()
        inside[list(branch.taken)] = True
        self.offer_spanning(inside)
        return DONE

    def round_up(self, flow: np.ndarray) -> None:
        """Trees guided by the fractional solution."""
        g, search = self.g, self.search
        share = np.maximum(flow[0::2], flow[1::2])
        guide = np.repeat(np.rint(g.costs * (1.0 - 0.999 * share) * 1000).astype(np.int64) + 1, 2)
        search.from_start(guide, self.root)
        self.offer_spanning((self.value > 0.5) | self.terminal)

    def offer_spanning(self, inside: np.ndarray) -> None:
        """The minimum spanning tree over flagged vertices, if they are connected."""
        g = self.g
        chosen = spanning_tree(self.order, g.tails, g.heads, inside, self.terminal)
        if chosen.sum() == inside.sum() - 1:
            self.search.offer(chosen)
