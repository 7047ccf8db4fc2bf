"""What is lost: by every single span and node in linear time, by any set of them, and who has two ways."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tinhso.infrastructure.graphs.cut import Lost, cut
from tinhso.infrastructure.graphs.pairs import Pairs, pairs
from tinhso.infrastructure.graphs.prepared import Prepared, piled, prepare
from tinhso.infrastructure.graphs.services import Weights

__all__ = ["Lost", "Pairs", "Prepared", "cut", "node_losses", "pairs", "prepare", "span_losses", "two_ways"]


def span_losses(prepared: Prepared) -> Weights:
    """By weight, what each span alone takes from the core (int64 by span): bridges take the subtree below them, all
    other spans nothing. Services with several nodes are lost with the last of them."""
    rooted = prepared.rooted
    places = rooted.bridge_places
    losses: Weights = {}
    for name, total in piled(prepared, prepared.home).items():
        losses[name] = np.zeros(len(rooted.graph.span_ids), np.int64)
        losses[name][rooted.by[places]] = total[rooted.end[places]] - total[places]
    return losses


def node_losses(prepared: Prepared) -> Weights:
    """By weight, what the loss of each node takes, itself included (int64 by node); core nodes can be lost too."""
    rooted = prepared.rooted
    losses: Weights = {}
    for name, total in piled(prepared, prepared.rank).items():
        losses[name] = np.zeros(len(rooted.graph.node_ids), np.int64)
        losses[name][rooted.order[1:]] = total[rooted.last[1:]] - total[rooted.first[1:]]
    return losses


def two_ways(prepared: Prepared, kind: Literal["span", "node"] = "span") -> NDArray[np.bool_]:
    """By service: whether it has two ways to the core that share no span; for "node" also no node in between.

    By Menger's theorem that is so when no single span (or node) takes the core from it. The service's own nodes and
    the core nodes, where both ways may end, are excepted. A core node itself has all ways there are."""
    rooted = prepared.rooted
    safe = np.zeros(len(prepared.count), bool)
    reached = np.flatnonzero(prepared.reached)
    under = np.zeros(rooted.size + 1, np.int64)
    places = rooted.bridge_places
    np.add.at(under, places, 1)
    np.add.at(under, rooted.end[places], -1)
    safe[reached] = np.cumsum(under)[prepared.home[reached]] == 0
    if kind == "span":
        return safe
    is_core = np.zeros(len(rooted.graph.node_ids), bool)
    is_core[rooted.core] = True
    losable = np.flatnonzero(~is_core[rooted.order[1:]]) + 1
    over = np.zeros(rooted.size + 1, np.int64)
    np.add.at(over, rooted.first[losable], 1)
    np.add.at(over, rooted.last[losable], -1)
    cuts = np.cumsum(over)[prepared.rank[reached]]
    own = np.zeros(len(prepared.count), bool)
    own[prepared.at_service[rooted.first[prepared.at_place] == prepared.rank[prepared.at_service]]] = True
    top = rooted.order[prepared.first_place_of_rank[prepared.rank[reached]]]
    cuts -= own[reached] & (top >= 0) & ~is_core[top]
    safe[reached] &= cuts == 0
    return safe
