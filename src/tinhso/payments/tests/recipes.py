"""Named states of accounts, requests and bank notifications."""

from __future__ import annotations

import itertools
import json
import time
from datetime import date, datetime
from typing import Any

from django.test import Client
from django.utils import timezone

from tinhso.identity.models import Agency
from tinhso.identity.signed_bodies import signature
from tinhso.payments.commands import Received, Told, ask, receive, renew_key, set_account
from tinhso.payments.models import BankFeed, PaymentRequest
from tinhso.proof.audit import SYSTEM

URL = "/api/payments/notifications"
COMMUNE, OTHER = "test.xa", "test.xa-khac"
BIN, NUMBER = "970416", "257678859"
_numbers = itertools.count(1)


def agency(uid: str) -> Agency:
    return Agency.objects.create(
        uid=uid, name=f"Xã {uid}", kind="peoples_committee", level="commune", valid_from=date(2020, 1, 1)
    )


def account(uid: str = COMMUNE, number: str = NUMBER) -> str:
    """An agency with an account; gives the key its bank signs with."""
    if not Agency.objects.filter(uid=uid).exists():
        agency(uid)
    set_account(
        actor=SYSTEM, agency_uid=uid, bank="ACB", number=number, holder=f"UBND {uid}", basis="Quyết định 1",
        valid_from=date(2020, 1, 1),
    )  # fmt: skip
    return renew_key(actor=SYSTEM, bin=BIN, number=number)


def asked(amount: int = 10_000, payee: str = COMMUNE, **more: Any) -> PaymentRequest:
    facts = {"title": "Lệ phí", "words": "lệ phí", "source_app": "test", "source_key": f"{next(_numbers)}"}
    return ask(actor=SYSTEM, payee_uid=payee, amount=amount, **{**facts, **more})


def credit(
    request: PaymentRequest | None = None, amount: int = 10_000, bank_id: str = "", number: str = NUMBER, text: str = ""
) -> Received:
    """A bank tells of money; by default with the request's reference inside what banks make of it."""
    words = text or (f"MBVCB.12.{request.reference.lower()} le phi-CT tu 012" if request else "chuyen tien")
    told = Told(bank_id or f"FT{next(_numbers)}", amount, timezone.now(), words, "NGUYEN VAN AN")
    return receive(actor=SYSTEM, feed=BankFeed.objects.get(number=number), told=told)


def body(*credits: dict[str, Any]) -> bytes:
    at = datetime(2026, 3, 2, 8, tzinfo=timezone.get_default_timezone()).isoformat()
    return json.dumps({"transactions": [{"id": "FT1", "amount": 10_000, "at": at, **one} for one in credits]}).encode()


def notify(client: Client, key: str, content: bytes, *, stamp: str = "", to: str = f"{BIN}-{NUMBER}", mac: str = ""):
    """Post a signed notification."""
    stamp = stamp or str(int(time.time()))
    return client.post(
        URL,
        content,
        content_type="application/json",
        HTTP_X_TINHSO_ACCOUNT=to,
        HTTP_X_TINHSO_TIMESTAMP=stamp,
        HTTP_X_TINHSO_SIGNATURE=mac or signature(key, stamp, content),
    )
