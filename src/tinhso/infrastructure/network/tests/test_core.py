"""Choosing the core: kept on both clocks, refused where it makes no sense."""

import json
from datetime import date

import pytest

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.commands_core import choose_core, withdraw_core
from tinhso.infrastructure.network.models import CoreChoice
from tinhso.infrastructure.network.queries import network_at
from tinhso.infrastructure.network.tests.coverage_recipes import network, write
from tinhso.places.tests.recipes import TESTER
from tinhso.proof.models import AuditRecord

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def net(db):
    made = network()
    write(made, [{"id": "A"}, {"id": "B"}], since=date(2020, 1, 1))
    return made


def choose(net, nodes, day, reason="trạm trung tâm"):
    return choose_core(actor=TESTER, network=net, nodes=nodes, valid_from=day, reason=reason)


def core_on(net, day):
    return network_at(net, day).core


def test_unset_means_no_core(net):
    assert core_on(net, date(2021, 1, 1)) is None


def test_each_choice_holds_until_the_next_whichever_was_recorded_first(net):
    choose(net, ["A"], date(2020, 6, 1))
    choose(net, ["B"], date(2022, 1, 1))
    choose(net, ["B", "A"], date(2021, 1, 1))
    found = [core_on(net, date(year, 12, 31)) for year in (2019, 2020, 2021, 2022)]
    assert found == [None, ("A",), ("A", "B"), ("B",)]
    intervals = CoreChoice.objects.known_at().order_by("valid_from").values_list("valid_from", "valid_to")
    assert list(intervals) == [
        (date(2020, 6, 1), date(2021, 1, 1)),
        (date(2021, 1, 1), date(2022, 1, 1)),
        (date(2022, 1, 1), None),
    ]


def test_a_correction_supersedes_and_the_earlier_state_can_be_read_back(net):
    first = choose(net, ["A"], date(2020, 6, 1))
    second = choose(net, ["B"], date(2020, 6, 1))
    assert core_on(net, date(2021, 1, 1)) == ("B",)
    assert network_at(net, date(2021, 1, 1), known_at=first.recorded_at).core == ("A",)
    assert json.loads(second.nodes) == ["B"]


def test_repeating_a_choice_changes_nothing(net):
    choose(net, ["A"], date(2020, 6, 1))
    choose(net, ["A", "A"], date(2020, 6, 1))
    assert CoreChoice.objects.count() == 1
    assert AuditRecord.objects.filter(verb="infrastructure.choose_core").count() == 1


@pytest.mark.parametrize(
    ("case", "nodes", "day", "reason", "place"),
    [
        ("no node", [], date(2020, 6, 1), "vì", "nodes"),
        ("unknown node", ["A", "Z"], date(2020, 6, 1), "vì", "nodes"),
        ("before the network", ["A"], date(2019, 6, 1), "vì", "nodes"),
        ("no reason", ["A"], date(2020, 6, 1), " ", "reason"),
        ("long reason", ["A"], date(2020, 6, 1), "x" * 501, "reason"),
    ],
)
def test_refused(net, case, nodes, day, reason, place):
    with pytest.raises(Invalid) as refused:
        choose(net, nodes, day, reason)
    assert refused.value.place == place
    assert not CoreChoice.objects.exists()


def withdraw(net, day, reason="bỏ trạm"):
    return withdraw_core(actor=TESTER, network=net, valid_from=day, reason=reason)


def test_withdrawn_from_a_day_on_until_a_later_choice(net):
    choose(net, ["A"], date(2020, 6, 1))
    choose(net, ["B"], date(2023, 1, 1))
    withdraw(net, date(2021, 6, 1))
    found = [core_on(net, date(year, 12, 31)) for year in (2020, 2021, 2022, 2023)]
    assert found == [("A",), None, None, ("B",)]
    withdraw(net, date(2021, 6, 1))
    assert CoreChoice.objects.known_at().count() == 3, "said again, nothing changes"
    choose(net, ["A"], date(2022, 6, 1))
    assert core_on(net, date(2022, 12, 31)) == ("A",)


@pytest.mark.parametrize("day", [date(2019, 1, 1), date(2022, 1, 1)])
def test_nothing_to_withdraw_is_told(net, day):
    choose(net, ["A"], date(2020, 6, 1))
    withdraw(net, date(2021, 1, 1))
    with pytest.raises(Invalid) as refused:
        withdraw(net, day)
    assert refused.value.place == "valid_from"
