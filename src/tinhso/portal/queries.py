"""Reads of the home page: what was promised, what is proven."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tinhso.measures.contract import Indicator, indicators
from tinhso.measures.formats import Shown, shown
from tinhso.measures.models import Measurement
from tinhso.measures.queries import latest_each
from tinhso.places.scopes import SIGNING_PROVINCE
from tinhso.programme.queries import AgreementView, Standpoint, agreements, view_of


@dataclass(frozen=True)
class Figure:
    """A measurement with its value as people read it."""

    measurement: Measurement
    indicator: Indicator | None

    @property
    def shown(self) -> Shown:
        return shown(self.measurement.value, self.indicator.unit if self.indicator else self.measurement.unit)


@dataclass(frozen=True)
class Headline:
    """A promise the agreement puts first: its newest figure with data, and its figure on the day it was due."""

    item: Standpoint

    @property
    def figure(self) -> Figure | None:
        return self._figure(None)

    @property
    def at_due(self) -> Figure | None:
        """None where the newest figure already speaks of the due day or of one before it."""
        due = self.item.commitment.due
        newest = self.figure
        return self._figure(due) if due and newest and newest.measurement.as_of > due else None

    @property
    def ended(self) -> Measurement | None:
        """The newest measurement when it has no data any more, though an earlier one had."""
        last = self.item.measurement
        return last if last is not None and last.fraction is None and self.figure else None

    def _figure(self, until: date | None) -> Figure | None:
        known = [row for row in self.item.series if row.fraction is not None and (until is None or row.as_of <= until)]
        return Figure(known[-1], self.item.indicator) if known else None


def newest_agreement(day: date) -> AgreementView | None:
    """The agreement home speaks of: the newest."""
    found = agreements(day)[:1]
    return view_of(found[0], day) if found else None


def newest_figures(limit: int = 8) -> list[Figure]:
    """The latest measurements of registered indicators in the signing province: the newest day first, and of a day
    what answers a row of the national index of digital transformation."""
    each = latest_each(SIGNING_PROVINCE)
    known = [Figure(measured, indicators[name]) for name, measured in each.items() if name in indicators]
    return sorted((figure for figure in known if figure.shown.known), key=_order)[:limit]


def _order(figure: Figure) -> tuple[int, bool, str]:
    answers = bool(figure.indicator and figure.indicator.dti)
    return -figure.measurement.as_of.toordinal(), not answers, figure.measurement.indicator
