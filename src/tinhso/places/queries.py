"""Reads that span tables: a unit on a day, its points, its people, the units it is made of, and what lies where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.places.cells import Located, cells, locate
from tinhso.places.models import Population, Unit, UnitGeometry
from tinhso.places.state import links, snapshot

__all__ = [
    "Located",
    "Part",
    "PopulationAt",
    "cells",
    "locate",
    "parts_of",
    "points",
    "populations",
    "unit_at",
]


@dataclass(frozen=True)
class PopulationAt:
    """Persons in a unit, of which year and by which source; `quality` "summed" when added up from former units."""

    persons: int
    year: int
    quality: str
    source: str


@dataclass(frozen=True)
class Part:
    """A first-generation unit inside a later one.

    Not `resolved`: no basis says for certain that it is, or only a part of it is (the rest went elsewhere).
    """

    uid: str
    code: str
    name: str
    resolved: bool


def unit_at(code: str, day: date, known_at: datetime | None = None) -> Unit | None:
    """The unit that carries a code at the end of a day."""
    return snapshot(day, known_at).by_code.get(code)


def in_chunks(values: Iterable[str], size: int = 500) -> Iterable[list[str]]:
    """Lists short enough for one SQL statement on both databases."""
    listed = list(values)
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def points(uids: Iterable[str], known_at: datetime | None = None) -> dict[str, tuple[int, int]]:
    """(lat, lon) in 1e-7 degree of the units that have a point; suspect points are left out."""
    found: dict[str, tuple[int, int]] = {}
    for chunk in in_chunks(uids):
        rows = UnitGeometry.objects.known_at(known_at).filter(unit_uid__in=chunk, kind=UnitGeometry.POINT)
        for uid, lat, lon in rows.exclude(quality="suspect").values_list("unit_uid", "lat_e7", "lon_e7"):
            if lat is not None and lon is not None:
                found[uid] = (lat, lon)
    return found


def parts_of(uids: Iterable[str], known_at: datetime | None = None) -> dict[str, list[Part]]:
    """The first-generation units each unit is made of; itself when it was never merged."""
    known = links(known_at)
    before, after = known.before, known.after
    leaves: dict[str, dict[str, bool]] = {}

    def leaves_of(uid: str, trail: tuple[str, ...]) -> dict[str, bool]:
        if uid in leaves:
            return leaves[uid]
        came_from = [link for link in before.get(uid, []) if link.predecessor_uid not in trail]
        found: dict[str, bool] = {}
        for link in came_from:
            whole = link.resolved and len(after[link.predecessor_uid]) == 1
            for leaf, sure in leaves_of(link.predecessor_uid, (*trail, uid)).items():
                found[leaf] = found.get(leaf, False) or (sure and whole)
        if not found or any(not uid.endswith(f"@{link.valid_from}") for link in came_from):
            # A unit that lives on while it takes another in is one of its own parts.
            found[uid] = True
        leaves[uid] = found
        return leaves[uid]

    wanted = {uid: leaves_of(uid, ()) for uid in uids}
    names: dict[str, tuple[str, str]] = {}
    for chunk in in_chunks({leaf for found in wanted.values() for leaf in found}):
        rows = Unit.objects.known_at(known_at).filter(uid__in=chunk).values_list("uid", "code", "name")
        names.update({uid: (code, name) for uid, code, name in rows})
    return {
        uid: [Part(leaf, *names[leaf], found[leaf]) for leaf in sorted(found) if leaf in names]
        for uid, found in wanted.items()
    }


def populations(uids: Iterable[str], known_at: datetime | None = None) -> dict[str, PopulationAt]:
    """People by unit, the latest year known; a merged unit sums its parts and is labelled "summed".

    A unit of which a part is unresolved, or has no number for the same year, is absent: no data.
    """
    wanted = list(uids)
    parts = parts_of(wanted, known_at)
    needed = {*wanted, *(part.uid for found in parts.values() for part in found)}
    rows: dict[str, dict[int, Population]] = {}
    for chunk in in_chunks(needed):
        for row in Population.objects.known_at(known_at).filter(unit_uid__in=chunk):
            rows.setdefault(row.unit_uid, {})[row.year] = row
    found: dict[str, PopulationAt] = {}
    for uid in wanted:
        if own := rows.get(uid):
            row = own[max(own)]
            found[uid] = PopulationAt(row.persons, row.year, row.quality, row.source)
            continue
        known = [rows.get(part.uid, {}) if part.resolved else {} for part in parts[uid]]
        years = set.intersection(*(set(years) for years in known)) if known else set()
        if years:
            year = max(years)
            summed = [years_of[year] for years_of in known]
            found[uid] = PopulationAt(
                sum(row.persons for row in summed), year, "summed", "; ".join(sorted({row.source for row in summed}))
            )
    return found
