"""The calendar of Vietnam: PyPI `holidays` for what the Labour Code fixes, official notices over it.

`data/vietnam.json` holds the notices: the act of each year, the swapped days, and holidays the library misses. The
library knows no act and misses swaps, so the file wins. Years without a notice are composed by the law alone and
are provisional.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import holidays

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Calendar

NOTICES = Path(__file__).parent / "data" / "vietnam.json"
FIRST_YEAR, LAST_YEAR = 2018, 2035
LABOUR_CODE_2019 = 2021
SWAPPED = ("Nghỉ hoán đổi, làm bù ngày {}", "Day off, swapped with {}")
WORKED = ("Làm bù cho ngày {}", "Worked in place of {}")


def compose(notices: Mapping[str, Any], first: int = FIRST_YEAR, last: int = LAST_YEAR) -> dict[str, Any]:
    """The whole content of a calendar from the notices known, ready to be frozen. Invalid names a contradiction."""
    years = {str(year): notices["notices"].get(str(year), "") for year in range(first, last + 1)}
    days: dict[date, dict[str, Any]] = {}
    for year in range(first, last + 1):
        _add_statutory(days, year, years[str(year)])
    for item in notices["holidays"]:
        days[date.fromisoformat(item["date"])] = {**item, "off": True}
    for swap in notices["swaps"]:
        off, worked = date.fromisoformat(swap["off"]), date.fromisoformat(swap["worked"])
        if off.weekday() >= 5 or worked.weekday() < 5:
            raise Invalid(f"{off} ↔ {worked}: ngày nghỉ phải trong tuần, ngày làm bù vào cuối tuần", place="swaps")
        for day, other, taken, (vi, en) in ((off, worked, True, SWAPPED), (worked, off, False, WORKED)):
            days[day] = {
                "date": day.isoformat(),
                "off": taken,
                "vi": vi.format(f"{other:%d/%m/%Y}"),
                "en": en.format(f"{other.day} {other:%B %Y}"),
                "act": swap["act"],
            }
    acts = notices["acts"]
    for item in days.values():
        if item["act"] not in acts:
            raise Invalid(str(Text(f"{item['date']}: không có văn bản «{item['act']}».", "No such act.")), place="acts")
    return {
        "code": notices["code"],
        "hours": list(notices["hours"]),
        "acts": acts,
        "years": years,
        "days": [days[day] for day in sorted(days) if first <= day.year <= last],
    }


def _add_statutory(days: dict[date, dict[str, Any]], year: int, notice: str) -> None:
    code = "blld2019" if year >= LABOUR_CODE_2019 else "blld2012"
    vietnamese = holidays.country_holidays("VN", years=year, language="vi")
    english = holidays.country_holidays("VN", years=year, language="en_US")
    for day in vietnamese:
        name = english[day]
        if "substituted" in name:
            continue
        decided = notice and ("Lunar New Year" in name or (name == "National Day" and (day.month, day.day) != (9, 2)))
        act = notice if decided else "nq28" if "Cultur" in name else f"{code}-bu" if "(observed)" in name else code
        days[day] = {"date": day.isoformat(), "off": True, "vi": vietnamese[day], "en": name, "act": act}


def read_notices(path: Path = NOTICES) -> dict[str, Any]:
    """The notices shipped with the program, or of a file in the same form."""
    return json.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shipped() -> Calendar:
    """The calendar composed from the notices shipped with the program."""
    return Calendar(compose(read_notices()))
