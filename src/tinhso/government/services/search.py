from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tinhso.foundation.dates import today
from tinhso.foundation.search import Hit, search_provider
from tinhso.foundation.text import Text, fold
from tinhso.government.services.catalogue.wording import LEVELS
from tinhso.government.services.models import Procedure

PROCEDURES = Text("Thủ tục hành chính", "Administrative procedures")


@search_provider("services.procedures", PROCEDURES)
def find(query: str, user: Any, limit: int) -> Iterable[Hit]:
    """Procedures that can be filed today, by words of their names, codes and life events."""
    rows = Procedure.objects.in_force(today()).matching(query).order_by("sort_key")
    for row in rows[:limit]:
        names = (fold(row.name_vi), fold(row.name_en), row.code.casefold())
        score = 1.0 if query in names else 0.8 if any(query in name for name in names) else 0.4
        about = f"{row.code} · {LEVELS[row.level]}"
        yield Hit(str(row.title), reverse("services:procedure", args=[row.code]), PROCEDURES, about, score)
