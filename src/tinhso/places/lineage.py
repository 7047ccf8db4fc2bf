"""What a unit came from and became, step by step or followed to a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tinhso.places.models import Unit, UnitLink
from tinhso.places.queries import in_chunks
from tinhso.places.state import links, snapshot


@dataclass(frozen=True)
class Relation:
    """One step between two units, with the link that says on what basis."""

    unit: Unit
    link: UnitLink


@dataclass(frozen=True)
class Lineage:
    """The direct predecessors and successors of a unit."""

    before: list[Relation]
    after: list[Relation]


def units_by_uid(uids: Iterable[str], known_at: datetime | None = None) -> dict[str, Unit]:
    """The units with these uids, whenever they were in force."""
    found = {}
    for chunk in in_chunks(set(uids)):
        found.update({unit.uid: unit for unit in Unit.objects.known_at(known_at).filter(uid__in=chunk)})
    return found


def lineage(uid: str, known_at: datetime | None = None) -> Lineage:
    """Direct predecessors and successors of a unit, in Vietnamese order."""
    known = links(known_at)
    before, after = known.before.get(uid, []), known.after.get(uid, [])
    units = units_by_uid(
        [*(link.predecessor_uid for link in before), *(link.successor_uid for link in after)], known_at
    )

    def relations(found: list[UnitLink], end: str) -> list[Relation]:
        pairs = [Relation(units[getattr(link, end)], link) for link in found if getattr(link, end) in units]
        return sorted(pairs, key=lambda pair: (pair.unit.sort_key, pair.unit.uid))

    return Lineage(relations(before, "predecessor_uid"), relations(after, "successor_uid"))


def times_of(code: str, known_at: datetime | None = None) -> list[Unit]:
    """Every unit that carried a code, the earliest first."""
    found = Unit.objects.known_at(known_at).filter(code=code)
    return sorted(found, key=lambda unit: unit.valid_from or date.min)


def heirs(uids: Iterable[str], day: date, known_at: datetime | None = None) -> dict[str, list[Unit]]:
    """The units in force on a day that each unit lives on in; itself while it is in force."""
    at, after = snapshot(day, known_at), links(known_at).after
    found: dict[str, list[Unit]] = {}
    for uid in uids:
        reached: dict[str, Unit] = {}
        seen, open_uids = {uid}, [uid]
        while open_uids:
            current = open_uids.pop()
            if current in at.by_uid:
                reached[current] = at.by_uid[current]
                continue
            following = [link.successor_uid for link in after.get(current, []) if link.successor_uid not in seen]
            seen.update(following)
            open_uids += [successor for successor in following if successor]
        found[uid] = sorted(reached.values(), key=lambda unit: (unit.sort_key, unit.uid))
    return found


def last_day(unit: Unit) -> date | None:
    """The last day a unit is in force; None while it still is."""
    return unit.valid_to - timedelta(days=1) if unit.valid_to else None
