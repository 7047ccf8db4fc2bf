"""Load on dossiers from processes that are killed: `python -m tests.dossier_load FOLDER ROUNDS SEED`.

Each round forks two clients, who file dossiers and see them through, and a worker, who makes papers and speaks to the
portal; all are killed by SIGKILL at a random moment. A client notes an act before it asks for it and again once it is
acknowledged; what was asked for and never acknowledged the next round asks for again under the same key, as a browser
would. At the end everything is drained and compared; the first difference is printed and the exit status is 1.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

CLIENTS = 2
#: The life of a dossier: who does what.
LIFE = (
    ("accept", "clerk", {}),
    ("claim", "officer", {"task": 1}),
    ("complete_step", "officer", {"task": 1}),
    ("claim", "leader", {"task": 2}),
    ("finish", "leader", {"task": 2}),
    ("return_result", "clerk", {"way": "online"}),
)


class Client:
    """One sender; `notes` holds a line before each act (asked) and one after (done)."""

    def __init__(self, notes: Path, desk: Any, about: Any) -> None:
        self.file = os.open(notes, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.desk, self.about = desk, about

    def note(self, kind: str, key: str, code: str) -> None:
        os.write(self.file, f"{kind} {key} {code}\n".encode())

    def live(self, key: str, step: int = 0, code: str = "") -> None:
        """See a dossier through from a step on: 0 files it, then LIFE."""
        from tinhso.government.services.dossiers.commands import Filing, Party, apply, file_dossier
        from tinhso.government.services.ground.process import Act
        from tinhso.government.services.models import Dossier

        for number in range(step, len(LIFE) + 1):
            name = f"{key}.{number}"
            self.note("asked", name, code or "-")
            if number == 0:
                citizen = self.desk["citizen"]
                filing = Filing(
                    version=self.about,
                    channel="online",
                    applicant_kind="citizen",
                    applicant=Party("Nguyễn Văn An", id_number="036123456789"),
                    competent_uid="test.xa",
                    received_uid="test.xa",
                    answers={"ly_do": key},
                    owner=citizen,
                )
                code = file_dossier(filing=filing, actor=citizen.actor(), key=name, user=citizen).dossier.code
            else:
                verb, role, data = LIFE[number - 1]
                user = self.desk[role]
                holder = {"holder": user.actor().code} if verb == "claim" else {}
                pk = Dossier.objects.values_list("pk", flat=True).get(code=code)
                apply(dossier=pk, act=Act(verb, {**data, **holder}), actor=user.actor(), key=name, user=user)
            self.note("done", name, code)


def lines(notes: Path) -> list[list[str]]:
    return [line.split() for line in notes.read_text().splitlines()] if notes.exists() else []


def client(notes: Path, turn: int, people: dict[str, Any], version: Any) -> None:
    told, sender = lines(notes), Client(notes, people, version)
    if told and told[-1][0] == "asked":
        name, code = told[-1][1:]
        key, step = name.rsplit(".", 1)
        sender.live(key, int(step), "" if code == "-" else code)
    number = 0
    while True:
        sender.live(f"{notes.stem}-{turn}-{number}")
        number += 1


def worked() -> None:
    """What the worker does each time its schedule tells it to."""
    from tinhso.government.services.national.syncing import send_due
    from tinhso.government.services.papers.commands import make_due

    send_due()
    make_due(seconds=0.2)


def worker() -> None:
    while True:
        worked()
        time.sleep(0.01)


def forked(work: Callable[[], None]) -> int:
    """A process of its own doing some work for ever; its number."""
    from django.db import connections

    connections.close_all()
    if child := os.fork():
        return child
    try:
        work()
    except BaseException as broken:
        sys.stderr.write(f"{type(broken).__name__}: {broken}\n")
        raise
    finally:
        os._exit(1)


def main(folder: Path, rounds: int, seed: int) -> None:
    import django

    django.setup()
    from tinhso.government.services.tests.recipes import Desk

    desk, chance = Desk(), random.Random(seed)
    people = {name: getattr(desk, name) for name in ("citizen", "clerk", "officer", "leader")}
    notes = [folder / f"client{number}" for number in range(CLIENTS)]
    # Once through without a kill: what follows is load, not the loading of code.
    Client(notes[0], people, desk.version).live(f"{notes[0].stem}-first-0")
    worked()
    for turn in range(rounds):
        before = sum(len(lines(file)) for file in notes)
        children = [
            *(forked(lambda file=file, turn=turn: client(file, turn, people, desk.version)) for file in notes),
            forked(worker),
        ]
        chance.shuffle(children)
        until = time.monotonic() + 30
        while sum(len(lines(file)) for file in notes) < before + 4 and time.monotonic() < until:
            time.sleep(0.02)
        for child in children:
            time.sleep(chance.uniform(0.02, 0.4))
            os.kill(child, signal.SIGKILL)
            _pid, status = os.waitpid(child, 0)
            expect(os.WIFSIGNALED(status), "a process ended by itself", turn)
    report = compare(notes, rounds)
    sys.stdout.write(json.dumps(report) + "\n")


def expect(held: bool, what: str, *about: object) -> None:
    if not held:
        sys.stdout.write(f"{what}: {about}\n")
        sys.stdout.flush()
        raise SystemExit(1)


def compare(notes: list[Path], rounds: int) -> dict[str, int]:
    """Everything acknowledged is there once, and nothing is half done."""
    from tinhso.government.services.dossiers.chain import broken_at
    from tinhso.government.services.dossiers.commands.apply import situation_of, told_events
    from tinhso.government.services.ground.process import fold
    from tinhso.government.services.models import AppliedAct, Dossier
    from tinhso.proof.models import Entry

    done = Counter(name for file in notes for kind, name, _code in lines(file) if kind == "done")
    asked = {name for file in notes for kind, name, _code in lines(file) if kind == "asked"}
    expect(len(done) > 0, "nothing was acknowledged")
    kept = dict(AppliedAct.objects.filter(key__in=asked).values_list("key", "dossier_id"))
    expect(done.keys() <= kept.keys(), "acknowledged and lost", sorted(done.keys() - kept.keys()))
    unanswered = kept.keys() - done.keys()
    expect(len(unanswered) <= len(notes), "more is there than was asked for", sorted(unanswered))
    rows = {row.pk: row for row in Dossier.objects.filter(pk__in=kept.values()).select_related("version")}
    lives = Counter(key.rsplit(".", 1)[0] for key in kept)
    expect(len(rows) == len(lives), "dossiers made twice or not at all", len(rows), len(lives))
    expect(len(rows) == Dossier.objects.filter(version__in={row.version for row in rows.values()}).count(), "strays")
    acts = 0
    for row in rows.values():
        events = list(row.events.order_by("number"))
        expect(broken_at(str(row.uid), events) is None, "the chain is broken", row.code)
        expect([event.number for event in events] == list(range(1, row.events_count + 1)), "events", row.code)
        spans = list(row.acts.order_by("first_event").values_list("first_event", "last_event"))
        covered = [number for first, last in spans for number in range(first, last + 1)]
        expect(covered == list(range(1, row.events_count + 1)), "an act done twice, or half", row.code, spans)
        expect(fold(told_events(row)) == situation_of(row), "the row or a task differs from its events", row.code)
        acts += len(spans)
        logged = Entry.objects.filter(kind="dossier", payload__contains=str(row.uid)).count()
        expect(logged == len(spans), "the log", row.code)
    drained(rows)
    return {"rounds": rounds, "dossiers": len(rows), "acts": acts, "acknowledged": len(done)}


def asked_until_answered(code: str) -> dict[str, Any] | None:
    """What a portal that loses answers holds of a dossier."""
    from tinhso.government.services.national.portal_client import PortalFailed
    from tinhso.government.services.national.syncing import look_up

    for _attempt in range(20):
        try:
            return look_up(code)
        except PortalFailed:
            time.sleep(0.01)
    raise SystemExit("the portal never answers")


def drained(rows: dict[int, Any]) -> None:
    """The worker empties what waits, once the leases of those killed have passed."""
    from django.db.models import F
    from django.utils import timezone

    from tinhso.government.services.models import Dossier, IssuedPaper, SyncMessage
    from tinhso.government.services.national.syncing import send_due
    from tinhso.government.services.papers.commands import make_due

    for _turn in range(1000):
        waiting = SyncMessage.objects.filter(dossier__in=rows, sent_at=None)
        papers = IssuedPaper.objects.filter(dossier__in=rows).exclude(next_attempt_at=None)
        if not waiting.exists() and not papers.exists():
            break
        past = timezone.now() - timedelta(seconds=1)
        waiting.update(next_attempt_at=past)
        papers.update(next_attempt_at=past)
        send_due()
        make_due(seconds=5)
    expect(not waiting.exists(), "messages that never leave", list(waiting.values("key", "last_error")[:3]))
    expect(not papers.exists(), "papers that are never made", list(papers.values("form", "state", "last_error")[:3]))
    failed = IssuedPaper.objects.filter(dossier__in=rows, state="failed")
    expect(not failed.exists(), "papers given up", list(failed.values("form", "last_error")[:3]))
    twice = [paper for paper, number in Counter(IssuedPaper.objects.filter(dossier__in=rows).values_list(
        "dossier", "form", "event", "language")).items() if number > 1]  # fmt: skip
    expect(not twice, "papers made twice", twice)
    expect(not Dossier.objects.filter(pk__in=rows).exclude(sync="sent").exists(), "not through")
    for row in Dossier.objects.filter(pk__in=rows).annotate(state=F("status")):
        held = asked_until_answered(row.code)
        expect(held is not None and int(held["TrangThaiHoSo"]) == row.state, "the portal holds another", row.code)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
