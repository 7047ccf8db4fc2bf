"""What a topology file says of its network: its bridges, its articulation points, and what each takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.infrastructure.graphs.chains import chains_of
from tinhso.infrastructure.graphs.loss import node_losses, prepare, span_losses
from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.graphs.rooted import Rooted
from tinhso.infrastructure.graphs.services import Services
from tinhso.infrastructure.graphs.terminals import components, node_pairs_lost, rooted_everywhere, span_pairs_lost
from tinhso.infrastructure.solvers.formats.gml import GmlGraph


@dataclass(frozen=True)
class Weak:
    """A bridge (its id and the labels of its ends) or an articulation point (its number and label), and what its loss
    takes: pairs of nodes parted, or nodes that lose the core."""

    id: str | int
    labels: tuple[str, ...]
    lost: int


@dataclass(frozen=True)
class Analysis:
    """`unit` says what `lost` counts: "pairs" of other nodes parted, or "nodes" that lose the core (itself included).
    `components` are sizes, largest first; `unreached` nodes have no way to the core even when nothing fails.
    `span_cuts` counts pairs of spans that part the network together, neither alone."""

    name: str
    nodes: int
    spans: int
    unit: str
    components: list[int]
    unreached: int
    bridges: list[Weak]
    articulation: list[Weak]
    span_cuts: int

    def as_json(self) -> dict[str, Any]:
        """Plain values, worst first."""
        lost = f"{self.unit}_lost"
        return {
            "name": self.name,
            "nodes": self.nodes,
            "spans": self.spans,
            "components": self.components,
            "unreached": self.unreached,
            "bridges": [{"id": one.id, "ends": list(one.labels), lost: one.lost} for one in self.bridges],
            "articulation_points": [
                {"id": one.id, "label": one.labels[0], lost: one.lost} for one in self.articulation
            ],
            "two_span_cuts": self.span_cuts,
        }


def analyse(file: GmlGraph, core: Sequence[str] = (), run: Callable[..., None] | None = None) -> Analysis:
    """Weak points of a network: by pairs of nodes parted, or, where core nodes are named by label or number, by nodes
    that lose the core."""
    graph = Multigraph.build(
        [node.id for node in file.nodes],
        [(edge.id, edge.source, edge.target) for edge in file.edges],
    )
    options = {} if run is None else {"run": run}
    whole = rooted_everywhere(graph, **options)
    rooted, unit = whole, "pairs"
    by_span, by_node = span_pairs_lost(whole), node_pairs_lost(whole)
    articulation: list[int] = np.flatnonzero(by_node).tolist()
    if core:
        chosen = [graph.node_index[number] for number in _numbers(file, core)]
        rooted, unit = Rooted.of(graph, chosen, **options), "nodes"
        prepared = prepare(rooted, Services.each_node(graph))
        by_span, by_node = span_losses(prepared)["nodes"], node_losses(prepared)["nodes"]
        articulation = rooted.articulation.tolist()
    labels = {node.id: node.label for node in file.nodes}
    ends = {edge.id: (labels[edge.source], labels[edge.target]) for edge in file.edges}
    sizes = np.diff(chains_of(rooted).start).astype(np.int64)
    return Analysis(
        name=file.label,
        nodes=len(file.nodes),
        spans=len(file.edges),
        unit=unit,
        components=components(whole).tolist(),
        unreached=int((rooted.place < 0).sum()),
        bridges=_worst(Weak(graph.span_ids[i], ends[graph.span_ids[i]], int(by_span[i])) for i in rooted.bridges),
        articulation=_worst(
            Weak(graph.node_ids[i], (labels[graph.node_ids[i]],), int(by_node[i])) for i in articulation
        ),
        span_cuts=int((sizes * (sizes - 1) // 2).sum()),
    )


def _worst(found: Any) -> list[Weak]:
    return sorted(found, key=lambda one: (-one.lost, str(one.id)))


def _numbers(file: GmlGraph, core: Sequence[str]) -> list[int]:
    """Node numbers of core nodes named by label or by number."""
    numbers = {str(node.id): node.id for node in file.nodes}
    found = []
    for name in core:
        labelled = file.nodes_labelled(name)
        if len(labelled) > 1:
            listed = ", ".join(str(node.id) for node in labelled)
            raise Invalid(
                str(Text(f"Nhãn “{name}” có ở nhiều nút: {listed}.", f"Label “{name}” is on several nodes: {listed}.")),
                place="--core",
                mend=str(Text("Ghi số của nút.", "Give the node's number.")),
            )
        if not labelled and name not in numbers:
            raise Invalid(
                str(Text(f"Không có nút nào tên “{name}”.", f"No node is called “{name}”.")),
                place="--core",
                mend=str(Text("Ghi nhãn hoặc số của một nút trong tệp.", "Give a label or number from the file.")),
            )
        found.append(labelled[0].id if labelled else numbers[name])
    return found
