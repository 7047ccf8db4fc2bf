"""Who is served where: units, agencies, or anything that needs the core, with what each weighs."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinhso.infrastructure.graphs.multigraph import BrokenGraph, Ints, Multigraph, numbered

Weights = dict[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Services:
    """Service i is served while any of its nodes, `nodes[start[i]:start[i + 1]]`, reaches any core node.

    `weights` by name ("people", "units", "agencies"): non-negative int64 by service."""

    keys: list[Any]
    start: Ints
    nodes: Ints
    weights: Weights

    @classmethod
    def build(
        cls,
        keys: Sequence[Hashable],
        nodes: Iterable[Iterable[int]],
        weights: Mapping[str, Sequence[int]] | None = None,
    ) -> Services:
        """From keys, node numbers by service, and weights by name; without weights each service weighs 1 "services".

        Raises BrokenGraph for a repeated key, lists of unequal length, or a negative weight."""
        numbered(keys, "service")
        by_service = [sorted(set(found)) for found in nodes]
        if len(by_service) != len(keys):
            raise BrokenGraph(f"{len(keys)} services, but nodes of {len(by_service)}")
        kept: Weights = {}
        for name, given in (weights or {"services": [1] * len(keys)}).items():
            kept[name] = np.asarray(given, np.int64).reshape(-1)
            if len(kept[name]) != len(keys):
                raise BrokenGraph(f"{len(keys)} services, but {len(kept[name])} weights", place=name)
            if len(keys) and kept[name].min() < 0:
                worst = keys[int(kept[name].argmin())]
                raise BrokenGraph(f"service {worst!r} has a negative weight", place=name, mend="give 0 or more")
        start = np.zeros(len(keys) + 1, np.int32)
        np.cumsum([len(found) for found in by_service], out=start[1:])
        flat = np.fromiter((node for found in by_service for node in found), np.int32, int(start[-1]))
        return cls(list(keys), start, flat, kept)

    @classmethod
    def each_node(cls, graph: Multigraph, weights: Mapping[str, Sequence[int]] | None = None) -> Services:
        """Every node of a graph as a service of its own, weighing 1 "nodes" unless told otherwise."""
        count = len(graph.node_ids)
        named = weights or {"nodes": np.ones(count, np.int64)}  # type: ignore[dict-item]
        kept = {name: np.asarray(given, np.int64) for name, given in named.items()}
        return cls(graph.node_ids, np.arange(count + 1, dtype=np.int32), np.arange(count, dtype=np.int32), kept)
