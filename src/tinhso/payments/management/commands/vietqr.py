import json
import sys
from pathlib import Path
from typing import Any

import segno
from django.core.management.base import BaseCommand, CommandError, CommandParser

from tinhso.foundation.errors import Problem
from tinhso.payments.banks import bank_named, banks
from tinhso.payments.vietqr import ACCOUNT, CARD, Code, Transfer, read, write


class Command(BaseCommand):
    help = "Write a VietQR code that asks for a transfer, or read one."

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        writing = verbs.add_parser("write", help="print the code's text")
        writing.add_argument("--bank", required=True, help="BIN or short name, e.g. 970416 or ACB")
        writing.add_argument("--account", required=True, help="account number (card number with --card)")
        writing.add_argument("--amount", type=int, help="whole đồng; left out, the payer chooses")
        writing.add_argument("--purpose", default="", help="at most 25 characters; marks are taken off")
        writing.add_argument("--card", action="store_true", help="the number is a card's")
        writing.add_argument("--svg", type=Path, help="also draw the code into this file")
        reading = verbs.add_parser("read", help="check a code's text and print what it asks for")
        reading.add_argument("text", help="the text; - reads it from standard input")
        reading.add_argument("--json", action="store_true")

    def handle(self, *, verb: str, **options: Any) -> None:
        try:
            if verb == "write":
                self._write(**options)
            else:
                self._read(**options)
        except (Problem, OSError) as refused:
            raise CommandError(str(refused)) from refused

    def _write(self, **given: Any) -> None:
        service = CARD if given.get("card") else ACCOUNT
        bank = bank_named(given["bank"]).bin
        text = write(Transfer(bank, given["account"], given.get("amount"), given.get("purpose") or "", service))
        if file := given.get("svg"):
            segno.make(text, error="m", micro=False).save(str(file), kind="svg", scale=5, border=4)
        self.stdout.write(text)

    def _read(self, *, text: str, **given: Any) -> None:
        told = _told(read(sys.stdin.read() if text == "-" else text))
        if given.get("json"):
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=1))
            return
        for name, value in told.items():
            self.stdout.write(f"{name}: {value}")


def _told(code: Code) -> dict[str, Any]:
    transfer = code.transfer
    told: dict[str, Any] = {"dynamic": code.dynamic, "amount": code.amount, "currency": code.value("53")}
    if transfer:
        bank = banks().get(transfer.bin)
        told |= {
            "bin": transfer.bin,
            "bank": bank.short if bank else None,
            "account": transfer.number,
            "service": transfer.service,
            "purpose": transfer.purpose,
        }
    return {**told, "objects": [list(pair) for pair in code.objects]}
