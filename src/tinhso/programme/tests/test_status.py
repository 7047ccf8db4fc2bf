"""The table of statuses, and that comparison is exact."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.programme.status import (
    BEHIND,
    HOLDS,
    MET,
    MISSED,
    NO_DATA,
    NOT_MEASURABLE,
    ON_TRACK,
    Point,
    Target,
    derive,
    planned,
)

DUE = date(2020, 12, 31)
ALL = Target("ge", Fraction(1), DUE)


def points(*said: tuple[str, Fraction | None]) -> list[Point]:
    return [Point(date.fromisoformat(day), value) for day, value in said]


F = Fraction
CASES = [
    ("never measured", [], "2020-06-30", NO_DATA),
    ("measured only after the day asked about", [("2020-07-01", F(1))], "2020-06-30", NO_DATA),
    ("nothing to count", [("2020-06-30", None)], "2020-06-30", NO_DATA),
    ("held early", [("2020-06-30", F(1))], "2020-06-30", MET),
    ("one short of all is not all", [("2020-12-31", F(225, 226))], "2020-12-31", MISSED),
    ("first measurement lies on its own line", [("2020-01-01", F(1, 2))], "2020-01-01", ON_TRACK),
    ("exactly on the line", [("2020-01-01", F(0)), ("2020-07-01", F(182, 365))], "2020-07-01", ON_TRACK),
    ("a hair below the line", [("2020-01-01", F(0)), ("2020-07-01", F(181, 365))], "2020-07-01", BEHIND),
    ("held on the due day", [("2020-12-31", F(1))], "2020-12-31", MET),
    ("due, and last measured before with the target held", [("2020-11-30", F(1))], "2021-03-01", MET),
    ("due, not held, and not measured since", [("2020-11-30", F(9, 10))], "2021-03-01", NO_DATA),
    ("measured since the due day and not held", [("2021-01-31", F(9, 10))], "2021-03-01", MISSED),
    ("nothing to count since", [("2020-11-30", F(9, 10)), ("2021-01-31", None)], "2021-03-01", NO_DATA),
]


@pytest.mark.parametrize(("said", "day", "state"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_state(said, day, state):
    assert derive(ALL, (), points(*said), date.fromisoformat(day)).state == state


def test_met_late_names_the_first_day_it_held():
    said = points(("2020-12-31", F(9, 10)), ("2021-02-01", F(1)), ("2021-03-01", F(1)))
    status = derive(ALL, (), said, date(2021, 4, 1))
    assert (status.state, status.late) == (MET, date(2021, 2, 1))


def test_met_at_due_and_lost_later_says_so():
    status = derive(ALL, (), points(("2020-12-31", F(1)), ("2025-08-01", F(56, 57))), date(2025, 8, 1))
    assert (status.state, status.lapsed, status.point.as_of) == (MET, True, DUE)


def test_the_last_measurement_of_one_day_counts():
    assert derive(ALL, (), points(("2020-12-31", F(1, 2)), ("2020-12-31", F(1))), DUE).state == MET


@pytest.mark.parametrize("missing", [("indicator",), ("target",), ("due",), ("owner",), ("indicator", "owner")])
def test_what_is_missing_makes_it_not_measurable_whatever_was_measured(missing):
    status = derive(ALL, missing, points(("2020-12-31", F(1))), DUE)
    assert (status.state, status.missing) == (NOT_MEASURABLE, missing)


@pytest.mark.parametrize(
    ("comparator", "value", "state"),
    [("le", F(3, 10), ON_TRACK), ("le", F(4, 10), BEHIND), ("eq", F(3, 10), ON_TRACK), ("eq", F(35, 100), BEHIND)],
)
def test_falling_targets_follow_the_line_down(comparator, value, state):
    """From 1/2 on 2020-01-01 to 1/10 on the due day, the line stands at 3/10 halfway."""
    target = Target(comparator, F(1, 10), date(2020, 12, 30))
    said = points(("2020-01-01", F(1, 2)), ("2020-07-01", value))
    assert derive(target, (), said, date(2020, 7, 1)).state == state


SHARES = st.fractions(min_value=0, max_value=1, max_denominator=10**6)


@given(SHARES, SHARES)
def test_comparison_agrees_with_integers(value, target):
    left, right = value.numerator * target.denominator, target.numerator * value.denominator
    for comparator, compare in HOLDS.items():
        held = Target(comparator, target, DUE).held_by(value)
        assert held == compare(left, right)


@given(SHARES, st.integers(1, 10**15))
def test_the_smallest_shortfall_is_a_shortfall(value, denominator):
    short = value - Fraction(1, denominator)
    assert derive(Target("ge", value, DUE), (), [Point(DUE, short)], DUE).state == MISSED
    assert derive(Target("ge", value, DUE), (), [Point(DUE, value)], DUE).state == MET


@given(SHARES, SHARES, st.integers(0, 400))
def test_the_planned_line_runs_between_its_ends(first, last, days):
    start = Point(date(2020, 1, 1), first)
    plan = planned(Target("ge", last, DUE), start, date.fromordinal(start.as_of.toordinal() + days))
    assert min(first, last) <= plan <= max(first, last)
    assert isinstance(plan, Fraction)
