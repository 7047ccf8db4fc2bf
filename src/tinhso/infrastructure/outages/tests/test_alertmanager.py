"""Alertmanager's webhook body, as it is documented and as it arrives."""

import json
from datetime import UTC, datetime

import pytest

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.outages.alertmanager import MAX_ALERTS, element_of, moment, parse
from tinhso.infrastructure.outages.tests.recipes import NOT_YET, alert, body

# The shape of Alertmanager's own documentation, with labels a fibre network has.
REAL = """{
  "receiver": "tinhso", "status": "firing",
  "alerts": [
    {"status": "firing",
     "labels": {"alertname": "LinkDown", "link": "NDH-VBN-01", "instance": "10.1.2.3:9116", "job": "snmp",
                "severity": "critical"},
     "annotations": {"summary": "Link NDH-VBN-01 down", "runbook": "http://wiki/link"},
     "startsAt": "2024-06-03T09:52:26.739266876+07:00", "endsAt": "0001-01-01T00:00:00Z",
     "generatorURL": "http://prometheus:9090/graph?g0.expr=ifOperStatus", "fingerprint": "a1b2c3d4e5f60718"},
    {"status": "resolved",
     "labels": {"alertname": "NodeDown", "instance": "olt-giao-thuy:9100"},
     "annotations": {}, "startsAt": "2024-06-03T02:00:00Z", "endsAt": "2024-06-03T02:41:30.5Z",
     "generatorURL": "", "fingerprint": "0718a1b2c3d4e5f6"}],
  "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://am:9093",
  "version": "4", "groupKey": "{}:{}", "truncatedAlerts": 0}"""


def test_a_real_notification():
    found = parse(REAL.encode())
    first, second = found.told
    assert (first.element_kind, first.element, first.change) == ("span", "NDH-VBN-01", "down")
    assert first.starts_at == datetime(2024, 6, 3, 2, 52, 26, 739266, tzinfo=UTC)
    assert first.ends_at is None
    assert (second.element_kind, second.element, second.change) == ("node", "olt-giao-thuy", "up")
    assert second.ends_at == datetime(2024, 6, 3, 2, 41, 30, 500000, tzinfo=UTC)
    assert not found.refused and not found.truncated


def test_what_could_name_people_is_not_kept():
    (one,) = parse(body(alert({"span": "ab", "owner": "Nguyễn Văn A", "phone": "0912345678"}, 0))).told
    assert "0912345678" not in one.raw and "Nguyễn" not in one.raw and "prometheus" not in one.raw
    assert json.loads(one.raw)["labels"] == {"alertname": "LinkDown", "severity": "critical", "span": "ab"}


@pytest.mark.parametrize(
    ("labels", "element"),
    [
        ({"span": "s", "node": "n"}, ("span", "s")),
        ({"link": "l"}, ("span", "l")),
        ({"node": "n", "instance": "x:1"}, ("node", "n")),
        ({"device": "n"}, ("node", "n")),
        ({"element": "e"}, ("node", "e")),
        ({"element": "e", "element_kind": "link"}, ("span", "e")),
        ({"instance": "sw1:9116", "ifName": "xe-0/0/1"}, ("span", "sw1/xe-0/0/1")),
        ({"instance": "sw1:9116"}, ("node", "sw1")),
        ({"alertname": "Watchdog"}, ("node", "Watchdog")),
        ({}, ("node", "?")),
    ],
)
def test_which_element_labels_speak_of(labels, element):
    assert element_of(labels) == element


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-06-03T09:00:00+07:00", datetime(2024, 6, 3, 2, tzinfo=UTC)),
        ("2024-06-03t02:00:00z", datetime(2024, 6, 3, 2, tzinfo=UTC)),
        ("2024-06-03T02:00:00.123456789Z", datetime(2024, 6, 3, 2, 0, 0, 123456, tzinfo=UTC)),
        ("2024-06-03T02:00:00", None),
        ("2024-13-03T02:00:00Z", None),
        ("2024-06-31T02:00:00Z", None),
        ("9999-12-31T23:59:59-07:00", None),
        ("1717380000", None),
        (1717380000, None),
        (None, None),
        ("", None),
    ],
)
def test_moments(text, expected):
    assert moment(text) == expected


def test_an_end_while_it_fires_is_no_end():
    (one,) = parse(body(alert({"span": "ab"}, 0, ends=9, status="firing"))).told
    assert (one.change, one.ends_at) == ("down", None)


def test_resolved_without_an_end_has_none():
    (one,) = parse(body({**alert({"span": "ab"}, 0, ends=9), "endsAt": NOT_YET})).told
    assert (one.change, one.ends_at) == ("up", None)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"startsAt": "hôm qua"}, "/alerts/1/startsAt"),
        ({"startsAt": NOT_YET}, "/alerts/1/startsAt"),
        ({"startsAt": None}, "/alerts/1/startsAt"),
        ({"endsAt": "mai"}, "/alerts/1/endsAt"),
        ({"endsAt": 7}, "/alerts/1/endsAt"),
        ({"status": "pending"}, "/alerts/1/status"),
        ({"status": ["firing"]}, "/alerts/1/status"),
        ({"labels": None}, "/alerts/1/labels"),
        ({"labels": {"span": 7}}, "/alerts/1/labels"),
        ({"labels": {"span": "x" * 201}}, "/alerts/1/labels"),
        ({"labels": {"span": "x", "job": "y" * 9000}}, "/alerts/1/labels"),
        ({"labels": {"span": "a\0b"}}, "/alerts/1"),
    ],
)
def test_one_unreadable_alert_does_not_take_the_others_along(change, place):
    good = alert({"span": "ab"}, 0)
    found = parse(body(good, {**good, **change}, alert({"span": "bc"}, 0)))
    assert [one.element for one in found.told] == ["ab", "bc"]
    assert [one.place for one in found.refused] == [place]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"", "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 100_000, "body"),
        (b"[]", "/alerts"),
        (b'{"alerts": {}}', "/alerts"),
        (b'{"alerts": [], "version": "3"}', "/version"),
        (b'{"alerts": [], "version": 4}', "/version"),
        (b'{"version": "4", "alerts": [' + b",".join([b"0"] * (MAX_ALERTS + 1)) + b"]}", "/alerts"),
    ],
)
def test_what_is_no_notification_is_refused_with_its_place(text, place):
    with pytest.raises(Invalid) as refused:
        parse(text)
    assert refused.value.place == place
    assert refused.value.mend


@pytest.mark.parametrize(("given", "kept"), [(3, 3), (-1, 0), ("3", 0), (2**40, 0), (True, 0)])
def test_what_the_sender_left_out_is_counted(given, kept):
    assert parse(body(alert({"span": "ab"}, 0), truncatedAlerts=given)).truncated == kept


def test_without_a_fingerprint_the_labels_name_the_stream():
    first = alert({"span": "ab"}, 0)
    first.pop("fingerprint")
    second = {**first, "fingerprint": "x" * 81}
    one, two = parse(body(first, second)).told
    assert one.fingerprint == two.fingerprint and len(one.fingerprint) == 64
