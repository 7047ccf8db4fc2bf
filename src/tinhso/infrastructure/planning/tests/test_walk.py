"""A network engineer's walk: a real network, its worst span, a way round it, built, and proved to the public."""

import json
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tinhso.foundation.dates import today
from tinhso.infrastructure.graphs.loss import span_losses
from tinhso.infrastructure.network.commands import import_ofds
from tinhso.infrastructure.network.commands_core import choose_core
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.tests.ofds.recipes import SHARED
from tinhso.infrastructure.planning.commands import works
from tinhso.infrastructure.planning.tests import recipes
from tinhso.infrastructure.resilience.prepared import prepared_for
from tinhso.measures.contract import ScopeAt, Value, indicators
from tinhso.places.scopes import units_in
from tinhso.places.tests.recipes import nam_dinh

pytestmark = pytest.mark.django_db
FILE = SHARED / "ofds_public" / "Niger__Niger_Telecoms.json"
BUDGET = 5_000_000_000


def moved_into_the_province() -> Network:
    """The real network as published, its nodes put on communes of Nam Định, so that people depend on it."""
    package = json.loads(FILE.read_text())
    (network,) = package["networks"]
    codes = sorted(unit.code for unit in units_in("signing-province", recipes.BEGIN))
    for node, code in zip(network["nodes"], codes, strict=False):
        node["location"] = {"type": "Point", "coordinates": recipes.position(code)}
    for span in network["spans"]:
        span.pop("route", None)
    raw = json.dumps(package).encode()
    import_ofds(actor=recipes.ENGINEER, raw=raw, source_name=FILE.name, as_of=recipes.BEGIN)
    made = Network.objects.get(uuid=network["id"])
    ends = [span[end] for span in network["spans"] for end in ("start", "end")]
    busiest = max(sorted(set(ends)), key=ends.count)
    choose_core(actor=recipes.ENGINEER, network=made, nodes=[busiest], valid_from=recipes.BEGIN, reason="thử")
    return made


def measured(name: str) -> Value:
    item = indicators[name]
    inputs = item.gather(ScopeAt("signing-province", today(), timezone.now()))
    return Value.of(item.kind, item.count(inputs))


def lost_by_span(network: Network, day: date) -> dict[str, int]:
    ready = prepared_for(network, day)
    return dict(zip(ready.graph.span_ids, span_losses(ready.loss)["people"].tolist(), strict=True))


@pytest.mark.skipif(not FILE.exists(), reason=f"{FILE} is not on this machine")
def test_from_the_worst_span_to_a_public_page_that_proves_its_mending():
    nam_dinh()
    network = moved_into_the_province()
    before = lost_by_span(network, today())
    worst = max(before, key=lambda span: before[span])
    assert before[worst] > 0
    run = recipes.found(
        network, question="bypass", protect="", target="units", scope="signing-province", span_id=worst, aim="most",
        budget=BUDGET, day=today(),
    )  # fmt: skip
    assert (run.state, run.reason) == ("finished", "")
    phase = run.result.phases.first()
    assert 0 < run.result.cost <= BUDGET and run.result.value <= run.result.value_bound
    assert phase.people > 0
    behind = measured("resilience.people_behind_single_span")
    works.approve(actor=recipes.LEADER, phase=phase, due_on=today())
    assert measured("planning.delivered_on_time").fraction == 0
    works.start_construction(actor=recipes.ENGINEER, phase=phase, on_day=today() - timedelta(days=1))
    works.complete(actor=recipes.ENGINEER, phase=phase, on_day=today())
    assert measured("planning.delivered_on_time").fraction == 1
    assert measured("resilience.people_behind_single_span").numerator < behind.numerator
    assert lost_by_span(network, today())[worst] <= before[worst] - phase.people
    public = Client().get(reverse("planning:phase", args=[run.plan.uid, phase.number])).content.decode()
    assert "Đang hoạt động" in public and worst not in public
    assert all(span.span_id not in public for span in phase.built_spans.all())
