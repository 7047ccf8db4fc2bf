"""What pages and the API of the index both ask."""

from __future__ import annotations

from typing import Any

from tinhso.government.services.index.counting import Period, lost
from tinhso.government.services.models import Dossier
from tinhso.places.models import Unit


def unit_of(code: str) -> Unit | None:
    """A unit as it is or last was."""
    return Unit.objects.known_at().filter(code=code).order_by("valid_from").last()


def lost_dossiers(user: Any, part: str, period: Period, uid: str) -> tuple[Any, Any]:
    """The facts by which an agency lost points of a part, and those dossiers a person may read, the latest first."""
    facts = lost(part, period, [uid])
    rows = Dossier.objects.visible_to(user).filter(pk__in=facts.values("dossier"))
    return facts, rows.select_related("version__procedure").order_by("-filed_at", "-pk")
