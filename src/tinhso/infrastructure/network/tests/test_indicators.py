"""The indicators over real communes and small networks: what is read, on which clock, placed how."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from tinhso.foundation import canonical
from tinhso.identity.models import Agency, AgencySuccession
from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.tests.coverage_recipes import DEMONSTRATION, at, connect, network, point_of, write
from tinhso.measures.contract import RATIO, ScopeAt, Value, indicators
from tinhso.places.scopes import SIGNING_PROVINCE, units_in
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025, TESTER, nam_dinh

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

COMMUNES = "infrastructure.communes_on_fibre"
PATHS = "infrastructure.two_disjoint_paths"


@pytest.fixture(autouse=True)
def territory(db):
    nam_dinh()


def measured(indicator_id, day=DAY_2021, scope=SIGNING_PROVINCE, known_at=None):
    """Value and rows by key; inputs must have a canonical form."""
    item = indicators[indicator_id]
    inputs = item.gather(ScopeAt(scope, day, known_at or timezone.now()))
    canonical.dumps(inputs)
    rows = item.count(inputs)
    canonical.dumps(rows)
    return Value.of(item.kind, rows), {row["key"]: row for row in rows}


def codes(day, count):
    return [unit.code for unit in units_in(SIGNING_PROVINCE, day)][:count]


def every_commune(**fields):
    return [at(unit.code, **fields) for unit in units_in(SIGNING_PROVINCE, DAY_2021)]


@pytest.mark.parametrize(("day", "units"), [(DAY_2021, 226), (DAY_2024, 175), (DAY_2025, 57)])
def test_a_network_in_every_commune_covers_every_generation(day, units):
    write(network(), every_commune())
    value, rows = measured(COMMUNES, day)
    assert (value.numerator, value.denominator) == (units, units)
    assert {row["placed"] for row in rows.values()} == {"cell"}


def test_one_missing_part_makes_the_merged_unit_partial():
    _, rows = measured(COMMUNES, DAY_2025)
    write(network(), every_commune()[1:])
    before, _ = measured(COMMUNES, DAY_2021)
    after, rows = measured(COMMUNES, DAY_2025)
    assert (before.numerator, before.denominator) == (225, 226)
    assert (after.numerator, after.denominator) == (56, 57)
    (partial,) = [row for row in rows.values() if row["state"] == "partial"]
    assert 0 < partial["parts_on"] == partial["parts"] - 1


def test_without_a_network_there_is_no_data_and_before_the_first_units_no_row():
    value, rows = measured(COMMUNES)
    assert value.fraction is None
    assert len(rows) == 226
    assert measured(COMMUNES, date(2019, 1, 1))[1] == {}


def test_a_status_counts_from_the_day_it_holds():
    net = network()
    write(net, [at("13633", status="planned")], since=date(2020, 3, 1), until=date(2020, 9, 1))
    write(net, [at("13633")], since=date(2020, 9, 1))
    assert measured(COMMUNES, date(2020, 8, 31))[0].numerator == 0
    assert measured(COMMUNES, date(2020, 9, 1))[0].numerator == 1


def test_what_was_known_then_is_read_back():
    then = datetime(2024, 1, 1, tzinfo=UTC)
    net = network()
    late = timezone.now()
    write(net, [at("13633")], recorded_at=late)
    known = late + timedelta(seconds=1)
    assert measured(COMMUNES, known_at=known)[0].numerator == 1
    assert measured(COMMUNES, known_at=then)[1] == {}  # not even the units were known
    assert measured(COMMUNES, known_at=late - timedelta(microseconds=1))[0].fraction is None


@pytest.mark.parametrize(
    ("case", "node", "placed"),
    [
        ("code beats coordinates", {"unit_code": "13636", "at": "13633"}, ("13636", "code")),
        ("unknown code: coordinates", {"unit_code": "99999", "at": "13633"}, ("13633", "cell")),
        ("coordinates", {"at": "13633"}, ("13633", "cell")),
        ("code alone", {"unit_code": "13633"}, ("13633", "code")),
        ("neither", {}, None),
        ("abroad", {"lat_e7": 417000000, "lon_e7": 448000000}, None),
    ],
)
def test_a_node_is_placed(case, node, placed):
    where = node.pop("at", None)
    given = at(where, "n", **node) if where else {"id": "n", **node}
    write(network(), [given, at("13645", "elsewhere")])
    _, rows = measured(COMMUNES)
    found = {(key, row["placed"]) for key, row in rows.items() if row["state"] == "on"} - {("13645", "cell")}
    assert found == ({placed} if placed else set())


def test_a_code_taken_over_by_another_unit_is_not_believed():
    """13636 was Trần Tế Xương until 2024-08-31, then a larger Vị Xuyên: recorded later, coordinates decide."""
    write(network(), [at("13639", "n", unit_code="13636")], since=date(2024, 10, 1))
    _, rows = measured(COMMUNES, DAY_2024)
    reached = [row for row in rows.values() if row["parts_on"]]
    assert [row["placed"] for row in reached] == ["cell"]


def test_a_real_network_puts_the_demonstration_aside():
    write(network(DEMONSTRATION, demonstration=True), every_commune())
    assert measured(COMMUNES)[0].numerator == 226
    before = timezone.now()
    write(network(), [at("13633")])
    assert measured(COMMUNES)[0].numerator == 1
    assert measured(COMMUNES, known_at=before)[0].numerator == 226


def test_a_network_elsewhere_changes_nothing():
    write(network(DEMONSTRATION, demonstration=True), every_commune())
    write(network(), [{"id": "tbilisi", "lat_e7": 417000000, "lon_e7": 448000000}])
    assert measured(COMMUNES)[0].numerator == 226


def ring(one, two, three):
    ends = [(one, two), (two, three), (three, one)]
    return [{"id": f"s{i}", "start_id": f"n{a}", "end_id": f"n{b}"} for i, (a, b) in enumerate(ends)]


def test_two_paths_need_a_chosen_core():
    net = network()
    three = codes(DAY_2021, 3)
    write(net, [at(code) for code in three], ring(*three))
    value, rows = measured(PATHS)
    assert value.fraction is None
    assert {row["state"] for row in rows.values()} == {"no_core"}
    choose_core(actor=TESTER, network=net, nodes=[f"n{three[0]}"], valid_from=date(2020, 1, 1), reason="trạm chính")
    value, rows = measured(PATHS)
    assert (value.numerator, value.denominator) == (3, 226)
    assert measured(PATHS, date(2020, 2, 1))[0].numerator == 3


def test_spans_without_an_end_do_not_meet_in_nowhere():
    net = network()
    codes_ = codes(DAY_2021, 2)
    spans = [{"id": f"s{code}{i}", "start_id": f"n{code}", "end_id": ""} for code in codes_ for i in "ab"]
    # The core itself must be in service; the other has fibre by its spans alone.
    write(net, [at(codes_[0]), at(codes_[1], status="unknown")], spans)
    choose_core(actor=TESTER, network=net, nodes=[f"n{codes_[0]}"], valid_from=date(2020, 1, 1), reason="trạm chính")
    _, rows = measured(PATHS)
    assert [rows[code]["state"] for code in codes_] == ["two", "none"]
    assert measured(COMMUNES)[0].numerator == 2


def test_population_weighs_units_and_sums_later_ones():
    write(network(), every_commune())
    people, rows = measured("infrastructure.population_on_fibre", DAY_2025)
    assert people.numerator == people.denominator > 100_000
    assert {row["population_quality"] for row in rows.values()} >= {"summed"}


def test_spans_with_what_they_lack():
    whole = {
        "start": "a", "end": "b", "status": "operational", "route": {"type": "LineString"}, "fibreLength": 1,
        "transmissionMedium": ["fibre"], "deployment": ["belowGround"], "phase": {"id": "p"}, "fibreCount": 12,
        "readyForServiceDate": "2018-01-01",
    }  # fmt: skip
    bare = {key: value for key, value in whole.items() if key not in ("fibreCount", "route")}
    ends = {"start_id": "n13633", "end_id": "n13636"}
    spans = [{"id": "1", "data": whole, **ends}, {"id": "2", "data": bare, **ends}]
    write(network(), [at("13633"), at("13636")], spans)
    value, rows = measured("infrastructure.spans_complete")
    assert (value.numerator, value.denominator) == (1, 2)
    assert sorted(row["missing"] for row in rows.values()) == ["", "route fibreCount"]


def test_route_length_by_phase():
    ends = {"start_id": "n13633", "end_id": "n13636", "length_m": 700}
    spans = [{"id": "1", "phase_id": "p", **ends}, {"id": "2", **ends}, {"id": "3", "status": "planned", **ends}]
    write(network(), [at("13633"), at("13636")], spans, [{"id": "p", "name": "Đợt 2018"}])
    value, rows = measured("infrastructure.route_length")
    assert value.numerator == 1400
    assert {(key, row["phase"]) for key, row in rows.items()} == {("p", "Đợt 2018"), ("-", "")}


def agency(uid, seat="13633", level="commune", kind="peoples_committee", until=None, since=date(2016, 1, 1)):
    return Agency.objects.create(
        uid=uid, name=uid, kind=kind, level=level, seat_unit_code=seat, valid_from=since, valid_to=until
    )


def test_agencies_by_level():
    agency("ubnd-xa")
    agency("dang-uy-xa")
    agency("ubnd-tinh", level="province")
    agency("vnpt", level="province", kind="operator")
    net = network()
    write(net, [at("13633"), at("13636")], [{"id": "1", "start_id": "n13633", "end_id": "n13636"}])
    connect(net, "ubnd-xa", "n13636")
    connect(net, "ubnd-tinh", "n13633", since=date(2022, 6, 1))
    value, rows = measured("infrastructure.agencies_on_fibre_commune")
    assert (value.numerator, value.denominator) == (1, 2)
    assert rows["ubnd-xa"]["unit"] == "13633"
    value, _ = measured("infrastructure.agencies_on_fibre_province")
    assert (value.numerator, value.denominator) == (0, 1)
    value, _ = measured("infrastructure.agencies_on_fibre_province", date(2022, 6, 1))
    assert (value.numerator, value.denominator) == (1, 1)
    assert measured("infrastructure.agencies_on_fibre_district")[0].fraction is None


def succeed(old, new, day):
    AgencySuccession.objects.create(predecessor_uid=old, successor_uid=new, basis="test", valid_from=day)


def test_a_successor_takes_over_lines_but_a_split_agency_passes_none():
    day = date(2024, 9, 1)
    for old in ("a", "b"):
        agency(old, until=day)
    for new, seat in (("whole", "13636"), ("left", "13636"), ("right", "13636")):
        agency(new, seat=seat, since=day)
    succeed("a", "whole", day)
    succeed("b", "left", day)
    succeed("b", "right", day)
    net = network()
    write(net, [at("13633"), at("13636")], [{"id": "1", "start_id": "n13633", "end_id": "n13636"}])
    connect(net, "a", "n13633")
    connect(net, "b", "n13633")
    _, rows = measured("infrastructure.agencies_on_fibre_commune", DAY_2024)
    assert {key: row["state"] for key, row in rows.items()} == {"whole": "on", "left": "off", "right": "off"}


def test_evidence_names_no_element_and_no_place():
    net = network()
    write(net, [at("13633", "TRAM-MAT")], [{"id": "TUYEN-MAT", "start_id": "TRAM-MAT", "end_id": "TRAM-MAT"}])
    lat, lon = point_of("13633")
    for item in indicators:
        if item.id.startswith("infrastructure."):
            text = canonical.dumps(item.gather(ScopeAt(SIGNING_PROVINCE, DAY_2021, timezone.now()))).decode()
            assert "MAT" not in text, item.id
            assert str(lat) not in text, item.id
            assert str(lon) not in text, item.id


@pytest.mark.parametrize(
    "item", [item for item in indicators if item.id.startswith("infrastructure.")], ids=lambda item: item.id
)
def test_the_same_moment_gives_the_same_rows(item):
    write(network(), every_commune()[:40], [{"id": "1", "start_id": "n13633", "end_id": "n13636", "length_m": 5}])
    moment = timezone.now()
    once = measured(item.id, known_at=moment)
    write(network(DEMONSTRATION), every_commune()[40:80], recorded_at=moment + timedelta(seconds=1))
    assert measured(item.id, known_at=moment) == once
    if item.kind == RATIO:
        assert 0 <= once[0].numerator <= once[0].denominator


def test_measuring_needs_few_queries(django_assert_max_num_queries):
    write(network(), every_commune())
    for item in indicators:
        if item.id.startswith("infrastructure."):
            with django_assert_max_num_queries(60):
                item.gather(ScopeAt(SIGNING_PROVINCE, DAY_2025, timezone.now()))
