"""Two-way connection of published cactus graphs and of larger random trees, against a plain covering programme."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import networkx as nx
import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from tinhso.infrastructure.solvers.double import AUGMENTATION, Problem, Site, double
from tinhso.infrastructure.solvers.verify import Ground, verify

CACTI = Path(__file__).parents[5] / "../shared/data/network/heiconnect_cactus"
needs_cacti = pytest.mark.skipif(not CACTI.is_dir(), reason=f"no instances in {CACTI}")
NAMES = sorted(path.stem for path in CACTI.glob("*.graph")) if CACTI.is_dir() else []


def metis(path: Path) -> nx.Graph:
    """Neighbours by line, numbered from 1, after a line with the counts (whose number of edges is one too many)."""
    head, *lines = path.read_text().splitlines()
    nodes = int(head.split()[0])
    graph = nx.empty_graph(nodes)
    graph.add_edges_from((at, int(other) - 1) for at, line in enumerate(lines[:nodes]) for other in line.split())
    return graph


def cactus(path: Path) -> nx.Graph:
    """GraphML whose nodes name the vertices they contain; every edge of weight 1 lies on a cycle."""
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    root = ElementTree.parse(path).getroot()
    vertex = {node.get("id"): int(node.find("g:data", space).text) for node in root.iterfind(".//g:node", space)}
    graph = nx.Graph()
    graph.add_edges_from(
        (vertex[edge.get("source")], vertex[edge.get("target")]) for edge in root.iterfind(".//g:edge", space)
    )
    return graph


def solved_plainly(tree: nx.Graph, offered: list[tuple[int, int, int]]) -> int:
    """The covering programme without any reduction: each way of the tree is on the path of a chosen link."""
    row = {frozenset(edge): number for number, edge in enumerate(tree.edges)}
    matrix = np.zeros((len(row), len(offered)))
    for column, (one, other, _) in enumerate(offered):
        path = nx.shortest_path(tree, one, other)
        matrix[[row[frozenset(step)] for step in nx.utils.pairwise(path)], column] = 1
    costs = np.array([cost for *_, cost in offered], dtype=float)
    found = milp(
        costs, constraints=LinearConstraint(matrix, lb=1), integrality=np.ones(len(costs)), bounds=Bounds(0, 1)
    )
    return round(found.fun)


def check(tree: nx.Graph, offered: list[tuple[int, int, int]]) -> int:
    nodes = tree.number_of_nodes()
    problem = Problem.build(nodes, list(tree.edges), offered, [0], [Site(str(node), (node,)) for node in tree])
    plan = double(problem, time_limit=30)
    spans = [*((one, other, 0) for one, other in tree.edges), *offered]
    stands = [at < tree.number_of_edges() for at in range(len(spans))]
    ground = Ground(nodes, spans, stands, [0], {str(node): [node] for node in tree})
    assert verify(ground, plan.edges, need="span", cost=plan.cost, bound=plan.bound) == []
    assert plan.proven and plan.solved == AUGMENTATION
    return plan.cost


@needs_cacti
@pytest.mark.parametrize("name", NAMES)
def test_a_cactus_is_restored_from_its_tree(name: str) -> None:
    """Each cycle lost one edge: only all of these together bring the second ways back."""
    graph = metis(CACTI / f"{name}.graph")
    drawn = cactus(CACTI / f"{name}.xml")
    assert {frozenset(edge) for edge in drawn.edges} == {frozenset(edge) for edge in graph.edges}
    tree = nx.minimum_spanning_tree(graph)
    lost = [(one, other, 1 + (one * other) % 7) for one, other in graph.edges if not tree.has_edge(one, other)]
    assert check(tree, lost) == sum(cost for *_, cost in lost)


@needs_cacti
@pytest.mark.parametrize("name", [name for name in NAMES if not name.endswith("_1000_200")])
def test_other_links_make_it_cheaper_as_a_plain_programme_says(name: str) -> None:
    graph = metis(CACTI / f"{name}.graph")
    chance = np.random.default_rng(len(name))
    tree = nx.minimum_spanning_tree(graph)
    lost = [(one, other, 30) for one, other in graph.edges if not tree.has_edge(one, other)]
    pairs = chance.integers(0, len(tree), (400, 2)).tolist()
    others = [(one, other, int(cost)) for (one, other), cost in zip(pairs, chance.integers(5, 60, 400), strict=True)]
    offered = lost + [link for link in others if link[0] != link[1]]
    assert check(tree, offered) == solved_plainly(tree, offered)


@pytest.mark.parametrize("seed", range(12))
def test_random_trees_agree_with_a_plain_programme(seed: int) -> None:
    """Odd rows, reductions and fixing change nothing: costs vary little, so that half-integral points abound."""
    chance = np.random.default_rng(seed)
    nodes = int(chance.integers(20, 90))
    tree = nx.Graph([(int(chance.integers(max(0, node - 6), node)), node) for node in range(1, nodes)])
    offered = []
    for _ in range(4 * nodes):
        one, other = chance.choice(nodes, 2, replace=False).tolist()
        offered.append((one, other, int(chance.integers(8, 12))))
    leaves = [node for node in tree if tree.degree(node) == 1]
    offered += [(one, other, 11) for one, other in zip(leaves, leaves[1:] + leaves[:1], strict=True) if one != other]
    assert check(tree, offered) == solved_plainly(tree, offered)
