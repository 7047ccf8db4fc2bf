"""Availability on real networks: the exact count beside enumerating and beside drawing states with networkx.

    python bench/availability.py [folder of Topology Zoo GML files]

Every network of the folder (default ../shared/data/network/topology_zoo_gml) with two core nodes: the first and the one
in the middle of the file. Services are every node, and as many pairs of nodes drawn by a fixed seed; each span works
99.9% of the time, less its number in parts per 10^6, each node 99.99%. Ours is `graphs.availability`, plain Python; its
time includes drawing states where no exact way is short enough. Enumeration goes through all states of the spans (nodes
always work) of networks with up to 15 spans, once for all services, and must agree to the last part but one; drawing
searches 25 states of every network and is multiplied up to the 20,000 that ours draws. Ratios are of CPU time in this
run; graphs of networkx are built before its clock starts.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import networkx as nx

FOLDER = Path(__file__).resolve().parents[2] / "shared/data/network/topology_zoo_gml"
LARGEST, DRAWN, SAMPLES = 15, 25, 20_000
PARTS = 10**9
NODE_UP = 999_900_000
ROOT = -1


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """CPU time of a run, and what it gave."""
    began = time.process_time()
    found = work()
    return time.process_time() - began, found


class Network:
    """A network in plain lists, and the same made ready by us and in networkx."""

    def __init__(self, path: Path) -> None:
        from tinhso.infrastructure.graphs.loss import prepare
        from tinhso.infrastructure.graphs.multigraph import Multigraph
        from tinhso.infrastructure.graphs.rooted import Rooted
        from tinhso.infrastructure.graphs.services import Services
        from tinhso.infrastructure.solvers.formats.gml import read_gml

        read = read_gml(path.read_bytes())
        self.name, self.count = path.stem, len(read.nodes)
        number = {node.id: place for place, node in enumerate(read.nodes)}
        self.ends = [(number[edge.source], number[edge.target]) for edge in read.edges]
        self.core = sorted({0, self.count // 2})
        draw = random.Random(1)
        pairs = [draw.sample(range(self.count), min(2, self.count)) for _ in range(self.count)]
        self.services = [[node] for node in range(self.count)] + [sorted(pair) for pair in pairs]
        self.up = [999_000_000 - 1_000 * number for number in range(len(self.ends))]
        graph = Multigraph.build(range(self.count), [(str(i), *ends) for i, ends in enumerate(self.ends)])
        laid = Services.build(range(len(self.services)), self.services, {"people": [0] * len(self.services)})
        self.prepared = prepare(Rooted.of(graph, self.core), laid)
        self.graph = nx.MultiGraph()
        self.graph.add_nodes_from([ROOT, *range(self.count)])
        self.graph.add_edges_from((ROOT, node) for node in self.core)

    def ours(self, node_up: int) -> Any:
        from tinhso.infrastructure.graphs.availability import availability

        return availability(self.prepared, self.up, [node_up] * self.count)

    def reached(self, spans: Iterable[int], gone: Iterable[int] = ()) -> set[int]:
        """Nodes joined to the core while these spans work."""
        graph = self.graph.copy()
        graph.add_edges_from(self.ends[span] for span in spans)
        graph.remove_nodes_from(gone)
        return nx.node_connected_component(graph, ROOT)

    def enumerated(self) -> list[int]:
        """By service its share in parts per 10^9, from every state of the spans, in whole numbers throughout."""
        total = [0] * len(self.services)
        spans = range(len(self.ends))
        for state in itertools.product((False, True), repeat=len(self.ends)):
            chance = 1
            for span in spans:
                chance *= self.up[span] if state[span] else PARTS - self.up[span]
            alive = self.reached(itertools.compress(spans, state))
            for number, nodes in enumerate(self.services):
                if not alive.isdisjoint(nodes):
                    total[number] += chance
        whole = PARTS ** len(self.ends)
        return [(2 * PARTS * one + whole) // (2 * whole) for one in total]

    def drawn(self) -> None:
        """Some states, searched one by one."""
        draw = random.Random(2)
        for _ in range(DRAWN):
            works = [span for span, up in enumerate(self.up) if draw.randrange(PARTS) < up]
            alive = self.reached(works, [node for node in range(self.count) if draw.randrange(PARTS) >= NODE_UP])
            for nodes in self.services:
                alive.isdisjoint(nodes)


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    files = sorted(folder.glob("*.gml"))
    if not files:
        print(f"{folder} holds no GML files: nothing was measured")
        return
    networks = [Network(path) for path in files]
    told = [(*timed(lambda one=one: one.ours(NODE_UP)), one) for one in networks]
    spent = sum(seconds for seconds, _found, _one in told)
    services = [service for _seconds, found, _one in told for service in found]
    exact = sum(service.method == "exact" for service in services)
    slowest, _found, slow = max(told, key=lambda row: row[0])
    print(
        f"{len(networks)} networks, {len(services):,} services: {exact / len(services):.1%} exact, {spent:.2f} s in all"
    )
    print(f"slowest: {slow.name}, {slow.count} nodes, {len(slow.ends)} spans: {slowest:.2f} s")
    whole = [one for _seconds, found, one in told if all(service.method == "exact" for service in found)]
    alone = [service for _seconds, found, one in told for service in found[: one.count]]
    sure = sum(service.method == "exact" for service in alone)
    print(f"networks with every service exact: {len(whole)}; of single nodes {sure / len(alone):.1%} are exact")

    small = [one for one in networks if len(one.ends) <= LARGEST]
    mine = theirs = 0.0
    worst = 0
    for one in small:
        seconds, found = timed(lambda one=one: one.ours(PARTS))
        mine += seconds
        seconds, shares = timed(one.enumerated)
        theirs += seconds
        worst = max(worst, *(abs(a.value - b) for a, b in zip(found, shares, strict=True)))
    if worst > 1:
        raise SystemExit(f"enumeration differs by {worst} parts per 10^9")
    print(
        f"{len(small)} networks of up to {LARGEST} spans, every state by networkx: {theirs:.1f} s, ours {mine:.3f} s: "
        f"{theirs / mine:,.0f} times; they differ by at most {worst} parts per 10^9"
    )
    seconds = sum(timed(one.drawn)[0] for one in networks) * SAMPLES / DRAWN
    print(
        f"{SAMPLES:,} states of every network drawn with networkx, from {DRAWN}: {seconds:,.0f} s: "
        f"{seconds / spent:,.0f} times, and an interval instead of a number"
    )


if __name__ == "__main__":
    main()
