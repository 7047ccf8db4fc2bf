"""Numbers without gaps or doubles: a series keeps the last one given, and is locked from giving it to the commit."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Manager


def next_number(rows: Manager[Any], **series: Any) -> int:
    """The next number of a series, from 1. `rows` have a column `last`, and the series' columns are unique together."""
    found = rows.filter(**series)
    if not found.update(last=F("last") + 1):
        rows.get_or_create(**series)
        found.update(last=F("last") + 1)
    return int(found.values_list("last", flat=True).get())
