from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tinhso.foundation.search import Hit, search_provider
from tinhso.foundation.text import Text, fold
from tinhso.identity.models import Agency

AGENCIES = Text("Cơ quan", "Agencies")


@search_provider("identity.agencies", AGENCIES)
def find(query: str, user: Any, limit: int) -> Iterable[Hit]:
    """Agencies by name or code, each once; its latest version leads."""
    found: dict[str, Agency] = {}
    rows = Agency.objects.known_at().visible_to(user).matching(query).best_first(query)
    for row in rows[: limit * 3]:
        if row.uid in found or len(found) < limit:
            found[row.uid] = row
    for row in found.values():
        names = (fold(row.name), fold(row.name_en), row.code_new.casefold(), row.code_old.casefold())
        score = 1.0 if query in names else 0.7 if any(name.startswith(query) for name in names) else 0.4
        if row.valid_to is not None:
            score -= 0.1
        about = " · ".join(part for part in (row.code_new, str(row.level_title)) if part)
        yield Hit(str(row.title), reverse("identity:agency", args=[row.uid]), AGENCIES, about, score)
