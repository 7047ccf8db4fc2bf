"""Two-way connection: a real network against networkx's augmentation, then trees of 10,000 and 30,000 bridges.

    python bench/double.py [FILE.json] [bridges …]

FILE: an OFDS network (default: the largest of ../shared/data/network/ofds_public); its largest connected part is
doubled by straight lines between near nodes, offered alike to networkx.k_edge_augmentation (weighted, k = 2) and to us.
Trees: the minimum spanning tree of random points, its other Delaunay edges as candidates; beside us the plain covering
programme on HiGHS, one row per bridge, as far as 10,000 bridges. Every plan of ours is checked by the verifier. Ratios
are of this run. The compiled kernels are loaded before the clock starts.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import highspy
import networkx as nx
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import minimum_spanning_tree
from scipy.spatial import Delaunay

PUBLIC = Path(__file__).parents[1] / "../shared/data/network/ofds_public"
PLAIN_UP_TO = 10_000


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def checked(problem: Any, plan: Any) -> None:
    from tinhso.infrastructure.solvers.verify import Ground, verify

    spans = list(zip(problem.tails.tolist(), problem.heads.tolist(), problem.costs.tolist(), strict=True))
    sites = {site.key: site.nodes for site in problem.sites}
    ground = Ground(problem.nodes, spans, problem.existing.tolist(), problem.core, sites)
    faults = verify(ground, plan.edges, need=plan.need, cost=plan.cost, bound=plan.bound)
    if faults:
        raise SystemExit(f"the verifier objects: {faults[:3]}")


def largest_part(path: Path, nearest: int) -> Any:
    """The largest connected part of a file's network as a problem of its own."""
    from tinhso.infrastructure.planning.doubling_files import ask
    from tinhso.infrastructure.solvers.double import Problem, Site

    asked = next(ask(path.read_bytes(), "ofds", [], nearest=nearest))
    whole = asked.problem
    graph = nx.MultiGraph()
    graph.add_nodes_from(range(whole.nodes))
    rows = list(
        zip(whole.tails.tolist(), whole.heads.tolist(), whole.costs.tolist(), whole.existing.tolist(), strict=True)
    )
    graph.add_edges_from((one, other) for one, other, _, stands in rows if stands)
    part = sorted(max(nx.connected_components(graph), key=len))
    number = {node: at for at, node in enumerate(part)}
    inside = [
        (number[one], number[other], cost, stands)
        for one, other, cost, stands in rows
        if one in number and other in number
    ]
    return Problem.build(
        len(part),
        [(one, other) for one, other, _, stands in inside if stands],
        [(one, other, cost) for one, other, cost, stands in inside if not stands],
        [number[whole.core[0]]],
        [Site(str(node), (node,)) for node in range(len(part))],
        candidate_set=whole.candidates,
    )


def by_networkx(problem: Any) -> int:
    """What networkx's augmentation costs. It takes no parallel spans: where some stand, one stands for them, and where
    that makes a bridge of a pair, it counts as covered."""
    graph = nx.Graph()
    graph.add_nodes_from(range(problem.nodes))
    offered = {}
    rows = zip(
        problem.tails.tolist(), problem.heads.tolist(), problem.costs.tolist(), problem.existing.tolist(), strict=True
    )
    for one, other, cost, stands in rows:
        if stands:
            if graph.has_edge(one, other):
                # A way round a node of its own keeps the second span of a pair.
                middle = graph.number_of_nodes()
                graph.add_edges_from([(one, middle), (middle, other)])
            else:
                graph.add_edge(one, other)
        else:
            offered[one, other] = min(cost, offered.get((one, other), cost))
    links = [(one, other, cost) for (one, other), cost in offered.items() if not graph.has_edge(one, other)]
    chosen = list(nx.k_edge_augmentation(graph, 2, avail=links))
    return sum(offered.get(pair) or offered[pair[::-1]] for pair in chosen)


def random_tree(bridges: int) -> Any:
    from tinhso.infrastructure.solvers.double import Problem, Site

    points = np.random.default_rng(1).random((bridges + 1, 2)) * 1e5
    corners = Delaunay(points).simplices
    edges = np.sort(np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]]), axis=1)
    edges = np.unique(edges, axis=0).astype(np.int64)
    metres = np.rint(np.hypot(*(points[edges[:, 0]] - points[edges[:, 1]]).T) * 1.3).astype(np.int64)
    weights = coo_matrix((metres, (edges[:, 0], edges[:, 1])), shape=(len(points), len(points)))
    tree = minimum_spanning_tree(weights.tocsr()).tocoo()
    kept = {(min(pair), max(pair)) for pair in zip(tree.row.tolist(), tree.col.tolist(), strict=True)}
    stands = np.array([tuple(edge) in kept for edge in edges.tolist()])
    sites = tuple(Site(str(node), (node,)) for node in range(len(points)))
    return Problem(len(points), edges[:, 0], edges[:, 1], metres, stands, (0,), sites, "Delaunay edges")


def by_plain_programme(problem: Any) -> int:
    """One row per bridge over all candidates, to HiGHS as it is."""
    tree = nx.Graph()
    for one, other in np.column_stack((problem.tails, problem.heads))[problem.existing].tolist():
        tree.add_edge(one, other)
    parent, depth = {0: 0}, {0: 0}
    for above, below in nx.bfs_edges(tree, 0):
        parent[below], depth[below] = above, depth[above] + 1
    rows: list[int] = []
    starts = [0]
    offered = problem.offered
    for span in offered.tolist():
        one, other = int(problem.tails[span]), int(problem.heads[span])
        while one != other:
            if depth[one] < depth[other]:
                one, other = other, one
            rows.append(one - 1)
            one = parent[one]
        starts.append(len(rows))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(offered), problem.nodes - 1
    lp.col_cost_ = problem.costs[offered].astype(float)
    lp.col_lower_, lp.col_upper_ = np.zeros(len(offered)), np.ones(len(offered))
    lp.row_lower_, lp.row_upper_ = np.ones(lp.num_row_), np.full(lp.num_row_, highspy.kHighsInf)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, rows, np.ones(len(rows))
    lp.integrality_ = [highspy.HighsVarType.kInteger] * len(offered)
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("mip_rel_gap", 0.0)
    model.passModel(lp)
    model.run()
    return round(model.getInfo().objective_function_value)


def tell(name: str, seconds: float, plan: Any, problem: Any) -> None:
    checked(problem, plan)
    state = "proven" if plan.proven else f"gap {plan.gap:.3%}"
    print(f"{name:38} {seconds:8.2f} s  {plan.cost:>12,}  {state}")


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    django.setup()
    from tinhso.infrastructure.solvers.double import double

    given = [Path(text) for text in sys.argv[1:] if not text.isdigit()]
    sizes = [int(text) for text in sys.argv[1:] if text.isdigit()] or [10_000, 30_000]
    files = given or sorted(PUBLIC.glob("*.json"))
    warm = random_tree(300)
    for protect in ("span", "node"):
        double(warm, protect=protect, time_limit=60)
    if files:
        path = max(files, key=lambda path: largest_part(path, 1).nodes)
        for nearest in (8, 16):
            problem = largest_part(path, nearest)
            print(f"{path.stem}, its largest part: {problem.nodes} nodes, {len(problem.offered)} candidates")
            print(f"  {problem.candidates}")
            peer_s, peer = timed(lambda problem=problem: by_networkx(problem))
            ours_s, plan = timed(lambda problem=problem: double(problem, time_limit=600))
            print(f"{'networkx k_edge_augmentation':38} {peer_s:8.2f} s  {peer:>12,}")
            tell("ours, from spans", ours_s, plan, problem)
            print(f"{peer_s / ours_s:.1f} × faster, {1 - plan.cost / peer:.1%} cheaper")
        nodes_s, plan = timed(lambda: double(problem, protect="node", time_limit=600, skip_impossible=True))
        tell("ours, from nodes", nodes_s, plan, problem)
    else:
        print(f"no networks in {PUBLIC}: name an OFDS file")
    for size in sizes:
        problem = random_tree(size)
        print(f"{size:,} bridges, {len(problem.offered):,} candidates")
        ours_s, plan = timed(lambda problem=problem: double(problem, time_limit=600))
        tell("ours, from spans", ours_s, plan, problem)
        if size <= PLAIN_UP_TO:
            plain_s, plain = timed(lambda problem=problem: by_plain_programme(problem))
            if plain != plan.cost:
                raise SystemExit(f"the plain programme finds {plain}")
            print(
                f"{'plain covering programme':38} {plain_s:8.2f} s  {plain:>12,}  ours {plain_s / ours_s:.1f} × faster"
            )


if __name__ == "__main__":
    main()
