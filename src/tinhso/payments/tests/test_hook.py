"""The webhook: only the bank of the account is believed, each credit once, and bad words break nothing."""

import json
import time

import pytest

from tinhso.identity.models import RateLimit
from tinhso.payments.commands import renew_key, set_feed
from tinhso.payments.models import BankFeed, BankTransaction
from tinhso.payments.tests.recipes import BIN, NUMBER, OTHER, URL, account, asked, body, notify
from tinhso.proof.audit import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(db):
    return account()


def test_signed_credits_are_answered_one_by_one(client, key):
    request = asked()
    content = body({"description": request.reference}, {"id": "FT2", "description": "x"})
    answer = notify(client, key, content)
    assert answer.status_code == 200, answer.content
    assert answer.json()["results"] == [
        {"id": "FT1", "outcome": "settled", "cause": "", "repeated": False},
        {"id": "FT2", "outcome": "unmatched", "cause": "unknown_reference", "repeated": False},
    ]
    again = notify(client, key, content).json()["results"]
    assert [(one["outcome"], one["repeated"]) for one in again] == [("settled", True), ("unmatched", True)]
    assert BankFeed.objects.get().last_heard_at is not None


def test_forged_old_and_strange_signatures_are_refused_alike(client, key):
    other = account(OTHER, "123")
    content, now = body({}), int(time.time())
    answers = [
        notify(client, "0" * 64, content),
        notify(client, other, content),
        notify(client, key, content, to=f"{BIN}-123"),
        notify(client, key, content, to=f"{BIN}-999"),
        notify(client, key, content, to="x"),
        notify(client, key, content, stamp=str(now - 301)),
        notify(client, key, content, stamp=str(now + 400)),
        notify(client, key, content, mac="sha256=" + "0" * 64),
        notify(client, key, content, mac="á"),
        client.post(URL, content, content_type="application/json"),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert not BankTransaction.objects.exists()
    assert RateLimit.objects.exists()


def test_a_former_key_and_a_silenced_feed_are_refused(client, key):
    fresh = renew_key(actor=SYSTEM, bin=BIN, number=NUMBER)
    assert notify(client, key, body({})).status_code == 401
    set_feed(actor=SYSTEM, feed=BankFeed.objects.get(), enabled=False)
    assert notify(client, fresh, body({})).status_code == 401
    set_feed(actor=SYSTEM, feed=BankFeed.objects.get(), enabled=True)
    assert notify(client, fresh, body({})).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0}, {"amount": -5}, {"amount": 1.5}, {"amount": "10000"}, {"amount": 10**13}, {"id": ""},
        {"id": "có dấu cách"}, {"at": "2026-03-02T08:00:00"}, {"at": "9999-12-31T23:59:59Z"},
        {"at": "0001-01-01T00:00:00+14:00"}, {"description": "x" * 501},
    ],
)  # fmt: skip
def test_what_is_no_credit_is_refused_whole(client, key, change):
    answer = notify(client, key, body({}, {"id": "FT2", **change}))
    assert answer.status_code == 422, answer.content
    assert not BankTransaction.objects.exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", json.dumps({"transactions": []}).encode()])
def test_what_is_no_body_is_refused(client, key, content):
    assert notify(client, key, content).status_code in {400, 422}
