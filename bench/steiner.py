"""Steiner trees: SteinLib families at 60 s a problem, beside SteinerPy and a plain directed-cut programme.

    python bench/steiner.py [--families B,C,D,E] [--peers C,D] [--limit 60] [--quick]

Reads ../shared/data/network/steinlib and its published values. "heuristic": the best tree before branch and cut, as its
gap to the published value. Peers get the same problems, one after the other in the same run: SteinerPy (PyPI; left out
with a word where it is not installed), and Wong's directed-cut programme on HiGHS, cuts added by minimum cuts, nothing
else. --quick: five problems of C. The kernels are compiled before the clock starts.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import highspy
import networkx as nx
import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, maximum_flow

DATA = Path(__file__).parents[1] / "../shared/data/network"
QUICK = ("c04", "c06", "c10", "c15", "c17")
SCALE = 10**6


def published() -> dict[str, int]:
    with (DATA / "steinlib_optima/steinlib.csv").open() as table:
        return {Path(row["filename"]).stem: int(row["opt"]) for row in csv.DictReader(table) if row["opt"]}


def ours(problem: Any, limit: float) -> tuple[int, bool, float, int]:
    """Cost, whether proven, seconds, and the cost before branch and cut."""
    from tinhso.infrastructure.solvers.steiner import solve

    early: list[int] = []
    began = time.perf_counter()
    found = solve(
        problem.instance,
        time_limit=limit,
        on_progress=lambda told: early.append(told.cost) if told.phase != "branch and cut" else None,
    )
    seconds = time.perf_counter() - began
    tree = nx.Graph()
    tree.add_edges_from((problem.instance.tails[edge], problem.instance.heads[edge]) for edge in found.edges)
    tree.add_nodes_from(problem.instance.terminals)
    if not nx.is_connected(tree) or sum(int(problem.instance.costs[edge]) for edge in found.edges) != found.cost:
        raise SystemExit("a tree of ours does not join its terminals at the cost it tells")
    return found.cost, found.proven, seconds, min(early, default=found.cost)


def by_steinerpy(problem: Any, limit: float) -> tuple[int, bool, float]:
    from steinerpy import SteinerProblem

    graph = nx.Graph()
    for tail, head, cost in zip(problem.instance.tails, problem.instance.heads, problem.instance.costs, strict=True):
        graph.add_edge(int(tail), int(head), weight=int(cost))
    began = time.perf_counter()
    asked = SteinerProblem(graph, [[int(node) for node in problem.instance.terminals]])
    try:
        found = asked.get_solution(time_limit=limit)
    except RuntimeError:  # It ends without an answer where time runs out before it has a connected one.
        return -1, False, time.perf_counter() - began
    seconds = time.perf_counter() - began
    return round(found.objective), found.gap is not None and found.gap < 1e-6, seconds


def by_directed_cuts(problem: Any, limit: float) -> tuple[int, bool, float]:
    """Wong's programme (Math. Programming 1984): rows found by minimum cuts, first for the relaxation, then for whole
    answers."""
    instance = problem.instance
    tails = np.concatenate([instance.tails, instance.heads]).astype(np.int64)
    heads = np.concatenate([instance.heads, instance.tails]).astype(np.int64)
    costs = np.concatenate([instance.costs, instance.costs]).astype(float)
    root, *others = (int(node) for node in instance.terminals)
    began = time.perf_counter()
    model = highspy.Highs()
    model.silent()
    for cost in costs:
        model.addCol(float(cost), 0.0, 1.0, 0, [], [])
    whole, rows = False, set()
    while (left := limit - (time.perf_counter() - began)) > 0:
        model.setOptionValue("time_limit", left)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        room = np.rint(np.clip(np.asarray(model.getSolution().col_value), 0, 1) * SCALE).astype(np.int32) + 1
        capacity = csr_matrix((room, (tails, heads)), shape=(instance.nodes, instance.nodes))
        added = 0
        for node in others:
            flow = maximum_flow(capacity, root, node)
            if flow.flow_value >= SCALE:
                continue
            rest = capacity - flow.flow
            rest.data = np.maximum(rest.data, 0)
            rest.eliminate_zeros()
            reached = np.zeros(instance.nodes, bool)
            reached[breadth_first_order(rest, root, return_predecessors=False)] = True
            cut = np.flatnonzero(reached[tails] & ~reached[heads])
            if (key := cut.tobytes()) not in rows:
                rows.add(key)
                model.addRow(1.0, highspy.kHighsInf, len(cut), cut.astype(np.int32), np.ones(len(cut)))
                added += 1
        if not added and whole:
            return round(model.getObjectiveValue()), True, time.perf_counter() - began
        if not added:
            whole = True
            for column in range(len(costs)):
                model.changeColIntegrality(column, highspy.HighsVarType.kInteger)
    return -1, False, time.perf_counter() - began


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--families", default="B,C,D,E")
    asked.add_argument("--peers", default="C,D")
    asked.add_argument("--limit", type=float, default=60.0)
    asked.add_argument("--quick", action="store_true")
    options = asked.parse_args()
    if not (DATA / "steinlib").is_dir():
        print("no ../shared/data/network/steinlib beside the repository: nothing to measure")
        return
    from tinhso.infrastructure.solvers.formats.stp import read_stp
    from tinhso.infrastructure.solvers.steiner.warm import warm_up

    warm_up()
    best = published()
    peers = {"directed cuts on HiGHS": by_directed_cuts}
    if find_spec("steinerpy"):
        peers = {"SteinerPy": by_steinerpy, **peers}
    else:
        print("SteinerPy is not installed: pip install steinerpy to see it beside us")
    for family in ["C"] if options.quick else options.families.split(","):
        files = sorted((DATA / "steinlib" / family).glob("*.stp"))
        files = [file for file in files if not options.quick or file.stem in QUICK]
        problems = [(file.stem, read_stp(file.read_bytes())) for file in files]
        ran = {name: ours(problem, options.limit) for name, problem in problems}
        mine = sum(seconds for _cost, _proven, seconds, _early in ran.values())
        optimal = sum(proven and cost == best[name] for name, (cost, proven, _s, _e) in ran.items())
        gaps = [100 * (early / best[name] - 1) for name, (_c, _p, _s, early) in ran.items()]
        print(
            f"{family}: {optimal} of {len(ran)} proven at the published value in {mine:.1f} s; heuristic alone: "
            f"mean gap {sum(gaps) / len(gaps):.2f} %, worst {max(gaps):.2f} %",
            flush=True,
        )
        for name, (cost, proven, seconds, _early) in ran.items():
            if not proven or cost != best[name]:
                print(f"  {name}: {cost} against {best[name]} after {seconds:.0f} s, proven: {proven}")
        for title, peer in peers.items() if options.quick or family in options.peers.split(",") else ():
            done = {name: peer(problem, options.limit) for name, problem in problems}
            theirs = sum(seconds for _cost, _proven, seconds in done.values())
            good = sum(proven and cost == best[name] for name, (cost, proven, _s) in done.items())
            print(
                f"  {title}: {good} of {len(done)} in {theirs:.1f} s; we are {theirs / mine:.1f} × as fast", flush=True
            )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    import django

    django.setup()
    main()
