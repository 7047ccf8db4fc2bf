"""The demonstration's outages: through the same door as any sender's, and labelled."""

from datetime import date

import pytest

from tinhso.infrastructure.network.design.document import network_uuid
from tinhso.infrastructure.outages.demo import SLUG, run
from tinhso.infrastructure.outages.models import Event, MaintenanceWindow, Outage, Source
from tinhso.infrastructure.outages.tests.recipes import HOMES, WAYS
from tinhso.infrastructure.resilience.tests.recipes import drawn, territory

pytestmark = pytest.mark.django_db


def test_seeded_outages_once(tmp_path):
    territory(tmp_path)
    drawn(WAYS, HOMES, core="K", uuid=network_uuid("01"), demonstration=True)
    said = []
    run("01", date(2021, 12, 31), said.append)
    before = (Outage.objects.count(), Event.objects.count(), MaintenanceWindow.objects.count())
    assert before[0] >= 3 and before[2] == 1
    assert Source.objects.get(slug=SLUG).demonstration
    assert not Outage.objects.filter(state="open").exists()
    run("01", date(2021, 12, 31), said.append)
    assert (Outage.objects.count(), Event.objects.count(), MaintenanceWindow.objects.count()) == before
    assert len(said) == 2


def test_a_real_network_gets_no_invented_outages(tmp_path):
    territory(tmp_path)
    drawn(WAYS, HOMES, core="K")
    run("01", date(2021, 12, 31), lambda text: None)
    assert not Source.objects.exists()
