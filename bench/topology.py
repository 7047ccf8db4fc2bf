"""Topology beside networkx and rustworkx: bridges, cut nodes and people lost, all N-1, all 2-span cuts, "cut here".

    python bench/topology.py [spans of the largest network]

Networks are drawn by a fixed seed: a tree whose nodes join near ones, a quarter more spans between near nodes, parallel
ones among them, two cores, people at every node. Ratios are of wall time in this run; graphs of the peers are built
before their clock starts, while ours starts from bare lists of ends. Compiling is measured apart, into an empty cache.
networkx's N-1 is timed on a sample of spans and multiplied up; its bridges are those of the simple graph. Peers know no
core, and rustworkx takes parallel spans for bridges, so that counts differ; it is left out where it is not installed.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np

LARGEST, SAMPLE, COMMUNES = 1_000_000, 60, 10_040


def timed(work: Callable[[], Any], best_of: int = 1) -> tuple[float, Any]:
    """Least wall time of some runs, and what the last gave."""
    spent = []
    for _ in range(best_of):
        began = time.perf_counter()
        found = work()
        spent.append(time.perf_counter() - began)
    return min(spent), found


def network(spans: int, seed: int = 1) -> Any:
    """A multigraph of so many spans over four fifths as many nodes."""
    from tinhso.infrastructure.graphs.multigraph import Multigraph

    draw = np.random.default_rng(seed)
    count = spans * 4 // 5
    child = np.arange(1, count)
    near = np.maximum(child - draw.geometric(0.05, count - 1), 0)
    more = spans - len(child)
    one = draw.integers(0, count, more)
    other = np.clip(one + draw.integers(-50, 50, more), 0, count - 1)
    # Numbers say nothing about the place in the tree, as in a real register.
    name = draw.permutation(count)
    a, b = name[np.concatenate([child, one])], name[np.concatenate([near, other])]
    return Multigraph(list(range(count)), list(range(spans)), a.astype(np.int32), b.astype(np.int32))


def people(count: int) -> Any:
    return np.random.default_rng(2).integers(0, 5_000, count)


def prepared(graph: Any, services: Any = None) -> Any:
    from tinhso.infrastructure.graphs.loss import prepare
    from tinhso.infrastructure.graphs.rooted import Rooted
    from tinhso.infrastructure.graphs.services import Services
    from tinhso.infrastructure.solvers.compiled import compiled

    count = len(graph.node_ids)
    services = services or Services.each_node(graph, {"people": people(count)})
    return prepare(Rooted.of(graph, [0, count // 2], compiled), services)


def everything(graph: Any, services: Any = None) -> tuple[Any, Any, Any, Any]:
    """Bridges, articulation points, and people lost by every span and every node."""
    from tinhso.infrastructure.graphs.loss import node_losses, span_losses

    laid = prepared(graph, services)
    return laid.rooted.bridges, laid.rooted.articulation, span_losses(laid), node_losses(laid)


def compiling() -> None:
    from tinhso.infrastructure.graphs.loss import pairs

    spent, _ = timed(lambda: pairs(prepared(network(1_000))))
    again, _ = timed(lambda: pairs(prepared(network(1_000))))
    print(f"compiling all kernels, once per machine: {spent - again:.1f} s")


def largest(spans: int) -> None:
    graph = network(spans)
    print(f"\n{spans:,} spans: bridges, articulation points, people lost by each")
    ours, (bridges, *_others) = timed(lambda: everything(graph), 3)
    print(f"  ours, from lists of ends            {ours:8.3f} s   {len(bridges):,} bridges")
    if find_spec("rustworkx"):
        import rustworkx

        peer = rustworkx.PyGraph()
        peer.add_nodes_from(graph.node_ids)
        peer.add_edges_from_no_data(list(zip(graph.a.tolist(), graph.b.tolist(), strict=True)))
        theirs, found = timed(lambda: rustworkx.bridges(peer), 3)
        ratio = ours / theirs
        print(f"  rustworkx bridges alone             {theirs:8.3f} s   {len(found):,} found; ours / it = {ratio:.2f}")
        del peer, found
    plain = nx.Graph(zip(graph.a.tolist(), graph.b.tolist(), strict=True))
    theirs, found = timed(lambda: (sum(1 for _ in nx.bridges(plain)), sum(1 for _ in nx.articulation_points(plain))))
    print(f"  networkx bridges + articulation     {theirs:8.3f} s   without people; it / ours = {theirs / ours:.0f}")


def single_losses(spans: int) -> None:
    graph = network(spans)
    print(f"\n{spans:,} spans: all N-1 of spans")
    ours, (_bridges, _articulation, by_span, _nodes) = timed(lambda: everything(graph), 5)
    weight = people(len(graph.node_ids)).tolist()
    peer = nx.MultiGraph()
    peer.add_edges_from(zip(graph.a.tolist(), graph.b.tolist(), graph.span_ids, strict=True))
    core = (0, len(graph.node_ids) // 2)

    def served() -> int:
        held = nx.node_connected_component(peer, core[0])
        held = held if core[1] in held else held | nx.node_connected_component(peer, core[1])
        return sum(weight[node] for node in held)

    intact = served()
    sample = random.Random(3).sample(range(spans), SAMPLE)

    def removing() -> list[int]:
        lost = []
        for span in sample:
            ends = int(graph.a[span]), int(graph.b[span])
            peer.remove_edge(*ends, span)
            lost.append(intact - served())
            peer.add_edge(*ends, span)
        return lost

    theirs, lost = timed(removing)
    if lost != [int(by_span["people"][span]) for span in sample]:
        raise SystemExit("networkx and ours disagree on what single spans take")
    whole = theirs / SAMPLE * spans
    print(f"  ours (spans, nodes too)             {ours:8.4f} s")
    print(f"  networkx, {SAMPLE} of {spans:,} multiplied {whole:8.1f} s   it / ours = {whole / ours:,.0f}")


def double_cuts(spans: int) -> None:
    from tinhso.infrastructure.graphs.loss import pairs

    graph = network(spans)
    spent, found = timed(lambda: pairs(prepared(graph)), 3)
    print(f"\n{spans:,} spans: all 2-span cuts with people lost, from lists of ends")
    print(f"  {len(found.first):,} pairs in {spent:.4f} s; the worst takes {int(found.losses['people'][0]):,}")


def cuts(spans: int) -> None:
    from tinhso.infrastructure.graphs.loss import cut

    laid = prepared(network(spans))
    first, _ = timed(lambda: cut(laid, [0]))
    draw = random.Random(4)
    spent = []
    for size in (1, 2, 5, 10, 20, 50) * 10:
        gone = draw.sample(range(spans), size), draw.sample(range(spans // 2), size // 5)
        spent.append(timed(partial(cut, laid, *gone))[0])
    median, worst = statistics.median(spent) * 1e3, max(spent) * 1e3
    print(f"\n{spans:,} spans: cut here, 1 to 50 spans and up to 10 nodes (numpy only)")
    print(f"  first {first * 1e3:.1f} ms, then median {median:.1f}, worst {worst:.1f} ms")


def national(spans: int) -> None:
    from tinhso.infrastructure.graphs.loss import cut, pairs, two_ways
    from tinhso.infrastructure.graphs.services import Services

    graph = network(spans)
    count = len(graph.node_ids)
    draw = np.random.default_rng(5)
    keys = [f"commune {i}" for i in range(COMMUNES)] + [f"agency {i}" for i in range(3 * COMMUNES)]
    at = draw.integers(0, count, (len(keys), 3))
    several = draw.integers(1, 4, len(keys))
    weights = {
        "people": np.where(np.arange(len(keys)) < COMMUNES, draw.integers(2_000, 60_000, len(keys)), 0),
        "agencies": (np.arange(len(keys)) >= COMMUNES).astype(np.int64),
    }
    services = Services.build(keys, [row[:some].tolist() for row, some in zip(at, several, strict=True)], weights)
    print(
        f"\nnational: {spans:,} spans, {COMMUNES:,} communes and {3 * COMMUNES:,} agencies at one to three nodes each"
    )
    spent, _ = timed(lambda: everything(graph, services), 3)
    print(f"  all N-1, spans and nodes            {spent:8.3f} s")
    laid = prepared(graph, services)
    spent, found = timed(lambda: pairs(laid, 1_000))
    print(f"  the worst 1,000 of {found.total:,} pairs     {spent:8.3f} s")
    spent, _ = timed(lambda: (two_ways(laid, "span"), two_ways(laid, "node")))
    print(f"  two ways by span and by node        {spent:8.3f} s")
    spent, _ = timed(lambda: cut(laid, range(20), range(3)))
    print(f"  cut of 20 spans and 3 nodes         {spent:8.3f} s")


def main() -> None:
    """All of it in one run."""
    spans = int(sys.argv[1]) if len(sys.argv) > 1 else LARGEST
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
    with tempfile.TemporaryDirectory() as folder:
        os.environ["NUMBA_CACHE_DIR"] = folder
        compiling()
        largest(spans)
        single_losses(10_000)
        double_cuts(10_000)
        cuts(100_000)
        national(300_000)


if __name__ == "__main__":
    main()
