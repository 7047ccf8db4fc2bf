"""The demonstration network on the real communes: whole, deterministic, late where it should be."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from tinhso.infrastructure.network.design.geometry import length, metres, route
from tinhso.infrastructure.network.design.plan import COMMUNES_DONE, Customer, Site, design, middle
from tinhso.infrastructure.network.design.rings import ring_with_spurs, tour
from tinhso.infrastructure.network.topology import reach

ROOT = Path(__file__).resolve().parents[6]
UNITS = ROOT.parent / "shared" / "data" / "places" / "namdinh_units.csv"


@pytest.fixture(scope="module")
def sites():
    if not UNITS.exists():
        pytest.skip("needs ../shared/data/places/namdinh_units.csv")
    rows = [row for row in csv.DictReader(UNITS.open()) if row["valid_from"] == "2020-02-01"]
    return [
        Site(
            row["code"],
            row["name"],
            (round(float(row["lat"]) * 1e7), round(float(row["lon"]) * 1e7)),
            row["district_code"],
            int(row["population_2009"] or 5000),
        )
        for row in rows
    ]


def designed(sites):
    districts = defaultdict(list)
    for site in sites:
        districts[site.district].append(site)
    customers = [Customer(f"{kind}-{site.code}", kind, "commune", site.code) for site in sites for kind in "ab"]
    return design(sites, customers, middle(districts["356"]), {key: middle(here) for key, here in districts.items()})


@pytest.fixture(scope="module")
def plan(sites):
    return designed(sites)


def communes_ready(plan, day):
    return sum(node.kind != "agency" and node.ready <= date.fromisoformat(day) for node in plan.nodes.values())


def test_every_commune_and_agency_is_reached_from_the_core(plan):
    found = reach([(span.id, span.start, span.end) for span in plan.spans.values()], plan.core)
    assert found.one == set(plan.nodes)
    assert len(plan.nodes) == 226 * 3
    assert len(plan.core) == 2
    assert set(plan.core) <= found.two


def test_rings_give_most_communes_two_paths_and_spurs_leave_some_one(plan):
    found = reach([(span.id, span.start, span.end) for span in plan.spans.values()], plan.core)
    communes = {node.id for node in plan.nodes.values() if node.kind != "agency"}
    assert 0.55 < len(found.two & communes) / len(communes) < 0.85


@pytest.mark.parametrize(
    ("day", "least", "most"),
    [("2015-12-31", 0, 0), ("2017-12-31", 5, 60), ("2020-06-30", 100, 215), ("2020-12-31", 226, 226)],
)
def test_gaps_remain_until_late_2020(plan, day, least, most):
    assert least <= communes_ready(plan, day) <= most


def test_some_agencies_wait_past_2020(plan):
    agencies = [node for node in plan.nodes.values() if node.kind == "agency"]
    late = [node for node in agencies if node.ready > COMMUNES_DONE]
    assert 0 < len(late) < len(agencies) / 10


def test_states_follow_each_other_and_nothing_precedes_the_network_it_hangs_on(plan):
    for span in plan.spans.values():
        assert span.begun < span.ready
        assert span.metres >= metres(span.route[0], span.route[-1])
        assert span.cost > 0
    for node in plan.nodes.values():
        touching = [span for span in plan.spans.values() if node.id in (span.start, span.end)]
        assert node.ready == min(span.ready for span in touching)


def test_budgets_cover_their_phases(plan):
    for year, budget in plan.budgets.items():
        cost = sum(span.cost for span in plan.spans.values() if span.phase == year)
        assert cost <= budget < cost + 10**8
    assert {2016, 2017, 2018, 2019, 2020} <= set(plan.budgets)


def test_the_same_points_give_the_same_network(plan, sites):
    again = designed(list(reversed(sites)))
    assert (again.nodes, again.spans, again.core, again.budgets) == (plan.nodes, plan.spans, plan.core, plan.budgets)


def test_a_tour_has_no_crossings_left():
    square = {"a": (0, 0), "b": (1_000_000, 1_000_000), "c": (0, 1_000_000), "d": (1_000_000, 0)}
    way = tour(square, "a")
    assert way[0] == "a"
    assert way[2] == "b"


@pytest.mark.parametrize("count", [1, 2, 3])
def test_small_districts_still_get_joined(count):
    points = {str(index): (index * 100_000, 0) for index in range(count)}
    ring = ring_with_spurs(points, "0", 60)
    assert set(ring.around) | set(ring.spurs) == set(points)


@pytest.mark.parametrize("detour", [0, 10, 35])
def test_a_route_is_longer_than_the_straight_line_by_its_detour(detour):
    a, b = (204_000_000, 1_061_000_000), (204_500_000, 1_062_000_000)
    assert length(route(a, b, detour)) == pytest.approx(metres(a, b) * (100 + detour) / 100, rel=0.01)
