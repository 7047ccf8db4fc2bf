"""Import of a generated 100,000-span OFDS file, and validation at 10,000 nodes beside libcoveofds (some minutes).

    python bench/ofds_import.py [spans [nodes]]

Runs on a database of its own in a temporary folder. Ratios are of CPU time in this run.
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

SPANS, NODES = 100_000, 10_000
POINTS = 10


def package(spans: int, points: int = POINTS) -> dict[str, Any]:
    """A network of as many nodes as spans, each span a route of some points; the same every time."""
    draw = random.Random(36)

    def where() -> list[float]:
        return [round(105.9 + draw.random(), 6), round(19.9 + draw.random(), 6)]

    nodes = [
        {
            "id": str(uuid.UUID(int=draw.getrandbits(128))),
            "name": f"Node {index}",
            "status": "operational",
            "location": {"type": "Point", "coordinates": where()},
        }
        for index in range(spans)
    ]
    routes = []
    for index in range(spans):
        start, end = nodes[index], nodes[(index * 7 + 1) % spans if (index * 7 + 1) % spans != index else index - 1]
        between = [where() for _ in range(points - 2)]
        line = [start["location"]["coordinates"], *between, end["location"]["coordinates"]]
        routes.append(
            {
                "id": str(uuid.UUID(int=draw.getrandbits(128))),
                "name": f"Span {index}",
                "status": "operational",
                "start": start["id"],
                "end": end["id"],
                "transmissionMedium": ["fibre"],
                "transmissionMediumOwner": {"id": "1", "name": "Operator"},
                "route": {"type": "LineString", "coordinates": line},
            }
        )
    href = "https://standard.ofds.info/en/0__4__0/network-schema.json"
    network = {
        "id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
        "name": "Generated",
        "links": [{"href": href, "rel": "describedby"}],
        "nodes": nodes,
        "spans": routes,
        "organisations": [{"id": "1", "name": "Operator"}],
    }
    return {"networks": [network]}


def timed(label: str, act: Any) -> tuple[float, Any]:
    """CPU seconds an act takes, and its result. A busy machine stretches the clock, not the CPU time."""
    began, clock = time.process_time(), time.perf_counter()
    result = act()
    spent = time.process_time() - began
    print(f"{label:46} {spent:8.2f} s CPU {time.perf_counter() - clock:8.2f} s")
    return spent, result


def imports(spans: int) -> None:
    """Import, repeat, read back, export and undo one large file."""
    from datetime import date

    from django.db import connection

    from tinhso.files.imports import undo_last_import
    from tinhso.infrastructure.network.commands import import_ofds
    from tinhso.infrastructure.network.importers import OFDS
    from tinhso.infrastructure.network.models import Network
    from tinhso.infrastructure.network.ofds.export import export_json
    from tinhso.infrastructure.network.queries import network_at
    from tinhso.proof.audit import SYSTEM

    raw = json.dumps(package(spans)).encode()
    print(f"{spans:,} spans, {len(raw) / 1e6:.0f} MB, {connection.vendor}")
    day = date(2021, 12, 31)

    def bring() -> Any:
        return import_ofds(actor=SYSTEM, raw=raw, source_name="bench.json", as_of=day)

    loading, _value = timed("json.loads of the file alone", lambda: len(json.loads(raw)))
    first, _outcome = timed("import", bring)
    timed("import again (nothing changes)", bring)
    network = Network.objects.get()
    timed("network_at", lambda: network_at(network, day))
    timed("export to JSON", lambda: sum(map(len, export_json([network], day))))
    timed("undo", lambda: undo_last_import(actor=SYSTEM, importer=OFDS))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(f"import / json.loads = {first / loading:.1f}; peak memory {peak:.0f} MB for {len(raw) / 1e6:.0f} MB")


def validation(nodes: int) -> None:
    """Schema and reference checks beside the standard's own tool."""
    from libcoveofds.jsonschemavalidate import JSONSchemaValidator
    from libcoveofds.python_validate import PythonValidate
    from libcoveofds.schema import OFDSSchema

    from tinhso.infrastructure.network.ofds.checks import check
    from tinhso.infrastructure.network.ofds.faults import Faults
    from tinhso.infrastructure.network.ofds.repair import mend

    made = package(nodes, 2)
    print(f"\nvalidation of {nodes:,} nodes and spans")

    def ours() -> int:
        faults = Faults()
        mend(made, faults, repair=False)
        check(made, faults, repair=False)
        return faults.count("error")

    def theirs() -> int:
        schema = OFDSSchema()
        found = JSONSchemaValidator(schema).validate(made)
        return len(found) + len(PythonValidate(schema).validate(made))

    ours()
    mine = min(timed("tinhso", ours)[0] for _time in range(3))
    peer, _count = timed("libcoveofds", theirs)
    print(f"libcoveofds / tinhso = {peer / mine:.0f}")


def main() -> None:
    """Both benchmarks in one run."""
    given = [int(word) for word in sys.argv[1:3]]
    spans, nodes = [*given, *(SPANS, NODES)[len(given) :]]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TINHSO_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        imports(spans)
        validation(nodes)


if __name__ == "__main__":
    main()
