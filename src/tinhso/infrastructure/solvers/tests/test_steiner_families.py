"""The solver on small problems in the manner of published families, against Dreyfus and Wagner's dynamic programme."""

import random

import numpy as np
import pytest

from tinhso.infrastructure.solvers.formats.stp import read_stp
from tinhso.infrastructure.solvers.steiner import Instance, solve


def least(instance: Instance) -> int:
    """The optimum (S. E. Dreyfus, R. A. Wagner, "The Steiner problem in graphs", Networks 1, 1971)."""
    far = np.full((instance.nodes, instance.nodes), 1 << 50)
    np.fill_diagonal(far, 0)
    for tail, head, cost in zip(instance.tails, instance.heads, instance.costs, strict=True):
        far[tail, head] = far[head, tail] = min(far[tail, head], cost)
    for via in range(instance.nodes):
        far = np.minimum(far, far[:, [via]] + far[[via]])
    root, *others = instance.terminals
    best = {1 << i: far[t] for i, t in enumerate(others)}
    for group in range(1, 1 << len(others)):
        if group not in best:
            part, joined = (group - 1) & group, np.full(instance.nodes, 1 << 50)
            while part:
                joined = np.minimum(joined, best[part] + best[group ^ part])
                part = (part - 1) & group
            best[group] = (far + joined).min(axis=1)
    return int(best[(1 << len(others)) - 1][root])


def incidence(seed: int, edges: int, terminals: int) -> Instance:
    """80 nodes whose edges cost more the more terminals they touch (C. W. Duin's I080)."""
    draw = random.Random(seed)
    chosen = set(draw.sample(range(80), terminals))
    pairs = {(draw.randrange(node), node) for node in range(1, 80)}
    while len(pairs) < edges:
        pairs.add(tuple(sorted(draw.sample(range(80), 2))))
    ends = sorted(pairs)
    costs = [max(1, round(draw.gauss(100, 5))) + 100 * ((a in chosen) + (b in chosen)) for a, b in ends]
    return Instance.of(80, [a for a, _b in ends], [b for _a, b in ends], costs, sorted(chosen))


def grid(seed: int, wide: int, high: int, terminals: int) -> Instance:
    """A grid with rectangular holes, as wires are laid on chips."""
    draw = random.Random(seed)
    holes = {
        (x + dx, y + dy)
        for x, y in ((draw.randrange(wide - 3), draw.randrange(high - 3)) for _ in range(3))
        for dx in range(1, draw.randint(2, 3))
        for dy in range(1, draw.randint(2, 3))
    }
    number = {(x, y): i for i, (x, y) in enumerate((x, y) for x in range(wide) for y in range(high))}
    steps_x, steps_y = ([draw.randint(1, 30) for _ in range(size)] for size in (wide, high))
    edges = [(number[x, y], number[x + 1, y], steps_x[x]) for x, y in number if x + 1 < wide]
    edges += [(number[x, y], number[x, y + 1], steps_y[y]) for x, y in number if y + 1 < high]
    inside = {number[hole] for hole in holes}
    edges = [edge for edge in edges if not {edge[0], edge[1]} & inside]
    tails, heads, costs = zip(*edges, strict=True)
    free = [node for node in number.values() if node in {*tails, *heads}]
    return Instance.of(len(number), tails, heads, costs, draw.sample(free, terminals))


PROBLEMS = {
    **{
        f"incidence {seed}, {edges} edges": incidence(seed, edges, 6)
        for seed, edges in enumerate((120, 350, 632, 1580))
    },
    **{f"grid {seed}": grid(seed, 12, 10, 7) for seed in range(6)},
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_agrees_with_the_dynamic_programme(name):
    solution = solve(PROBLEMS[name], time_limit=30)
    assert solution.proven
    assert solution.cost == solution.bound == least(PROBLEMS[name])


def test_same_seed_same_tree_where_cuts_and_breeding_are_needed():
    problem = incidence(7, 350, 12)
    first, second = (solve(problem, time_limit=60, seed=3) for _ in range(2))
    assert first.proven
    assert first.edges == second.edges


PACE = """{head}SECTION Graph
c a remark
Nodes 4
{edges} 4
E 1 2 2
E 2 3 2
E 3 4 2
E 1 4 9
END

SECTION Terminals
Terminals 2
T 1
T 4
END

{tree}EOF
"""
TREE = """SECTION Tree Decomposition
c width 2
s td 2 3 4
b 1 1 2 4
b 2 2 3 4
1 2
END

"""


@pytest.mark.parametrize("head", ["", "33D32945 STP File, STP Format Version 1.0\n\n"])
@pytest.mark.parametrize("tree", ["", TREE])
@pytest.mark.parametrize("case", [str, str.lower, str.upper])
def test_pace_files_are_read_with_and_without_header_and_decomposition(head, tree, case):
    problem = read_stp(case(PACE.format(head=head, edges="Edges", tree=tree)).encode())
    assert problem.notes == []
    assert solve(problem.instance).cost == 6
