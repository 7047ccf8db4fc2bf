"""The demonstration works by the shipped calendar, published as a province would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.translation import gettext as _

from tinhso.foundation.demo import demo_step
from tinhso.workdays.commands import pinned
from tinhso.workdays.queries import by_hash


@demo_step("workdays", order=5, essential=True)
def run(province_code: str, as_of: date, say: Callable[[str], None]) -> None:
    """Publish the shipped calendar; where one is published already nothing changes."""
    say(_("Lịch làm việc: %(version)s") % {"version": by_hash(pinned()).version})
