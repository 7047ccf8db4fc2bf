"""Outages as they were known at a moment: recomputed from the reports of then, joined to what people had recorded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.availability import windows_at
from tinhso.infrastructure.outages.models import Affected, Notice, Outage, OutageEntry, OutageImpact
from tinhso.infrastructure.outages.reports import groups, seconds
from tinhso.infrastructure.outages.rules.spells import Element, Interval, Spell, lasted
from tinhso.places.queries import in_chunks


@dataclass(frozen=True)
class Known:
    """An outage. `told`: by agency, the seconds from its beginning until it was told first."""

    code: str
    interval: Interval
    planned: bool
    cause: str
    agencies: frozenset[str]
    told: dict[str, int]


def known_outages(network: Network, start: datetime, end: datetime, known_at: datetime | None = None) -> list[Known]:
    """A network's outages that began before `end` and were not over before `start`, in order."""
    at = known_at or timezone.now()
    first, last = seconds(start), seconds(end)
    found = [group for group in groups(network, known_at) if _meets(lasted(group), first, last)]
    records = _records(network, at)
    windows = windows_at(network, known_at)
    owners = {
        index: sorted({pk for spell in group for pk in records.get((spell.element, spell.start), ())})
        for index, group in enumerate(found)
    }
    pks = sorted({pk for listed in owners.values() for pk in listed})
    about = _About(pks, at)
    return [
        about.told(owners[index], group, _planned(group, windows, seconds(at)))
        for index, group in enumerate(found)
        if owners[index]
    ]


def _meets(one: Interval, first: int, last: int) -> bool:
    return one[0] < last and (one[1] is None or one[1] >= first)


def _planned(group: list[Spell], windows: list[tuple[int, int, frozenset[Element]]], now: int) -> bool:
    start, end = lasted(group)
    elements = {spell.element for spell in group}
    return any(
        opens <= start < ends and (now if end is None else end) <= ends and elements & works
        for opens, ends, works in windows
    )


def _records(network: Network, at: datetime) -> dict[tuple[Element, int], set[int]]:
    """By element and second of its failure, the outages whose history names it and that were not ended otherwise."""
    entries = OutageEntry.objects.filter(outage__network=network, recorded_at__lte=at).order_by("recorded_at", "id")
    named: dict[int, set[tuple[Element, int]]] = defaultdict(set)
    gone: dict[int, bool] = {}
    for pk, kind, when, element_kind, element in entries.values_list("outage", "kind", "at", "element_kind", "element"):
        if kind == codes.ELEMENT_DOWN:
            named[pk].add(((element_kind, element), seconds(when)))
        if kind in (codes.MERGE, codes.WITHDRAW, codes.OPENED, codes.REOPENED):
            gone[pk] = kind in (codes.MERGE, codes.WITHDRAW)
    found: dict[tuple[Element, int], set[int]] = defaultdict(set)
    for pk, failures in named.items():
        if not gone.get(pk):
            for failure in failures:
                found[failure].add(pk)
    return found


class _About:
    """What people and the topology said of outages up to a moment: a few statements for all of them."""

    def __init__(self, pks: list[int], at: datetime) -> None:
        self._codes: dict[int, str] = {}
        self._cause: dict[int, str] = {}
        self._agencies: dict[int, set[str]] = defaultdict(set)
        self._told: dict[int, dict[str, datetime]] = defaultdict(dict)
        for chunk in in_chunks(map(str, pks)):
            self._codes.update({one.pk: one.code for one in Outage.objects.filter(pk__in=chunk)})
            said = OutageEntry.objects.filter(outage__in=chunk, kind=codes.CAUSE, recorded_at__lte=at)
            self._cause.update(said.order_by("recorded_at", "id").values_list("outage", "cause"))
            impacts = OutageImpact.objects.filter(outage__in=chunk, recorded_at__lte=at).order_by("id")
            latest = dict(impacts.values_list("outage", "id"))
            owners = {impact: outage for outage, impact in latest.items()}
            rows = Affected.objects.filter(impact__in=list(owners), kind=codes.AGENCY)
            for impact, uid in rows.values_list("impact", "key"):
                self._agencies[owners[impact]].add(uid)
            notices = Notice.objects.filter(outage__in=chunk, at__lte=at).order_by("-at")
            for outage, uid, when in notices.values_list("outage", "agency_uid", "at"):
                self._told[outage][uid] = when

    def told(self, pks: list[int], group: list[Spell], planned: bool) -> Known:
        start, end = lasted(group)
        agencies = frozenset(uid for pk in pks for uid in self._agencies[pk])
        told: dict[str, int] = {}
        for pk in pks:
            for uid, when in self._told[pk].items():
                told[uid] = min(max(0, seconds(when) - start), told.get(uid, 2**40))
        cause = next((self._cause[pk] for pk in pks if pk in self._cause), "")
        return Known(self._codes[pks[0]], (start, end), planned, cause, agencies, told)
