"""Networks without a core: how many pairs of nodes lose each other with a span or a node."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tinhso.infrastructure.graphs import kernels
from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.graphs.prepared import Longs
from tinhso.infrastructure.graphs.rooted import Rooted


def rooted_everywhere(graph: Multigraph, run: kernels.Runner = kernels.plain) -> Rooted:
    """Root each component at one node of its own, so that every node is reached; the places below the root are the
    components."""
    count = len(graph.node_ids)
    whole = Rooted.of(graph, range(count), run)
    # With every node held by the root nothing is a bridge; the first search only tells components apart.
    order = whole.order[1:]
    over_span = whole.by[1:] >= 0
    return Rooted.of(graph, order[~over_span], run)


def components(rooted: Rooted) -> Longs:
    """Number of nodes of each component, largest first."""
    tops = np.flatnonzero(rooted.parent == 0)
    return np.sort((rooted.end[tops] - tops).astype(np.int64))[::-1]


def _component_size(rooted: Rooted) -> Longs:
    """By place, the number of nodes of its component."""
    tops = np.flatnonzero(rooted.parent == 0)
    sizes = rooted.end[tops] - tops
    return np.concatenate([[0], np.repeat(sizes, sizes)]).astype(np.int64)


def span_pairs_lost(rooted: Rooted) -> NDArray[np.int64]:
    """By span: how many pairs of nodes its cut parts; that of a bridge with s of c nodes on one side is s(c-s)."""
    places = rooted.bridge_places
    lost = np.zeros(len(rooted.graph.span_ids), np.int64)
    below = (rooted.end[places] - places).astype(np.int64)
    lost[rooted.by[places]] = below * (_component_size(rooted)[places] - below)
    return lost


def node_pairs_lost(rooted: Rooted) -> NDArray[np.int64]:
    """By node: how many pairs of other nodes its loss parts."""
    places = np.arange(rooted.size, dtype=np.int64)
    apart = places[1:][(rooted.low >= rooted.parent)[1:]]
    below = rooted.end[apart] - apart
    split, squares = np.zeros(rooted.size, np.int64), np.zeros(rooted.size, np.int64)
    np.add.at(split, rooted.parent[apart], below)
    np.add.at(squares, rooted.parent[apart], below * below)
    others = _component_size(rooted)[1:] - 1
    rest = others - split[1:]
    lost = np.zeros(len(rooted.graph.node_ids), np.int64)
    lost[rooted.order[1:]] = (others * others - squares[1:] - rest * rest) // 2
    return lost
