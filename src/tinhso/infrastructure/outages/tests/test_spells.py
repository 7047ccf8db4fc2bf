"""The state machine: the same reports, in any order and however often, tell of the same outages."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tinhso.infrastructure.outages.rules.spells import (
    DOWN,
    EVERY,
    FLAP,
    TOGETHER,
    UP,
    Report,
    interruptions,
    joined,
    lasted,
    outages,
    spells,
)

A, B, C, D, E = ("span", "a"), ("span", "b"), ("node", "c"), ("span", "d"), ("node", "e")
TOUCHES = {A: {A, C}, B: {B, C}, C: {A, B, C}, D: {D, E}, E: {D, E}}
NOW = 100_000


def down(start, element=A, stream="s", received=NOW):
    return Report(stream, element, DOWN, start, None, received)


def up(start, end, element=A, stream="s", received=NOW):
    return Report(stream, element, UP, start, end, received)


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([down(10)], [(10, None)]),
        ([down(10), up(10, 50)], [(10, 50)]),
        ([up(10, 50)], [(10, 50)]),  # the beginning was never heard of
        ([down(10), up(10, 50), up(10, 70)], [(10, 70)]),  # two ends
        ([down(10), up(None, 50), up(None, 40)], [(10, 40)]),  # an end that names no beginning
        ([down(10), up(None, 5)], [(10, None)]),  # an end before the beginning is of an earlier interruption
        ([down(10), down(80), up(80, 90)], [(10, 90)]),  # the end of the first was lost
        ([down(10), up(10, 20), down(80)], [(10, 20), (80, None)]),
        ([down(10), up(None, 50, stream=EVERY)], [(10, 50)]),  # a person saw it work
        ([down(10), up(None, 50, stream=EVERY), up(10, 70)], [(10, 70)]),
        ([down(10), up(10, 3)], [(10, 10)]),  # a clock behind
        ([down(NOW + 500)], [(NOW, None)]),  # a clock ahead
        ([down(10), up(10, NOW + 500)], [(10, NOW)]),
        ([down(10), up(10, None, received=300)], [(10, 300)]),  # resolved without a time
        ([down(10), up(10, None, received=300), up(10, None, received=900)], [(10, 300)]),
        (
            [down(10, stream="x"), up(10, 50, stream="x"), down(20, stream="y")],
            [(10, None)],
        ),  # one sender still says so
    ],
)
def test_what_an_element_went_through(reports, expected):
    assert interruptions(reports).get(A, []) == expected
    assert interruptions(reversed(reports)).get(A, []) == expected


def test_an_end_alone_interrupts_nothing():
    assert interruptions([up(None, 50)]) == {}


def test_flapping_is_one_spell_with_its_interruptions():
    (spell,) = spells({A: [(0, 10), (10 + FLAP, 400), (500, 600)]})
    assert (spell.start, spell.end, spell.downs) == (0, 600, ((0, 10), (310, 400), (500, 600)))
    assert len(spells({A: [(0, 10), (11 + FLAP, 400)]})) == 2


def test_neighbours_that_fail_together_are_one_outage():
    down_at = {A: [(0, 900)], B: [(TOGETHER, 900)], D: [(5, None)]}
    found = outages(spells(down_at), TOUCHES)
    assert [[spell.element for spell in group] for group in found] == [[A, B], [D]]
    assert [lasted(group) for group in found] == [(0, 900), (5, None)]
    apart = outages(spells({A: [(0, 900)], B: [(TOGETHER + 1, 900)]}), TOUCHES)
    assert len(apart) == 2


seconds = st.integers(0, 3000)
elements = st.sampled_from([A, B, C, D, E])
reports = st.builds(
    lambda stream, element, kind, start, length, received: (
        Report(stream, element, DOWN, start, None, received)
        if kind == "down"
        else Report(
            EVERY if kind == "seen" else stream, element, UP, start if kind == "up" else None, start + length, received
        )
        if kind != "endless"
        else Report(stream, element, UP, start, None, received)
    ),
    st.sampled_from("xy"),
    elements,
    st.sampled_from(["down", "up", "bare", "seen", "endless"]),
    seconds,
    st.integers(-50, 900),
    st.integers(0, 4000),
)


def told(items):
    found = spells(interruptions(items))
    return outages(found, TOUCHES)


@settings(max_examples=400, deadline=None)
@given(
    st.lists(reports, max_size=14).flatmap(lambda items: st.tuples(st.just(items), st.permutations(items))), st.data()
)
@example(([], []), None)
def test_order_and_repeats_change_nothing(both, data):
    items, shuffled = both
    again = data.draw(st.lists(st.sampled_from(items), max_size=8)) if items else []
    late = [one._replace(received=one.received + 77) for one in again]
    assert told(items) == told(shuffled) == told([*again, *shuffled, *late])


@settings(max_examples=300, deadline=None)
@given(st.lists(reports, max_size=14))
def test_every_interruption_is_in_one_outage_and_none_is_made_up(items):
    down_at = interruptions(items)
    groups = told(items)
    held = sorted((spell.element, one) for group in groups for spell in group for one in spell.downs)
    assert held == sorted((element, one) for element, listed in down_at.items() for one in listed)
    assert {one.element for one in items if one.starts is not None} == set(down_at)
    for listed in down_at.values():
        for (_start, end), (later, _end) in pairwise(listed):
            assert end is not None and end < later
    for group in groups:
        start, end = lasted(group)
        assert end is None or start <= end


@given(
    st.lists(st.tuples(seconds, st.one_of(st.none(), seconds)).map(lambda p: (p[0], p[1] and max(p)))),
    st.integers(0, 400),
)
def test_joining_covers_the_same_seconds(intervals, gap):
    intervals = [(start, end if end is None or end >= start else start) for start, end in intervals]

    def covers(listed):
        return {second for start, end in listed for second in range(start, 3002 if end is None else end)}

    found = joined(intervals)
    assert covers(found) == covers(intervals)
    assert found == sorted(found, key=lambda one: one[0])
    assert len(joined(intervals, gap)) <= len(found)
