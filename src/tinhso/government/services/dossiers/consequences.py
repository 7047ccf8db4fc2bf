"""What follows from acts, in the same transaction: messages to the national portal, papers, fees, facts, news.

The floors above declare what follows, and `apps.py` loads them in every process. A consequence is a function (dossier,
events of one act); none may refuse what has happened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.exceptions import ImproperlyConfigured

from tinhso.government.services.models import Dossier, DossierEvent

Consequence = Callable[[Dossier, Sequence[DossierEvent]], None]
_declared: dict[int, Consequence] = {}


def consequence(*, order: int) -> Callable[[Consequence], Consequence]:
    """Declare what follows from acts; lower numbers go first. ImproperlyConfigured where a number is taken."""

    def declare(function: Consequence) -> Consequence:
        if order in _declared:
            taken = _declared[order]
            raise ImproperlyConfigured(f"consequence {order} is declared twice: {_name(taken)}, {_name(function)}")
        _declared[order] = function
        return function

    return declare


def _name(function: Consequence) -> str:
    return f"{function.__module__}.{function.__qualname__}"


def consequences() -> list[Consequence]:
    """All that follows, in its order."""
    return [_declared[order] for order in sorted(_declared)]


def follow(dossier: Dossier, events: Sequence[DossierEvent]) -> None:
    """Let everything follow that events lead to."""
    for one in consequences():
        one(dossier, events)
