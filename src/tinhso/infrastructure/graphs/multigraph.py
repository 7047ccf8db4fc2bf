"""A network as a multigraph: every span counts by its own id, so that parallel spans are ways of their own."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
NOWHERE = -1


class BrokenGraph(ValueError):
    """Input from which no graph can be made; says what, where and how to mend it."""

    def __init__(self, what: str, *, place: str = "", mend: str = "") -> None:
        super().__init__(" · ".join(part for part in (place, what, mend) if part))
        self.what, self.place, self.mend = what, place, mend


@dataclass(frozen=True)
class Multigraph:
    """Nodes 0…n-1 and spans 0…m-1; span i ends at nodes a[i] and b[i] (int32; -1 where an end is not recorded).

    A span that ends twice at one node, or has an end unrecorded, is kept under its id but never carries anything."""

    node_ids: list[Any]
    span_ids: list[Any]
    a: Ints
    b: Ints

    @classmethod
    def build(
        cls, node_ids: Sequence[Hashable], spans: Iterable[tuple[Hashable, Hashable | None, Hashable | None]]
    ) -> Multigraph:
        """From node ids and spans (id, end, other end); an end is a node id, or None or "" where unrecorded.

        Raises BrokenGraph naming the id when one occurs twice or an end names no node."""
        nodes = numbered(node_ids, "node")
        listed = list(spans)
        numbered([span[0] for span in listed], "span")
        ends = np.full((2, len(listed)), NOWHERE, np.int32)
        for index, (span, *both) in enumerate(listed):
            for side, end in enumerate(both):
                if end is None or end == "":
                    continue
                if end not in nodes:
                    raise BrokenGraph(
                        f"span {span!r} ends at {end!r}, which is no node",
                        place=f"span {index + 1}",
                        mend="record the node, or leave that end empty",
                    )
                ends[side, index] = nodes[end]
        return cls(list(node_ids), [span[0] for span in listed], ends[0], ends[1])

    @cached_property
    def node_index(self) -> dict[Any, int]:
        """Number of a node by its id."""
        return {name: index for index, name in enumerate(self.node_ids)}

    @cached_property
    def span_index(self) -> dict[Any, int]:
        """Number of a span by its id."""
        return {name: index for index, name in enumerate(self.span_ids)}

    @property
    def carrying(self) -> NDArray[np.bool_]:
        """By span: whether it joins two different recorded nodes."""
        return (self.a != self.b) & (self.a >= 0) & (self.b >= 0)


def numbered(ids: Iterable[Hashable], kind: str) -> dict[Any, int]:
    """Numbers of ids in the order given; a repeated one raises BrokenGraph."""
    numbers: dict[Any, int] = {}
    for index, name in enumerate(ids):
        if numbers.setdefault(name, index) != index:
            raise BrokenGraph(
                f"{kind} {name!r} occurs twice",
                place=f"{kind} {numbers[name] + 1} and {kind} {index + 1}",
                mend="give each an id of its own",
            )
    return numbers
