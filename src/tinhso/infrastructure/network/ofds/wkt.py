"""Points and lines as well-known text (OGC 06-103r4), number tokens kept as written."""

from __future__ import annotations

import re
from typing import Any

from tinhso.infrastructure.network.ofds.jsontext import dumps, number_of

WORDS = {"Point": "POINT", "LineString": "LINESTRING"}
TYPES = {word: name for name, word in WORDS.items()}
FORM = re.compile(r"\s*(?:SRID=4326;)?\s*(POINT|LINESTRING)\s*(Z?)\s*\(([^()]*)\)\s*", re.I)


def to_wkt(geometry: Any, kind: str) -> str | None:
    """A GeoJSON geometry of a kind (Point, LineString) as text; None where well-known text cannot say it."""
    if not isinstance(geometry, dict) or geometry.keys() != {"type", "coordinates"} or geometry["type"] != kind:
        return None
    listed = [geometry["coordinates"]] if kind == "Point" else geometry["coordinates"]
    if not isinstance(listed, list) or not listed:
        return None
    sizes = {len(where) if isinstance(where, list) else 0 for where in listed}
    if len(sizes) != 1 or not sizes <= {2, 3}:
        return None
    if not all(type(part) is not bool and not isinstance(part, str) for where in listed for part in where):
        return None
    words = dumps(listed)[2:-2].replace(",", " ").replace("] [", ", ")
    return f"{WORDS[kind]}{' Z' if sizes == {3} else ''} ({words})"


def from_wkt(text: str, kind: str) -> dict[str, Any]:
    """The GeoJSON geometry of a text. ValueError where it is none of this kind."""
    found = FORM.fullmatch(text)
    if not found or TYPES[found[1].upper()] != kind:
        raise ValueError(text[:60])
    listed = [[number_of(token) for token in where.split()] for where in found[3].split(",")]
    whole = all(len(where) in (2, 3) and None not in where for where in listed)
    if not whole or (kind == "Point" and len(listed) != 1):
        raise ValueError(text[:60])
    return {"type": kind, "coordinates": listed[0] if kind == "Point" else listed}
