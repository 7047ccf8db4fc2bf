"""What holds for every story a dossier can live through, whatever the rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Period
from tinhso.workdays.clock import ENDS, STARTS, Event, due
from tinhso.workdays.explain import explain
from tinhso.workdays.official import shipped
from tinhso.workdays.rules import Rule

CALENDAR = shipped()
HARVEST = (Period("03-05", "03-10", Text("mùa", "harvest")), Period("12-20", "01-05", Text("kỳ", "term")))
RULES = st.builds(
    Rule,
    st.sampled_from(["working_days", "days", "months", "hours"]),
    st.integers(1, 24),
    cut_off=st.sampled_from([None, time(15), time(11, 30)]),
    excluded=st.sampled_from([(), HARVEST]),
    supplements=st.integers(1, 2),
)
DAY = timedelta(days=1)
SPANS = st.integers(0, 60 * 24 * 9).map(lambda minutes: timedelta(minutes=minutes))
MANY = settings(max_examples=250, deadline=None, derandomize=True)
BEGINNINGS = {wait: kind for kind, wait in STARTS.items()}


@st.composite
def stories(draw: st.DrawFn) -> list[Event]:
    """A reception, waits that overlap or not, at most one new appointment."""
    now = datetime(2018, 1, 1, tzinfo=VIETNAM) + timedelta(minutes=draw(st.integers(0, 60 * 24 * 365 * 10)))
    events, waiting, moved = [Event("received", now)], set(), False
    for _ in range(draw(st.integers(0, 6))):
        now += draw(SPANS)
        kinds = [kind for kind, wait in STARTS.items() if wait not in waiting]
        kinds += [kind for kind, wait in ENDS.items() if wait in waiting]
        kind = draw(st.sampled_from(kinds if moved else [*kinds, "reappointed"]))
        moved = moved or kind == "reappointed"
        waiting ^= {STARTS.get(kind) or ENDS.get(kind)} - {None}
        events.append(Event(kind, now, now + DAY + draw(SPANS) if kind == "reappointed" else None))
    return events


@MANY
@given(stories(), RULES)
def test_the_clock_and_its_explanation_agree_and_no_limit_ends_on_a_day_off(story: list[Event], rule: Rule):
    answer, lines = explain(story, rule, CALENDAR)
    assert {line.day for line in lines} and (lines[-1].kind == "due") == (answer.at is not None)
    if answer.at is not None:
        assert answer.at >= story[0].at and CALENDAR.works(answer.at.date())
        assert CALENDAR.hours[0][0] <= answer.at.time() <= CALENDAR.closing
        assert not any(period.has(answer.at.date()) for period in rule.excluded)
    plain = not any(event.kind == "reappointed" for event in story)
    if plain and answer.at is not None and rule.unit in {"days", "working_days"}:
        assert [line.count for line in lines if line.kind == "counted"] == list(range(1, rule.amount + 1))


@MANY
@given(stories(), RULES)
def test_more_is_never_due_earlier(story: list[Event], rule: Rule):
    less, more = due(story, rule, CALENDAR), due(story, replace(rule, amount=rule.amount + 1), CALENDAR)
    if less.at is not None and more.at is not None:
        assert less.at <= more.at


@MANY
@given(stories(), RULES, SPANS)
def test_who_is_received_later_is_never_due_earlier(story: list[Event], rule: Rule, span: timedelta):
    first, later = ([Event("received", moment)] for moment in (story[0].at, story[0].at + span))
    assert due(first, rule, CALENDAR).at <= due(later, rule, CALENDAR).at


@MANY
@given(stories(), RULES, SPANS, SPANS)
def test_one_more_wait_never_shortens(story: list[Event], rule: Rule, after: timedelta, length: timedelta):
    before = due(story, rule, CALENDAR)
    open_waits = {STARTS[event.kind] for event in story if event.kind in STARTS}
    if before.at is None or "suspension" in open_waits:
        return
    began = story[-1].at + after
    longer = [*story, Event("suspended", began), Event("resumed", began + length)]
    assert due(longer, rule, CALENDAR).at >= before.at
