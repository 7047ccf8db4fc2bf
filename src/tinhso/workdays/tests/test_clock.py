"""The clock against a plain oracle, the law's own cases, and contradictions."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

import pytest

from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.workdays.calendars import Calendar, Period
from tinhso.workdays.clock import Event, due
from tinhso.workdays.explain import digest, explain
from tinhso.workdays.official import shipped
from tinhso.workdays.rules import Rule
from tinhso.workdays.tests import oracle

CALENDAR = shipped()


WAITS = (("supplements_requested", "supplements_received"), ("suspended", "resumed"))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def limit(received: str, unit: str, amount: int, *events: Event, **rule: object) -> str:
    answer = due([Event("received", at(received)), *events], Rule(unit, amount, **rule), CALENDAR)
    return f"{answer.at:%Y-%m-%d %H:%M}" if answer.at else f"left {answer.left}"


def test_calendar_is_that_of_the_notices():
    day = date(2018, 1, 1)
    differ = []
    while day < date(2028, 1, 1):
        if CALENDAR.works(day) != oracle.works(day):
            differ.append(day)
        day += timedelta(days=1)
    assert differ == []


@pytest.mark.parametrize(
    ("received", "unit", "amount", "expected"),
    [
        ("2026-01-29T14:00", "working_days", 5, "2026-02-05 17:00"),
        ("2025-12-31T10:00", "working_days", 1, "2026-01-05 17:00"),
        ("2026-01-09T10:00", "working_days", 1, "2026-01-10 17:00"),
        ("2026-08-21T10:00", "working_days", 1, "2026-08-22 17:00"),
        ("2026-11-23T10:00", "working_days", 1, "2026-11-25 17:00"),
        ("2025-11-23T10:00", "working_days", 1, "2025-11-24 17:00"),
        ("2026-02-05T14:00", "days", 15, "2026-02-23 17:00"),
        ("2026-01-29T15:00", "working_days", 0, "2026-01-29 17:00"),
        ("2026-01-29T15:01", "working_days", 0, "2026-01-30 17:00"),
        ("2026-01-31T09:00", "working_days", 0, "2026-02-02 17:00"),
        ("2025-01-24T16:00", "working_days", 0, "2025-02-03 17:00"),
        ("2024-02-07T09:00", "working_days", 1, "2024-02-15 17:00"),
        ("2024-02-07T16:59", "hours", 1, "2024-02-15 08:29"),
        ("2026-08-20T09:00", "working_days", 7, "2026-08-28 17:00"),
        ("2026-08-20T09:00", "days", 11, "2026-09-03 17:00"),
        ("2018-12-28T09:00", "working_days", 3, "2019-01-04 17:00"),
        ("2018-12-28T09:00", "working_days", 4, "2019-01-05 17:00"),
        ("2022-04-29T11:30", "hours", 4, "2022-05-04 08:00"),
        ("2025-08-30T09:00", "days", 1, "2025-09-03 17:00"),
        ("2024-02-29T09:00", "months", 12, "2025-02-28 17:00"),
        ("2025-12-31T09:00", "months", 2, "2026-03-02 17:00"),
        ("2026-01-31T09:00", "months", 1, "2026-03-02 17:00"),
        ("2024-01-31T09:00", "months", 1, "2024-02-29 17:00"),
        ("2026-01-01T09:00", "hours", 1, "2026-01-05 08:30"),
        ("2026-01-29T14:00", "hours", 3, "2026-01-29 17:00"),
        ("2026-01-29T14:00", "hours", 8, "2026-01-30 14:30"),
        ("2026-01-29T12:00", "hours", 4, "2026-01-30 08:00"),
        ("2026-01-31T12:00", "hours", 4, "2026-02-02 11:30"),
    ],
)
def test_the_laws_cases(received: str, unit: str, amount: int, expected: str):
    assert limit(received, unit, amount) == expected


@pytest.mark.parametrize(
    ("received", "unit", "amount", "expected"),
    [
        ("2026-05-29T16:00", "months", 1, "2026-07-01 17:00"),
        ("2026-03-06T16:00", "working_days", 1, "2026-03-10 17:00"),
        ("2026-03-07T09:00", "working_days", 1, "2026-03-10 17:00"),
        ("2026-03-09T09:00", "working_days", 1, "2026-03-10 17:00"),
        ("2026-03-06T16:00", "hours", 1, "2026-03-09 08:30"),
        ("2025-01-24T15:01", "working_days", 1, "2025-02-04 17:00"),
    ],
)
def test_after_the_cut_off_the_next_working_day_counts_as_that_of_reception(
    received: str, unit: str, amount: int, expected: str
):
    assert limit(received, unit, amount, cut_off=time(15)) == expected
    assert limit(received, unit, amount, cut_off=time(15)) >= limit(received, unit, amount)


def test_nothing_is_due_before_it_is_received():
    assert limit("2026-01-29T17:30", "working_days", 0, cut_off=time(18)) == "2026-01-30 17:00"
    assert limit("2026-01-29T16:30", "working_days", 0, cut_off=time(18)) == "2026-01-29 17:00"
    assert limit("2026-01-29T17:30", "working_days", 1, cut_off=time(18)) == "2026-01-30 17:00"
    story = [Event("received", at("2026-01-29T17:30"))]
    assert "sau 17:00" in explain(story, Rule("working_days", 0, cut_off=time(18)), CALENDAR)[1][0].text.vi


def test_days_are_named_as_they_are_and_only_holidays_of_the_code_are_made_up_for():
    """The old year that ended with 28 January 2025 had 29 days in its last month; Labour Code 2019, Article 111(3)."""
    assert "29" not in CALENDAR.days[date(2025, 1, 27)].name.vi
    assert CALENDAR.works(date(2029, 11, 26)) and not CALENDAR.works(date(2029, 9, 4))


def _pauses(rng: random.Random, received: datetime) -> tuple[list[Event], list[tuple[datetime, datetime]]]:
    events, spans, now = [], [], received
    for start, end in (("supplements_requested", "supplements_received"), ("suspended", "resumed"))[
        : rng.randint(0, 2)
    ]:
        began = now + timedelta(minutes=rng.randint(0, 60 * 24 * 12))
        now = began + timedelta(minutes=rng.randint(0, 60 * 24 * 20))
        events += [Event(start, began), Event(end, now)]
        spans.append((began, now))
    return events, spans


def agree(seed: int, cases: int) -> None:
    rng = random.Random(seed)
    for number in range(cases):
        unit = rng.choice(["working_days"] * 30 + ["days"] * 15 + ["months"] * 4 + ["hours"])
        received = at("2018-01-01T00:00") + timedelta(minutes=rng.randrange(60 * 24 * 365 * 9))
        amount = {"months": rng.randint(1, 4), "hours": rng.randint(1, 12)}.get(unit) or rng.randint(
            0 if unit == "working_days" else 1, 45
        )
        events, spans = _pauses(rng, received)
        cut_off = rng.choice([None, None, time(15), time(11, 30)])
        rule = Rule(unit, amount, cut_off=cut_off)
        found, lines = explain([Event("received", received), *events], rule, CALENDAR)
        story = (seed, number, received, rule, events)
        if unit == "hours":
            assert found.at == oracle.due_by_hours(received, amount, spans, cut_off), story
        else:
            wanted = oracle.due_by_days(received, unit, amount, spans, rule.cut_off)
            assert found.at is not None and found.at.date() == wanted, story
        assert lines[-1].day == found.at.date(), story
        counted = [line.count for line in lines if line.kind == "counted"]
        if unit in {"working_days", "days"}:
            assert counted == list(range(1, amount + 1)), story


def test_agrees_with_an_oracle_that_counts_day_by_day():
    agree(seed=20260129, cases=10_000)


@pytest.mark.soak
def test_agrees_with_the_oracle_a_million_times():
    agree(seed=7, cases=1_000_000)


def wait(start: str, began: str, end: str = "", ended: str = "") -> list[Event]:
    return [Event(start, at(began)), *([Event(end, at(ended))] if end else [])]


def test_a_wait_does_not_count_and_a_standing_clock_says_what_is_left():
    asked = wait("supplements_requested", "2026-01-06T08:00")
    assert limit("2026-01-05T08:00", "working_days", 5, *asked) == "left 4"
    brought = [*asked, Event("supplements_received", at("2026-01-08T16:00"))]
    assert limit("2026-01-05T08:00", "working_days", 5, *brought) == "2026-01-13 17:00"


def test_only_one_request_for_supplements_stops_the_clock():
    once = wait("supplements_requested", "2026-03-03T08:00", "supplements_received", "2026-03-05T08:00")
    twice = [*once, *wait("supplements_requested", "2026-03-06T08:00", "supplements_received", "2026-03-20T08:00")]
    assert limit("2026-03-02T08:00", "working_days", 10, *once) == limit("2026-03-02T08:00", "working_days", 10, *twice)
    assert limit("2026-03-02T08:00", "working_days", 10, *twice, supplements=2) > limit(
        "2026-03-02T08:00", "working_days", 10, *twice
    )


def test_waits_that_overlap_count_once():
    both = [
        Event("supplements_requested", at("2026-03-03T08:00")),
        Event("payment_requested", at("2026-03-04T08:00")),
        Event("supplements_received", at("2026-03-06T08:00")),
        Event("paid", at("2026-03-09T08:00")),
    ]
    one = wait("suspended", "2026-03-03T08:00", "resumed", "2026-03-09T08:00")
    assert limit("2026-03-02T08:00", "days", 10, *both) == limit("2026-03-02T08:00", "days", 10, *one)


def test_a_wait_after_the_limit_moves_nothing():
    late = wait("suspended", "2026-03-20T08:00", "resumed", "2026-03-30T08:00")
    answer = due([Event("received", at("2026-03-02T08:00")), *late], Rule("working_days", 5), CALENDAR)
    assert f"{answer.at:%Y-%m-%d}" == "2026-03-09" and len(answer.ignored) == 1
    # Late is late: nobody undoes it in the evening of the last day.
    evening = wait("suspended", "2026-03-09T17:01", "resumed", "2026-03-30T08:00")
    assert limit("2026-03-02T08:00", "working_days", 5, *evening) == "2026-03-09 17:00"
    assert limit("2026-03-02T08:00", "working_days", 5, *wait("suspended", "2026-03-09T17:01")) == "2026-03-09 17:00"
    assert limit("2026-03-02T08:00", "working_days", 5, *wait("suspended", "2026-03-09T17:00")) == "left 0"


def test_a_new_appointment_holds_and_waits_after_it_extend_it():
    again = Event("reappointed", at("2026-03-08T08:00"), at("2026-03-16T17:00"))
    assert limit("2026-03-02T08:00", "working_days", 5, again) == "2026-03-16 17:00"
    held = wait("suspended", "2026-03-10T08:00", "resumed", "2026-03-12T08:00")
    assert limit("2026-03-02T08:00", "working_days", 5, again, *held) == "2026-03-18 17:00"


def test_a_wait_that_goes_on_extends_a_new_appointment_by_what_follows_it():
    asked = Event("supplements_requested", at("2026-03-03T08:00"))
    again = Event("reappointed", at("2026-03-11T08:00"), at("2026-03-16T17:00"))
    brought = Event("supplements_received", at("2026-03-12T08:00"))
    assert limit("2026-03-02T08:00", "working_days", 10, asked, again, brought) == "2026-03-17 17:00"
    _, lines = explain(
        [Event("received", at("2026-03-02T08:00")), asked, again, brought], Rule("working_days", 10), CALENDAR
    )
    told = [(line.kind, line.day.day) for line in lines[-5:]]
    assert told == [("reappointed", 11), ("paused", 12), ("reappointed", 16), ("counted", 17), ("due", 17)]


def test_a_wait_since_an_appointment_counts_also_before_the_day_that_counts_as_that_of_reception():
    """Received on 1 January, which with a cut-off counts as the 2nd."""
    story = [
        Event("received", at("2018-01-01T08:00")),
        Event("supplements_requested", at("2018-01-01T08:00")),
        Event("reappointed", at("2018-01-01T08:00"), at("2018-01-02T08:00")),
        Event("supplements_received", at("2018-01-02T08:00")),
    ]
    assert explain(story, Rule("working_days", 1, cut_off=time(15)), CALENDAR)[0].at == at("2018-01-03T17:00")


def test_an_appointment_while_offices_are_closed_holds_from_their_opening():
    again = Event("reappointed", at("2026-03-03T08:00"), at("2026-03-08T10:00"))
    assert limit("2026-03-02T08:00", "hours", 4, again) == "2026-03-09 07:30"


def test_excluded_periods_do_not_count():
    harvest = (Period("03-05", "03-10", Text("nghỉ mùa", "harvest")),)
    assert limit("2026-03-02T08:00", "working_days", 5, excluded=harvest) == "2026-03-13 17:00"
    _, lines = explain([Event("received", at("2026-03-02T08:00"))], Rule("days", 5, excluded=harvest), CALENDAR)
    assert sum(line.text.vi.endswith("nghỉ mùa") for line in lines) == 6


def test_a_year_without_notice_is_provisional():
    answer, lines = explain([Event("received", at("2027-12-30T08:00"))], Rule("working_days", 3), CALENDAR)
    assert answer.provisional and "tạm tính" in lines[-1].text.vi and "provisional" in lines[-1].text.en
    answer = due([Event("received", at("2026-12-30T08:00"))], Rule("working_days", 3), CALENDAR)
    assert not answer.provisional
    unknown = Calendar({**CALENDAR.content, "years": {**CALENDAR.content["years"], "2026": ""}})
    assert due([Event("received", at("2025-12-30T08:00"))], Rule("working_days", 300), unknown).provisional


def test_every_skipped_holiday_names_its_act():
    _, lines = explain([Event("received", at("2025-12-31T08:00"))], Rule("working_days", 60), CALENDAR)
    acts = {line.day.isoformat(): line.act.vi for line in lines if line.act}
    assert "28/2026" not in str(acts) and "12729" in acts["2026-01-02"] and "12729" in acts["2026-01-10"]
    assert "9441" in acts["2026-02-17"] and "Điều 112" in acts["2026-01-01"]


def test_the_explanation_has_one_hash():
    story = [Event("received", at("2026-01-29T14:00"))]
    first, again = (digest(explain(story, Rule("working_days", 5), CALENDAR)[1]) for _ in range(2))
    assert first == again != digest(explain(story, Rule("working_days", 6), CALENDAR)[1])


@pytest.mark.parametrize(
    "events",
    [
        [],
        [Event("paid", at("2026-01-05T08:00"))],
        [Event("received", at("2026-01-05T08:00")), Event("resumed", at("2026-01-06T08:00"))],
        [Event("received", at("2026-01-05T08:00")), *wait("suspended", "2026-01-04T08:00")],
        [Event("received", at("2026-01-05T08:00")), *wait("suspended", "2026-01-06T08:00") * 2],
        [Event("received", at("2026-01-05T08:00")), Event("reappointed", at("2026-01-06T08:00"))],
        [
            Event("received", at("2026-01-05T08:00")),
            Event("reappointed", at("2026-01-06T08:00"), at("2026-01-05T17:00")),
        ],
        [Event("received", at("2017-01-05T08:00"))],
        [Event("received", at("2035-12-30T08:00"))],
    ],
)
def test_contradictions_and_years_not_covered_are_named(events: list[Event]):
    with pytest.raises(Invalid) as refused:
        due(events, Rule("working_days", 5), CALENDAR)
    assert refused.value.place


@pytest.mark.parametrize(
    ("unit", "amount"), [("weeks", 1), ("days", 0), ("hours", 0), ("months", -1), ("working_days", 10**6)]
)
def test_rules_that_make_no_sense_are_refused(unit: str, amount: int):
    with pytest.raises(Invalid):
        Rule(unit, amount)


@pytest.mark.parametrize("cut_off", ["25:00", "trưa", "15:00+07:00", "15:00:30"])
def test_a_cut_off_is_an_hour_and_a_minute(cut_off: str):
    with pytest.raises(Invalid) as refused:
        Rule.of({"unit": "working_days", "amount": 1, "cut_off": cut_off})
    assert refused.value.place == "cut_off"


def test_a_rule_reads_back_as_it_was_written():
    rule = Rule("working_days", 7, cut_off=time(16), excluded=(Period("12-20", "01-05", Text("a", "b")),))
    assert Rule.of(rule.as_dict()) == rule and Rule.of(rule.as_dict()).version == rule.version
