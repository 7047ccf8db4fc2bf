"""The demonstration province from end to end: real communes, designed network, read in by the importer."""

from datetime import date

import orjson
import pytest

from tinhso.foundation.demo import steps
from tinhso.infrastructure.network.coverage import covered
from tinhso.infrastructure.network.demo import planned
from tinhso.infrastructure.network.design.document import document, network_uuid, publication_days
from tinhso.infrastructure.network.models import AgencyConnection, CoreChoice, Network, Node, Reading, Span
from tinhso.infrastructure.network.ofds.reader import read
from tinhso.infrastructure.network.queries import network_at
from tinhso.places.scopes import SIGNING_PROVINCE
from tinhso.places.tests.recipes import DAY_2021, DAY_2024, DAY_2025, nam_dinh

pytestmark = pytest.mark.django_db


def demonstrate(say=lambda text: None):
    for step in steps:
        if step.order <= 30:
            step.run("36", DAY_2021, say)


def tally():
    return [model.objects.count() for model in (Node, Span, Reading, CoreChoice, AgencyConnection)]


@pytest.mark.both_databases
def test_the_demonstration_as_the_province_tells_it(db):
    demonstrate()
    network = Network.objects.get(uuid=network_uuid("36"))
    assert network.demonstration
    assert "trình diễn" in network.name
    for day, units in ((DAY_2021, 226), (DAY_2024, 175), (DAY_2025, 57)):
        value = covered(SIGNING_PROVINCE, day).value
        assert (value.numerator, value.denominator) == (units, units)
    for day, least, most in (
        (date(2016, 12, 31), 1, 40),
        (date(2020, 6, 30), 100, 225),
        (date(2020, 12, 31), 226, 226),
    ):
        assert least <= covered(SIGNING_PROVINCE, day).value.numerator <= most
    assert {row["state"] for row in covered(SIGNING_PROVINCE, DAY_2021).paths.values()} == {"one", "two"}
    assert len(network_at(network, DAY_2021).core) == 2
    statuses = set(Span.objects.filter(network=network).values_list("status", flat=True))
    assert statuses == {"planned", "underConstruction", "operational"}
    before = tally()
    demonstrate()
    assert tally() == before


def test_publications_are_valid_ofds_and_need_no_repair(db):
    nam_dinh()
    plan = planned("unit:36", date(2020, 2, 1), DAY_2021)
    for day in (min(publication_days()), max(publication_days())):
        file = read(orjson.dumps(document(plan, "36", "Trình diễn", day)), repair=False)
        assert [fault for fault in file.faults if fault.fatal or fault.repairable] == []


def test_a_province_without_units_gets_no_network_and_is_told(db):
    told = []
    next(step for step in steps if step.name == "infrastructure").run("99", DAY_2021, told.append)
    assert told and not Network.objects.exists()
