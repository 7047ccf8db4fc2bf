"""From reports to outages: pure, and the same whatever order the reports arrive in and however often each is repeated.

Times are whole seconds since 1970. A stream is what one sender says of one element under one fingerprint; a stream
tells of interruptions, each named by its start. The rules for contradictions:

* an interruption that was reported to have ended is over, also where its beginning is heard of later;
* of several ends the latest counts; without any, the first "up" that names no start and is not earlier: of the stream,
  or of EVERY stream (a person who saw that it works);
* a new interruption of a stream ends the one before it that was never heard to end;
* nothing began or ended after it was heard of (a clock ahead of ours), nothing ended before it began (one behind);
* an element is down while any stream says so.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple

DOWN, UP = "down", "up"
FLAP = 300  # down again within five minutes: the same spell
TOGETHER = 300  # neighbours that fail within five minutes: the same outage

EVERY = None  # the stream of a report that speaks for all streams of its element

Element = tuple[str, str]  # kind ("span", "node") and identifier
Interval = tuple[int, int | None]  # seconds; None: still


class Report(NamedTuple):
    """One report: down names `starts`; up names `ends`, or `starts` and perhaps `ends`. Only an up may be of EVERY."""

    stream: Hashable
    element: Element
    change: str
    starts: int | None
    ends: int | None
    received: int


class Spell(NamedTuple):
    """An element from its first failure to its last return; `downs` are the interruptions within."""

    element: Element
    start: int
    end: int | None
    downs: tuple[Interval, ...]


def interruptions(reports: Iterable[Report]) -> dict[Element, list[Interval]]:
    """By element, when it was down: disjoint intervals in order."""
    heard: dict[tuple, int] = {}
    for report in reports:
        told = (report.stream, report.element, report.change, report.starts, report.ends)
        heard[told] = min(report.received, heard.get(told, report.received))
    begun: dict[tuple, dict[int, int]] = defaultdict(dict)
    ended: dict[tuple, dict[int, int]] = defaultdict(dict)
    bare: dict[tuple, list[int]] = defaultdict(list)
    for (stream, element, change, starts, ends), received in heard.items():
        line = (stream, element)
        end = received if ends is None else min(ends, received)
        if starts is None:
            bare[line].append(end)
            continue
        begun[line][starts] = min(starts, received, begun[line].get(starts, received))
        if change == UP:
            ended[line][starts] = max(end, ended[line].get(starts, end))
    found: dict[Element, list[Interval]] = defaultdict(list)
    for line, starts_of in begun.items():
        ups = sorted([*bare[line], *(bare[EVERY, line[1]] if line[0] is not EVERY else ())])
        names = sorted(starts_of)
        for index, name in enumerate(names):
            start = starts_of[name]
            end = ended[line].get(name, next((up for up in ups if up >= start), None))
            if end is None and index + 1 < len(names):
                end = starts_of[names[index + 1]]
            found[line[1]].append((start, None if end is None else max(end, start)))
    return {element: joined(intervals) for element, intervals in found.items()}


def joined(intervals: Iterable[Interval], gap: int = 0) -> list[Interval]:
    """Intervals in order, those that overlap or lie at most `gap` seconds apart made one."""
    found: list[Interval] = []
    for start, end in sorted(intervals, key=lambda one: (one[0], one[1] is None, one[1] or 0)):
        if found and (found[-1][1] is None or start <= found[-1][1] + gap):
            first, last = found[-1]
            found[-1] = (first, None if last is None or end is None else max(last, end))
        else:
            found.append((start, end))
    return found


def spells(down: Mapping[Element, Iterable[Interval]]) -> list[Spell]:
    """Flapping taken together, in order of start and element."""
    found = []
    for element, intervals in down.items():
        listed = list(intervals)
        for start, end in joined(listed, FLAP):
            within = tuple(one for one in listed if one[0] >= start and (end is None or one[0] <= end))
            found.append(Spell(element, start, end, within))
    return sorted(found, key=lambda spell: (spell.start, spell.element))


def outages(found: Iterable[Spell], touches: Mapping[Element, Iterable[Hashable]]) -> list[list[Spell]]:
    """Spells that belong to one outage: they touch (share one of the things `touches` names for their elements) and
    begin within five minutes of each other, directly or through others. In order of their first spell."""
    listed = sorted(found, key=lambda spell: (spell.start, spell.element))
    parent = list(range(len(listed)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    last: dict[Hashable, int] = {}
    for index, spell in enumerate(listed):
        for thing in {spell.element, *touches.get(spell.element, ())}:
            before = last.get(thing)
            if before is not None and spell.start - listed[before].start <= TOGETHER:
                parent[root(index)] = root(before)
            last[thing] = index
    groups: dict[int, list[Spell]] = defaultdict(list)
    for index, spell in enumerate(listed):
        groups[root(index)].append(spell)
    return sorted(groups.values(), key=lambda group: (group[0].start, group[0].element))


def lasted(group: Iterable[Spell]) -> Interval:
    """From the first failure of an outage to the last return; None while one is down."""
    listed = list(group)
    ends = [spell.end for spell in listed]
    return min(spell.start for spell in listed), None if None in ends else max(end for end in ends if end is not None)
