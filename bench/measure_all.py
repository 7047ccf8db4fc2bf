"""All fibre indicators over 10,040 communes: seconds each, and as a multiple of a plain SQL count of the same rows.

    python bench/measure_all.py [communes]

A made-up country: one province over districts of sixteen communes on a grid, a node in each (nine in ten placed by
coordinates, so that approximate cells are worked out too), rings and spurs, three agencies to a commune with a span
each. Runs on a database of its own in a temporary folder. Ratios are of this run: seconds depend on the machine.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

COMMUNES = 10_040
DAY = date(2021, 12, 31)
START = date(2020, 2, 1)
SCOPE = "unit:99"


def territory(communes: int) -> list[tuple[str, int, int]]:
    """Units with points and people; code, latitude and longitude (1e-7 degree) of each commune."""
    from tinhso.places.models import Population, Unit, UnitGeometry

    province = Unit.of(code="99", name="Tỉnh Thử", valid_from=START, level=1, type="tinh", source="bench")
    units, made = [province], []
    width = round(communes**0.5)
    for index in range(communes):
        if index % 16 == 0:
            code = f"{index // 16:03}"[:10]
            units.append(
                Unit.of(
                    code=f"D{code}", name=f"Huyện {code}", valid_from=START, level=2, type="huyen",
                    parent_uid=province.uid, source="bench",
                )
            )  # fmt: skip
        code = f"{index:05}"
        units.append(
            Unit.of(
                code=code, name=f"Xã {code}", valid_from=START, level=3, type="xa",
                parent_uid=f"D{index // 16:03}@{START}", source="bench",
            )
        )  # fmt: skip
        made.append((code, 90_000_000 + index // width * 400_000, 1_030_000_000 + index % width * 400_000))
    Unit.objects.bulk_create(units, batch_size=2000)
    uids = [(f"{code}@{START}", lat, lon) for code, lat, lon in made]
    UnitGeometry.objects.bulk_create(
        [
            UnitGeometry(unit_uid=uid, kind="point", lat_e7=lat, lon_e7=lon, source="bench", valid_from=START)
            for uid, lat, lon in uids
        ],
        batch_size=2000,
    )
    Population.objects.bulk_create(
        [Population(unit_uid=uid, year=2019, persons=9_000, source="bench", valid_from=START) for uid, *_ in uids],
        batch_size=2000,
    )
    return made


def network(communes: list[tuple[str, int, int]]) -> int:
    """A network over the communes with its agencies; how many elements it has."""
    from tinhso.identity.models import Agency
    from tinhso.infrastructure.network.models import AgencyConnection, CoreChoice, Network, Node, Reading, Span

    net = Network.objects.create(uuid=UUID(int=36), name="Bench")
    clock = {"network": net, "valid_from": START}
    nodes, spans, agencies, lines = [], [], [], []

    def join(key: str, a: str, b: str) -> None:
        text = json.dumps({"start": a, "end": b, "status": "operational", "phase": {"id": "1"}, "fibreLength": 4.2})
        spans.append(
            Span(
                element_id=key,
                start_id=a,
                end_id=b,
                status="operational",
                length_m=4200,
                phase_id="1",
                data=text,
                **clock,
            )
        )

    for index, (code, lat, lon) in enumerate(communes):
        place = {"lat_e7": lat + 1000, "lon_e7": lon + 1000, "unit_code": code if index % 10 == 0 else ""}
        nodes.append(Node(element_id=f"n{code}", status="operational", data="{}", **place, **clock))
        join(f"s{code}", f"n{code}", f"n{communes[(index + 1) % len(communes)][0]}")
        for kind in "abc":
            uid = f"{kind}{code}"
            nodes.append(Node(element_id=uid, status="operational", data="{}", **place, **clock))
            join(f"s{uid}", f"n{code}", uid)
            agencies.append(Agency(uid=uid, name=uid, kind="peoples_committee", level="commune", seat_unit_code=code))
            lines.append(AgencyConnection(agency_uid=uid, node_id=uid, basis="bench", **clock))
    for model, rows in ((Node, nodes), (Span, spans), (AgencyConnection, lines), (Agency, agencies)):
        model.objects.bulk_create(rows, batch_size=2000)  # type: ignore[attr-defined]
    CoreChoice.objects.create(nodes='["n00000"]', reason="bench", chosen_by="bench", chosen_by_name="bench", **clock)
    Reading.objects.create(source_name="bench", source_sha256="0" * 64, nodes=len(nodes), spans=len(spans), **clock)
    return len(nodes) + len(spans)


def timed(act: Any) -> tuple[float, Any]:
    """Seconds an act takes, and its result."""
    began = time.perf_counter()
    result = act()
    return time.perf_counter() - began, result


def report() -> None:
    """Seconds by indicator: read, count, hash; beside counting the rows it reads by SQL."""
    from django.utils import timezone

    from tinhso.identity.models import Agency
    from tinhso.infrastructure.network.models import AgencyConnection, Node, Span
    from tinhso.measures.contract import ScopeAt, indicators
    from tinhso.measures.measuring import take
    from tinhso.places.models import Unit

    def plain() -> int:
        return sum(model.objects.as_of(DAY).count() for model in (Unit, Node, Span, AgencyConnection, Agency))

    plain()
    sql, rows = timed(plain)
    print(f"plain SQL count of {rows:,} rows in force: {sql:.3f} s")
    at = ScopeAt(SCOPE, DAY, timezone.now())
    whole = 0.0
    for item in indicators:
        if item.id.startswith("infrastructure."):
            spent, taken = timed(lambda item=item: take(item, at))
            whole += spent
            share = f"{taken.value.numerator:,}/{taken.value.denominator:,}"
            print(f"{item.id:46} {spent:6.2f} s {spent / sql:7.1f} x {len(taken.lines):7,} rows {share}")
    print(f"all {whole:.2f} s = {whole / sql:.0f} x the plain count; ", end="")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")


def main() -> None:
    """Make the country, measure it."""
    communes = int(sys.argv[1]) if len(sys.argv) > 1 else COMMUNES
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TINHSO_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
        sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        elements = network(territory(communes))
        print(f"{communes:,} communes, {elements:,} network elements, {elements * 3 // 8:,} agencies")
        report()


if __name__ == "__main__":
    main()
