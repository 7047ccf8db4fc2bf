"""Pairs of spans that only together take the core from someone."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.infrastructure.graphs.multigraph import Ints
from tinhso.infrastructure.graphs.prepared import Prepared
from tinhso.infrastructure.graphs.services import Weights


@dataclass(frozen=True)
class Pairs:
    """Pairs of spans first[i], second[i] (numbers) with what both together take and neither takes alone, worst first
    by the weight asked for. `total` counts all pairs that lose nodes and are implied by no single span, also those
    beyond the limit and those without loss of a service."""

    first: Ints
    second: Ints
    losses: Weights
    total: int


def pairs(prepared: Prepared, limit: int | None = None, weight: str | None = None) -> Pairs:
    """The `limit` worst pairs of spans (all without one), by a weight's name (default: the first)."""
    raise NotImplementedError
