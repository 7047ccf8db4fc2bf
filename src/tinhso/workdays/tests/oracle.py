"""The clock told day by day and minute by minute, as a clerk with a wall calendar would: slow and plain.

Written from the law (Civil Code 2015, Articles 147 and 148) and the notices alone; shares no code with the product.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

TET = {
    2018: ((2, 14), 7), 2019: ((2, 4), 5), 2020: ((1, 23), 7), 2021: ((2, 10), 7), 2022: ((1, 31), 5),
    2023: ((1, 20), 7), 2024: ((2, 8), 7), 2025: ((1, 27), 5), 2026: ((2, 16), 5), 2027: ((2, 4), 7),
}  # fmt: skip
OTHERS = {
    2018: "01-01 04-25 04-30 05-01 09-03 12-31",
    2019: "01-01 04-15 04-29 04-30 05-01 09-02",
    2020: "01-01 04-02 04-30 05-01 09-02",
    2021: "01-01 04-21 04-30 05-03 09-02 09-03",
    2022: "01-03 04-11 05-02 05-03 09-01 09-02",
    2023: "01-02 05-01 05-02 05-03 09-01 09-04",
    2024: "01-01 04-18 04-29 04-30 05-01 09-02 09-03",
    2025: "01-01 04-07 04-30 05-01 05-02 09-01 09-02",
    2026: "01-01 01-02 04-27 04-30 05-01 08-31 09-01 09-02 11-24",
    2027: "01-01 04-16 04-30 05-03 09-02 09-03 11-24",
}
WORKED = {"2019-01-05", "2019-05-04", "2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"}
OFF = {f"{year}-{day}" for year, days in OTHERS.items() for day in days.split()}
for year, (first, length) in TET.items():
    OFF |= {(date(year, *first) + timedelta(days=step)).isoformat() for step in range(length)}
OPEN = ((time(7, 30), time(11, 30)), (time(13, 30), time(17)))


def works(day: date) -> bool:
    """Whether offices work."""
    return day.isoformat() in WORKED or (day.weekday() < 5 and day.isoformat() not in OFF)


def waits(day: date, pauses: list[tuple[datetime, datetime]]) -> bool:
    """Whether a wait covers the day: after it began, up to the day it ended."""
    return any(start.date() < day <= end.date() for start, end in pauses)


def due_by_days(
    received: datetime, unit: str, amount: int, pauses: list[tuple[datetime, datetime]], cut_off: time | None
) -> date:
    """The day a limit in days, working days or months ends."""
    day = received.date()
    if cut_off and (received.time() > cut_off or not works(day)):
        day += timedelta(days=1)
        while not works(day):
            day += timedelta(days=1)
    if unit == "months":
        month = day.month - 1 + amount
        year, month = day.year + month // 12, month % 12 + 1
        last = day.day
        while True:
            try:
                amount = (date(year, month, last) - day).days
                break
            except ValueError:
                last -= 1
    granted: list[tuple[datetime, datetime]] = []
    while True:
        end, left = day, amount
        while left:
            end += timedelta(days=1)
            if not waits(end, granted) and (unit != "working_days" or works(end)):
                left -= 1
        # No limit ends inside a wait, and what began on the last day holds it open until the wait is over.
        end = max([end, *(until.date() for _, until in granted)])
        while not works(end):
            end += timedelta(days=1)
        closed = datetime.combine(end, OPEN[-1][1], received.tzinfo)
        more = next((pause for pause in pauses if pause not in granted and pause[0] <= closed), None)
        if more is None:
            return end
        granted.append(more)


def due_by_hours(
    received: datetime, hours: int, pauses: list[tuple[datetime, datetime]], cut_off: time | None
) -> datetime:
    """The minute a limit in hours of the office ends; waits that begin after it move nothing."""
    if cut_off and (received.time() > cut_off or not works(received.date())):
        received = datetime.combine(received.date() + timedelta(days=1), time(), received.tzinfo)
    granted: list[tuple[datetime, datetime]] = []
    while True:
        left, now = hours * 60, received
        while left:
            if works(now.date()) and any(start <= now.time() < end for start, end in OPEN):
                left -= not any(start <= now < end for start, end in granted)
            now += timedelta(minutes=1)
        more = next((pause for pause in pauses if pause not in granted and pause[0] < now), None)
        if more is None:
            return now
        granted.append(more)
