"""Networks as files: the smallest valid one, and ways to spoil it."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

SHARED = Path(__file__).resolve().parents[6].parent / "shared" / "data" / "network"
NETWORK = "7e76ad41-4a52-426f-8d1a-7329b513404d"
HREF = "https://standard.ofds.info/en/0__4__0/network-schema.json"


def real_files(folder: str) -> list[Any]:
    """Parameters: every JSON file of a folder of the shared data, or one skipped case that says why."""
    found = sorted((SHARED / folder).glob("*.json"))
    missing = pytest.param(None, marks=pytest.mark.skip(reason=f"{SHARED / folder} is not on this machine"))
    return [pytest.param(path, id=path.stem) for path in found] or [missing]


def node(identity: str, lon: float = 106.17, lat: float = 20.42, **more: Any) -> dict:
    """A node with a place."""
    return {
        "id": identity,
        "name": f"Nút {identity}",
        "status": "operational",
        "location": {"type": "Point", "coordinates": [lon, lat]},
        **more,
    }


def span(identity: str, start: str, end: str, **more: Any) -> dict:
    """A span between two nodes."""
    return {"id": identity, "status": "operational", "start": start, "end": end, **more}


def network(*, nodes: list | None = None, spans: list | None = None, **more: Any) -> dict:
    """A network of two nodes and a span, one phase and one organisation."""
    return {
        "id": NETWORK,
        "name": "Mạng thử",
        "links": [{"href": HREF, "rel": "describedby"}],
        "nodes": [node("a"), node("b", 106.18, 20.43)] if nodes is None else nodes,
        "spans": [span("ab", "a", "b", phase={"id": "1"})] if spans is None else spans,
        "phases": [{"id": "1", "name": "Giai đoạn 1"}],
        "organisations": [{"id": "o", "name": "Doanh nghiệp"}],
        **more,
    }


def package(*networks: dict) -> dict:
    """A package of networks; the smallest one when none is given."""
    return {"networks": [copy.deepcopy(item) for item in networks or (network(),)]}


def raw(value: Any) -> bytes:
    """A value as a file."""
    return json.dumps(value, ensure_ascii=False).encode()
