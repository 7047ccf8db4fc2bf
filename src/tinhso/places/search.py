"""Search over units: by name with or without marks, by code, by former names too."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.foundation.dates import today
from tinhso.foundation.search import Hit, search_provider
from tinhso.foundation.text import Text, fold
from tinhso.places.lineage import heirs, last_day
from tinhso.places.models import PROVINCE, Unit, code_of, short_name
from tinhso.places.state import snapshot, steady

KIND = Text("Địa bàn", "Place")
CONSIDERED = 400


def _score(unit: Unit, query: str, day: date) -> float:
    short = fold(short_name(unit.name))
    if query in (unit.code, unit.folded, short):
        score = 1.0
    elif short.startswith(query) or unit.folded.startswith(query):
        score = 0.8
    else:
        score = 0.5
    # A former unit stands behind a present one of the same name, a commune behind its province.
    return score - (0.1 if unit.valid_to and unit.valid_to <= day else 0) - 0.02 * (unit.level - PROVINCE)


def find_units(query: str, day: date, limit: int) -> list[tuple[float, Unit]]:
    """Units whose folded name or code fits a folded query, best first, one for each name a code has had."""
    if not query:
        return []
    current = Unit.objects.known_at()
    rows = list(current.filter(folded__contains=query)[:CONSIDERED])
    if query.isdigit():
        rows += current.filter(code=query)
    latest: dict[tuple[str, str], Unit] = {}
    for unit in sorted(rows, key=lambda unit: unit.valid_from or date.min):
        latest[unit.code, unit.name] = unit
    scored = [(_score(unit, query, day), unit) for unit in latest.values()]
    return sorted(scored, key=lambda pair: (-pair[0], pair[1].sort_key, pair[1].code))[:limit]


@search_provider("places", KIND)
@steady()
def find(query: str, user: Any, limit: int) -> Iterable[Hit]:
    """Units as search results; a former one says what it belongs to now."""
    day = today()
    found = find_units(query, day, limit)
    following = heirs([unit.uid for _score, unit in found], day)
    at = snapshot(day)
    hits = []
    for score, unit in found:
        address = reverse("places:place", args=[unit.code])
        ended = last_day(unit)
        if unit.uid in at.by_uid or ended is None:
            parent = at.by_code.get(code_of(unit.parent_uid))
            about = f"{unit.code} · {parent.name}" if parent else unit.code
        else:
            address += f"?ngay={ended.isoformat()}"
            now = ", ".join(heir.name for heir in following[unit.uid])
            about = _("đến %(day)s") % {"day": ended.strftime("%d/%m/%Y")}
            about += " · " + (_("nay thuộc %(names)s") % {"names": now} if now else _("không rõ nay thuộc đâu"))
        hits.append(Hit(unit.name, address, KIND, about, score))
    return hits
