"""Due dates per second, one thread, against counting with the same `holidays` package day by day.

    python bench/workdays.py [cases]

Cases are receptions of 2018 to 2026 at random minutes under the limits procedures have (1 to 20 working days, 30 days,
within the day). CPU time of this process; explanations apart, as they are made on demand. The plain way walks from the
reception and asks `holidays` of every day: it misses some notices, so how many dates it gets wrong is printed too.
"""

from __future__ import annotations

import os
import random
import sys
import time
from datetime import date, datetime, timedelta

import holidays

from tinhso.foundation.dates import VIETNAM
from tinhso.workdays.clock import Event, due
from tinhso.workdays.explain import explain
from tinhso.workdays.official import shipped
from tinhso.workdays.rules import Rule

AMOUNTS = (1, 3, 5, 7, 10, 15, 20)


def plain(received: date, amount: int, days: holidays.HolidayBase) -> date:
    """Count working days as one would with the package alone."""
    day = received
    while amount:
        day += timedelta(days=1)
        amount -= days.is_working_day(day)
    return day


def main() -> None:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    chance, calendar = random.Random(36), shipped()
    start = datetime(2018, 1, 1, tzinfo=VIETNAM)
    asked = []
    for _case in range(cases):
        at = start + timedelta(minutes=chance.randrange(60 * 24 * 365 * 9))
        asked.append((at, chance.choice(AMOUNTS)))
    limits = {amount: Rule("working_days", amount) for amount in AMOUNTS}
    stories = [([Event("received", at)], limits[amount]) for at, amount in asked]
    waits = [
        [
            Event("received", at),
            Event("supplements_requested", at + timedelta(hours=20)),
            Event("supplements_received", at + timedelta(days=6)),
        ]
        for at, _amount in asked[: cases // 4]
    ]
    due(*stories[0], calendar)
    began = time.process_time()
    ours = [due(events, rule, calendar) for events, rule in stories]
    spent = time.process_time() - began
    began = time.process_time()
    for events, (_events, rule) in zip(waits, stories, strict=False):
        due(events, rule, calendar)
    paused = time.process_time() - began
    began = time.process_time()
    for events, rule in stories[: cases // 100]:
        explain(events, rule, calendar)
    explained = time.process_time() - began
    few = asked[: cases // 20]
    days = holidays.country_holidays("VN", years=range(2017, 2028))
    plain(few[0][0].date(), 1, days)
    began = time.process_time()
    theirs = [plain(at.date(), amount, days) for at, amount in few]
    walked = time.process_time() - began
    wrong = sum(mine.at.date() != other for mine, other in zip(ours, theirs, strict=False) if mine.at)
    rate, other = cases / spent, len(few) / walked
    print(f"due()                      {rate:12,.0f}/s")
    print(f"due() with a wait          {len(waits) / paused:12,.0f}/s")
    print(f"with its explanation       {cases // 100 / explained:12,.0f}/s")
    print(
        f"holidays, day by day       {other:12,.0f}/s   ours {rate / other:.0f} ×; it gets {wrong} of {len(few)} wrong"
    )


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    main()
