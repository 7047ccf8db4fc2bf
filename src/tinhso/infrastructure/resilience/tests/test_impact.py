"""Who loses what when spans and nodes fail, on small networks that can be checked by eye."""

import pytest

from tinhso.infrastructure.resilience.impact import impact
from tinhso.infrastructure.resilience.tests.recipes import (
    AFTER,
    AN,
    AN_BINH,
    BEFORE,
    BINH,
    CUONG,
    DUNG,
    drawn,
    territory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HOMES = {"A": AN, "B": BINH, "C": CUONG, "D": DUNG}


@pytest.fixture(autouse=True)
def places(db, tmp_path):
    territory(tmp_path)


def test_a_bridge_takes_everyone_behind_it():
    net = drawn("ka=K-A ab=A-B bk=B-K bc=B-C cd=C-D", HOMES, core="K")
    lost = impact(net, BEFORE, spans=["bc"])
    assert (lost.units, lost.people, lost.unknown) == ((CUONG, DUNG), 1200, ())
    assert impact(net, BEFORE, spans=["ka"]).units == ()
    assert impact(net, BEFORE, spans=["ka", "bk"]).units == (AN, BINH, CUONG, DUNG)


def test_a_node_takes_its_own_and_those_behind_it():
    net = drawn("ka=K-A ab=A-B bk=B-K bc=B-C cd=C-D", HOMES, core="K")
    assert impact(net, BEFORE, nodes=["B"]).units == (BINH, CUONG, DUNG)
    assert impact(net, BEFORE, nodes=["K"]).units == (AN, BINH, CUONG, DUNG)


def test_parallel_spans_are_two_ways():
    net = drawn("ka1=K-A ka2=K-A", HOMES, core="K")
    assert impact(net, BEFORE, spans=["ka1"]).units == ()
    assert impact(net, BEFORE, spans=["ka1", "ka2"]).units == (AN,)


def test_any_core_will_do():
    net = drawn("ka=K-A ab=A-B bl=B-L", HOMES, core="K L")
    assert impact(net, BEFORE, spans=["ka"]).units == ()
    assert impact(net, BEFORE, nodes=["K"]).units == ()
    assert impact(net, BEFORE, nodes=["K", "L"]).units == (AN, BINH)


def test_a_merged_unit_loses_service_when_a_part_does_and_only_its_people_are_counted():
    net = drawn("ka=K-A kb=K-B kc=K-C", HOMES, core="K")
    lost = impact(net, AFTER, spans=["kb"])
    assert (lost.units, lost.people) == ((AN_BINH,), 200)
    assert impact(net, AFTER, spans=["ka", "kb"]).people == 300


def test_without_a_core_nothing_is_said_to_be_lost():
    lost = impact(drawn("ka=K-A", HOMES), BEFORE, spans=["ka"])
    assert (lost.has_core, lost.people, lost.units) == (False, None, ())


def test_what_was_never_joined_is_not_lost():
    net = drawn("ka=K-A bc=B-C", HOMES, core="K")
    assert impact(net, BEFORE, spans=["bc"]).units == ()
    assert impact(net, BEFORE, spans=["ka", "bc"]).units == (AN,)


def test_ids_that_are_not_of_the_network_are_named():
    net = drawn("ka=K-A", HOMES, core="K")
    assert impact(net, BEFORE, spans=["zz"], nodes=["Q"]).unknown == ("zz", "Q")
