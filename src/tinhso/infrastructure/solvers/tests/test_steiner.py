"""The solver against exhaustive search on small graphs, and its answers to hostile instances."""

import itertools
import random

import numpy as np
import pytest

from tinhso.infrastructure.solvers.steiner import Instance, Invalid, Unreachable, solve


def joins(instance: Instance, edges: list[int]) -> bool:
    """Whether the edges are a tree that joins all terminals; plainly, by union and find."""
    up = list(range(instance.nodes))

    def find(v: int) -> int:
        while up[v] != v:
            v = up[v]
        return v

    for edge in edges:
        a, b = find(int(instance.tails[edge])), find(int(instance.heads[edge]))
        if a == b:
            return False
        up[a] = b
    return len({find(int(t)) for t in instance.terminals}) <= 1


def optimum(instance: Instance) -> int:
    """The cost of the cheapest tree, by trying every set of further vertices."""
    others = [v for v in range(instance.nodes) if v not in set(instance.terminals.tolist())]
    order = sorted(range(len(instance.costs)), key=lambda e: int(instance.costs[e]))
    best = None
    for size in range(len(others) + 1):
        for chosen in itertools.combinations(others, size):
            among = {*chosen, *instance.terminals.tolist()}
            up = {v: v for v in among}
            cost, joined = 0, 1
            for e in order:
                a, b = int(instance.tails[e]), int(instance.heads[e])
                if a in among and b in among:
                    while up[a] != a:
                        a = up[a]
                    while up[b] != b:
                        b = up[b]
                    if a != b:
                        up[a] = b
                        cost, joined = cost + int(instance.costs[e]), joined + 1
            if joined >= len(among) and (best is None or cost < best):
                best = cost
    assert best is not None
    return best


def graph(draw: random.Random, nodes: int, edges: int, terminals: int, dearest: int) -> Instance:
    """A connected random multigraph with self-loops and free edges among others."""
    ends = [(draw.randrange(v), v) for v in range(1, nodes)]
    ends += [(draw.randrange(nodes), draw.randrange(nodes)) for _ in range(edges - len(ends))]
    costs = [draw.randint(0, dearest) for _ in ends]
    tails, heads = zip(*ends, strict=True)
    return Instance.of(nodes, tails, heads, costs, draw.sample(range(nodes), terminals))


@pytest.mark.parametrize("seed", range(60))
def test_agrees_with_exhaustive_search(seed):
    draw = random.Random(seed)
    nodes = draw.randint(4, 11)
    instance = graph(
        draw, nodes, draw.randint(nodes, 3 * nodes), draw.randint(2, min(6, nodes)), draw.choice([2, 9, 10**12])
    )
    solution = solve(instance, time_limit=20)
    assert joins(instance, solution.edges)
    assert solution.cost == sum(int(instance.costs[e]) for e in solution.edges)
    best = optimum(instance)
    assert solution.proven
    assert solution.bound == best == solution.cost


@pytest.mark.parametrize(("nodes", "terminals"), [(0, []), (3, []), (3, [1]), (3, [1, 1])])
def test_fewer_than_two_terminals_need_nothing(nodes, terminals):
    solution = solve(Instance.of(nodes, [], [], [], terminals))
    assert (solution.edges, solution.cost, solution.proven) == ([], 0, True)


def test_disconnected_terminals_are_named():
    instance = Instance.of(6, [0, 1, 3], [1, 2, 4], [1, 1, 1], [0, 2, 4, 5])
    with pytest.raises(Unreachable, match=r"2 terminal\(s\) cannot be reached from the others: 4, 5") as caught:
        solve(instance)
    assert caught.value.groups == [[0, 2], [4], [5]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"costs": [1, -1]}, "edge 1 costs -1"),
        ({"heads": [1, 3]}, "head 1 is node 3"),
        ({"terminals": [7]}, "terminal 0 is node 7"),
        ({"costs": [1.5, 1]}, "costs must be a row of integers"),
        ({"costs": [float("inf"), 1]}, "costs must be a row of integers"),
        ({"costs": [1 << 60, 1]}, "use a larger unit"),
        ({"costs": [1 << 80, 1]}, "costs must be a row of integers"),
        ({"costs": [1]}, "do not match"),
    ],
)
def test_wrong_instances_are_refused(change, message):
    fields = {"tails": [0, 1], "heads": [1, 2], "costs": [1, 1], "terminals": [0, 2], **change}
    with pytest.raises(Invalid, match=message):
        Instance.of(3, **fields)


def test_large_costs_do_not_overflow():
    cost = 10**15
    instance = Instance.of(5, [0, 1, 2, 3, 0], [1, 2, 3, 4, 4], [cost, cost, cost, cost, 5 * cost], [0, 4])
    solution = solve(instance)
    assert (solution.cost, solution.bound) == (4 * cost, 4 * cost)


def test_free_edges_are_used():
    instance = Instance.of(4, [0, 1, 2, 0], [1, 2, 3, 3], [0, 0, 0, 1], [0, 3])
    solution = solve(instance)
    assert solution.cost == 0 and solution.proven
    assert joins(instance, solution.edges)


def test_progress_rises_and_ends_at_the_answer():
    heard = []
    instance = graph(random.Random(5), 60, 150, 15, 50)
    solution = solve(instance, on_progress=heard.append)
    assert [p.cost for p in heard] == sorted((p.cost for p in heard), reverse=True)
    assert [p.bound for p in heard] == sorted(p.bound for p in heard)
    assert (heard[-1].cost, heard[-1].bound, heard[-1].edges) == (solution.cost, solution.bound, solution.edges)
    assert all(np.isfinite(p.gap) for p in heard)
