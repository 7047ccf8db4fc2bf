"""The columns beside an element's JSON: integers and codes that queries and indicators read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from tinhso.infrastructure.network.ofds.checks import LONGEST_KM
from tinhso.infrastructure.network.ofds.earth import EARTH_RADIUS_M, number, point
from tinhso.infrastructure.network.ofds.schema import codelist

UNKNOWN = "unknown"
Place = tuple[int, int] | None


def e7(degrees: float | Decimal) -> int:
    """Degrees as whole 1e-7 degrees, by the decimal digits written, half to even."""
    return round(Decimal(str(degrees)).scaleb(7))


def _status(element: Mapping[str, Any], list_name: str) -> str:
    status = element.get("status")
    return status if status in codelist(list_name, "status") else UNKNOWN


def _phase(element: Mapping[str, Any]) -> str:
    phase = element.get("phase")
    return str(phase.get("id") or "") if isinstance(phase, dict) else ""


def _text(value: Any, length: int) -> str:
    return value[:length] if isinstance(value, str) else ""


def node_columns(node: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a node from its JSON."""
    location = node.get("location")
    coordinates = location.get("coordinates") if isinstance(location, dict) else None
    placed = point(coordinates) is not None
    flags = {name: node.get(key) for name, key in (("access_point", "accessPoint"), ("power", "power"))}
    return {
        "name": _text(node.get("name"), 300),
        "status": _status(node, "nodes"),
        "lat_e7": e7(coordinates[1]) if placed else None,  # type: ignore[index]
        "lon_e7": e7(coordinates[0]) if placed else None,  # type: ignore[index]
        "unit_code": _text(node.get("unitCode"), 20),
        "phase_id": _phase(node),
        **{name: flag if isinstance(flag, bool) else None for name, flag in flags.items()},
    }


def span_columns(span: Mapping[str, Any], route_m: int | None, straight_m: int | None) -> dict[str, Any]:
    """Columns of a span from its JSON and the lengths measured for it."""
    fibre = span.get("fibreLength")
    if number(fibre) and 0 < fibre <= LONGEST_KM:
        length, basis = round(Decimal(str(fibre)) * 1000), "fibreLength"
    elif route_m is not None:
        length, basis = route_m, "route"
    elif straight_m is not None:
        length, basis = straight_m, "straight"
    else:
        length, basis = None, ""
    medium = span.get("transmissionMedium")
    return {
        "name": _text(span.get("name"), 300),
        "start_id": _text(span.get("start"), 200),
        "end_id": _text(span.get("end"), 200),
        "status": _status(span, "spans"),
        "length_m": length,
        "length_basis": basis,
        "phase_id": _phase(span),
        "ready_on": _day(span.get("readyForServiceDate")),
        "medium": ",".join(sorted(set(medium))) if isinstance(medium, list) else "",
    }


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def line_lengths(lines: list[list[tuple[float, float]]]) -> list[int | None]:
    """Great-circle length in whole metres of each line of (longitude, latitude); None for fewer than two points.

    All lines are measured at once: a call per line would cost more than the measuring.
    """
    counts = np.array([len(line) for line in lines], dtype=np.int64)
    flat = np.radians(np.array([where for line in lines for where in line], dtype=float).reshape(-1, 2))
    if len(flat) < 2:
        return [None] * len(lines)
    lon, lat = flat[:, 0], flat[:, 1]
    half = np.sin(np.diff(lat) / 2) ** 2 + np.cos(lat[:-1]) * np.cos(lat[1:]) * np.sin(np.diff(lon) / 2) ** 2
    steps = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    ends = np.cumsum(counts)
    steps[ends[(counts > 0) & (ends < len(flat))] - 1] = 0.0  # from the last point of a line to the next line
    total = np.concatenate(([0.0], np.cumsum(steps), [0.0]))
    total[-1] = total[-2]
    starts = ends - counts
    metres = total[np.maximum(ends - 1, starts)] - total[starts]
    return [round(value) if count >= 2 else None for value, count in zip(metres, counts, strict=True)]
