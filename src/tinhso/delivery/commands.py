"""Queueing and sending e-mail and text messages."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.delivery import sms
from tinhso.delivery.models import Message
from tinhso.foundation.errors import Invalid

log = logging.getLogger("tinhso.delivery")

#: An attempt holds its message this long; a worker killed while sending leaves it due again afterwards.
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 12
LONGEST_WAIT = timedelta(hours=6)
KEPT = timedelta(days=90)


def queue_email(*, to: str, subject: str, body: str, key: str = "") -> Message:
    """Write an e-mail into the outbox, inside the transaction of the command that decided it.

    The same `key` queues once. Invalid for an address that is none; RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("queue_email() belongs inside a command's transaction")
    try:
        validate_email(to)
    except ValidationError as error:
        raise Invalid(_("Địa chỉ thư điện tử không hợp lệ."), place="to", mend=_("Viết dạng ten@mien.vn.")) from error
    message, _created = Message.objects.get_or_create(
        key=key or uuid4().hex,
        defaults={"to": to, "subject": " ".join(subject.split())[:200], "body": body},
    )
    return message


def queue_sms(*, to: str, body: str, key: str = "") -> Message:
    """Write a text message into the outbox, as `queue_email` does; `to` is a telephone number."""
    if not connection.in_atomic_block:
        raise RuntimeError("queue_sms() belongs inside a command's transaction")
    message, _created = Message.objects.get_or_create(
        key=key or uuid4().hex, defaults={"way": "sms", "to": sms.number(to), "body": body}
    )
    return message


def backoff(attempts: int) -> timedelta:
    """How long to wait after a failed attempt: 1, 2, 4 … minutes, at most six hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 20)), LONGEST_WAIT)


def send_due(limit: int = 100) -> int:
    """Send what is due; returns how many left. Several workers may run it: each message is claimed by one."""
    sent = 0
    due = Message.objects.filter(next_attempt_at__lte=timezone.now()).order_by("next_attempt_at")
    for message_id, attempts in list(due.values_list("pk", "attempts")[:limit]):
        now = timezone.now()
        claimed = Message.objects.filter(pk=message_id, attempts=attempts, next_attempt_at__lte=now)
        if claimed.update(attempts=attempts + 1, next_attempt_at=now + LEASE):
            sent += _send(Message.objects.get(pk=message_id))
    return sent


def _send(message: Message) -> int:
    try:
        if message.way == "sms":
            sms.hand_over(to=message.to, text=message.body, key=message.key)
        else:
            EmailMessage(subject=message.subject, body=message.body, to=[message.to]).send()
    # Whatever a mail server, gateway or network does wrong, the message waits for its next attempt.
    except Exception as error:
        _postpone(message, error)
        return 0
    Message.objects.filter(pk=message.pk).update(sent_at=timezone.now(), next_attempt_at=None, body="", last_error="")
    return 1


def _postpone(message: Message, error: Exception) -> None:
    reason = f"{type(error).__name__}: {error}".replace("\0", "")[:300]
    log.warning("%s %s, attempt %d: %s", message.way, message.pk, message.attempts, reason)
    now = timezone.now()
    if message.attempts >= MAX_ATTEMPTS:
        end: dict[str, datetime | str | None] = {"given_up_at": now, "next_attempt_at": None, "body": ""}
    else:
        end = {"next_attempt_at": now + backoff(message.attempts)}
    Message.objects.filter(pk=message.pk).update(last_error=reason, **end)


def purge(moment: datetime | None = None) -> int:
    """Forget messages that ended more than 90 days ago; returns how many."""
    limit = (moment or timezone.now()) - KEPT
    return Message.objects.filter(next_attempt_at=None, created_at__lt=limit).delete()[0]


def forget(keys: Collection[str]) -> int:
    """Forget messages by their keys, waiting or ended; returns how many. Inside the transaction that erases."""
    return Message.objects.filter(key__in=keys).delete()[0]
