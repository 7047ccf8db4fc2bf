"""Acts on dossiers in the tables: chain, keys, clocks, people."""

from __future__ import annotations

import random
from itertools import count

import pytest
from django.core.exceptions import ImproperlyConfigured

from tinhso.foundation.errors import Conflict, Forbidden, Problem
from tinhso.government.services.access import DOERS, MATRIX, WORK, permits
from tinhso.government.services.dossiers.chain import broken_at
from tinhso.government.services.dossiers.commands import apply
from tinhso.government.services.dossiers.commands.apply import situation_of, told_events
from tinhso.government.services.dossiers.consequences import consequence, consequences
from tinhso.government.services.dossiers.secrets import opens, secret_of
from tinhso.government.services.ground.process import Act, Task, fold
from tinhso.government.services.models import AppliedAct, Dossier, DossierEvent, DossierTask, SyncMessage
from tinhso.government.services.tests.recipes import COMMUNE, OTHER, Desk, person
from tinhso.government.services.tests.test_process import attempt
from tinhso.proof.audit import SYSTEM

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_dossier_goes_from_filing_to_its_result(desk: Desk):
    dossier = desk.finished()
    desk.act(dossier, "pay", None, reference="VQR1")
    desk.act(dossier, "return_result", desk.clerk, way="handed")
    desk.act(dossier, "rate", desk.citizen, stars=5)
    dossier.refresh_from_db()
    assert (dossier.status, dossier.payment, dossier.delivery, dossier.rated) == (10, "paid", "handed", True)
    assert broken_at(str(dossier.uid), dossier.events.order_by("number")) is None
    assert fold(told_events(dossier)) == situation_of(dossier)
    assert f"{dossier.code}" == "H40.12.03-260302-0001"


def test_codes_count_by_agency_and_day(desk: Desk):
    codes = [desk.file().code for _ in range(3)] + [desk.file("2026-03-03T08:00").code]
    assert [code[-11:] for code in codes] == ["260302-0001", "260302-0002", "260302-0003", "260303-0001"]


def test_the_limit_runs_from_reception_and_stands_still_while_supplements_are_awaited(desk: Desk):
    dossier = desk.file("2026-03-01T20:00")
    assert dossier.due_at is None
    desk.act(dossier, "accept", desk.clerk, "2026-03-02T09:00")
    assert f"{dossier.due_at:%Y-%m-%d}" == "2026-03-09"
    desk.act(dossier, "claim", desk.officer, "2026-03-03T08:00", task=1, holder=desk.officer.actor().code)
    desk.act(dossier, "request_supplements", desk.officer, "2026-03-04T08:00", reason="thiếu căn cước", papers=["cccd"])
    assert dossier.due_at is None and dossier.status == 5
    desk.act(dossier, "supplement", desk.citizen, "2026-03-06T15:00", papers=["cccd"])
    assert f"{dossier.due_at:%Y-%m-%d}" == "2026-03-11"


def test_supplements_before_reception_delay_the_start_only(desk: Desk):
    dossier = desk.file()
    desk.act(dossier, "request_supplements", desk.clerk, "2026-03-03T08:00", reason="thiếu")
    with pytest.raises(Conflict):
        desk.act(dossier, "accept", desk.clerk, "2026-03-03T09:00")
    desk.act(dossier, "supplement", desk.citizen, "2026-03-05T08:00")
    desk.act(dossier, "accept", desk.clerk, "2026-03-06T08:00")
    assert (dossier.status, f"{dossier.due_at:%Y-%m-%d}") == (4, "2026-03-13")


def test_the_same_key_does_it_once(desk: Desk):
    dossier = desk.file()
    first = desk.act(dossier, "accept", desk.clerk, key="once")
    again = desk.act(dossier, "accept", desk.clerk, key="once")
    assert again.repeated and [e.number for e in again.events] == [e.number for e in first.events]
    with pytest.raises(Conflict) as other:
        desk.act(dossier, "note", desk.clerk, key="once", text="khác")
    assert other.value.code == "key-used"
    assert DossierEvent.objects.filter(kind="accepted").count() == 1


def test_of_two_officers_one_wins_and_the_other_sees_why(desk: Desk):
    dossier = desk.received()
    seen = dossier.events_count
    desk.act(dossier, "claim", desk.officer, task=1, holder=desk.officer.actor().code)
    with pytest.raises(Conflict) as late:
        apply(
            dossier=dossier.pk,
            act=Act("claim", {"task": 1, "holder": desk.colleague.actor().code}),
            actor=desk.colleague.actor(),
            user=desk.colleague,
            key="late",
            expected=seen,
        )
    assert "Officer" in late.value.what and late.value.code == "changed"


def test_what_is_refused_leaves_nothing(desk: Desk):
    dossier = desk.received()
    before = (DossierEvent.objects.count(), AppliedAct.objects.count(), SyncMessage.objects.count())
    for verb, user in (("refuse", desk.clerk), ("finish", desk.officer), ("accept", desk.citizen)):
        with pytest.raises(Problem):
            desk.act(dossier, verb, user, task=1, reason="x")
    assert (DossierEvent.objects.count(), AppliedAct.objects.count(), SyncMessage.objects.count()) == before


def test_what_people_write_stays_out_of_the_chain(desk: Desk):
    dossier = desk.in_process()
    desk.act(dossier, "note", desk.officer, text="Nhà ở số 5, gọi 0912345678")
    written = dossier.events.latest("number")
    assert "0912345678" not in written.data and "0912345678" in written.detail.values
    assert "Nguyễn Văn An" not in "".join(dossier.events.values_list("data", flat=True))


def test_a_changed_event_breaks_the_chain(desk: Desk):
    dossier = desk.in_process()
    events = list(dossier.events.order_by("number"))
    events[1].data = events[1].data.replace("2", "3")
    assert broken_at(str(dossier.uid), events) == 2
    assert broken_at(str(dossier.uid), [events[0], *events[2:]]) == 2


def test_the_matrix_of_roles_acts_and_ownership(desk: Desk):
    dossier = desk.file()
    task = Task(1, "step", 0, COMMUNE)
    people = {
        (role, where): person(f"{role}-{where}", role, uid)
        for role in ("citizen", "clerk", "officer", "leader", "engineer", "auditor")
        for where, uid in (("here", COMMUNE), ("elsewhere", OTHER))
    }
    for verb, roles in MATRIX.items():
        for (role, where), user in people.items():
            reached = roles.get(role, frozenset()) - {"own"}
            fits = verb not in WORK or role in DOERS["officer"]
            assert permits(user, dossier, verb, task) == (where == "here" and bool(reached) and fits), (verb, role)
        assert permits(desk.citizen, dossier, verb, task) == ("own" in roles.get("citizen", ())), verb


def test_people_see_their_own_dossiers_only(desk: Desk):
    dossier = desk.file()
    stranger, elsewhere = person("stranger", "citizen"), person("elsewhere", "officer", OTHER)
    auditor = person("auditor", "auditor")
    seen = {
        user.username: Dossier.objects.visible_to(user).filter(pk=dossier.pk).exists()
        for user in (desk.citizen, desk.clerk, desk.officer, stranger, elsewhere)
    }
    assert seen == {"citizen": True, "clerk": True, "officer": True, "stranger": False, "elsewhere": False}
    auditor.has_second_factor = True
    assert Dossier.objects.visible_to(auditor).exists()


def test_an_agency_asked_sees_the_dossier(desk: Desk):
    dossier = desk.in_process()
    asked = person("asked", "officer", OTHER)
    assert not Dossier.objects.visible_to(asked).exists()
    desk.act(dossier, "consult", desk.officer, agency=OTHER, question="Có tranh chấp không?")
    assert Dossier.objects.visible_to(asked).exists()
    desk.act(dossier, "answer", asked, task=2, answer="Không")
    assert DossierTask.objects.get(number=2).closed_at is not None


def test_the_system_may_only_do_what_is_its_own(desk: Desk):
    dossier = desk.received()
    with pytest.raises(Forbidden):
        apply(dossier=dossier.pk, act=Act("stop", {"reason": "x"}), actor=SYSTEM, key="no")


def test_the_secret_opens_its_own_dossier_only(desk: Desk):
    one, other = desk.file(), desk.file()
    assert opens(one, secret_of(one).lower()) and not opens(other, secret_of(one))


def test_random_acts_keep_row_and_chain_together(desk: Desk):
    random_acts(desk, steps=2000, seed=4)


@pytest.mark.soak
def test_random_acts_keep_row_and_chain_together_at_length(desk: Desk):
    random_acts(desk, steps=100_000, seed=5)


def random_acts(desk: Desk, *, steps: int, seed: int) -> None:
    """People try things at random; what is refused writes nothing, and the row stays the fold of the chain."""
    rng, keys = random.Random(seed), count()
    people = [desk.citizen, desk.clerk, desk.officer, desk.colleague, desk.leader]
    dossier, carried = desk.file(), 0
    for _ in range(steps):
        now = situation_of(dossier)
        if now.status in {3, 8, 10} and rng.random() < 0.3:
            dossier = desk.file()
            continue
        act = attempt(rng, now)
        if act.verb in {"submit", "succeed"}:
            continue
        who = rng.choice(people)
        holder = who if act.verb == "claim" else rng.choice(people)
        act = Act(act.verb, {**act.data, "holder": holder.actor().code, "agency": OTHER})
        try:
            apply(
                dossier=dossier.pk,
                act=act,
                actor=SYSTEM,
                key=f"random-{next(keys)}",
                user=who,
            )
        except Problem:
            continue
        carried += 1
        dossier.refresh_from_db()
        if carried % 25 == 0:
            assert fold(told_events(dossier)) == situation_of(dossier)
            assert broken_at(str(dossier.uid), dossier.events.order_by("number")) is None
    assert carried > steps / 20


def test_every_process_knows_what_follows_from_acts_and_in_which_order():
    names = ["queue_messages", "want_papers", "follow_payment", "keep_facts", "tell_applicant"]
    found = consequences()
    assert [function.__name__ for function in found] == names
    with pytest.raises(ImproperlyConfigured, match=r"consequence 20 .*papers\.wanted\.want_papers"):
        consequence(order=20)(found[0])
    assert consequences() == found
