"""Random networks, and what networkx says of them by removing and searching again."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

import networkx as nx

from tinhso.infrastructure.graphs.loss import Prepared, prepare
from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.graphs.rooted import Rooted
from tinhso.infrastructure.graphs.services import Services

ROOT = "root"


@dataclass
class Case:
    """A network in plain lists."""

    count: int
    spans: list[tuple[int, int]]
    core: list[int]
    services: list[list[int]]
    people: list[int]

    def prepared(self, **options) -> Prepared:
        graph = Multigraph.build(range(self.count), [(f"s{i}", *ends) for i, ends in enumerate(self.spans)])
        served = Services.build(range(len(self.services)), self.services, {"people": self.people})
        return prepare(Rooted.of(graph, self.core, **options), served)

    def served(self, spans=(), nodes=()) -> set[int]:
        """Services that reach the core once these are gone."""
        # Spans are taken away by number, so that of those left parallel ones need no telling apart.
        graph = nx.Graph()
        graph.add_nodes_from([ROOT, *range(self.count)])
        graph.add_edges_from(ends for i, ends in enumerate(self.spans) if i not in spans)
        graph.add_edges_from((ROOT, node) for node in self.core)
        graph.remove_nodes_from(nodes)
        alive = nx.node_connected_component(graph, ROOT)
        return {index for index, nodes in enumerate(self.services) if alive.intersection(nodes)}

    def lost(self, spans=(), nodes=()) -> set[int]:
        return self.intact - self.served(spans, nodes)

    @cached_property
    def intact(self) -> set[int]:
        return self.served()

    def weigh(self, services) -> int:
        return sum(self.people[index] for index in services)

    def ways(self, service: int, kind: str) -> int:
        """Disjoint ways of a service to the core, by maximum flow; its own nodes and core nodes hold any number."""
        flow = nx.DiGraph()
        flow.add_nodes_from(["from", "to"])

        def add(one, two, capacity):
            known = flow.get_edge_data(one, two, {"capacity": 0})["capacity"]
            flow.add_edge(one, two, capacity=known + capacity)

        own = self.services[service]
        for node in range(self.count):
            free = kind == "span" or node in own or node in self.core
            add(("in", node), ("out", node), 99 if free else 1)
        for node in own:
            add("from", ("in", node), 99)
        for node in self.core:
            add(("out", node), "to", 99)
        for one, two in self.spans:
            if one != two:
                add(("out", one), ("in", two), 1)
                add(("out", two), ("in", one), 1)
        return nx.maximum_flow_value(flow, "from", "to")


def case(seed: int, nodes: int = 14, spans: int = 22) -> Case:
    """A random network with parallel spans, loops, several cores, and services of none to three nodes."""
    draw = random.Random(seed)
    count = draw.randint(1, nodes)
    made = [(draw.randrange(count), draw.randrange(count)) for _ in range(draw.randint(0, spans))]
    made += [pair for pair in made if draw.random() < 0.15]
    core = draw.sample(range(count), draw.randint(0, min(3, count)))
    served = [draw.sample(range(count), draw.randint(0, min(3, count))) for _ in range(draw.randint(0, 10))]
    return Case(count, made, core, served, [draw.randint(0, 50) for _ in served])
