from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from tinhso.delivery import commands
from tinhso.delivery.commands import backoff, purge, queue_email, send_due
from tinhso.delivery.models import Message
from tinhso.foundation.errors import Invalid

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def queued(**changes):
    with transaction.atomic():
        return queue_email(**{"to": "lan@example.vn", "subject": "Chào", "body": "https://x/secret", **changes})


def test_a_message_is_sent_once_and_its_body_forgotten():
    queued()
    assert (send_due(), send_due()) == (1, 0)
    assert [message.to for message in mail.outbox] == [["lan@example.vn"]]
    row = Message.objects.get()
    assert row.sent_at is not None and row.body == "" and row.attempts == 1


def test_a_message_of_a_rolled_back_transaction_never_leaves():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        queue_email(to="lan@example.vn", subject="Chào", body="…")
        raise ZeroDivisionError
    assert send_due() == 0 and not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_queueing_outside_a_transaction_is_a_mistake():
    with pytest.raises(RuntimeError):
        queue_email(to="lan@example.vn", subject="Chào", body="…")


def test_the_same_key_queues_once():
    assert queued(key="k").pk == queued(key="k", subject="khác").pk


@pytest.mark.parametrize("address", ["", "lan", "lan@", "lan@example.vn\nBcc: x@y.vn"])
def test_an_address_that_is_none_is_refused(address):
    with pytest.raises(Invalid):
        queued(to=address)


def test_a_subject_cannot_add_headers():
    queued(subject="Chào\r\nBcc: x@y.vn")
    assert send_due() == 1
    assert mail.outbox[0].subject == "Chào Bcc: x@y.vn"


def failing(monkeypatch):
    def refuse(self, **options):
        raise OSError("máy chủ thư vắng mặt")

    monkeypatch.setattr(commands.EmailMessage, "send", refuse)


def test_a_failed_attempt_waits_longer_each_time_and_is_given_up(monkeypatch):
    failing(monkeypatch)
    message = queued()
    for attempt in range(1, commands.MAX_ATTEMPTS + 1):
        before = timezone.now()
        assert send_due() == 0
        message.refresh_from_db()
        assert message.attempts == attempt and "vắng mặt" in message.last_error
        if attempt < commands.MAX_ATTEMPTS:
            assert message.next_attempt_at >= before + backoff(attempt)
            assert send_due() == 0, "not due yet"
            Message.objects.update(next_attempt_at=timezone.now())
    assert message.given_up_at and message.next_attempt_at is None and message.body == ""


def test_backoff_doubles_and_stops_at_six_hours():
    assert [backoff(n) for n in (1, 2, 3, 10, 40)] == [
        timedelta(minutes=1),
        timedelta(minutes=2),
        timedelta(minutes=4),
        timedelta(hours=6),
        timedelta(hours=6),
    ]


def test_a_message_claimed_by_a_killed_worker_comes_due_again():
    message = queued()
    Message.objects.update(attempts=1, next_attempt_at=timezone.now() + commands.LEASE)
    assert send_due() == 0
    Message.objects.update(next_attempt_at=timezone.now())
    assert send_due() == 1
    message.refresh_from_db()
    assert message.attempts == 2


def test_purge_forgets_only_what_ended_long_ago():
    queued(key="old")
    send_due()
    queued(key="waiting")
    assert purge() == 0
    assert purge(timezone.now() + timedelta(days=91)) == 1
    assert list(Message.objects.values_list("key", flat=True)) == ["waiting"]
