"""How much of a month units were reachable, by hand-counted examples."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tinhso.foundation.dates import VIETNAM
from tinhso.infrastructure.outages.availability import reach_inputs
from tinhso.infrastructure.outages.commands import approve_window, plan_maintenance, promise
from tinhso.infrastructure.outages.models import MaintenanceWindow
from tinhso.infrastructure.outages.months import month_of_units
from tinhso.infrastructure.outages.rules import reachable
from tinhso.infrastructure.outages.tests.recipes import AN, BINH, CUONG, DUNG, alert, minutes, province, send, source
from tinhso.places.scopes import units_in
from tinhso.places.tests.recipes import TESTER
from tinhso.proof.audit import Actor

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
JUNE = date(2024, 6, 1)
BEGIN, END = datetime(2024, 6, 1, tzinfo=VIETNAM), datetime(2024, 7, 1, tzinfo=VIETNAM)
MONTH = 30 * 86400


@pytest.fixture
def nms(db, tmp_path):
    sender, _ = source(province(tmp_path))
    type(sender).objects.update(created_at=datetime(2024, 1, 1, tzinfo=UTC))
    sender.refresh_from_db()
    return sender


def rows(network, **more):
    units = units_in("unit:01", date(2024, 6, 30))
    return {row["key"]: row for row in reachable.count(reach_inputs([network], units, BEGIN, END, **more))}


def test_a_whole_month(nms):
    found = rows(nms.network)
    assert {row["denominator"] for row in found.values()} == {MONTH}
    assert {row["numerator"] for row in found.values()} == {MONTH}


def test_a_cut_costs_those_behind_it_and_nobody_else(nms):
    send(nms, alert({"span": "bc"}, 0, ends=90))
    found = rows(nms.network)
    assert {key: row["unplanned_seconds"] for key, row in found.items()} == {AN: 0, BINH: 0, CUONG: 5400, DUNG: 5400}
    assert found[CUONG]["numerator"] == MONTH - 5400


def test_a_ring_costs_only_while_it_is_cut_twice(nms):
    send(nms, alert({"span": "ka"}, 0, ends=90), alert({"span": "bk"}, 60, ends=120))
    assert {row["unplanned_seconds"] for row in rows(nms.network).values()} == {1800}


def test_one_that_lasts_into_the_month_and_beyond_counts_within_it(nms):
    before = -4 * 24 * 60
    send(nms, alert({"span": "bc"}, before), received=60 * 24 * 60)
    assert rows(nms.network)[DUNG]["unplanned_seconds"] == MONTH


def test_what_approved_work_alone_would_cut_is_told_apart(nms):
    window = planned(nms.network, [("span", "bc")], 0, 60)
    send(nms, alert({"span": "bc"}, 10, ends=70), alert({"span": "cd"}, 20, ends=30))
    row = rows(nms.network)[CUONG]
    assert (row["planned_seconds"], row["unplanned_seconds"]) == (50 * 60, 10 * 60)
    MaintenanceWindow.objects.filter(pk=window.pk).update(title="khác")
    earlier = minutes(-60 * 24)
    assert rows(nms.network, known_at=earlier)[CUONG]["unplanned_seconds"] == 0


def planned(network, elements, begin, end):
    """An approved window from `begin` to `end`, minutes after T0; windows are only planned ahead, so it is moved."""
    ahead = datetime.now(UTC) + timedelta(days=2)
    window = plan_maintenance(
        actor=TESTER, network=network, title="Thay cáp", elements=elements, starts_at=ahead,
        ends_at=ahead + timedelta(hours=1),
    )  # fmt: skip
    approve_window(actor=Actor("user:2", "Người duyệt"), window=window)
    MaintenanceWindow.objects.filter(pk=window.pk).update(starts_at=minutes(begin), ends_at=minutes(end))
    return window


def test_before_anything_was_reported_there_is_no_data(db, tmp_path):
    net = province(tmp_path)
    assert {row["denominator"] for row in rows(net).values()} == {0}
    sender, _ = source(net)
    type(sender).objects.update(created_at=datetime(2024, 6, 16, tzinfo=VIETNAM))
    assert {row["denominator"] for row in rows(net).values()} == {15 * 86400}


def test_the_month_against_the_promise(nms):
    send(nms, alert({"span": "bc"}, 0, ends=90))
    promise(actor=TESTER, subject="unit", key="", availability=999_000, valid_from=date(2024, 1, 1), basis="Điều 3")
    promise(actor=TESTER, subject="unit", key=DUNG, availability=990_000, valid_from=date(2024, 1, 1), basis="Điều 4")
    found = {row.subject.code: row for row in month_of_units("unit:01", JUNE).rows}
    assert {code: row.kept for code, row in found.items()} == {AN: True, BINH: True, CUONG: False, DUNG: True}
    assert (found[CUONG].share, found[CUONG].unplanned_minutes) == ("99,791%", 90)
    send(nms, alert({"span": "bc"}, 500, ends=1500), received=2000)
    again = {row.subject.code: row for row in month_of_units("unit:01", JUNE).rows}
    assert again[DUNG].kept is False


def test_two_networks_must_both_be_lost():
    cut = {"from": 10, "to": 50, "planned": False}
    inputs = {
        "networks": [{"network": "a", "from": 0, "units": ["u"]}, {"network": "b", "from": 5, "units": ["u", "v"]}],
        "units": [{"unit": "u", "from": 0, "to": 100}, {"unit": "v", "from": 0, "to": 100},
                  {"unit": "w", "from": 0, "to": 9}],
        "cuts": [
            {"network": "a", "unit": "u", **cut},
            {"network": "b", "unit": "u", "from": 40, "to": 60, "planned": True},
            {"network": "b", "unit": "v", **cut},
        ],
    }  # fmt: skip
    u, v, w = reachable.count(inputs)
    assert (u["denominator"], u["unplanned_seconds"], u["planned_seconds"]) == (95, 0, 10)
    assert (v["denominator"], v["unplanned_seconds"]) == (95, 40)
    assert (w["denominator"], w["state"]) == (0, "no_data")
