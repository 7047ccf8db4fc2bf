"""Reads of the home page: what was promised, what is proven."""

from __future__ import annotations

from dataclasses import dataclass

from tinhso.foundation.dates import today
from tinhso.measures.contract import Indicator, indicators
from tinhso.measures.models import Measurement
from tinhso.measures.queries import latest, latest_each
from tinhso.places.scopes import SIGNING_PROVINCE
from tinhso.programme.models import Agreement, Commitment


@dataclass(frozen=True)
class Headline:
    """A promise the agreement puts first, and the newest measurement of its indicator; `at_due` on its last day."""

    commitment: Commitment
    indicator: Indicator | None
    measurement: Measurement | None
    at_due: Measurement | None


def headlines() -> list[Headline]:
    """The commitments marked as headline, in order."""
    day = today()
    promised = list(Commitment.objects.as_of(day).filter(headline=True).exclude(indicator="").in_order()[:4])
    scopes = dict(Agreement.objects.as_of(day).values_list("uid", "scope"))
    found: list[Headline] = []
    newest: dict[str, dict[str, Measurement]] = {}
    for commitment in promised:
        scope = scopes.get(commitment.agreement, SIGNING_PROVINCE)
        if scope not in newest:
            newest[scope] = latest_each(scope)
        measured = newest[scope].get(commitment.indicator)
        at_due = None
        if measured and commitment.due and measured.as_of > commitment.due:
            at_due = latest(commitment.indicator, scope, commitment.due)
        known = indicators.get(commitment.indicator)
        found.append(Headline(commitment, known, measured, at_due))
    return found


def newest_measurements(limit: int = 6) -> list[tuple[Indicator, Measurement]]:
    """The latest measurement of every registered indicator in the signing province, the newest day first."""
    each = latest_each(SIGNING_PROVINCE)
    known = [(indicators[name], measured) for name, measured in each.items() if name in indicators]
    return sorted(known, key=lambda pair: (-pair[1].as_of.toordinal(), pair[0].id))[:limit]
