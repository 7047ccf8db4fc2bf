"""Whether what was summed as things happened equals what the events tell: dossier by dossier, and in the sums."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from tinhso.government.services.index.facts import COLUMNS, refresh, told_again
from tinhso.government.services.models import Dossier, DossierFact
from tinhso.proof.audit import Actor, command, note, nothing_changed


@dataclass(frozen=True)
class Difference:
    """A dossier whose kept fact is not what its events tell; `kept` None where nothing is kept."""

    code: str
    column: str
    kept: Any
    told: Any


def differences(year: int, say: Callable[[int], None] = lambda done: None) -> list[Difference]:
    """Every difference among dossiers filed in a year, or ending in it, or still open."""
    found = []
    for done, (dossier, told) in enumerate(told_again(_of(year)), 1):
        kept = next(iter(dossier.facts.all()), None)
        if kept is None:
            found.append(Difference(dossier.code, "", None, "missing"))
        else:
            found += [
                Difference(dossier.code, name, getattr(kept, name), told[name])
                for name in COLUMNS
                if getattr(kept, name) != told[name]
            ]
        if done % 10_000 == 0:
            say(done)
    return found


def _of(year: int) -> Any:
    first, last = year * 100, year * 100 + 99
    mine = Q(facts__until=None) & (
        Q(facts__filed_month__range=(first, last))
        | Q(facts__ended_month__range=(first, last))
        | Q(facts__ended_month=0)
    )
    now = Prefetch("facts", DossierFact.objects.filter(until=None))
    return Dossier.objects.filter(mine | Q(facts=None)).prefetch_related(now)


@command("services.repair_facts")
def repair(*, actor: Actor, codes: list[str], at: datetime | None = None) -> int:
    """Write the facts of these dossiers as their events tell them; returns how many had to change."""
    changed = 0
    for dossier in Dossier.objects.filter(code__in=codes).select_related("version__procedure"):
        changed += refresh(dossier, at or timezone.now())
    if changed:
        note(target=", ".join(codes)[:200], after={"changed": changed})
    else:
        nothing_changed()
    return changed
