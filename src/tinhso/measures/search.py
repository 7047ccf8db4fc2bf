"""Indicators in the portal's search."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from tinhso.foundation.search import Hit, search_provider
from tinhso.foundation.text import Text, fold
from tinhso.measures.contract import indicators

KIND = Text("Chỉ số", "Indicator")


@search_provider("measures.indicators", KIND)
def find(query: str, user: Any, limit: int) -> Iterable[Hit]:
    """Indicators whose title, words or id hold every word of the query."""
    words = query.split()
    hits = []
    for item in indicators:
        titles, texts = fold(f"{item.title.vi} {item.title.en} {item.id}"), fold(f"{item.words.vi} {item.words.en}")
        if words and all(word in titles or word in texts for word in words):
            score = 0.9 if all(word in titles for word in words) else 0.4
            hits.append(Hit(str(item.title), reverse("measures:figure", args=[item.id]), KIND, str(item.words), score))
    return sorted(hits, key=lambda hit: -hit.score)[:limit]
