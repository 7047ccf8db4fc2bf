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

import jsonschema_rs

from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Calendar

NOTICES = Path(__file__).parent / "data" / "vietnam.json"
FIRST_YEAR, LAST_YEAR = 2018, 2035
LABOUR_CODE_2019 = 2021
#: The library's names that need saying otherwise: it calls the second day before Tết the 29th, which it is only where
#: the old year's last month has 30 days (not in 2025 nor 2027).
NAMES = {
    "29 Tết": ("Trước Tết Nguyên Đán hai ngày", "Two days before Lunar New Year"),
    "Ngày Văn hóa Việt Nam": ("Ngày Văn hóa Việt Nam", "Vietnamese Culture Day"),
}
SWAPPED = ("Nghỉ hoán đổi, làm bù ngày {}", "Day off, swapped with {}")
WORKED = ("Làm bù cho ngày {}", "Worked in place of {}")

_NAME = {"type": "string", "minLength": 1, "maxLength": 300}
_DAY = {"type": "string", "format": "date"}
_ACT = {"type": "string", "minLength": 1, "maxLength": 40}
_HOURS = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


#: What a file of notices is.
SCHEMA = _object(
    {
        "code": {"type": "string", "pattern": "^[A-Z0-9]{1,12}$"},
        "hours": {"type": "array", "minItems": 1, "maxItems": 4, "items": _HOURS},
        "acts": {
            "type": "object",
            "required": ["blds"],
            "propertyNames": _ACT,
            "additionalProperties": _object({"vi": _NAME, "en": _NAME}),
        },
        "notices": {
            "type": "object",
            "propertyNames": {"pattern": "^20[0-9]{2}$"},
            "additionalProperties": _ACT,
        },
        "swaps": {"type": "array", "maxItems": 400, "items": _object({"off": _DAY, "worked": _DAY, "act": _ACT})},
        "holidays": {
            "type": "array",
            "maxItems": 400,
            "items": _object({"date": _DAY, "vi": _NAME, "en": _NAME, "act": _ACT}),
        },
    }
)
_VALIDATOR = jsonschema_rs.validator_for(SCHEMA, validate_formats=True)


def check(notices: Any) -> None:
    """Invalid names the first thing in a file of notices that is wrong, with its JSON pointer."""
    for fault in _VALIDATOR.iter_errors(notices):
        raise Invalid(fault.message, place="/" + "/".join(map(str, fault.instance_path)))
    for year, act in notices["notices"].items():
        if act not in notices["acts"]:
            raise Invalid(_no_act(act), place=f"/notices/{year}")


def _no_act(act: str) -> str:
    return str(Text(f"Không có văn bản «{act}» trong mục acts.", f"There is no act “{act}” among acts."))


def compose(notices: Mapping[str, Any], first: int = FIRST_YEAR, last: int = LAST_YEAR) -> dict[str, Any]:
    """The whole content of a calendar from the notices known, ready to be frozen. Invalid names a contradiction."""
    years = {str(year): notices["notices"].get(str(year), "") for year in range(first, last + 1)}
    days: dict[date, dict[str, Any]] = {}
    for year in range(first, last + 1):
        _add_statutory(days, year, years[str(year)])
    for item in notices["holidays"]:
        days[date.fromisoformat(item["date"])] = {**item, "off": True}
    for place, swap in enumerate(notices["swaps"]):
        off, worked = date.fromisoformat(swap["off"]), date.fromisoformat(swap["worked"])
        if off.weekday() >= 5 or worked.weekday() < 5:
            said = Text(
                "ngày nghỉ phải trong tuần, ngày làm bù vào cuối tuần", "a weekday off for a weekend day worked"
            )
            raise Invalid(f"{off} ↔ {worked}: {said}", place=f"/swaps/{place}")
        for day in (off, worked):
            if day in days:
                said = Text(f"{day} đã là: {days[day]['vi']}", f"{day} is already: {days[day]['en']}")
                raise Invalid(str(said), place=f"/swaps/{place}")
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
            raise Invalid(f"{item['date']}: {_no_act(item['act'])}", place="/acts")
    return {
        "code": notices["code"],
        "hours": list(notices["hours"]),
        "acts": acts,
        "years": years,
        "days": [days[day] for day in sorted(days) if first <= day.year <= last],
    }


def _add_statutory(days: dict[date, dict[str, Any]], year: int, notice: str) -> None:
    code = "blld2019" if year >= LABOUR_CODE_2019 else "blld2012"
    # Imported late: published calendars are read without it.
    import holidays

    vietnamese = holidays.country_holidays("VN", years=year, language="vi")
    english = holidays.country_holidays("VN", years=year, language="en_US")
    for day in vietnamese:
        name = english[day]
        # Article 111(3) makes up for the holidays of Article 112(1) alone, and the Culture Day is not among them.
        if "substituted" in name or ("Cultur" in name and "(observed)" in name):
            continue
        decided = notice and ("Lunar New Year" in name or (name == "National Day" and (day.month, day.day) != (9, 2)))
        act = notice if decided else "nq28" if "Cultur" in name else f"{code}-bu" if "(observed)" in name else code
        vi, en = NAMES.get(vietnamese[day], (vietnamese[day], name))
        days[day] = {"date": day.isoformat(), "off": True, "vi": vi, "en": en, "act": act}


def read_notices(path: Path = NOTICES) -> dict[str, Any]:
    """The notices shipped with the program, or of a file in the same form."""
    return json.loads(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def shipped() -> Calendar:
    """The calendar composed from the notices shipped with the program."""
    return Calendar(compose(read_notices()))
