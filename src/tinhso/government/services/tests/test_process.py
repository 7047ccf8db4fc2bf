"""The pure model: whatever people try, in whatever order, only legal things happen."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tinhso.foundation.errors import Problem
from tinhso.foundation.text import Text
from tinhso.government.services.access import MATRIX
from tinhso.government.services.ground.process import VERBS, Act, Event, Situation, Step, decide, evolve, fold
from tinhso.government.services.ground.states import DELIVERY, ENDED, FINISHED, PAYMENT, STATUSES, TRANSITIONS

STEPS = (
    Step("a", Text("a", "a"), "officer"),
    Step("b", Text("b", "b"), "officer", "elsewhere"),
    Step("c", Text("c", "c"), "leader"),
)


# What ends a dossier comes seldom, or no random life would reach its result.
SELDOM = {"stop", "withdraw", "refuse", "approve_withdrawal"}
VERB_LIST = list(VERBS)
WEIGHTS = [1 if verb in SELDOM else 12 for verb in VERB_LIST]


def attempt(rng: random.Random, now: Situation) -> Act:
    """Something somebody might try, sensible or not."""
    verb = rng.choices(VERB_LIST, WEIGHTS)[0]
    task = rng.choice([task.number for task in now.tasks] + [now.numbered, 99])
    data: dict[str, Any] = {
        "reason": rng.choice(["vì", "vì", ""]),
        "task": task,
        "holder": rng.choice(["user:1", "user:2"]),
        "agency": rng.choice(["x", "y"]),
        "question": "q",
        "answer": "a",
        "text": "t",
        "amount": rng.choice([0, 5000]),
        "fee": rng.choice([0, 20000]),
        "channel": "online",
        "to": "2026-03-30T17:00:00+07:00",
        "from": "here",
        "way": rng.choice(["handed", "posted", "online", "thrown"]),
        "stars": rng.randint(0, 6),
        "file": "f",
        "sha256": "0",
    }
    return Act(verb, data)


def check(now: Situation, events: list[Event]) -> None:
    assert now.status in STATUSES and now.payment in PAYMENT and now.delivery in DELIVERY
    assert fold(events) == now
    assert len({task.number for task in now.tasks}) == len(now.tasks) <= now.numbered
    assert sum(task.kind == "step" for task in now.tasks) <= 1
    if now.status in ENDED | {FINISHED}:
        assert not now.tasks and not now.suspended
    elif now.received:
        assert now.step_task is not None
    assert (now.delivery != "none") == (now.status in {9, 10})
    assert now.appointments <= 1
    assert (now.payment == "due") == (now.owed > 0)


def random_lives(seed: int, steps: int) -> dict[str, int]:
    rng = random.Random(seed)
    done: dict[str, int] = {}
    now, events = Situation(), []
    for _ in range(steps):
        if not now.status or (now.status in ENDED and rng.random() < 0.3):
            now, events = Situation(), []
            act = Act("submit", {"channel": "online", "fee": rng.choice([0, 20000])})
        else:
            act = attempt(rng, now)
        try:
            caused = decide(now, act, STEPS, "here")
        except Problem:
            continue
        assert caused
        for event in caused:
            before = now.status
            now = evolve(now, event)
            assert before in {0, now.status} or now.status in TRANSITIONS[before]
            events.append(event)
        if len(events) < 60:
            check(now, events)
        done[act.verb] = done.get(act.verb, 0) + 1
    return done


def test_a_hundred_thousand_random_acts_cause_no_illegal_transition():
    done = random_lives(seed=20260301, steps=100_000)
    assert done.keys() == VERBS.keys(), "acts never carried out"


class Life(RuleBasedStateMachine):
    """One dossier under acts that hypothesis chooses, and shrinks to the shortest story where a promise breaks."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.events = Situation(), []
        self.act(Act("submit", {"channel": "online", "fee": 20000}))

    def act(self, act: Act) -> None:
        try:
            caused = decide(self.now, act, STEPS, "here")
        except Problem:
            return
        for event in caused:
            self.now = evolve(self.now, event)
            self.events.append(event)

    @rule(verb=st.sampled_from(VERB_LIST), seed=st.integers(0, 50))
    def somebody_tries(self, verb: str, seed: int) -> None:
        self.act(Act(verb, attempt(random.Random(seed), self.now).data))

    @invariant()
    def promises_hold(self) -> None:
        check(self.now, self.events)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)


def test_every_verb_has_its_row_in_the_matrix():
    assert MATRIX.keys() == VERBS.keys()


@pytest.mark.parametrize("verb", sorted(set(VERBS) - {"submit"}))
def test_nothing_happens_to_a_dossier_not_filed(verb: str):
    with pytest.raises(Problem):
        decide(Situation(), Act(verb, {"task": 1, "reason": "x"}), STEPS, "here")


def test_an_illegal_transition_is_a_mistake_and_raises():
    with pytest.raises(AssertionError):
        evolve(Situation(status=10), Event("paid", {"status": 4, "amount": 0}))
