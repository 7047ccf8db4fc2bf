"""The webhook: who may send, what is refused and how, and that repeats are harmless."""

import time

import pytest

from tinhso.identity.models import RateLimit
from tinhso.identity.signed_bodies import LARGEST, signature
from tinhso.infrastructure.outages.commands import change_source
from tinhso.infrastructure.outages.models import Event, Outage
from tinhso.infrastructure.outages.tests.recipes import alert, body, province, source
from tinhso.places.tests.recipes import TESTER

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
URL = "/api/outages/hooks/nms/alertmanager"
CUT = body(alert({"span": "bc"}, 0))


@pytest.fixture
def net(db, tmp_path):
    return province(tmp_path)


def post(client, token="", content=CUT, url=URL, **headers):
    if token:
        headers["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client.post(url, content, content_type="application/json", **headers)


def test_a_notification_is_kept_and_followed_at_once(client, net):
    _, secrets = source(net)
    answer = post(client, secrets.token)
    assert (answer.status_code, answer.json()["new"]) == (200, 1)
    assert Outage.objects.get().impact.people == 1200
    again = post(client, secrets.token).json()
    assert (again["new"], again["known"]) == (0, 1)
    assert Event.objects.count() == 1


@pytest.mark.parametrize(
    "headers", [{}, {"HTTP_AUTHORIZATION": "Bearer x"}, {"HTTP_AUTHORIZATION": "Basic x"}, {"HTTP_AUTHORIZATION": ""}]
)
def test_without_the_token_nothing_is_taken(client, net, headers):
    source(net)
    answer = post(client, **headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:tinhso:unauthenticated")
    assert not Event.objects.exists()


def test_unknown_disabled_and_former_senders_are_refused_alike(client, net):
    sender, secrets = source(net)
    unknown = post(client, secrets.token, url="/api/outages/hooks/khac/alertmanager")
    change_source(actor=TESTER, source=sender, enabled=False)
    disabled = post(client, secrets.token)
    fresh = change_source(actor=TESTER, source=sender, enabled=True, new_token=True)
    former = post(client, secrets.token)
    assert {(one.status_code, one.content) for one in (unknown, disabled, former)} == {(401, unknown.content)}
    assert post(client, fresh.token).status_code == 200


def test_a_signed_sender_must_sign_each_body_freshly(client, net):
    _, secrets = source(net, signed=True)
    now = str(int(time.time()))
    good = {"HTTP_X_TINHSO_TIMESTAMP": now, "HTTP_X_TINHSO_SIGNATURE": signature(secrets.signing_key, now, CUT)}
    assert post(client, secrets.token, **good).status_code == 200
    assert post(client, secrets.token, **good).json()["known"] == 1
    old = str(int(now) - 301)
    for bad in (
        {},
        {**good, "HTTP_X_TINHSO_SIGNATURE": "sha256=" + "0" * 64},
        {**good, "HTTP_X_TINHSO_SIGNATURE": "sha256=á"},
        {**good, "HTTP_X_TINHSO_TIMESTAMP": "giờ"},
        {**good, "HTTP_X_TINHSO_TIMESTAMP": str(int(now) + 1)},
        {"HTTP_X_TINHSO_TIMESTAMP": old, "HTTP_X_TINHSO_SIGNATURE": signature(secrets.signing_key, old, CUT)},
    ):
        assert post(client, secrets.token, **bad).status_code == 401
    assert post(client, secrets.token, content=CUT + b" ", **good).status_code == 401
    assert post(client, **good).status_code == 401


def test_a_certificate_counts_only_from_the_proxy(client, net, settings):
    source(net, token=False, certificate_subject="CN=nms,O=VNPT")
    subject = {"HTTP_X_CLIENT_SUBJECT": "CN=nms,O=VNPT"}
    assert post(client, **subject).status_code == 401
    settings.CLIENT_SUBJECT_HEADER = "X-Client-Subject"
    settings.PROXY_ADDRESSES = ["10.0.0.1"]
    assert post(client, **subject).status_code == 401
    assert post(client, REMOTE_ADDR="10.0.0.1", HTTP_X_CLIENT_SUBJECT="CN=khác,O=VNPT").status_code == 401
    assert post(client, REMOTE_ADDR="10.0.0.1").status_code == 401
    assert post(client, REMOTE_ADDR="10.0.0.1", **subject).status_code == 200


def test_too_large_a_body_is_refused_before_it_is_read(client, net):
    _, secrets = source(net)
    answer = post(client, secrets.token, content=b" " * (LARGEST + 1))
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:tinhso:too-large")


def test_guessing_is_slowed_down_and_a_storm_is_told_to_come_again(client, net):
    _, secrets = source(net)
    for _count in range(60):
        post(client, "sai")
    assert post(client, "sai").status_code == 429
    RateLimit.objects.update(count=10_000)
    post(client, secrets.token)
    RateLimit.objects.update(count=10_000)
    assert post(client, secrets.token).status_code == 503


def test_unreadable_alerts_are_named_and_the_others_kept(client, net):
    _, secrets = source(net)
    bad = {**alert({"span": "cd"}, 0), "startsAt": "?"}
    answer = post(client, secrets.token, content=body(bad, alert({"span": "bc"}, 0), truncatedAlerts=2)).json()
    assert (answer["new"], answer["truncated"]) == (1, 2)
    assert answer["refused"][0]["place"] == "/alerts/0/startsAt"


def test_a_failure_to_follow_loses_no_report(client, net, monkeypatch):
    from tinhso.infrastructure.outages import following

    def fails(**given):
        raise RuntimeError("thử")

    monkeypatch.setattr(following, "follow", fails)
    _, secrets = source(net)
    assert post(client, secrets.token).json()["new"] == 1
    assert Event.objects.count() == 1


def test_the_secrets_are_kept_nowhere_in_the_clear(net):
    sender, secrets = source(net, signed=True)
    kept = " ".join(str(value) for value in vars(sender).values())
    assert secrets.token not in kept and secrets.signing_key not in kept
