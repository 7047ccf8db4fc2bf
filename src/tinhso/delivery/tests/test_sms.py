"""Text messages: through a gateway over HTTP, or as files."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.db import transaction

from tinhso.delivery.commands import queue_sms, send_due
from tinhso.delivery.models import Message
from tinhso.delivery.sms import number
from tinhso.foundation.errors import Invalid

pytestmark = pytest.mark.django_db


class Gateway(HTTPServer):
    """A gateway that keeps what it is given, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.taken = 202, []  # type: int, list[tuple[str, dict]]
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(BaseHTTPRequestHandler):
    server: Gateway

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((self.headers["Authorization"], json.loads(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *given: object) -> None:
        pass


@pytest.fixture
def gateway(settings) -> Iterator[Gateway]:
    server = Gateway()
    settings.SMS_URL, settings.SMS_TOKEN = f"http://127.0.0.1:{server.server_port}/send", "t0ken"
    yield server
    server.shutdown()
    server.server_close()


def queued(**changes) -> Message:
    with transaction.atomic():
        return queue_sms(**{"to": "0912 345 678", "body": "Hồ sơ đã có kết quả", "key": "k/1", **changes})


def test_a_message_reaches_the_gateway_with_its_token_and_key(gateway):
    queued()
    queued()
    assert (send_due(), send_due()) == (1, 0)
    assert gateway.taken == [
        ("Bearer t0ken", {"to": "+84912345678", "text": "Hồ sơ đã có kết quả", "id": "k/1"}),
    ]
    assert Message.objects.get().body == ""


def test_what_the_gateway_refuses_waits(gateway):
    gateway.status = 500
    row = queued()
    assert send_due() == 0
    row.refresh_from_db()
    assert row.next_attempt_at is not None
    assert "500" in row.last_error


def test_without_a_gateway_messages_become_files(settings, tmp_path):
    settings.SMS_URL, settings.SMS_FOLDER = "", tmp_path
    queued(key="../x")
    assert send_due() == 1
    (kept,) = tmp_path.iterdir()
    assert "+84912345678" in kept.read_text()


def test_numbers_are_written_one_way():
    assert [number(typed) for typed in ("0912.345.678", "+84 912345678", "0084912345678")] == ["+84912345678"] * 3
    for wrong in ("", "12", "abc", "091234567890123"):
        with pytest.raises(Invalid):
            number(wrong)
