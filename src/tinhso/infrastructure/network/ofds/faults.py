"""What is said about a file: errors that stop it, warnings, repairs and conversions made. Each with its place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tinhso.files.imports import Finding
from tinhso.files.uploaders import CONVERSION, ERROR, REPAIR, WARNING

SHOWN_PER_CODE = 200


@dataclass(frozen=True)
class Fault(Finding):
    """A finding with a stable `code` and its `level`; `repairable` errors vanish when repair is asked for."""

    code: str = ""
    level: str = ERROR
    repairable: bool = False


def offered(words: str) -> str:
    """How to mend what repair mends."""
    return _("Có thể tự sửa khi nhập (--repair): %(words)s") % {"words": words}


class Faults:
    """Collects faults; of one code and level only the first are kept and the rest counted, so that a file with a
    million of them stays readable and within memory."""

    def __init__(self) -> None:
        self.kept: list[Fault] = []
        self.counts: Counter[tuple[str, str]] = Counter()

    def add(
        self, code: str, place: str, reason: str, mend: str = "", *, level: str = ERROR, repairable: bool = False
    ) -> None:
        """Note one fault."""
        self.counts[code, level] += 1
        if self.counts[code, level] <= SHOWN_PER_CODE:
            self.kept.append(Fault(place, reason, mend, level == ERROR, code, level, repairable))

    def count(self, level: str) -> int:
        """How many of a level, kept or not."""
        return sum(number for (_code, of), number in self.counts.items() if of == level)

    def all(self) -> list[Fault]:
        """Errors first, then warnings, repairs and conversions; what was left out is counted in a last line each."""
        order = (ERROR, WARNING, REPAIR, CONVERSION)
        listed = sorted(self.kept, key=lambda fault: order.index(fault.level))
        for (code, level), number in self.counts.items():
            if number > SHOWN_PER_CODE:
                more = _("… và %(count)d chỗ nữa cùng loại “%(code)s”.") % {
                    "count": number - SHOWN_PER_CODE,
                    "code": code,
                }
                listed.append(Fault("", more, "", level == ERROR, code, level))
        return listed
