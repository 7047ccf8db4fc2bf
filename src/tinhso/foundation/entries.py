"""Ways in: the pages a person may open, told by the pages themselves, so that no list repeats a permission."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve, reverse

from tinhso.foundation.access import may
from tinhso.foundation.text import Text


@dataclass(frozen=True)
class Entry:
    """A page without arguments by its route's name, and what a person finds there."""

    route: str
    title: Text


def open_to(user: Any, address: str) -> bool:
    """Whether a person may open the page at an address."""
    try:
        access = getattr(resolve(urlsplit(address).path).func, "access", None)
    except Resolver404:
        return False
    if access in ("public", "signed_in"):
        return access == "public" or bool(getattr(user, "is_authenticated", False))
    return access is not None and may(user, access)


def entries_for(user: Any, entries: Sequence[Entry]) -> list[tuple[Text, str]]:
    """Titles and addresses of those a person may open."""
    found = [(entry.title, reverse(entry.route)) for entry in entries]
    return [(title, address) for title, address in found if open_to(user, address)]
