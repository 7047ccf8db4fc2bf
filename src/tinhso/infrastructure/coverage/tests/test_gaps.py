"""Gaps: who lacks fibre, how far the next node is, what a span there costs; how many separate ways there are."""

from datetime import date

import pytest

from tinhso.infrastructure.coverage.gaps import gaps, nearest, route_cost
from tinhso.infrastructure.coverage.ways import MOST, ways
from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.tests.coverage_recipes import at, connect, network, write
from tinhso.infrastructure.network.tests.test_indicators import agency, every_commune, ring
from tinhso.infrastructure.planning.tests.recipes import costs
from tinhso.places.scopes import SIGNING_PROVINCE
from tinhso.places.tests.recipes import DAY_2021, DAY_2025, TESTER, nam_dinh

pytestmark = pytest.mark.django_db
BEGIN = date(2018, 1, 1)


@pytest.fixture(autouse=True)
def territory(db):
    nam_dinh()


@pytest.mark.parametrize(
    ("place", "node", "metres"),
    [((0, 0), (0, 0), 0), ((0, 0), (0, 10_000_000), 111_195), ((0, 1_799_000_000), (0, -1_799_000_000), 22_239)],
)
def test_distance_is_along_the_great_circle(place, node, metres):
    assert nearest([place], [node, node]) == [metres]


def test_the_nearest_of_many_is_taken():
    assert nearest([(0, 0)], [(10_000_000, 0), (0, 1_000_000), (0, -5_000_000)]) == [11_120]


def test_a_gap_says_how_far_and_what_it_costs():
    write(network(), [node for node in every_commune() if node["id"] != "n13639"])
    prices = costs()
    found = gaps(SIGNING_PROVINCE, DAY_2021)
    (gap,) = found.units
    assert gap.unit.code == "13639"
    assert 200 < gap.distance_m < 5_000
    assert gap.route_m == -(-gap.distance_m * 13 // 10)
    assert gap.cost == route_cost(prices, gap.route_m, 2021) > 0
    assert found.cost == gap.cost


def test_a_merged_unit_is_as_far_as_its_farthest_part_without_fibre():
    write(network(), [node for node in every_commune() if node["id"] != "n13639"])
    (gap,) = gaps(SIGNING_PROVINCE, DAY_2025).units
    assert gap.parts_on == gap.parts - 1
    assert gap.distance_m == gaps(SIGNING_PROVINCE, DAY_2021).units[0].distance_m


def test_without_a_network_or_prices_nothing_is_guessed():
    found = gaps(SIGNING_PROVINCE, DAY_2021)
    assert found.networks == [] and found.prices is None
    assert {gap.distance_m for gap in found.units} <= {None}
    write(network(), every_commune()[:1])
    found = gaps(SIGNING_PROVINCE, DAY_2021)
    assert len(found.units) == 225
    assert all(gap.cost is None and gap.distance_m is not None for gap in found.units)


def ringed():
    net = network()
    write(net, [at(code) for code in ("13633", "13636", "13639", "13642")], ring("13633", "13636", "13639"))
    return net


def test_ways_are_counted_by_span_and_by_node():
    net = ringed()
    assert ways([net], DAY_2021, unit="13636")[""].by_span is None, "no core in service"
    choose_core(actor=TESTER, network=net, nodes=["n13633"], valid_from=BEGIN, reason="thử")
    assert ways([net], DAY_2021, unit="13636")[""].by_span == 2
    assert ways([net], DAY_2021, unit="13636")[""].by_node == 2
    assert ways([net], DAY_2021, unit="13642")[""].by_span == 0, "a node without a span"
    assert ways([net], DAY_2021, unit="13633")[""].by_span == MOST, "the core itself"


def test_an_agency_is_counted_by_the_nodes_that_serve_it():
    net = ringed()
    choose_core(actor=TESTER, network=net, nodes=["n13633"], valid_from=BEGIN, reason="thử")
    office = agency("ubnd-x", seat="13639")
    connect(net, office.uid, "n13639")
    found = ways([net], DAY_2021, unit="13639", agencies=[office.uid, "absent"])
    assert found[office.uid].by_span == 2
    assert found["absent"].by_span is None
