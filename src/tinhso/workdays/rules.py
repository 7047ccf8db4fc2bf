"""How a time limit is counted: a rule is data, kept with the procedure it belongs to and named by its hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from functools import cached_property
from typing import Any

from tinhso.foundation import canonical
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Period

UNITS = {
    "hours": Text("giờ làm việc", "working hours"),
    "days": Text("ngày", "days"),
    "working_days": Text("ngày làm việc", "working days"),
    "months": Text("tháng", "months"),
}
PAUSES = {
    "supplement": Text("chờ bổ sung hồ sơ", "waiting for supplements"),
    "payment": Text("chờ thực hiện nghĩa vụ tài chính", "waiting for a financial obligation"),
    "suspension": Text("tạm dừng giải quyết", "suspended"),
}
LARGEST = {"hours": 2000, "days": 1500, "working_days": 1000, "months": 48}
SAME_DAY_CUT_OFF = time(15)


@dataclass(frozen=True)
class Rule:
    """A time limit: `amount` of `unit`, from valid reception.

    `amount` 0 of working days is "within the day": received after `cut_off` (15:00) it is due the next working day.
    A `cut_off` makes receptions after it, and those of days off, count as the next working day's. `pauses`: which
    waits do not count. `supplements`: how many requests for supplements may stop the clock (one, by the method of
    Decision 766/QĐ-TTg). `excluded`: periods that do not count at all.
    """

    unit: str
    amount: int
    cut_off: time | None = None
    pauses: frozenset[str] = field(default_factory=lambda: frozenset(PAUSES))
    supplements: int = 1
    excluded: tuple[Period, ...] = ()

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise Invalid.among(self.unit, UNITS, place="unit")
        least = 0 if self.unit == "working_days" else 1
        if not least <= self.amount <= LARGEST[self.unit]:
            said = Text(f"Thời hạn không thể là {self.amount}.", f"A time limit cannot be {self.amount}.")
            most = LARGEST[self.unit]
            mend = Text(f"Ghi một số từ {least} đến {most}.", f"Give a number from {least} to {most}.")
            raise Invalid(str(said), place="amount", mend=str(mend))
        if self.cut_off is not None and (self.cut_off.tzinfo or self.cut_off.second or self.cut_off.microsecond):
            raise _no_hour(self.cut_off)
        if unknown := self.pauses - PAUSES.keys():
            raise Invalid.among(", ".join(sorted(unknown)), PAUSES, place="pauses")
        if self.amount == 0 and self.cut_off is None:
            object.__setattr__(self, "cut_off", SAME_DAY_CUT_OFF)

    def as_dict(self) -> dict[str, Any]:
        """The rule as canonical values."""
        return {
            "unit": self.unit,
            "amount": self.amount,
            "cut_off": self.cut_off.isoformat("minutes") if self.cut_off else "",
            "pauses": sorted(self.pauses),
            "supplements": self.supplements,
            "excluded": [
                {"start": item.start, "end": item.end, "vi": item.reason.vi, "en": item.reason.en}
                for item in self.excluded
            ],
        }

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Rule:
        """The rule of `as_dict`; what is absent has its default."""
        given = {name: values[name] for name in ("unit", "amount", "supplements") if name in values}
        if cut_off := values.get("cut_off"):
            try:
                given["cut_off"] = time.fromisoformat(cut_off)
            except ValueError:
                raise _no_hour(cut_off) from None
        if "pauses" in values:
            given["pauses"] = frozenset(values["pauses"])
        given["excluded"] = tuple(
            Period(item["start"], item["end"], Text(item["vi"], item["en"])) for item in values.get("excluded", ())
        )
        return cls(**given)

    def latest(self, closing: time) -> time | None:
        """The hour after which a reception counts as the next working day's; none is due before it is received."""
        return min(self.cut_off, closing) if self.cut_off and self.amount == 0 else self.cut_off

    @cached_property
    def version(self) -> str:
        """The first twelve digits of the rule's hash, printed on papers."""
        return canonical.digest(self.as_dict())[:12]

    def __str__(self) -> str:
        if self.amount == 0:
            return str(Text("trong ngày", "within the day"))
        return f"{self.amount} {UNITS[self.unit]}"


def _no_hour(given: object) -> Invalid:
    said = Text(f"«{given}» không phải giờ trong ngày.", f"“{given}” is no time of day.")
    return Invalid(str(said), place="cut_off", mend=str(Text("Viết như 15:00.", "Write it like 15:00.")))
