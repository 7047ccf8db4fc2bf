"""States of planning that tests begin from."""

from __future__ import annotations

import itertools
import json
from datetime import date

from tinhso.infrastructure.network.commands import import_ofds
from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.tests.coverage_recipes import REAL, point_of
from tinhso.infrastructure.planning.commands.candidates import generate_candidates
from tinhso.infrastructure.planning.commands.costs import record_costs
from tinhso.infrastructure.planning.commands.runs import ask
from tinhso.infrastructure.planning.models import CandidateSet, CostModel, PlanRun
from tinhso.infrastructure.planning.running import search
from tinhso.places.tests.recipes import nam_dinh
from tinhso.proof.audit import Actor

ENGINEER = Actor("ks", "Kỹ sư mạng")
LEADER = Actor("ld", "Lãnh đạo")
BEGIN = date(2021, 1, 4)
LINK = {"href": "https://standard.ofds.info/en/0__4__0/network-schema.json", "rel": "describedby"}
PRICES = {
    "method": {"aerial": 70_000_000, "buried": 235_000_000},
    "node": {"site": 20_000_000, "junction": 3_000_000},
    "crossing": {"river": 150_000_000},
    "year": {"2027": 1050},
}
# Communes of Nam Định's Vụ Bản district, near one another.
COMMUNES = ("13747", "13750", "13753", "13756", "13759")


def position(code: str) -> list[float]:
    lat, lon = point_of(code)
    return [lon / 1e7, lat / 1e7]


def chain(codes=COMMUNES[:3], uuid=REAL) -> Network:
    """A network of operational spans through these communes, read on BEGIN, its core the first."""
    nodes = [
        {
            "id": f"n{code}",
            "name": f"Nút {code}",
            "status": "operational",
            "location": {"type": "Point", "coordinates": position(code)},
            "unitCode": code,
        }
        for code in codes
    ]
    spans = [
        {"id": f"s{a}-{b}", "start": f"n{a}", "end": f"n{b}", "status": "operational", "transmissionMedium": ["fibre"]}
        for a, b in itertools.pairwise(codes)
    ]
    network = {"id": str(uuid), "name": "Mạng thử", "links": [LINK], "nodes": nodes, "spans": spans}
    package = {"networks": [network if spans else {k: v for k, v in network.items() if k != "spans"}]}
    import_ofds(actor=ENGINEER, raw=json.dumps(package).encode(), source_name="mang-thu.json", as_of=BEGIN)
    made = Network.objects.get(uuid=uuid)
    choose_core(actor=ENGINEER, network=made, nodes=[f"n{codes[0]}"], valid_from=BEGIN, reason="thử")
    return made


def costs(**changes) -> CostModel:
    given = {"code": "thu", "title": "Bảng giá thử", "source": "Bài kiểm thử", "method": "aerial", "prices": PRICES}
    given |= {"detour_permille": 1300, "valid_from": date(2026, 1, 1)}
    return record_costs(actor=ENGINEER, **(given | changes))


def lines(name="Đường thẳng") -> CandidateSet:
    return generate_candidates(actor=ENGINEER, name=name)


def province() -> Network:
    """Nam Định's units and a network that reaches three communes of a chain."""
    nam_dinh()
    return chain()


def asked(network: Network, **changes) -> PlanRun:
    """A question in line; by default to double every node of the network, within a minute."""
    given = {"title": "Phương án thử", "question": "double", "protect": "span", "target": "nodes", "time_limit_s": 60}
    given |= {"cost_model": changes.pop("cost_model", None) or costs()}
    given |= {"candidate_set": changes.pop("candidate_set", None) or lines(), "day": date(2021, 12, 31)}
    return ask(actor=ENGINEER, network=network, **(given | changes))


def found(network: Network, **changes) -> PlanRun:
    """The same, searched to its end."""
    run = asked(network, **changes)
    search(run)
    run.refresh_from_db()
    return run


def feature(points, **properties) -> dict:
    """A GeoJSON line of (longitude, latitude)."""
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "LineString", "coordinates": [list(point) for point in points]},
    }


def collection(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()
