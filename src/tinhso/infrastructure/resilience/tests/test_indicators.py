"""The indicators over a small territory: what is read, with public names only; and the demonstration's records."""

import json
from datetime import date
from fractions import Fraction

import pytest
from django.utils import timezone

from tinhso.foundation import canonical
from tinhso.identity.models import Agency
from tinhso.infrastructure.network.tests.coverage_recipes import connect
from tinhso.infrastructure.resilience.commands import record_group, record_reliability
from tinhso.infrastructure.resilience.rates import rates_on
from tinhso.infrastructure.resilience.tests.recipes import (
    AFTER,
    AN,
    AN_BINH,
    BINH,
    CUONG,
    CUONG_MOI,
    DUNG,
    DUNG_MOI,
    drawn,
    territory,
)
from tinhso.measures.contract import RATIO, ScopeAt, Value, indicators
from tinhso.places.tests.recipes import TESTER

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ALL = (
    "two_node_disjoint_paths",
    "agencies_two_paths",
    "people_behind_single_span",
    "people_behind_single_risk",
    "availability",
    "agencies_availability",
)


@pytest.fixture
def net(db, tmp_path):
    territory(tmp_path)
    homes = {"A": AN, "B": BINH, "C": CUONG, "D": DUNG}
    made = drawn("ka=K-A ab=A-B bk=B-K bc=B-C", homes, core="K")
    row = Agency(uid="ub", name="Ủy ban thử", kind="peoples_committee", level="commune", seat_unit_code=CUONG_MOI)
    row.save()
    connect(made, "ub", "C")
    return made


def rate(net, target="spans", mtbf=1, mttr=60, **more):
    record_reliability(
        actor=TESTER,
        network=net,
        target=target,
        mtbf_hours=mtbf,
        mttr_minutes=mttr,
        valid_from=date(2020, 1, 1),
        source="thử",
        **more,
    )


def measured(name):
    """Value and rows by key, and the inputs' text."""
    item = indicators[f"resilience.{name}"]
    inputs = item.gather(ScopeAt("unit:01", AFTER, timezone.now()))
    rows = item.count(inputs)
    canonical.dumps(rows)
    return Value.of(RATIO, rows), {row["key"]: row for row in rows}, canonical.dumps(inputs).decode()


def test_every_number_names_no_element_and_no_place(net):
    rate(net)
    rate(net, "nodes")
    for name in ALL:
        _value, rows, inputs = measured(name)
        for text in (inputs, json.dumps(rows)):
            assert not any(f'"{word}"' in text for word in ("ka", "ab", "bk", "bc", "A", "B", "C", "K")), name
            assert "lat" not in text, name


def test_people_and_paths(net):
    value, rows, _inputs = measured("people_behind_single_span")
    assert (value.numerator, value.denominator) == (400, 1500)
    assert {key: row["numerator"] for key, row in rows.items()} == {AN_BINH: 0, CUONG_MOI: 400, DUNG_MOI: 0}
    assert rows[DUNG_MOI]["unreached"] == 800
    value, rows, _inputs = measured("two_node_disjoint_paths")
    assert {key: row["state"] for key, row in rows.items()} == {AN_BINH: "two", CUONG_MOI: "one", DUNG_MOI: "none"}
    value, rows, _inputs = measured("agencies_two_paths")
    assert (value.numerator, value.denominator, rows["ub"]["state"]) == (0, 1, "one")


def test_people_behind_one_risk_are_those_of_spans_and_of_what_falls_together(net):
    value, rows, _inputs = measured("people_behind_single_risk")
    assert (value.numerator, rows[CUONG_MOI]["numerator"], rows[CUONG_MOI]["risks"]) == (400, 400, 0)
    given = {"actor": TESTER, "network": net, "kind": "bridge", "name": "Cầu An", "valid_from": AFTER, "source": "thử"}
    record_group(code="cau-an", spans=["ka", "bk"], nodes=[], **given)
    record_group(code="nguon", spans=[], nodes=["A", "C"], **given)
    value, rows, text = measured("people_behind_single_risk")
    assert (rows[AN_BINH]["numerator"], rows[AN_BINH]["shared_only"], rows[AN_BINH]["risks"]) == (300, 300, 2)
    assert (rows[CUONG_MOI]["numerator"], rows[CUONG_MOI]["shared_only"]) == (400, 0)
    assert (value.numerator, rows[DUNG_MOI]["unreached"]) == (700, 800)
    assert "Cầu" not in text and "cau-an" not in text
    assert measured("people_behind_single_span")[0].numerator == 400


def test_availability_needs_every_rate(net):
    value, rows, _inputs = measured("availability")
    assert (value.denominator, rows[AN_BINH]["state"]) == (0, "no_rates")
    rate(net)  # every span works half the time
    rate(net, "nodes", mttr=0)
    value, rows, _inputs = measured("availability")
    ring = Fraction(5, 8)  # straight (1/2), or around when that fails (1/2 of 1/4)
    assert Fraction(rows[AN_BINH]["numerator"], rows[AN_BINH]["denominator"]) == ring
    assert Fraction(rows[CUONG_MOI]["numerator"], rows[CUONG_MOI]["denominator"]) == ring / 2
    assert rows[DUNG_MOI]["state"] == "unreached"
    value, rows, _inputs = measured("agencies_availability")
    assert value.fraction == ring / 2


def test_the_nearest_record_fits(net):
    from tinhso.infrastructure.network.models import Span

    Span.objects.filter(element_id="ka").update(
        medium="fibre", data='{"id":"ka","deployment":["aboveGround","belowGround"]}', length_m=2000
    )
    Span.objects.filter(element_id="ab").update(medium="fibre", length_m=1000)
    Span.objects.filter(element_id="bk").update(length_m=None)
    record = {"actor": TESTER, "valid_from": date(2020, 1, 1), "source": "thử"}
    record_reliability(network=None, target="spans", mtbf_hours=1, mttr_minutes=60, **record)
    record_reliability(
        network=None, target="medium", subject="fibre", mtbf_hours=3, mttr_minutes=60, per_km=True, **record
    )
    rate(net, "span", mtbf=9, subject="bc")
    assert rates_on(net, AFTER).spans == {
        "ka": 600_000_000,  # 2 km: 3 / (3 + 2)
        "ab": 750_000_000,
        "bk": 500_000_000,
        "bc": 900_000_000,
    }
    rate(net, "deployment", mtbf=4, subject="aboveGround")
    rate(net, "deployment", mtbf=1, subject="belowGround")
    assert rates_on(net, AFTER).spans["ka"] == 500_000_000, "the least favourable of the sorts that fit"
    found = rates_on(net, AFTER)
    assert (found.missing_spans, found.missing_nodes, found.complete) == (0, 5, False)
    rate(net, "node_type", mtbf=1, subject="datacentre")
    rate(net, "nodes", mtbf=4, mttr=0)
    assert set(rates_on(net, AFTER).nodes.values()) == {10**9}


def test_a_rate_per_kilometre_says_nothing_of_a_span_without_length(net):
    rate(net, per_km=True)
    assert set(rates_on(net, AFTER).spans.values()) == {None}


def test_the_worker_prepares_with_compiled_kernels_and_the_web_reads_it(net, monkeypatch):
    from tinhso.infrastructure.resilience import prepared
    from tinhso.infrastructure.resilience.impact import impact
    from tinhso.infrastructure.resilience.schedules import prepare_networks

    pytest.importorskip("numba")
    from tinhso.foundation.dates import today

    prepare_networks()
    prepared._prepared.cache_clear()
    monkeypatch.setattr(prepared, "_read", None)
    assert impact(net, today(), spans=["bc"]).units == (CUONG_MOI,)
