"""Keeping the recorded outages in step with the events: computed anew from all reports, compared, written."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import timezone

from tinhso.foundation import canonical
from tinhso.foundation.dates import VIETNAM
from tinhso.infrastructure.network.models import Network, Reading
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.losses import Losses, reading_of
from tinhso.infrastructure.outages.matching import match
from tinhso.infrastructure.outages.models import (
    Affected,
    Alias,
    Event,
    FileEvent,
    MaintenanceWindow,
    Outage,
    OutageElement,
    OutageEntry,
    OutageImpact,
)
from tinhso.infrastructure.outages.reports import at, groups, seconds
from tinhso.infrastructure.outages.rules.spells import Element, Interval, Spell, lasted
from tinhso.places.state import stamp_of
from tinhso.proof.audit import SYSTEM, Actor, command, note, nothing_changed

log = logging.getLogger("tinhso.outages")
#: Moments of one outage at which losses are computed; more are thinned out evenly.
MOST_MOMENTS = 120
Rows = list[tuple[Element, int, int | None]]


@command("outages.follow")
def follow(*, actor: Actor, network: Network) -> int:
    """Bring a network's outages in step with its events; how many outages changed. Repeating it changes nothing.

    An outage that a person closed is opened again when its facts change.
    """
    Network.objects.select_for_update().get(pk=network.pk)
    computed = groups(network)
    held = {outage.pk: outage for outage in _recorded(network)}
    windows = _windows(network)
    found = match(computed, {pk: rows_of(outage) for pk, outage in held.items()})
    changed: set[int] = set()
    owners: dict[int, Outage] = {}
    touched: list[Interval] = []
    for index, group in enumerate(computed):
        pk = found.claims[index]
        outage = held[pk] if pk is not None else None
        before = [(start, end) for _element, start, end in rows_of(outage)] if outage else []
        owners[index], new = _settle(network, outage, group, windows)
        if new:
            changed.add(owners[index].pk)
            touched += [lasted(group), *before]
    for state, kind, ended in (
        (codes.MERGED, codes.MERGE, found.merged),
        (codes.WITHDRAWN, codes.WITHDRAW, found.gone),
    ):
        for pk in ended:
            touched += [(start, end) for _element, start, end in rows_of(held[pk])]
            if _end(held[pk], state, kind, owners.get(found.merged.get(pk, -1))):
                changed.add(pk)
    losses = Losses(network)
    for index, group in enumerate(computed):
        outage = owners[index]
        stale = outage.impact_id is None or _meets(lasted(group), touched)
        if stale and _weigh(losses, outage, group, computed):
            changed.add(outage.pk)
    if changed:
        note(target=f"network:{network.uuid}", after={"outages": len(changed)})
    else:
        nothing_changed()
    return len(changed)


def _meets(one: Interval, others: Iterable[Interval]) -> bool:
    start, end = one
    return any((last is None or last >= start) and (end is None or first <= end) for first, last in others)


def _recorded(network: Network) -> list[Outage]:
    rows = Outage.objects.filter(network=network).exclude(state=codes.MERGED).order_by("pk")
    return list(rows.prefetch_related("elements"))


def rows_of(outage: Outage) -> Rows:
    """An outage's elements with their intervals in seconds."""
    return [
        (
            (one.element_kind, one.element),
            seconds(one.starts_at),
            None if one.ends_at is None else seconds(one.ends_at),
        )
        for one in outage.elements.all()
    ]


@dataclass(frozen=True)
class _Window:
    start: int
    end: int
    elements: frozenset[Element]


def _windows(network: Network) -> list[_Window]:
    rows = MaintenanceWindow.objects.filter(network=network, state=codes.APPROVED).prefetch_related("elements")
    return [
        _Window(
            seconds(one.starts_at),
            seconds(one.ends_at),
            frozenset((element.element_kind, element.element) for element in one.elements.all()),
        )
        for one in rows
    ]


def is_planned(group: Iterable[Spell], windows: Iterable[_Window], now: int) -> bool:
    """Whether an outage lies within an approved window that names one of its elements."""
    listed = list(group)
    start, end = lasted(listed)
    elements = {spell.element for spell in listed}
    return any(
        one.start <= start < one.end and (now if end is None else end) <= one.end and elements & one.elements
        for one in windows
    )


def _settle(network: Network, outage: Outage | None, group: list[Spell], windows: list[_Window]) -> tuple[Outage, bool]:
    """Write a computed outage into its record, new or old, and what changed into its history."""
    start, end = lasted(group)
    now: Rows = [(spell.element, spell.start, spell.end) for spell in group]
    planned = is_planned(group, windows, seconds(timezone.now()))
    before = rows_of(outage) if outage else []
    same = sorted(before, key=_order) == sorted(now, key=_order)
    if outage and outage.state != codes.WITHDRAWN and same and outage.planned == planned:
        return outage, False
    fresh = outage is None
    if outage is None:
        outage = Outage.objects.create(network=network, started_at=at(start), planned=planned)
        _say(outage, codes.OPENED, at(start))
    reopened = outage.state == codes.WITHDRAWN or (outage.state == codes.CLOSED and not same)
    was_down = fresh or outage.ended_at is None
    outage.started_at, outage.ended_at = at(start), None if end is None else at(end)
    outage.planned, outage.merged_into = planned, None
    if end is not None or (outage.expected_at and outage.expected_at <= outage.started_at):
        outage.expected_at = None
    if outage.state != codes.CLOSED or not same:
        outage.state = codes.OPEN if end is None else codes.RESTORED
    outage.save()
    if not same:
        if reopened:
            _say(outage, codes.REOPENED, timezone.now())
        _tell_elements(outage, before, now)
        if end is not None and (was_down or reopened):
            _say(outage, codes.ALL_UP, at(end))
        outage.elements.all().delete()
        OutageElement.objects.bulk_create(
            OutageElement(
                outage=outage,
                element_kind=kind,
                element=element,
                starts_at=at(since),
                ends_at=None if until is None else at(until),
            )
            for (kind, element), since, until in now
        )
    return outage, True


def _order(row: tuple[Element, int, int | None]) -> tuple:
    element, start, end = row
    return element, start, end is None, end or 0


def _tell_elements(outage: Outage, before: Rows, now: Rows) -> None:
    known = {(element, start): end for element, start, end in before}
    for element, start, end in sorted(now, key=lambda row: row[1]):
        new = (element, start) not in known
        if new:
            _say(outage, codes.ELEMENT_DOWN, at(start), element)
        if end is not None and (new or known[element, start] != end):
            _say(outage, codes.ELEMENT_UP, at(end), element)


def _say(outage: Outage, kind: str, when: datetime, element: Element = ("", ""), text: str = "") -> None:
    OutageEntry.objects.create(
        outage=outage,
        kind=kind,
        at=when,
        actor_code=SYSTEM.code,
        actor_name=SYSTEM.name,
        element_kind=element[0],
        element=element[1],
        text=text,
    )


def _end(outage: Outage, state: str, kind: str, into: Outage | None = None) -> bool:
    if outage.state == state:
        return False
    outage.state, outage.merged_into, outage.expected_at = state, into, None
    if outage.ended_at is None:
        outage.ended_at = max(timezone.now(), outage.started_at)
    outage.save()
    _say(outage, kind, timezone.now(), text=into.code if into else "")
    return True


def _weigh(losses: Losses, outage: Outage, group: list[Spell], everything: list[list[Spell]]) -> bool:
    """Record whom an outage cuts off, unless it is recorded for the same elements and moments."""
    moments = moments_of(group, everything)
    digest = canonical.digest([[sorted(map(list, part)) for part in moment] for moment in moments])
    known = OutageImpact.objects.filter(outage=outage, digest=digest).first()
    if known is not None:
        if outage.impact_id == known.pk:
            return False
        outage.impact = known
        outage.save(update_fields=["impact"])
        return True
    day = outage.started_at.astimezone(VIETNAM).date()
    units: set[str] = set()
    agencies: set[str] = set()
    people: int | None = None
    informed = False
    for own, others in moments:
        both, without = losses.lost(day, own | others), losses.lost(day, others)
        informed = informed or both.has_core
        units.update(set(both.units) - set(without.units))
        agencies.update(set(both.agencies) - set(without.agencies))
        if both.people is not None:
            people = max(people or 0, both.people - (without.people or 0))
    moment = timezone.now()
    made = OutageImpact.objects.create(
        outage=outage,
        recorded_at=moment,
        known_at=moment,
        day=day,
        reading_sha256=reading_of(outage.network, day),
        digest=digest,
        known=informed,
        units=len(units),
        agencies=len(agencies),
        people=people,
    )
    Affected.objects.bulk_create(
        [Affected(impact=made, kind=codes.UNIT, key=code) for code in sorted(units)]
        + [Affected(impact=made, kind=codes.AGENCY, key=uid) for uid in sorted(agencies)],
        batch_size=2000,
    )
    outage.impact = made
    outage.save(update_fields=["impact"])
    return True


Moment = tuple[frozenset[Element], frozenset[Element]]


def moments_of(group: list[Spell], everything: Iterable[list[Spell]]) -> list[Moment]:
    """The distinct (own, other) elements down together while an outage lasts: at each of its failures, and whenever
    another outage begins or ends meanwhile."""
    start, end = lasted(group)
    others = [
        spell
        for other in everything
        if other is not group
        for spell in other
        if (end is None or spell.start <= end) and (spell.end is None or spell.end >= start)
    ]
    times = {spell.start for spell in group}
    for spell in others:
        times.update(
            time for time in (spell.start, spell.end) if time and start <= time and (end is None or time <= end)
        )
    ordered = sorted(times)
    thin = ordered[:: -(-len(ordered) // MOST_MOMENTS)]
    found = {(_down(group, time), _down(others, time)) for time in sorted({*thin, ordered[-1]})}
    return sorted((moment for moment in found if moment[0]), key=lambda moment: [sorted(part) for part in moment])


def _down(spells: Iterable[Spell], time: int) -> frozenset[Element]:
    """Elements down at a second; one that comes back in that very second is up, unless it fails in it."""
    return frozenset(
        spell.element
        for spell in spells
        if spell.start <= time and (spell.end is None or spell.end > time or spell.start == spell.end)
    )


def follow_soon(network: Network, actor: Actor = SYSTEM) -> None:
    """Follow now; where that fails, the worker tries again within a minute, and what was recorded stays."""
    try:
        follow(actor=actor, network=network)
    except Exception:
        log.exception("following the outages of network %s", network.uuid)


_followed: dict[int, tuple] = {}


def _stamp(network: Network) -> tuple:
    """Changes with anything that outages follow from."""
    now = timezone.now()
    windows = MaintenanceWindow.objects.filter(network=network)
    return (
        Event.objects.filter(network=network).aggregate(last=Max("id"))["last"],
        stamp_of(FileEvent, Alias, Reading),
        sorted(windows.values_list("id", "state")),
        windows.filter(ends_at__lte=now).count(),
    )


def follow_all() -> int:
    """Every network of which anything changed since this process last looked; how many outages changed. A network
    that cannot be followed is logged and does not hold up the others."""
    changed = 0
    for network in Network.objects.order_by("pk"):
        try:
            stamp = _stamp(network)
            if _followed.get(network.pk) != stamp:
                changed += follow(actor=SYSTEM, network=network)
                _followed[network.pk] = stamp
        except Exception:
            log.exception("following the outages of network %s", network.uuid)
    return changed
