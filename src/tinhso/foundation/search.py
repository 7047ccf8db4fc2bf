"""Search providers: each app offers hits from its own index, the portal merges the best."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tinhso.foundation.registry import Registry
from tinhso.foundation.text import Text


@dataclass(frozen=True)
class Hit:
    """One result: where it leads, and how well it fits (1 exact … 0)."""

    title: str
    url: str
    kind: Text
    about: str = ""
    score: float = 0.5


@dataclass(frozen=True)
class SearchProvider:
    id: str
    kind: Text
    find: Callable[[str, Any, int], Iterable[Hit]]


providers: Registry[SearchProvider] = Registry("search provider", "search")


def search_provider(id: str, kind: Text) -> Callable:
    """Declare `find(folded_query, user, limit) -> hits` as a provider."""

    def declare(find: Callable[[str, Any, int], Iterable[Hit]]) -> Callable:
        providers.add(id, SearchProvider(id, kind, find))
        return find

    return declare
