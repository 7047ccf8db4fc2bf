"""Reads that span tables: an agreement as of a day, with what is measured, claimed and appraised side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cached_property
from typing import Any

from tinhso.foundation.text import Text
from tinhso.measures.contract import Indicator, indicators
from tinhso.measures.models import Measurement
from tinhso.programme.models import (
    CONTENT,
    SIDES,
    Agreement,
    Appraisal,
    Claim,
    Commitment,
    Party,
    Pillar,
    Signatory,
)
from tinhso.programme.rules.commitments_measurable import missing_parts
from tinhso.programme.status import MET, NOT_MEASURABLE, STATES, Point, Status, Target, derive


@dataclass(frozen=True)
class Said:
    """A party's latest claim up to a day, and the other party's latest appraisal of it."""

    claim: Claim
    appraisal: Appraisal | None = None

    @property
    def cut(self) -> Fraction | None:
        """Appraised less claimed; None while not appraised."""
        return self.appraisal.value - self.claim.value if self.appraisal else None


@dataclass(frozen=True)
class Standpoint:
    """One commitment as of a day: its version in force, its derived status, its figures side by side."""

    commitment: Commitment
    agreement: Agreement
    status: Status
    series: tuple[Measurement, ...] = ()
    said: tuple[Said, ...] = ()

    @property
    def measurement(self) -> Measurement | None:
        """The measurement that speaks for the day."""
        return self.series[-1] if self.series else None

    def beside(self, said: Said) -> Measurement | None:
        """The measurement to hold a claim against: of the claim's own day where there is one, else the latest."""
        same_day = (row for row in self.series if row.as_of == said.claim.as_of)
        return next(same_day, self.measurement)

    @property
    def indicator(self) -> Indicator | None:
        found = self.commitment.indicator
        return indicators[found] if found and found in indicators else None

    @property
    def unit(self) -> str:
        """The unit of its values: a share where no indicator says otherwise."""
        return self.indicator.unit if self.indicator else "share"

    def gaps(self) -> list[tuple[Said, Measurement, Fraction]]:
        """Claims that differ from what is measured, each with that measurement and claimed less measured."""
        found = []
        for said in self.said:
            measured = self.beside(said)
            if measured is not None and measured.fraction is not None and said.claim.value != measured.fraction:
                found.append((said, measured, said.claim.value - measured.fraction))
        return found


@dataclass(frozen=True)
class Progress:
    """Weights met out of weights measurable, and how many commitments are in each state."""

    met: int
    measurable: int
    states: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @classmethod
    def of(cls, items: Iterable[Standpoint]) -> Progress:
        states = dict.fromkeys(STATES, 0)
        met = measurable = 0
        for item in items:
            states[item.status.state] += 1
            if item.status.state != NOT_MEASURABLE:
                measurable += item.commitment.weight
            if item.status.state == MET:
                met += item.commitment.weight
        return cls(met, measurable, states)


@dataclass(frozen=True)
class PillarView:
    pillar: Pillar
    items: list[Standpoint]

    @cached_property
    def progress(self) -> Progress:
        return Progress.of(self.items)


@dataclass
class AgreementView:
    """An agreement as of a day."""

    agreement: Agreement
    day: date
    parties: list[Party] = field(default_factory=list)
    signatories: list[Signatory] = field(default_factory=list)
    pillars: list[PillarView] = field(default_factory=list)

    @cached_property
    def items(self) -> list[Standpoint]:
        return [item for pillar in self.pillars for item in pillar.items]

    @cached_property
    def progress(self) -> Progress:
        return Progress.of(self.items)

    @property
    def headlines(self) -> list[Standpoint]:
        return [item for item in self.items if item.commitment.headline]

    @property
    def measurable(self) -> int:
        return self.progress.total - self.progress.states[NOT_MEASURABLE]


def agreements(day: date, known_at: datetime | None = None) -> list[Agreement]:
    """Agreements recorded as in force on a day, the latest period first."""
    return list(Agreement.objects.as_of(day, known_at).order_by("-period_from", "uid"))


def agreement_at(uid: str, day: date, known_at: datetime | None = None) -> Agreement | None:
    return Agreement.objects.as_of(day, known_at).filter(uid=uid).first()


def commitment_texts(rows: Iterable[dict[str, Any]], day: date) -> dict[str, Text]:
    """The texts, as of a day, of the commitments that rows of a measurement are about."""
    found = Commitment.objects.as_of(day).filter(uid__in=[row["key"] for row in rows])
    return {one.uid: Text(one.text_vi, one.text_en) for one in found}


def missing_of(commitment: Commitment) -> list[str]:
    """The parts a commitment lacks, by the rule of programme.commitments_measurable."""
    return missing_parts(
        {
            "indicator": commitment.indicator,
            "comparator": commitment.comparator,
            "target_numerator": commitment.target_numerator,
            "target_denominator": commitment.target_denominator,
            "due": commitment.due,
            "owner": commitment.owner_uid,
        }
    )


def target_of(commitment: Commitment) -> Target | None:
    if commitment.target is None or commitment.due is None or not commitment.comparator:
        return None
    return Target(commitment.comparator, commitment.target, commitment.due)


def _measurements(
    wanted: Iterable[tuple[str, str]], day: date, known_at: datetime | None
) -> dict[tuple[str, str], list[Measurement]]:
    """By (indicator, scope): one measurement per day measured, as last known, oldest first. One query."""
    pairs = set(wanted)
    found: dict[tuple[str, str], dict[date, Measurement]] = {}
    if not pairs:
        return {}
    rows = Measurement.objects.filter(indicator__in={pair[0] for pair in pairs}, scope__in={pair[1] for pair in pairs})
    for row in rows.until(day, known_at).defer("record").newest_first():
        found.setdefault((row.indicator, row.scope), {}).setdefault(row.as_of, row)
    return {key: [by_day[on] for on in sorted(by_day)] for key, by_day in found.items()}


def _said(uids: Iterable[str], day: date, known_at: datetime | None) -> dict[str, tuple[Said, ...]]:
    """By commitment: each side's latest claim up to the day with its latest appraisal. Two queries."""
    latest: dict[tuple[str, str], Claim] = {}
    rows = Claim.objects.filter(commitment__in=set(uids)).up_to(day).known_at(known_at)
    for row in rows.order_by("as_of", "recorded_at", "id"):
        latest[row.commitment, row.side] = row
    grants: dict[int, Appraisal] = {}
    if latest:
        appraisals = Appraisal.objects.filter(claim__in=latest.values()).known_at(known_at)
        for grant in appraisals.order_by("recorded_at", "id"):
            grants[grant.claim_id] = grant
    said: dict[str, list[Said]] = {}
    for side in SIDES:
        for (commitment, of_side), row in latest.items():
            if of_side == side:
                said.setdefault(commitment, []).append(Said(row, grants.get(row.pk)))
    return {key: tuple(values) for key, values in said.items()}


def standpoints(commitments: Iterable[Commitment], day: date, known_at: datetime | None = None) -> list[Standpoint]:
    """Commitments with their derived status and figures; the same four queries however many there are."""
    rows = list(commitments)
    heads = {
        head.uid: head
        for head in Agreement.objects.as_of(day, known_at).filter(uid__in={row.agreement for row in rows})
    }
    rows = [row for row in rows if row.agreement in heads]
    measured = _measurements(
        ((row.indicator, heads[row.agreement].scope) for row in rows if row.indicator), day, known_at
    )
    said = _said((row.uid for row in rows), day, known_at)
    views = []
    for row in rows:
        series = measured.get((row.indicator, heads[row.agreement].scope), [])
        points = [Point(item.as_of, item.fraction, str(item.pk)) for item in series]
        status = derive(target_of(row), missing_of(row), points, day)
        views.append(Standpoint(row, heads[row.agreement], status, tuple(series), said.get(row.uid, ())))
    return views


def commitment_at(uid: str, day: date, known_at: datetime | None = None) -> Standpoint | None:
    """One commitment as of a day; None when it was not in force."""
    return next(iter(standpoints(Commitment.objects.as_of(day, known_at).filter(uid=uid), day, known_at)), None)


def _grouped(rows: Iterable[Any], key: str) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(getattr(row, key), []).append(row)
    return groups


def _parties(only: dict[str, Any], day: date, known_at: datetime | None) -> list[Party]:
    """The parties in force on a day, the province first, each knowing under what name its side signed."""
    signed: dict[tuple[str, str], Party] = {}
    now: dict[tuple[str, str], Party] = {}
    rows = Party.objects.known_at(known_at).filter(valid_from__lte=day, **only).order_by("-side", "valid_from")
    for row in rows:
        side = (row.agreement, row.side)
        first = signed.setdefault(side, row)
        if row.valid_to is None or row.valid_to > day:
            row.signed_as = first.name if first.name != row.name else None
            now[side] = row
    return list(now.values())


def views_of(heads: Iterable[Agreement], day: date, known_at: datetime | None = None) -> list[AgreementView]:
    """Agreements with parties, signatories, pillars and commitments as of a day; as many queries as for one."""
    shown = list(heads)
    only = {"agreement__in": [head.uid for head in shown]}
    commitments = Commitment.objects.as_of(day, known_at).filter(**only).order_by("order", "uid")
    items: dict[str, list[Standpoint]] = {}
    for item in standpoints(commitments, day, known_at):
        items.setdefault(item.commitment.pillar, []).append(item)
    parties = _grouped(_parties(only, day, known_at), "agreement")
    people = _grouped(Signatory.objects.as_of(day, known_at).filter(**only).order_by("order"), "agreement")
    pillars = _grouped(Pillar.objects.as_of(day, known_at).filter(**only), "agreement")
    views = []
    for head in shown:
        ordered = sorted(pillars.get(head.uid, []), key=lambda pillar: (pillar.kind == CONTENT, pillar.order))
        views.append(
            AgreementView(
                head,
                day,
                parties.get(head.uid, []),
                people.get(head.uid, []),
                [PillarView(pillar, items.get(pillar.uid, [])) for pillar in ordered],
            )
        )
    return views


def view_of(agreement: Agreement, day: date, known_at: datetime | None = None) -> AgreementView:
    """One agreement as of a day."""
    return views_of([agreement], day, known_at)[0]


def resting_on(indicator_id: str, scope: str, day: date, known_at: datetime | None = None) -> list[Standpoint]:
    """The commitments of a scope whose target is this indicator."""
    heads = Agreement.objects.as_of(day, known_at).of_scope(scope).values_list("uid", flat=True)
    rows = Commitment.objects.as_of(day, known_at).filter(indicator=indicator_id, agreement__in=list(heads))
    return standpoints(rows.in_order(), day, known_at)
