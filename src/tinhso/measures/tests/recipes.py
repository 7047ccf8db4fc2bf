"""States of measuring that tests begin from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from tinhso.foundation.text import Text
from tinhso.measures import bundle
from tinhso.measures.commands import measure
from tinhso.measures.contract import RATIO, Indicator, indicators
from tinhso.measures.models import Measurement
from tinhso.measures.tests import parity
from tinhso.places.models import Unit
from tinhso.proof import keys, sequencer
from tinhso.proof.audit import SYSTEM

DAY = date(2021, 12, 31)
SCOPE = "unit:36"


def province(communes: int = 3) -> list[Unit]:
    """One province, one district and some communes, in force since 2020."""
    day = date(2020, 2, 1)
    rows = [("36", 1, "tinh", "Tỉnh Nam Định", ""), ("356", 2, "thanh_pho", "Thành phố Nam Định", "36")]
    rows += [(f"{13600 + at}", 3, "xa", f"Xã {at}", "356") for at in range(1, communes + 1)]
    return [
        Unit.objects.create(
            uid=f"{code}@{day}",
            code=code,
            level=level,
            type=type_,
            name=name,
            folded=name.lower(),
            sort_key=name.lower(),
            parent_uid=f"{parent}@{day}" if parent else "",
            source="tests",
            valid_from=day,
        )
        for code, level, type_, name, parent in rows
    ]


def parity_indicator(numbers: list[dict[str, Any]], **changes: Any) -> Indicator:
    """How many of these numbers are even."""
    declared = {
        "id": "tests.parity",
        "version": 1,
        "kind": RATIO,
        "unit": "share",
        "title": Text("Số chẵn", "Even numbers"),
        "words": Text("Số chia hết cho hai.", "Numbers divisible by two."),
        "gather": lambda at: {"day": at.as_of.isoformat(), "numbers": numbers},
        "rule": parity,
    }
    return Indicator(**{**declared, **changes})


@contextmanager
def registered(item: Indicator) -> Iterator[Indicator]:
    """The indicator in the register for a while."""
    before = indicators.get(item.id)
    indicators._items[item.id] = item
    try:
        yield item
    finally:
        del indicators._items[item.id]
        if before is not None:
            indicators._items[item.id] = before


def measured(count: int = 20, day: date = DAY, scope: str = SCOPE, **changes: Any) -> Measurement:
    """A measurement in the log, over numbers 1 to `count`; needs a province."""
    item = parity_indicator([{"number": number} for number in range(1, count + 1)], **changes)
    with registered(item):
        made = measure(actor=SYSTEM, indicator_id=item.id, scope=scope, as_of=day)
    sequencer.drain()
    return made


def log_key() -> str:
    """The verifier key of the log."""
    return str(keys.log_signers()[0].verifier)


def bundle_files() -> dict[str, bytes]:
    """A real bundle with earlier checkpoints to continue; needs an empty database."""
    province()
    measured(3)
    measured(7)
    return bundle.contents(measured(20))
