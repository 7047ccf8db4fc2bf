"""A plan found once a test session is costly to search for: its answer is kept and stored anew for each test."""

import json

import pytest

from tinhso.infrastructure.planning.commands.runs import finish, take_up
from tinhso.infrastructure.planning.tests import recipes
from tinhso.proof.audit import SYSTEM

COVER = {"question": "cover", "protect": "", "target": "units", "scope": "unit:359"}
_answers: dict[str, dict] = {}


@pytest.fixture
def found_run(db, monkeypatch):
    """A finished plan that covers the district of Vụ Bản."""
    from tinhso.infrastructure.planning import running

    run = recipes.asked(recipes.province(), **COVER)
    taken = take_up(actor=SYSTEM, run=run)
    if run.problem_sha256 not in _answers:
        _answers[run.problem_sha256] = running._heard(taken, json.loads(run.problem) | {"about": None})
    finish(actor=SYSTEM, run=taken, told=_answers[run.problem_sha256])
    run.refresh_from_db()
    return run


@pytest.fixture
def found_phase(found_run):
    return found_run.result.phases.get()
