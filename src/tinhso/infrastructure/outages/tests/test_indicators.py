"""The published numbers: hand-counted, and their evidence names no element."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from tinhso.foundation import canonical
from tinhso.identity.models import Agency
from tinhso.infrastructure.network.models import AgencyConnection
from tinhso.infrastructure.outages.commands import set_cause, set_contact, tell_outage
from tinhso.infrastructure.outages.models import Notice, Outage, Source
from tinhso.infrastructure.outages.rules import repair_time, told_in_time
from tinhso.infrastructure.outages.tests.recipes import DUNG, alert, province, rfc, send, source
from tinhso.measures.contract import ScopeAt, indicators
from tinhso.measures.measuring import take
from tinhso.places.tests.recipes import TESTER

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NAMES = ("mean_time_to_repair", "told_within_30_minutes", "availability")


@pytest.fixture
def nms(db, tmp_path):
    net = province(tmp_path)
    Agency.objects.create(
        uid="ubnd-dung", name="UBND xã Dũng", kind="peoples_committee", level="commune", seat_unit_code=DUNG,
        valid_from=date(2016, 1, 1),
    )  # fmt: skip
    AgencyConnection.objects.create(
        network=net, agency_uid="ubnd-dung", node_id="D", basis="thử", valid_from=date(2018, 1, 1)
    )
    sender, _ = source(net)
    Source.objects.update(created_at=datetime(2024, 1, 1, tzinfo=UTC))
    return sender


def measured(name, day=None, known_at=None):
    moment = known_at or datetime.now(UTC) + timedelta(seconds=1)
    day = day or (moment + timedelta(hours=7)).date()
    return take(indicators[f"outages.{name}"], ScopeAt("unit:01", day, moment))


def outage(sender, begin, end, span="bc"):
    """An outage that began and ended so many minutes ago."""
    now = datetime.now(UTC).replace(microsecond=0)
    one = alert({"span": span}, 0, ends=1)
    one |= {"startsAt": rfc(now - timedelta(minutes=begin)), "endsAt": rfc(now - timedelta(minutes=end))}
    send(sender, one, received=None)
    return Outage.objects.latest("pk")


def test_mean_time_to_repair(nms):
    assert measured("mean_time_to_repair").value.fraction is None
    outage(nms, 500, 440)
    outage(nms, 300, 270)
    false = outage(nms, 200, 100)
    set_cause(actor=TESTER, outage=false, cause="false_alarm")
    found = measured("mean_time_to_repair")
    assert found.value.fraction == 45
    assert json.loads(found.lines[0])["outages"] == 2


def test_told_within_thirty_minutes(nms):
    late = outage(nms, 500, 440)
    assert measured("told_within_30_minutes").value.fraction == 0
    outage(nms, 300, 290, span="ka")  # nobody was cut off
    set_contact(actor=TESTER, agency_uid="ubnd-dung", email="ubnd@tinh.gov.vn")
    told = outage(nms, 100, 40)
    tell_outage(actor=TESTER, outage=told)
    found = measured("told_within_30_minutes")
    assert (found.value.numerator, found.value.denominator) == (0, 2)
    assert Notice.objects.get().outage == told != late
    soon = outage(nms, 20, 5)
    tell_outage(actor=TESTER, outage=soon)
    assert measured("told_within_30_minutes").value.denominator == 2


def told(**more):
    one = {"outage": "a", "from": 0, "planned": False, "cause": "", "agencies": 2, "told_after": [60, 1800], **more}
    return list(told_in_time.count({"until": 10_000, "outages": [one]}))


def test_the_rule_of_telling():
    assert told()[0]["numerator"] == 1
    assert told(told_after=[60, 1801])[0]["numerator"] == 0
    assert told(told_after=[60])[0]["numerator"] == 0
    for left_out in ({"planned": True}, {"cause": "false_alarm"}, {"agencies": 0}, {"from": 9_000}):
        assert told(**left_out) == []


def test_the_rule_of_repair():
    one = {"from": 0, "to": 119, "planned": False, "cause": ""}
    (row,) = repair_time.count({"outages": [one, {**one, "to": 120}, {**one, "to": 10**6, "planned": True}]})
    assert (row["numerator"], row["minutes"], row["outages"]) == (1, 3, 2)
    assert list(repair_time.count({"outages": []})) == []


def test_availability_of_a_past_month(nms):
    one = alert({"span": "bc"}, 0, ends=90)
    send(nms, one)
    found = measured("availability", day=date(2024, 6, 30))
    rows = {row["key"]: row for row in map(json.loads, found.lines)}
    assert found.value.denominator == 4 * 30 * 86400
    assert {key: row["unplanned_seconds"] for key, row in rows.items()} == {
        "00001": 0, "00002": 0, "00003": 5400, "00004": 5400,
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_evidence_names_no_element_and_no_place(nms, name):
    outage(nms, 500, 440)
    found = measured(name)
    text = found.inputs.decode()
    assert not any(secret in text for secret in ('"bc"', '"cd"', "Nút", "lat", "ubnd-dung"))
    assert canonical.dumps(json.loads(text)) == found.inputs


@pytest.mark.parametrize("name", NAMES)
def test_what_was_known_then_is_not_changed_by_what_is_heard_later(nms, name):
    outage(nms, 500, 440)
    then = datetime.now(UTC)
    before = measured(name, known_at=then)
    assert before.value.denominator
    outage(nms, 400, 100)
    set_contact(actor=TESTER, agency_uid="ubnd-dung", email="ubnd@tinh.gov.vn")
    for one in Outage.objects.all():
        tell_outage(actor=TESTER, outage=one)
        set_cause(actor=TESTER, outage=one, cause="false_alarm")
    again = measured(name, known_at=then)
    assert (again.inputs, again.lines) == (before.inputs, before.lines)
