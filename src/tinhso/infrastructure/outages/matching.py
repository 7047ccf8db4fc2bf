"""Which recorded outage a computed one is: pure. The same events lead to the same outages in whatever order they
came; only which of two records survives a merger depends on which was opened first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tinhso.infrastructure.outages.rules.spells import FLAP, Element, Spell


@dataclass
class Matched:
    """`claims`: by group index, the record it continues (None: a new one). `merged`: by record, the group that takes
    it over. `gone`: records that nothing stands behind any more."""

    claims: dict[int, int | None] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)


def match(
    groups: Sequence[Sequence[Spell]], recorded: Mapping[int, Iterable[tuple[Element, int, int | None]]]
) -> Matched:
    """`recorded`: by record, its elements with their intervals; the records opened first come first."""
    by_element: dict[Element, list[tuple[int, int | None, int]]] = defaultdict(list)
    order = {record: place for place, record in enumerate(recorded)}
    for record, elements in recorded.items():
        for element, start, end in elements:
            by_element[element].append((start, end, record))
    result = Matched()
    touched: dict[int, int] = {}
    claimed: set[int] = set()
    for index, group in enumerate(groups):
        near = {
            record
            for spell in group
            for start, end, record in by_element.get(spell.element, ())
            if (end is None or spell.start <= end + FLAP) and (spell.end is None or start <= spell.end + FLAP)
        }
        free = sorted(near - claimed, key=order.__getitem__)
        result.claims[index] = free[0] if free else None
        claimed.update(free[:1])
        for record in near:
            touched.setdefault(record, index)
    for record in recorded:
        if record not in claimed:
            if record in touched:
                result.merged[record] = touched[record]
            else:
                result.gone.add(record)
    return result
