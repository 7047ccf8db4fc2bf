"""What the programme offers to search: agreements and commitments in force, by words in either language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse

from tinhso.foundation.dates import today
from tinhso.foundation.search import Hit, search_provider
from tinhso.foundation.text import Text
from tinhso.programme.models import Agreement, Commitment

AGREEMENT = Text("Thỏa thuận", "Agreement")
COMMITMENT = Text("Cam kết", "Commitment")


def _all_words(query: str) -> Q:
    wanted = Q()
    for word in query.split()[:12]:
        wanted &= Q(folded__contains=word)
    return wanted


def _score(folded: str, query: str) -> float:
    if folded == query:
        return 1.0
    return 0.8 if query in folded else 0.6


@search_provider("programme.agreements", AGREEMENT)
def agreements(query: str, user: Any, limit: int) -> Iterable[Hit]:
    if not query:
        return
    rows = Agreement.objects.as_of(today()).visible_to(user).filter(_all_words(query)).order_by("-period_from")
    for row in rows[:limit]:
        url = reverse("programme:agreement", args=[row.uid])
        yield Hit(str(row.title), url, AGREEMENT, str(row.source), _score(row.folded, query))


@search_provider("programme.commitments", COMMITMENT)
def commitments(query: str, user: Any, limit: int) -> Iterable[Hit]:
    if not query:
        return
    rows = Commitment.objects.as_of(today()).visible_to(user).filter(_all_words(query)).in_order()
    for row in rows[:limit]:
        url = reverse("programme:commitment", args=[row.uid])
        yield Hit(str(row.text), url, COMMITMENT, str(row.owner), _score(row.folded, query))
