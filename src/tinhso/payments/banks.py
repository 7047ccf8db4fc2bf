"""Banks by their identification number (BIN, the acquirer id of a VietQR code)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import fold

FILE = Path(__file__).parent / "data" / "banks.json"


@dataclass(frozen=True)
class Bank:
    """`former`: short names it had before, under the same BIN."""

    bin: str
    short: str
    name: str
    former: tuple[str, ...] = ()


@cache
def banks() -> dict[str, Bank]:
    """Every bank known, by BIN; where the list comes from stands in the file."""
    rows = json.loads(FILE.read_text())["banks"]
    return {
        row["bin"]: Bank(row["bin"], row["short"], row["name"], tuple(row.get("former", ())))
        for row in sorted(rows, key=lambda row: fold(row["short"]))
    }


def bank_named(text: str) -> Bank:
    """A bank by its BIN or its short name, present or former; Invalid where there is none."""
    wanted = fold(text).replace(" ", "")
    for bank in banks().values():
        if wanted in {bank.bin, *(fold(name).replace(" ", "") for name in (bank.short, *bank.former))}:
            return bank
    raise Invalid(
        _("Không có ngân hàng «%(name)s».") % {"name": text[:40]},
        place="bank",
        mend=_("Dùng mã BIN 6 chữ số hoặc tên tắt, ví dụ 970416 hoặc ACB."),
    )
