"""The demonstration's bank account: made up, labelled so, and known to no bank."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from tinhso.foundation.dates import today
from tinhso.foundation.demo import demo_step
from tinhso.identity.queries import follow
from tinhso.payments.commands import set_account
from tinhso.payments.models import BankAccount
from tinhso.proof.audit import SYSTEM

#: Agencies (as of 2021) whose present successors take fees in the demonstration; the numbers are nobody's.
PAYEES = {"nd.vp-ubnd": "000000000001", "nd.ubnd": "000000000002", "nd.so-tttt": "000000000003"}

#: What every account of the demonstration says of itself.
ACCOUNT: dict[str, Any] = {
    "holder": "TAI KHOAN MINH HOA",
    "basis": "Tài khoản minh họa, không có thật",
    "demonstration": True,
}


@demo_step("payments", order=62)
def accounts(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    made = 0
    for uid, number in PAYEES.items():
        present = follow(uid, today())
        if len(present) != 1 or BankAccount.objects.known_at().filter(agency_uid=present[0].uid).exists():
            continue
        set_account(
            actor=SYSTEM,
            agency_uid=present[0].uid,
            bank="970415",
            number=number,
            valid_from=min(as_of, today()),
            **ACCOUNT,
        )
        made += 1
    say(f"{made} demonstration accounts")
