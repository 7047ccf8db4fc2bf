"""An independent check of plans: shares no code with the solvers, so that one mistake cannot hide in both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Need = Literal["reach", "span", "node"]


@dataclass(frozen=True)
class Failure:
    """`code` is stable and short; `detail` says what, where and by how much."""

    code: str
    detail: str


@dataclass(frozen=True)
class Ground:
    """What a plan is judged on: nodes 0…n-1, spans (end, end, đồng), which of them stand, core nodes, nodes by site."""

    nodes: int
    spans: Sequence[tuple[int, int, int]]
    existing: Sequence[bool]
    core: Sequence[int]
    sites: Mapping[str, Sequence[int]]


def verify(ground: Ground, chosen: Sequence[int], *, need: Need, cost: int, bound: int | None = None) -> list[Failure]:
    """Failures of a plan of least cost (`chosen`: span numbers); an empty list means that it holds."""
    raise NotImplementedError


def verify_phases(
    ground: Ground,
    years: Sequence[Sequence[int]],
    *,
    need: Need,
    budgets: Sequence[int],
    weights: Mapping[str, int],
    value: int,
    bound: int | None = None,
    carry_over: bool = False,
) -> list[Failure]:
    """Failures of a plan within yearly budgets (`years`: spans built each year); an empty list means that it holds."""
    raise NotImplementedError
