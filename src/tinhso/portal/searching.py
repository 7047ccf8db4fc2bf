"""Search over every app's own index: the best of each, grouped by kind, kinds by their best hit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tinhso.foundation.search import Hit, providers
from tinhso.foundation.text import fold

LONGEST, PER_KIND = 120, 20


@dataclass(frozen=True)
class Group:
    kind: str
    hits: list[Hit]


def search(query: str, user: Any, limit: int = PER_KIND) -> list[Group]:
    """Groups of hits for what the reader typed; an address is listed once, under its best score."""
    asked = fold(query[:LONGEST])
    if not asked:
        return []
    best: dict[str, Hit] = {}
    for provider in providers:
        for hit in provider.find(asked, user, limit):
            if hit.url not in best or best[hit.url].score < hit.score:
                best[hit.url] = hit
    groups: dict[str, list[Hit]] = {}
    for hit in sorted(best.values(), key=lambda hit: (-hit.score, hit.title)):
        groups.setdefault(str(hit.kind), []).append(hit)
    return [Group(kind, hits[:limit]) for kind, hits in groups.items()]
