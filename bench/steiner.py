"""Steiner trees: SteinLib families at 60 s a problem, beside SteinerPy and a plain directed-cut programme.

    python bench/steiner.py [--families B,C,D,E] [--peers C,D] [--limit 60] [--quick]

Reads ../shared/data/network/steinlib and its published values. "heuristic": the best tree before branch and cut, as its
gap to the published value. Peers get the same problems, one after the other in the same run: SteinerPy (PyPI; left out
with a word where it is not installed), and Wong's directed-cut programme on HiGHS, cuts added by minimum cuts, nothing
else. Where a peer ends unproven at the limit, its time is the limit and the ratio is "at least". --quick: five problems
of C. The kernels are compiled before the clock starts. The command and the machine's load are printed.
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

DATA = Path(__file__).parents[1] / "../shared/data/network"
QUICK = ("c04", "c06", "c10", "c15", "c17")


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
    """Wong's programme (Math. Programming 1984) on HiGHS: warm-started relaxations with cuts by our compiled maximum
    flows until none is violated, then whole answers with cuts until one joins all; no reductions, no trees."""
    from tinhso.infrastructure.solvers.steiner.first import cheapest_parallel
    from tinhso.infrastructure.solvers.steiner.graph import build
    from tinhso.infrastructure.solvers.steiner.max_flow import UNIT, violated_cuts

    instance = problem.instance
    began = time.perf_counter()
    edges = cheapest_parallel(instance.nodes, instance.tails, instance.heads, instance.costs)
    g = build(instance.nodes, instance.tails[edges], instance.heads[edges], instance.costs[edges], instance.terminals)
    root, arcs = int(g.terminals[0]), 2 * g.m
    head = np.stack([g.heads, g.tails], axis=1).ravel()
    model = highspy.Highs()
    model.silent()
    model.setOptionValue("threads", 1)
    none = np.zeros(0, np.int32)
    model.addCols(arcs, np.repeat(g.costs, 2).astype(float), np.zeros(arcs), np.ones(arcs), 0, none, none, np.zeros(0))
    for node in g.terminals[1:]:
        into = np.flatnonzero(head == node).astype(np.int32)
        model.addRow(1.0, highspy.kHighsInf, len(into), into, np.ones(len(into)))
    demand, most = np.full(g.n, UNIT, np.int64), 400 + g.n // 4
    room, target = np.empty(max(100 * most, 4 * g.m), np.int64), np.zeros(most, np.int64)
    whole = False
    while (left := limit - (time.perf_counter() - began)) > 0:
        # HiGHS counts the time of all runs of a relaxation together, of a whole programme each by itself.
        model.setOptionValue("time_limit", left if whole else model.getRunTime() + left)
        model.run()
        if model.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            break
        values = np.clip(np.asarray(model.getSolution().col_value), 0, 1)
        starts = np.zeros(most + 1, np.int64)
        found = violated_cuts(
            g.start, g.reach, g.arcs, g.tails, g.heads, np.rint(values * UNIT).astype(np.int64), root,
            g.terminals[1:], demand, most, 5, room, starts, target,
        )  # fmt: skip
        if found:
            ends = starts[: found + 1]
            model.addRows(
                found, np.ones(found), np.full(found, highspy.kHighsInf), int(ends[-1]), ends[:-1].astype(np.int32),
                room[: ends[-1]].astype(np.int32), np.ones(int(ends[-1])),
            )  # fmt: skip
        elif whole:
            return round(model.getObjectiveValue()), True, time.perf_counter() - began
        else:
            whole = True
            model.changeColsIntegrality(
                arcs, np.arange(arcs, dtype=np.int32), np.full(arcs, highspy.HighsVarType.kInteger)
            )
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
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"python {' '.join(sys.argv)}\n{os.cpu_count()} cores, load {load}", flush=True)
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
            least = "at least " if good < len(done) else ""
            print(
                f"  {title}, {options.limit:.0f} s each: {good} of {len(done)} in {theirs:.1f} s; we are {least}"
                f"{theirs / mine:.1f} × as fast",
                flush=True,
            )


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    import django

    django.setup()
    main()
