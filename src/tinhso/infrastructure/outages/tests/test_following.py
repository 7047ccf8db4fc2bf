"""From notifications to recorded outages: nothing lost, nothing double, whom they cut off."""

import random

import pytest

from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.commands import close_outage, name_element, receive, set_cause
from tinhso.infrastructure.outages.following import follow, follow_all
from tinhso.infrastructure.outages.models import Event, Outage, OutageEntry, OutageImpact
from tinhso.infrastructure.outages.reports import heard
from tinhso.infrastructure.outages.tests.recipes import CUONG, DUNG, alert, body, minutes, parse, province, send, source
from tinhso.places.tests.recipes import TESTER
from tinhso.proof.audit import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def net(db, tmp_path):
    return province(tmp_path)


@pytest.fixture
def nms(net):
    return source(net)[0]


def live():
    return list(Outage.objects.live().order_by("started_at", "pk"))


def facts():
    """The outages that count, without what differs from one record to another."""
    return sorted(
        (
            outage.state,
            outage.started_at,
            outage.ended_at,
            tuple(sorted(outage.elements.values_list("element_kind", "element", "starts_at", "ends_at"))),
            tuple(outage.impact.affected.order_by("kind", "key").values_list("key", flat=True)),
            outage.impact.people,
        )
        for outage in live()
    )


def test_a_cut_opens_an_outage_with_whom_it_cuts_off(nms):
    send(nms, alert({"span": "bc"}, 0))
    (outage,) = live()
    assert (outage.state, outage.started_at, outage.ended_at) == (codes.OPEN, minutes(0), None)
    assert (outage.impact.units, outage.impact.people, outage.impact.known) == (2, 1200, True)
    assert sorted(outage.impact.affected.values_list("key", flat=True)) == [CUONG, DUNG]
    assert [entry.kind for entry in outage.entries.all()] == ["opened", "element_down"]


def test_repeating_changes_nothing_at_all(nms):
    first = send(nms, alert({"span": "bc"}, 0))
    again = send(nms, alert({"span": "bc"}, 0), alert({"span": "bc"}, 0))
    assert (first.new, first.known, again.new, again.known) == (1, 0, 0, 2)
    assert (Event.objects.count(), OutageEntry.objects.count(), OutageImpact.objects.count()) == (1, 2, 1)
    assert follow(actor=SYSTEM, network=nms.network) == 0


def test_the_end_restores_and_flapping_opens_the_same_one_again(nms):
    send(nms, alert({"span": "bc"}, 0))
    send(nms, alert({"span": "bc"}, 0, ends=30))
    (outage,) = live()
    assert (outage.state, outage.ended_at) == (codes.RESTORED, minutes(30))
    send(nms, alert({"span": "bc"}, 33))
    (outage,) = live()
    assert (outage.state, outage.ended_at, outage.elements.count()) == (codes.OPEN, None, 1)
    send(nms, alert({"span": "bc"}, 33, ends=40), alert({"span": "bc"}, 60))
    assert [one.state for one in live()] == [codes.RESTORED, codes.OPEN]


def test_a_cut_of_a_ring_loses_nobody_and_says_so(nms):
    send(nms, alert({"span": "ka"}, 0))
    (outage,) = live()
    assert (outage.impact.units, outage.impact.people, outage.impact.degraded) == (0, 0, True)


def test_failures_at_the_same_time_are_taken_together_and_mending_either_would_help_all(nms):
    send(nms, alert({"span": "ka"}, 0))
    send(nms, alert({"span": "bk"}, 90))
    first, second = live()
    assert second.impact.people == 1500
    assert first.impact.people == 1500
    send(nms, alert({"span": "bk"}, 90, ends=95))
    assert [one.state for one in live()] == [codes.OPEN, codes.RESTORED]


def test_neighbours_become_one_outage(nms):
    send(nms, alert({"span": "bc"}, 0), alert({"node": "C"}, 1), alert({"span": "cd"}, 2))
    (outage,) = live()
    assert sorted(outage.elements.values_list("element", flat=True)) == ["C", "bc", "cd"]


def test_a_late_report_joins_what_seemed_apart(nms):
    send(nms, alert({"span": "bc"}, 0))
    send(nms, alert({"span": "cd"}, 8))
    assert len(live()) == 2
    send(nms, alert({"node": "C"}, 4))
    (outage,) = live()
    assert outage.elements.count() == 3
    (merged,) = Outage.objects.filter(state=codes.MERGED)
    assert merged.merged_into == outage
    assert merged.entries.last().kind == codes.MERGE


def test_a_closed_outage_whose_facts_change_is_opened_again(nms):
    send(nms, alert({"span": "bc"}, 0, ends=30))
    (outage,) = live()
    set_cause(actor=TESTER, outage=outage, cause="power")
    close_outage(actor=TESTER, outage=outage)
    send(nms, alert({"span": "bc"}, 0, ends=30))
    assert live()[0].state == codes.CLOSED
    send(nms, alert({"span": "bc"}, 0, ends=45))
    (outage,) = live()
    assert (outage.state, outage.ended_at, outage.cause) == (codes.RESTORED, minutes(45), "power")


def test_names_nobody_knows_are_kept_until_they_are_mended(nms):
    send(nms, alert({"link": "NDH-VBN"}, 0, ends=20), alert({"alertname": "Watchdog"}, 0))
    assert live() == []
    assert [(one.element_kind, one.element) for one in heard(nms.network).unmatched] == [
        ("node", "Watchdog"),
        ("span", "NDH-VBN"),
    ]
    name_element(actor=TESTER, network=nms.network, element_kind="span", reported="NDH-VBN", element="bc")
    name_element(actor=TESTER, network=nms.network, element_kind="node", reported="Watchdog", element="")
    follow(actor=SYSTEM, network=nms.network)
    assert heard(nms.network).unmatched == []
    assert [(one.state, one.impact.people) for one in live()] == [(codes.RESTORED, 1200)]


def test_a_name_that_only_one_element_bears_is_understood(nms):
    send(nms, alert({"node": "Nút C"}, 0))
    assert [one.element for one in live()[0].elements.all()] == ["C"]


def test_only_the_alerts_a_sender_was_registered_for_count(net):
    sender, _ = source(net, slug="mot", alert_names="LinkDown NodeDown")
    done = send(sender, alert({"span": "bc"}, 0), alert({"span": "cd", "alertname": "HighLatency"}, 0))
    assert (done.new, done.ignored, Event.objects.count()) == (1, 1, 1)


def test_what_the_sender_left_out_and_what_could_not_be_read_is_remembered(nms):
    bad = {**alert({"span": "cd"}, 0), "startsAt": "?"}
    text = body(alert({"span": "bc"}, 0), bad, truncatedAlerts=4)
    receive(actor=SYSTEM, source=nms, payload=parse(text))
    nms.refresh_from_db()
    assert (nms.truncated, nms.refused) == (4, 1)
    assert "/alerts/1/startsAt" in nms.last_fault


def test_without_a_core_nothing_is_said_to_be_lost(db, tmp_path):
    from tinhso.infrastructure.resilience.tests.recipes import drawn, territory

    territory(tmp_path)
    sender, _ = source(drawn("ka=K-A", {"A": "00001"}))
    send(sender, alert({"span": "ka"}, 0))
    (outage,) = live()
    assert (outage.impact.known, outage.impact.people, outage.impact.degraded) == (False, None, False)


STORY = [
    alert({"span": "ka"}, 0),
    alert({"span": "ka"}, 0, ends=50),
    alert({"span": "bk"}, 20),
    alert({"span": "bk"}, 20, ends=25),
    alert({"span": "bk"}, 28),
    alert({"span": "bk"}, 28, ends=90),
    alert({"span": "bc"}, 100),
    alert({"node": "C"}, 104),
    alert({"span": "cd"}, 108, ends=120),
    alert({"node": "C"}, 104, ends=119),
    alert({"node": "D"}, 30, ends=10),
]


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_arrival_and_repeats_change_nothing(nms, seed):
    for one in STORY:
        send(nms, one)
    expected = facts()
    assert len(expected) == 4
    other, _ = source(province_again(nms), slug="hai")
    shuffled = [*STORY, *STORY[::2]]
    random.Random(seed).shuffle(shuffled)
    before = set(Outage.objects.values_list("pk", flat=True))
    for one in shuffled:
        send(other, one)
    Outage.objects.filter(pk__in=before).update(state=codes.WITHDRAWN, ended_at=minutes(900))
    assert facts() == expected


def province_again(nms):
    """The same network once more, under another UUID."""
    from uuid import uuid4

    from tinhso.infrastructure.outages.tests.recipes import HOMES, WAYS, drawn

    return drawn(WAYS, HOMES, core="K", uuid=uuid4(), name="Mạng thử hai")


def test_the_worker_catches_up_and_one_broken_network_does_not_hold_up_the_others(nms, monkeypatch):
    send(nms, alert({"span": "bc"}, 0), following=False)
    assert live() == []
    from tinhso.infrastructure.outages import following

    real = following.groups

    def breaks_once(network):
        monkeypatch.setattr(following, "groups", real)
        raise RuntimeError("thử")

    monkeypatch.setattr(following, "groups", breaks_once)
    assert follow_all() == 0
    assert follow_all() == 1
    assert follow_all() == 0
    assert len(live()) == 1
