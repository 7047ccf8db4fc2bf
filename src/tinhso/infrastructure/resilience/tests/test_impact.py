"""Who loses what when spans and nodes fail, on small networks that can be checked by eye."""

import pytest

from tinhso.infrastructure.resilience.elsewhere import elsewhere, still_served
from tinhso.infrastructure.resilience.impact import impact
from tinhso.infrastructure.resilience.losses import SPAN, losses
from tinhso.infrastructure.resilience.prepared import prepared_for
from tinhso.infrastructure.resilience.tests.recipes import (
    AFTER,
    AN,
    AN_BINH,
    BEFORE,
    BINH,
    CUONG,
    CUONG_MOI,
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


def test_two_operators_back_each_other_part_by_part():
    net = drawn("ka=K-A kb=K-B kc=K-C", HOMES, core="K")
    alone = still_served(prepared_for(net, AFTER), impact(net, AFTER, nodes=["K"]), elsewhere(net, AFTER))
    assert (alone.units, alone.people_cut) == (frozenset(), 700)
    other = drawn("mb=M-B mc=M-C", {"B": BINH, "C": CUONG}, core="M", uuid="7b1f0f0e-0000-4000-8000-00000000000b")
    drawn("na=N-A", {"A": AN}, uuid="7b1f0f0e-0000-4000-8000-00000000000c")
    drawn("oa=O-A", {"A": AN}, core="O", uuid="7b1f0f0e-0000-4000-8000-00000000000d", demonstration=True)
    both = elsewhere(net, AFTER)
    assert both.networks == 1, "without a core, or for show, a network backs nobody"
    ready, lost = prepared_for(net, AFTER), impact(net, AFTER, nodes=["K"])
    still = still_served(ready, lost, both)
    assert (lost.units, lost.people) == ((AN_BINH, CUONG_MOI), 700)
    assert (still.units, still.people_cut) == ({CUONG_MOI}, 100), "An has the first network only"
    assert elsewhere(other, AFTER).parts == ready.served[0]
    every = losses(ready, SPAN, both.parts)
    number = ready.graph.span_index
    assert [int(every.people_cut[number[name]]) for name in ("ka", "kb", "kc")] == [100, 0, 0]
    assert [int(every.people[number[name]]) for name in ("ka", "kb", "kc")] == [100, 200, 400]
