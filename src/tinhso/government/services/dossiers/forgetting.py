"""What each floor forgets of dossiers whose term is over, in the transaction that erases them.

The floors above declare it as they declare consequences, and `apps.py` loads them in every process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tinhso.government.services.models import Dossier

Forgetting = Callable[[Sequence[Dossier]], None]
_declared: list[Forgetting] = []


def forgetting(function: Forgetting) -> Forgetting:
    """Declare what is forgotten of dossiers under lock; doing it again must change nothing."""
    _declared.append(function)
    return function


def forget(dossiers: Sequence[Dossier]) -> None:
    """Let every floor forget what it holds of them."""
    for one in _declared:
        one(dossiers)
