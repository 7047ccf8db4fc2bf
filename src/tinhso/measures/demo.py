"""The demonstration's measurements: the days on which units or the network changed, and the day asked for."""

from collections.abc import Callable
from datetime import date

from tinhso.foundation.dates import today
from tinhso.foundation.demo import demo_step
from tinhso.measures.commands import measure_all
from tinhso.measures.queries import SIGNING_PROVINCE
from tinhso.places.scopes import units_in
from tinhso.proof import sequencer
from tinhso.proof.audit import SYSTEM

DAYS = ("2020-06-30", "2020-12-31", "2021-12-31", "2024-10-01", "2025-08-01")


@demo_step("measures", order=70)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Measure everything on each of those days; a repetition appends nothing."""
    done = 0
    for day in sorted({*map(date.fromisoformat, DAYS), as_of}):
        if day <= today() and units_in(SIGNING_PROVINCE, day):
            done += len(measure_all(actor=SYSTEM, scope=SIGNING_PROVINCE, as_of=day))
    sequencer.drain()
    say(f"{done} measurements")
