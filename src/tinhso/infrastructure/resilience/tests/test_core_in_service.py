"""A chosen core node that is not in service is no core: for every reader, whatever takes it out of service."""

from datetime import date

import pytest
from django.db.models import Q

from tinhso.identity.models import Agency
from tinhso.infrastructure.network.coverage import covered
from tinhso.infrastructure.network.models import STATUSES, Node, Span
from tinhso.infrastructure.network.tests.coverage_recipes import connect
from tinhso.infrastructure.resilience.commands import record_reliability
from tinhso.infrastructure.resilience.elsewhere import elsewhere
from tinhso.infrastructure.resilience.impact import impact
from tinhso.infrastructure.resilience.losses import NODE, SPAN
from tinhso.infrastructure.resilience.prepared import prepared_for
from tinhso.infrastructure.resilience.tests.recipes import AN, BEFORE, BINH, drawn, territory
from tinhso.infrastructure.resilience.weak import weak_numbers, worst_pairs
from tinhso.measures.contract import ScopeAt, indicators
from tinhso.places.tests.recipes import TESTER

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
ENDED = "ended"
OUT = [*(status for status in STATUSES if status != "operational"), ENDED]
OTHER = "7b1f0f0e-0000-4000-8000-00000000000b"
HALF = 10**7 // 2


@pytest.fixture
def net(db, tmp_path):
    """K-A-B-L in a row: An at A, Bình at B, an agency at B; K and L the core; each span works half of the time."""
    territory(tmp_path)
    Agency(uid="ub", name="Ủy ban thử", kind="peoples_committee", level="commune", seat_unit_code=BINH).save()
    made = drawn("ka=K-A ab=A-B bl=B-L", {"A": AN, "B": BINH}, core="K L")
    connect(made, "ub", "B")
    rate = {"actor": TESTER, "network": made, "mtbf_hours": 1, "valid_from": date(2018, 1, 1), "source": "thử"}
    record_reliability(target="spans", mttr_minutes=60, **rate)
    record_reliability(target="nodes", mttr_minutes=0, **rate)
    return made


def out_of_service(net, how, *nodes):
    rows = Node.objects.filter(network=net, element_id__in=nodes)
    if how == ENDED:
        spans = Span.objects.filter(Q(start_id__in=nodes) | Q(end_id__in=nodes), network=net)
        for ending in (rows, spans):
            ending.update(valid_to=date(2024, 1, 1))
    else:
        rows.update(status=how)


def rows(name):
    item = indicators[name]
    found = item.count(item.gather(ScopeAt("unit:01", BEFORE, None)))
    return {row["key"]: row for row in found if row["key"] in (AN, BINH, "ub")}


def told(net):
    """What every reader says on a day."""
    ready = prepared_for(net, BEFORE)
    shares, agencies = rows("resilience.availability"), rows("resilience.agencies_availability")
    behind = rows("resilience.people_behind_single_span")
    said = {
        "core": ready.has_core,
        "paths": [covered("unit:01", BEFORE).paths[code]["state"] for code in (AN, BINH)],
        "agency": rows("resilience.agencies_two_paths")["ub"]["state"],
        "node paths": [row["state"] for row in rows("resilience.two_node_disjoint_paths").values()],
        "behind": [(row["numerator"], row["denominator"]) for row in behind.values()],
        "behind risks": sum(row["numerator"] for row in rows("resilience.people_behind_single_risk").values()),
        "shares": [row["numerator"] // row["people"] if row["denominator"] else None for row in shares.values()],
        "agency share": agencies["ub"]["numerator"] if agencies["ub"]["denominator"] else None,
        "ka": impact(net, BEFORE, spans=["ka"]).units,
        "K": impact(net, BEFORE, nodes=["K"]).people,
        "L": impact(net, BEFORE, nodes=["L"]).people,
        "weak": [ready.graph.span_ids[number] for number in weak_numbers(ready, SPAN)],
        "weak nodes": [ready.graph.node_ids[number] for number in weak_numbers(ready, NODE)][:2],
        "pairs": [pair.ids for pair in worst_pairs(ready, BEFORE)[0]],
    }
    other = drawn("ma=M-A", {"A": AN}, core="M", uuid=OTHER)
    return said | {"backs": sorted(part[:5] for part in elsewhere(other, BEFORE).parts)}


BOTH = {
    "core": True,
    "paths": ["two", "two"],
    "agency": "two",
    "node paths": ["two", "two"],
    "behind": [(0, 100), (0, 200)],
    "behind risks": 0,
    "shares": [5 * HALF // 4, 5 * HALF // 4],
    "agency share": 5 * HALF // 4,
    "ka": (),
    "K": 0,
    "L": 0,
    "weak": [],
    "weak nodes": [],
    "pairs": [("bl", "ka"), ("ab", "bl"), ("ab", "ka")],
    "backs": [AN, BINH],
}
ONE = BOTH | {
    "paths": ["one", "one"],
    "agency": "one",
    "node paths": ["one", "one"],
    "behind": [(100, 100), (200, 200)],
    "behind risks": 300,
    "shares": [HALF, HALF // 2],
    "agency share": HALF // 2,
    "ka": (AN, BINH),
    "K": 300,
    "weak": ["ka", "ab"],
    "weak nodes": ["A", "K"],
    "pairs": [],
}
NONE = ONE | {
    "core": False,
    "paths": ["no_core", "no_core"],
    "agency": "no_core",
    "node paths": ["no_core", "no_core"],
    "behind": [(0, 0), (0, 0)],
    "behind risks": 0,
    "shares": [None, None],
    "agency share": None,
    "ka": (),
    "K": None,
    "L": None,
    "weak": [],
    "weak nodes": [],
    "backs": [],
}


def test_both_in_service_are_the_core(net):
    assert told(net) == BOTH


@pytest.mark.parametrize("how", OUT)
def test_of_two_the_one_in_service_is_the_core(net, how):
    out_of_service(net, how, "L")
    assert told(net) == ONE


@pytest.mark.parametrize("how", OUT)
def test_with_neither_in_service_there_is_no_core(net, how):
    out_of_service(net, how, "K", "L")
    assert told(net) == NONE
