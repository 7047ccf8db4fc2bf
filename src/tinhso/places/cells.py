"""Approximate cells: where no boundary is loaded, a place belongs to the nearest point of a unit in force that day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True)
class Located:
    """The unit a place lies in, and how we know: its boundary, its approximate cell, or no unit loaded there."""

    uid: str | None
    method: Literal["polygon", "cell", "outside"]


def cells(day: date, known_at: datetime | None = None) -> dict[str, tuple[dict, str]]:
    """GeoJSON geometry of every commune in force, and "polygon" or "cell" (approximate)."""
    raise NotImplementedError


def locate(
    coords: Sequence[tuple[int, int]], day: date, known_at: datetime | None = None, level: int = 3
) -> list[Located]:
    """Where (lat, lon) pairs in 1e-7 degree lie, in order."""
    raise NotImplementedError
