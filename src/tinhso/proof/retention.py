"""Terms after which something is erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from tinhso.proof.audit import SYSTEM


def erase_older(days: int, erase: Callable[..., int]) -> int:
    """Erase what is older than a term in days (0: nothing is), in batches: `erase(before=, actor=)` says how many."""
    total = 0
    if days:
        before = timezone.now() - timedelta(days=days)
        while done := erase(before=before, actor=SYSTEM):
            total += done
    return total
